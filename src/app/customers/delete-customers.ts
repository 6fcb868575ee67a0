import { type Alias, fail, type Result } from '../../kernel/index.ts';
import {
  type DeleteOptions,
  deleteOptions,
  hostIds,
  idInput,
  type KeyOnly,
  keyOnly,
  validate,
} from '../../model/index.ts';
import {
  type CustomerRefusal,
  decideDelete,
  decideRestore,
  type RestoreRefusal,
} from '../../ownership/index.ts';
import { type Batch, eachOf, itemKey } from '../commit/batch.ts';
import type { ShellRefusal } from '../commit/execute.ts';
import { type Receipt, receiptOf } from '../commit/receipts.ts';
import { customerAlias } from '../commit/subjects.ts';
import { type Desk, perform } from '../desk.ts';
import { type Bulk, foreseeOne, passBulk, passOne, wholeAnswer } from '../guard/pass-bulk.ts';
import type { GuardRefusal } from '../guard/pass-guard.ts';
import { aboutOf, loadCustomer } from './customer-context.ts';

/** What became of each of many customers; or that the guard let none of it pass. */
export type CustomersDeleted = Promise<
  Result<Batch<Receipt, CustomerRefusal | ShellRefusal>, GuardRefusal | ShellRefusal>
>;

/** Deletes customers, each by itself, after the guard has looked at all of them together. */
export async function deleteCustomers(
  desk: Desk,
  customers: string | readonly string[],
  options: DeleteOptions,
): CustomersDeleted {
  const ids = validate(hostIds, typeof customers === 'string' ? [customers] : customers, 'customers');
  const { reason, idempotencyKey } = validate(deleteOptions, options, 'options');
  const bulk: Bulk = {
    attempt: 'delete-customers',
    idempotencyKey,
    operation: 'delete',
    ids,
    payload: null,
    request: { reason },
    may: (loaded) => decideDelete(loaded, reason).ok,
  };
  const passed = await passBulk(desk, bulk);
  if (!passed.ok) return passed;
  return wholeAnswer(
    await eachOf(ids, String, (id) => deleteOne(passed.value, bulk, id, reason, itemKey(idempotencyKey, id))),
  );
}

function deleteOne(
  desk: Desk,
  bulk: Bulk,
  id: string,
  reason: string,
  idempotencyKey: string | undefined,
): Promise<Result<Receipt, CustomerRefusal | GuardRefusal | ShellRefusal>> {
  let about: readonly Alias[] = [];
  return perform<Receipt, CustomerRefusal | GuardRefusal>(desk, {
    attempt: 'delete-customer',
    idempotencyKey,
    arguments: { customer: id, reason },
    subjects: () => about,
    foresee: (transaction) => foreseeOne(transaction, bulk, id, ['deletion']),
    async decide(transaction) {
      const loaded = await loadCustomer(transaction, id);
      about = aboutOf(loaded);
      const decision = decideDelete(loaded, reason);
      if (!decision.ok || loaded.customer === null) return decision;
      const { alias } = loaded.customer;
      await transaction.load(['deletion', alias]);
      const passed = await passOne(transaction, bulk, alias);
      if (!passed.ok) return passed;
      transaction.record({ ...decision.value.event, onBehalfOf: decision.value.onBehalfOf });
      return decision;
    },
    answer: receiptOf,
  });
}

/** Brings a deleted customer back to whoever owned it, or into its pool when that person has left. */
export async function restoreCustomer(
  desk: Desk,
  id: string,
  options: KeyOnly,
): Promise<Result<Receipt, RestoreRefusal | ShellRefusal>> {
  const hostId = validate(idInput, id, 'id');
  const { idempotencyKey } = validate(keyOnly, options, 'options');
  let about: readonly Alias[] = [];
  return perform<Receipt, RestoreRefusal>(desk, {
    attempt: 'restore-customer',
    idempotencyKey,
    arguments: { customer: hostId },
    subjects: () => about,
    foresee: (transaction) => foreseeOne(transaction, null, hostId, ['deletion']),
    async decide(transaction) {
      const alias = await customerAlias(transaction, hostId);
      if (alias === null) return fail({ code: 'not-found' });
      about = [alias];
      await transaction.load(['customer', alias], ['deletion', alias], ['clock', alias]);
      const { actor, company, now } = transaction;
      const decision = decideRestore({
        customer: transaction.get('customer', alias),
        deletion: transaction.get('deletion', alias),
        actor,
        org: company.org,
        policy: company.policy,
        now,
      });
      if (!decision.ok) return decision;
      const { event, onBehalfOf, owner } = decision.value;
      if (owner !== null) transaction.bound('holdings', owner, company.policy.ownership.maxHeld);
      transaction.record({ ...event, onBehalfOf });
      return decision;
    },
    answer: receiptOf,
  });
}
