import type { HoldRequest, Operation } from '../guard/index.ts';
import { type Alias, type JsonValue, ok, type Result } from '../kernel/index.ts';
import { type LoadedCustomer, loadCustomers } from './customer-context.ts';
import { type Desk, perform } from './desk.ts';
import type { ShellRefusal } from './execute.ts';
import { listRoot, writeIdList } from './id-lists.ts';
import { type GuardRefusal, passGuard } from './pass-guard.ts';
import type { Transaction } from './transaction.ts';

/** A verb over many customers, as the guard sees it. */
export interface Bulk {
  readonly attempt: string;
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
 * held as twelve, not as the last seven of them. Answers the desk at which it is then carried out.
 */
export async function passBulk(desk: Desk, bulk: Bulk): Promise<Result<Desk, GuardRefusal | ShellRefusal>> {
  if (desk.caller.granted !== undefined) return ok(desk);
  let granted: string | null = null;
  const passed = await perform<null, GuardRefusal>(desk, {
    attempt: bulk.attempt,
    arguments: null,
    async decide(transaction) {
      granted = null;
      const loaded = await loadCustomers(transaction, bulk.ids);
      const customers = loaded
        .filter((one) => bulk.may(one, transaction))
        .map(({ customer }) => customer?.alias as Alias);
      const first = customers[0];
      if (first === undefined) return ok(null);
      const subject = transaction.actor.employee?.alias ?? first;
      const verdict = await passGuard(transaction, {
        operation: bulk.operation,
        customers,
        fields: [],
        visible: NONE,
        payload: bulk.payload,
        brings: 'carrying-out',
        beneficiary: bulk.beneficiary?.(transaction) ?? null,
        facts: bulk.facts ?? {},
        request: { subject, value: bulk.request },
      });
      if (!verdict.ok) return verdict;
      granted = transaction.record({
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
      return ok(null);
    },
    answer: () => null,
  });
  if (!passed.ok) return passed;
  return ok(granted === null ? desk : { ...desk, caller: { ...desk.caller, granted } });
}

const NONE: ReadonlySet<never> = new Set<never>();
