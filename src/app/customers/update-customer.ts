import { type Alias, fail, GamekeeperError, type JsonValue, type Result } from '../../kernel/index.ts';
import {
  idInput,
  type KeyOnly,
  keyOnly,
  type PatchValues,
  type ProfileShape,
  type Sensitivity,
  validate,
} from '../../model/index.ts';
import { type CustomerRefusal, decideUpdate } from '../../ownership/index.ts';
import type { ShellRefusal } from '../commit/execute.ts';
import { foreseeChange } from '../commit/foresee.ts';
import { type Receipt, receiptOf } from '../commit/receipts.ts';
import type { Transaction } from '../commit/transaction.ts';
import { type Desk, perform } from '../desk.ts';
import { type Ask, foreseeGuard, type GuardRefusal, passGuard } from '../guard/pass-guard.ts';
import { aboutOf, loadCustomer } from './customer-context.ts';

/** What became of an update. */
export type CustomerUpdated = Promise<
  Result<Receipt & { readonly customer: string }, CustomerRefusal | GuardRefusal | ShellRefusal>
>;

/** Changes fields of a customer, after the guard has looked at those that tell how to reach it. */
export async function updateCustomer(
  desk: Desk,
  id: string,
  patch: unknown,
  options: KeyOnly,
): CustomerUpdated {
  const hostId = validate(idInput, id, 'id');
  const changes = desk.shape.readPatch(patch);
  if (desk.shape.source !== null) throw heldByHost('change them there, after guard.request');
  const { idempotencyKey } = validate(keyOnly, options, 'options');
  let about: readonly Alias[] = [];
  return perform<Receipt & { readonly customer: string }, CustomerRefusal | GuardRefusal>(desk, {
    attempt: 'update-customer',
    idempotencyKey,
    arguments: { id: hostId, patch: asJson(changes) },
    subjects: () => about,
    foresee(transaction) {
      const aliases = foreseeChange(transaction, hostId);
      foreseeGuard(transaction, updateOf(desk.shape, Object.keys(changes), asJson(changes)), aliases);
    },
    async decide(transaction) {
      const loaded = await loadCustomer(transaction, hostId);
      about = aboutOf(loaded);
      if (loaded.customer === null) return fail({ code: 'not-found' });
      const decision = decideUpdate(loaded, desk.shape, changes);
      if (!decision.ok) return decision;
      const { event } = decision.value;
      const passed = await guardUpdate(
        transaction,
        desk.shape,
        loaded.customer.alias,
        event.data.changed as string[],
        asJson(changes),
      );
      if (!passed.ok) return passed;
      transaction.record({ ...event, onBehalfOf: decision.value.onBehalfOf });
      return decision;
    },
    answer: (written) => ({ customer: hostId, ...receiptOf(written) }),
  });
}

/** Overwriting a contact is as good as deleting it for whoever comes after: it passes the guard. */
function guardUpdate(
  transaction: Transaction,
  shape: ProfileShape,
  customer: Alias,
  changed: readonly string[],
  patch: JsonValue,
): Promise<Result<unknown, GuardRefusal>> {
  const ask = updateOf(shape, changed, patch);
  return passGuard(transaction, {
    ...ask,
    customers: [customer],
    visible: new Set(ask.fields),
    request: { subject: customer, value: { patch } },
  });
}

/** What the guard is asked about an update. */
function updateOf(
  shape: ProfileShape,
  changed: readonly string[],
  payload: JsonValue,
): Pick<Ask, 'operation' | 'fields' | 'payload' | 'brings'> {
  const fields = changed.map((field) => shape.fields.get(field) as Sensitivity);
  return { operation: 'update', fields, payload, brings: 'carrying-out' };
}

/** Profiles in the host's own tables are changed there. */
export function heldByHost(cure: string): GamekeeperError {
  return new GamekeeperError('ERR_INVALID_INPUT', `profiles are in the host's tables: ${cure}`, {
    path: 'customers',
  });
}

/** What was handed in, as JSON has it: what an idempotency key stands for. */
function asJson(changes: PatchValues): JsonValue {
  try {
    return JSON.parse(JSON.stringify(changes)) as JsonValue;
  } catch (cause) {
    throw new GamekeeperError('ERR_INVALID_INPUT', 'patch: expected values that JSON can hold', {
      path: 'patch',
      cause,
    });
  }
}
