import { GUARDED_FIELDS } from '../../guard/index.ts';
import type { Alias } from '../../kernel/index.ts';
import type { Customer, ProfileShape } from '../../model/index.ts';
import { readOnRecord } from '../commit/reads.ts';
import type { Transaction } from '../commit/transaction.ts';
import { foreseeGuard, passGuard } from '../guard/pass-guard.ts';
import { readSeen, seenRef } from '../guard/usage.ts';
import type { LoadedCustomer } from './customer-context.ts';
import { type CustomerView, type ViewedCustomer, viewCustomer } from './customer-view.ts';
import { fetchProfiles, withProfile } from './host-profiles.ts';

/** Whose contacts stay hidden, and the hold that waits for somebody to look; `null` without a hold. */
export interface Withheld {
  readonly customers: ReadonlySet<Alias>;
  readonly hold: string | null;
}

const REVEAL = { operation: 'view', fields: [GUARDED_FIELDS], payload: null } as const;
const NOTHING: Withheld = { customers: new Set(), hold: null };

/**
 * Asks the guard whether the contacts of some customers may be shown. A read does not fail for it: what may
 * not be shown is withheld, and a hold waits. Whom the actor saw within 24 hours is not asked for again.
 */
export async function guardReveal(transaction: Transaction, customers: readonly Alias[]): Promise<Withheld> {
  if (customers.length === 0 || transaction.actor.party === 'system') return NOTHING;
  const seen = await readSeen(transaction, customers);
  if (seen.fresh.length === 0) return NOTHING;
  const passed = await passGuard(transaction, {
    ...REVEAL,
    customers: seen.fresh,
    visible: new Set([GUARDED_FIELDS]),
    brings: 'carrying-out',
  });
  if (passed.ok) {
    seen.remember();
    return NOTHING;
  }
  return {
    customers: new Set(seen.fresh),
    hold: passed.error.code === 'held' ? passed.error.hold : null,
  };
}

/** Names what asking for contacts is going to read. */
export function foreseeReveal(transaction: Transaction): void {
  if (transaction.actor.party === 'system') return;
  transaction.foresee(seenRef(transaction.actor.party));
  foreseeGuard(transaction, { ...REVEAL, brings: 'carrying-out' }, []);
}

/** The customers among those viewed whose contacts are shown for the first time in this hour. */
export function revealing(
  transaction: Transaction,
  shape: ProfileShape,
  viewed: readonly (ViewedCustomer & { readonly alias: Alias })[],
): readonly Alias[] {
  return viewed
    .filter(
      ({ alias, shown }) =>
        shown.some((field) => shape.fields.get(field) === GUARDED_FIELDS) &&
        !readOnRecord(transaction, 'customer-viewed', alias, shown),
    )
    .map(({ alias }) => alias);
}

/** A view without the contacts. */
export function withoutContacts(
  viewed: ViewedCustomer,
  shape: ProfileShape,
  hold: string | null,
): ViewedCustomer {
  const hidden = [...shape.fields].filter(([, level]) => level === GUARDED_FIELDS).map(([field]) => field);
  const profile = { ...(viewed.view.profile as object) } as Record<string, unknown>;
  for (const field of hidden) profile[field] = null;
  const view: CustomerView = {
    ...viewed.view,
    profile: profile as never,
    masked: [...new Set([...viewed.view.masked, ...hidden])],
    held: hold,
  };
  return { view, shown: viewed.shown.filter((field) => !hidden.includes(field)) };
}

/** A customer as the actor may see it, without the contacts where the guard withholds them. */
export async function viewGuarded(
  transaction: Transaction,
  shape: ProfileShape,
  loaded: LoadedCustomer & { readonly customer: Customer },
): Promise<ViewedCustomer> {
  const { alias } = loaded.customer;
  const customer = withProfile(loaded.customer, await fetchProfiles(transaction, shape, [loaded.customer]));
  const viewed = viewCustomer(transaction, shape, { ...loaded, customer });
  const withheld = await guardReveal(transaction, revealing(transaction, shape, [{ ...viewed, alias }]));
  return withheld.customers.has(alias) ? withoutContacts(viewed, shape, withheld.hold) : viewed;
}
