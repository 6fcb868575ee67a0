import { unwrap } from '../../src/index.ts';
import type { TenantId } from '../../src/kernel/index.ts';
import type { Store } from '../../src/ports/index.ts';
import { createLeaving, leaves } from './handover-world.ts';
import { DAY, HOUR, type World, type WorldOptions } from './world.ts';

/**
 * A company with something of everything: claims in each state, follow-ups, orders, a share, a delegation, two
 * policies, an erasure, a notice with its handover, a hold, an export, an alert, refusals.
 */
export async function createLived(options: WorldOptions = {}): Promise<World> {
  const world = await createLeaving(options);
  for (const id of ['c-1', 'c-2', 'c-3', 'c-4'])
    await world.own(id, 'dana', {
      phone: `+86 ${world.tenant} ${id}`,
      need: `forty lathes for ${world.tenant}`,
    });
  for (let at = 10; at < 25; at += 1) await world.own(`c-${at}`, 'eve', { phone: '+86 1' });
  await world.register('c-5', 'eve');
  unwrap(await world.as('finn').claims.withdraw(await world.register('c-6', 'finn')));
  const contact = { kind: 'visit', text: 'walked through the new mill', evidence: 'm-1' } as const;
  unwrap(await world.as('dana').followUps.record('c-1', contact));
  const order = { id: 'o-1', customer: 'c-1', amount: { amount: 5_000, currency: 'CNY' }, stage: 'won' };
  unwrap(await world.service('erp').orders.record([{ ...order, at: world.clock.instant() }]));
  unwrap(await world.as('dana').ownership.share('c-1', { with: 'eve', access: 'write' }));
  unwrap(await world.as('boss').people.delegate('boss', { to: 'lead', untilOn: '2026-04-01' }));
  unwrap(await world.as('ada').policies.adopt({ followUps: { remindAfterDays: 2 } }));
  await world.as('finn').customers.get('c-404');
  await world.as('finn').customers.get('c-404');
  unwrap(await world.as('ada').privacy.erase('c-4', { basis: 'subject-request' }));
  unwrap(await world.as('ben').privacy.erase('c-4', { basis: 'subject-request' }));
  await world.as('eve').customers.delete(
    Array.from({ length: 12 }, (_, at) => `c-${10 + at}`),
    { reason: 'clean-up' },
  );
  unwrap(await world.as('ada').customers.list());
  world.clock.advance(HOUR);
  await leaves(world);
  world.clock.advance(3 * DAY);
  await world.keeper.sweep(world.tenant);
  await world.keeper.seal(world.tenant);
  return world;
}

/** Every document and entry that commits brought into a store, by tenant: what is left of a tenant can be asked for. */
export interface WatchedStore {
  readonly store: Store;
  /** Everything that is there of a tenant, as the store answers. */
  rows(tenant: string): Promise<readonly string[]>;
}

/** A store that remembers the names of all it was ever given. */
export function watched<Inner extends Store>(inner: Inner): { store: Inner; rows: WatchedStore['rows'] } {
  const names = new Map<
    string,
    { refs: Map<string, { collection: string; id: string }>; indexes: Set<string> }
  >();
  const of = (tenant: string) => {
    const known = names.get(tenant) ?? { refs: new Map(), indexes: new Set<string>() };
    names.set(tenant, known);
    return known;
  };
  const store: Inner = {
    ...inner,
    async commit(tenant, batch) {
      const { refs, indexes } = of(tenant);
      for (const { ref } of [...batch.puts, ...batch.adds]) refs.set(`${ref.collection}/${ref.id}`, ref);
      for (const { keys } of batch.puts) for (const { index } of keys) indexes.add(index);
      return inner.commit(tenant, batch);
    },
  };
  return {
    store,
    async rows(name) {
      const tenant = name as TenantId;
      const { refs, indexes } = of(name);
      const rows: string[] = [];
      const all = [...refs.values()];
      for (let from = 0; from < all.length; from += 500)
        for (const document of await inner.get(tenant, all.slice(from, from + 500)))
          if (document !== null) rows.push(JSON.stringify(document));
      for (const index of indexes) {
        const range = { index, from: '!', to: '~~~~~~', limit: 1000, after: null, descending: false };
        const [hits = []] = await inner.find(tenant, { ranges: [range], want: 'refs' });
        rows.push(...hits.map(({ key, ref }) => JSON.stringify([index, key, ref])));
      }
      for (let from = 0; ; from += 500) {
        const entries = await inner.readEntries(tenant, { by: 'index', from, limit: 500 });
        rows.push(...entries.map((entry) => JSON.stringify(entry)));
        if (entries.length < 500) break;
      }
      const staged = await inner.readEntries(tenant, { by: 'staged', limit: 500 });
      rows.push(...staged.map((entry) => JSON.stringify(entry)));
      const { size } = await inner.sequence(tenant, { size: 0, limit: 0 });
      if (size > 0) rows.push(`size ${size}`);
      return rows.sort();
    },
  };
}
