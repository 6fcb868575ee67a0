import type { Instant } from '../../kernel/index.ts';
import type { CollectionSize } from '../../ports/index.ts';
import { partsOf } from '../commit/batch.ts';
import { refresh } from '../commit/refresh.ts';
import type { Session } from '../commit/session.ts';

/** How much a company has. Numbers only: nothing that names anybody. */
export interface TenantUsage {
  /** The random id of its ledger: what checkpoints and events call the company. */
  readonly ledger: string;
  readonly suspendedAt: Instant | null;
  readonly employees: { readonly active: number; readonly onNotice: number; readonly departed: number };
  /** Customers that have an owner. */
  readonly customersOwned: number;
  readonly entries: {
    readonly sealed: number;
    /** Committed and not sealed yet, counted up to 512. */
    readonly unsealed: number;
  };
  /** By collection, and for the ledger; `null` when nobody asked, or the store does not know. */
  readonly kept: {
    readonly documents: readonly CollectionSize[];
    readonly entries: { readonly count: number; readonly bytes: number | null };
    /** Of bodies and leaves together, without indexes and what the database adds. */
    readonly bytes: number | null;
  } | null;
}

/** So many unsealed entries are counted at most. */
const MOST = 512;

/**
 * Adds up counters that exist: the org chart, what each employee holds, the size of the log. Costs a few round trips
 * for a thousand employees, however many customers there are. What is kept by collection is counted by the store.
 */
export async function usageOf(session: Session, withDocuments: boolean): Promise<TenantUsage> {
  const { store, tenant } = session;
  await refresh(session);
  const { org, tenant: company } = session.company;
  const people = [...org.byAlias.values()];
  const holdings = people.map(({ alias }) => ({ collection: 'holdings', id: alias }));
  let customersOwned = 0;
  for (const part of partsOf(holdings, 500))
    for (const counter of await store.get(tenant, part)) customersOwned += Number(counter?.body ?? 0);
  const count = (status: (typeof people)[number]['status']): number =>
    people.filter((person) => person.status === status).length;
  const { size } = await store.sequence(tenant, { size: 0, limit: 0 });
  const staged = await store.readEntries(tenant, { by: 'staged', limit: MOST });
  return {
    ledger: session.ledger,
    suspendedAt: company.suspendedAt ?? null,
    employees: { active: count('active'), onNotice: count('on_notice'), departed: count('departed') },
    customersOwned,
    entries: { sealed: size, unsealed: staged.length },
    kept: withDocuments && store.capabilities.wholeTenants === true ? await measure(session) : null,
  };
}

async function measure({ store, tenant }: Session): Promise<TenantUsage['kept']> {
  const { documents, entries } = await store.measure(tenant);
  const sizes = [entries.bytes, ...documents.map(({ bytes }) => bytes)];
  return {
    documents: [...documents].sort((left, right) => (left.collection < right.collection ? -1 : 1)),
    entries,
    bytes: sizes.reduce<number | null>(
      (sum, bytes) => (sum === null || bytes === null ? null : sum + bytes),
      0,
    ),
  };
}
