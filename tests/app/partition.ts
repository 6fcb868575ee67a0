import { expect } from 'vitest';
import type { TenantId } from '../../src/kernel/index.ts';
import type { World } from './world.ts';

/**
 * An owner or a pool for each live customer, never both, and as many in each owner's counter as they own: as it lies in
 * the store. Answers how many each owns.
 */
export async function expectPartition({
  store,
  tenant,
}: Pick<World, 'store' | 'tenant'>): Promise<ReadonlyMap<string, number>> {
  const owned = new Map<string, number>();
  const whole = { from: '!', to: '~', limit: 1000, after: null, descending: false };
  const [customers = [], people = []] = [
    ...(await store.find(tenant as TenantId, {
      want: 'documents',
      ranges: [{ ...whole, index: 'customers' }],
    })),
    ...(await store.find(tenant as TenantId, { want: 'refs', ranges: [{ ...whole, index: 'employees' }] })),
  ];
  for (const { document } of customers) {
    const customer = JSON.parse(document?.body ?? '{}') as Record<'state' | 'owner' | 'pool', string | null>;
    const places = [customer.owner, customer.pool].filter((place) => place !== null);
    expect(places).toHaveLength(customer.state === 'live' ? 1 : 0);
    if (customer.owner !== null) owned.set(customer.owner, (owned.get(customer.owner) ?? 0) + 1);
  }
  const counters = await store.get(
    tenant as TenantId,
    people.map(({ ref }) => ({ collection: 'holdings', id: ref.id })),
  );
  for (const [at, { ref }] of people.entries())
    expect(Number(counters[at]?.body ?? 0)).toBe(owned.get(ref.id) ?? 0);
  return owned;
}
