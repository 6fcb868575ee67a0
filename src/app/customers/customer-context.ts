import type { Alias } from '../../kernel/index.ts';
import type { Claim, Customer } from '../../model/index.ts';
import { type CustomerContext, type Standing, standingTo } from '../../ownership/index.ts';
import { customerAlias, customerAliases } from '../commit/subjects.ts';
import type { Transaction } from '../commit/transaction.ts';

/** A customer with what a decision about it looks at. */
export interface LoadedCustomer extends CustomerContext {
  readonly claim: Claim | null;
  readonly standing: Standing;
}

const NOBODY: Standing = { relation: 'other', capacity: null, mayWrite: false };

/** Reads a customer by the host's id, with its open claim, and what the actor is to it. */
export async function loadCustomer(transaction: Transaction, hostId: string): Promise<LoadedCustomer> {
  const alias = await customerAlias(transaction, hostId);
  if (alias !== null) await transaction.load(['customer', alias], ['clock', alias]);
  const customer = alias === null ? null : transaction.get('customer', alias);
  return withStanding(transaction, customer);
}

/** Many customers by the host's ids, in the order asked: three round trips, however many. */
export async function loadCustomers(
  transaction: Transaction,
  hostIds: readonly string[],
): Promise<readonly LoadedCustomer[]> {
  const aliases = await customerAliases(transaction, hostIds);
  const known = aliases.filter((alias) => alias !== null);
  await transaction.peek(...known.map((alias) => ['customer', alias] as const));
  const claims = known.flatMap((alias) => transaction.get('customer', alias)?.claim ?? []);
  await transaction.peek(...claims.map((claim) => ['claim', claim] as const));
  return Promise.all(
    aliases.map((alias) =>
      withStanding(transaction, alias === null ? null : transaction.get('customer', alias), true),
    ),
  );
}

/** A customer that is at hand, with its open claim and what the actor is to it. */
export async function withStanding(
  transaction: Transaction,
  customer: Customer | null,
  listed = false,
): Promise<LoadedCustomer> {
  const { actor, company, today } = transaction;
  const { org, policy } = company;
  const present =
    customer !== null && customer.state !== 'deleted' && customer.state !== 'absorbed' ? customer : null;
  // A list has peeked at all its claims before; a decision reads its one here.
  if (present?.claim != null && !listed) await transaction.load(['claim', present.claim]);
  const claim = present?.claim == null ? null : transaction.get('claim', present.claim);
  const standing = present === null ? NOBODY : standingTo(present, claim, actor, org, today);
  return { customer: present, claim, standing, actor, org, policy, today };
}

/** The alias of whom a refusal is about, as far as it is known. */
export function aboutOf({ customer }: { readonly customer: Customer | null }): readonly Alias[] {
  return customer === null ? [] : [customer.alias];
}
