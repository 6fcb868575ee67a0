import type { HoldRequest, Operation } from '../../guard/index.ts';
import { type Alias, type JsonValue, ok, type Result } from '../../kernel/index.ts';
import type { StateCollection } from '../../model/index.ts';
import type { Batch } from '../commit/batch.ts';
import type { AnyRefusal, ShellRefusal } from '../commit/execute.ts';
import { foreseeChange, foreseeCustomers } from '../commit/foresee.ts';
import { listRoot, writeIdList } from '../commit/id-lists.ts';
import type { Transaction } from '../commit/transaction.ts';
import { type LoadedCustomer, loadCustomers } from '../customers/customer-context.ts';
import { type Desk, perform } from '../desk.ts';
import { type Ask, foreseeGuard, type GuardRefusal, passGuard } from './pass-guard.ts';

/** A verb over one or many customers, as the guard sees it. */
export interface Bulk {
  readonly attempt: string;
  readonly idempotencyKey: string | undefined;
  readonly operation: Operation;
  /** The host's ids. */
  readonly ids: readonly string[];
  /** What it is, beside the customers: the same again is the same request. */
  readonly payload: JsonValue;
  /** Words for carrying it out later; sealed. */
  readonly request: { readonly [name: string]: JsonValue };
  readonly facts?: HoldRequest['facts'];
  /** Whether the actor has a right to this customer at all: others are refused one by one, and count for nothing. */
  may(loaded: LoadedCustomer, transaction: Transaction): boolean;
  /** Who gains by it. */
  beneficiary?(transaction: Transaction): Alias | null;
}

/**
 * Lets a verb over many customers pass the guard as a whole, before any of it is done: twelve deletions are
 * held as twelve, not as the last seven of them. Answers the desk at which it is then carried out. One
 * customer alone passes in the commit of the verb itself, with `passOne`.
 */
export async function passBulk(desk: Desk, bulk: Bulk): Promise<Result<Desk, GuardRefusal | ShellRefusal>> {
  if (desk.caller.granted !== undefined || bulk.ids.length === 1) return ok(desk);
  // Of a retried call its items say what came of each; so it may go without.
  let grantedFor: ReadonlySet<Alias> | undefined;
  const passed = await perform<string | null, GuardRefusal>(desk, {
    attempt: bulk.attempt,
    idempotencyKey: bulk.idempotencyKey,
    arguments: { ids: bulk.ids, payload: bulk.payload },
    foresee(transaction) {
      foreseeGuard(transaction, requestOf(bulk), foreseeCustomers(transaction, bulk.ids, ['customer']));
    },
    async decide(transaction) {
      const loaded = await loadCustomers(transaction, bulk.ids);
      const customers = loaded
        .filter((one) => bulk.may(one, transaction))
        .map(({ customer }) => customer?.alias as Alias);
      grantedFor = new Set(customers);
      const verdict = await passGuard(transaction, askOf(bulk, transaction, customers));
      if (!verdict.ok || customers.length === 0) return verdict;
      const granted = transaction.record({
        type: 'operation-granted',
        subjects: transaction.actor.employee === null ? [] : [transaction.actor.employee.alias],
        data: {
          count: customers.length,
          decision: verdict.value.decision.decision,
          operation: bulk.operation,
          root: listRoot(transaction, customers),
        },
      });
      writeIdList(transaction, granted, customers);
      return verdict;
    },
    answer: (written) => written?.entry ?? null,
  });
  if (!passed.ok) return passed;
  if (passed.value === null) return ok(desk);
  const granted = { granted: passed.value, ...(grantedFor === undefined ? {} : { grantedFor }) };
  return ok({ ...desk, caller: { ...desk.caller, ...granted } });
}

/** Lets one customer pass, in the transaction that decides about it; done already where it is part of a whole. */
export function passOne(
  transaction: Transaction,
  bulk: Bulk,
  customer: Alias,
): Promise<Result<unknown, GuardRefusal>> {
  return passGuard(transaction, askOf(bulk, transaction, [customer]));
}

/** Names what changing one customer by such a verb is going to read. */
export function foreseeOne(
  transaction: Transaction,
  bulk: Bulk | null,
  id: string,
  more: readonly StateCollection[] = [],
): void {
  const aliases = foreseeChange(transaction, id, more);
  if (bulk !== null) foreseeGuard(transaction, requestOf(bulk), aliases);
}

/** The guard speaks about the whole: what it said about the only one is the answer. */
export function wholeAnswer<Value, Refusal extends AnyRefusal>(
  batch: Batch<Value, Refusal | GuardRefusal>,
): Result<Batch<Value, Refusal>, GuardRefusal> {
  const [only] = batch.items;
  if (batch.items.length === 1 && only?.result.ok === false && isGuardRefusal(only.result.error))
    return { ok: false, error: only.result.error };
  return ok(batch as Batch<Value, Refusal>);
}

function isGuardRefusal(refusal: AnyRefusal): refusal is GuardRefusal {
  return ['held', 'blocked', 'step-up-required'].includes(refusal.code);
}

function requestOf({ operation, payload }: Bulk): Pick<Ask, 'operation' | 'fields' | 'payload' | 'brings'> {
  return { operation, fields: [], payload, brings: 'carrying-out' };
}

function askOf(bulk: Bulk, transaction: Transaction, customers: readonly Alias[]): Ask {
  const subject = transaction.actor.employee?.alias ?? customers[0];
  return {
    ...requestOf(bulk),
    customers,
    visible: NONE,
    beneficiary: bulk.beneficiary?.(transaction) ?? null,
    facts: bulk.facts ?? {},
    ...(subject === undefined ? {} : { request: { subject, value: bulk.request } }),
  };
}

const NONE: ReadonlySet<never> = new Set<never>();
