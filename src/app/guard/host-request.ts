import type { Operation } from '../../guard/index.ts';
import { type Alias, fail, ok, type Result } from '../../kernel/index.ts';
import type { Sensitivity } from '../../model/index.ts';
import { decideTransfer, visibleTo } from '../../ownership/index.ts';
import type { Transaction } from '../commit/transaction.ts';
import { loadCustomers } from '../customers/customer-context.ts';
import type { Desk } from '../desk.ts';
import type { RequestRefusal } from './guard.ts';

/** What a host wants to do on its own tables. */
export interface HostRequest {
  readonly operation: Operation;
  /** The host's ids. */
  readonly customers: readonly string[];
  readonly fields?: readonly string[] | undefined;
  /** Who gains by it, by the host's id. */
  readonly beneficiary?: string | undefined;
}

/** A request that the actor has a right to, with what the guard looks at. */
export interface RightfulRequest {
  readonly customers: readonly Alias[];
  readonly beneficiary: Alias | null;
  readonly fields: readonly Sensitivity[];
  readonly visible: ReadonlySet<Sensitivity>;
}

/**
 * Whether the actor has a right to the operation on every one of the customers; one without is a no to all. A transfer
 * to somebody is decided like one of the keeper's own.
 */
export async function decideHostRequest(
  transaction: Transaction,
  desk: Desk,
  { beneficiary: gains, customers: ids, fields: names = [], operation }: HostRequest,
): Promise<Result<RightfulRequest, RequestRefusal>> {
  const levels: Sensitivity[] = [];
  for (const field of names) {
    const level = desk.shape.fields.get(field);
    if (level === undefined) return fail({ code: 'unknown-field', field });
    levels.push(level);
  }
  const { org } = transaction.company;
  const beneficiary = gains === undefined ? null : org.byId.get(gains)?.alias;
  if (beneficiary === undefined) return fail({ code: 'unknown-employee' });
  const loaded = await loadCustomers(transaction, [...new Set(ids)]);
  const customers: Alias[] = [];
  for (const one of loaded) {
    const { customer, standing, policy } = one;
    if (customer === null) return fail({ code: 'not-found' });
    const { relation, capacity, mayWrite } = standing;
    const above = relation === 'owner' || relation === 'supervisor';
    const may = {
      view: relation !== 'other' || operation === 'check_duplicate',
      export: relation !== 'other',
      update: mayWrite,
      delete: above && capacity !== null,
      transfer: beneficiary !== null || (above && capacity !== null),
      check_duplicate: true,
    }[operation];
    if (!may) return fail({ code: 'not-permitted', needs: 'the owner or a supervisor' });
    if (operation === 'transfer' && beneficiary !== null) {
      const transfer = decideTransfer(one, beneficiary, '');
      if (!transfer.ok) return transfer;
    }
    const visible = visibleTo(relation, policy);
    const hidden = names.find((field) => !visible.has(desk.shape.fields.get(field) as Sensitivity));
    if (hidden !== undefined) return fail({ code: 'masked-field', field: hidden });
    customers.push(customer.alias);
  }
  return ok({ beneficiary, customers, fields: levels, visible: new Set(levels) });
}
