import { isGamekeeperError } from '../../src/index.ts';
import type { TenantId } from '../../src/kernel/index.ts';
import type { Store, StoredEntry } from '../../src/ports/index.ts';
import type { CompanyView, FollowingView } from './view.ts';
import type { World } from './world.ts';

/** A database that somebody with every right on it can change, past every keeper. */
export interface Forgeable {
  readonly store: Store;
  /** The entry lies there with another leaf from now on; its code stays as it was. */
  alter(id: string, leaf: string): void;
  /** The log ends before this position from now on. */
  cut(tenant: string, size: number): void;
}

/** A store whose entries can be forged. */
export function forgeable(store: Store): Forgeable {
  const altered = new Map<string, string>();
  const cuts = new Map<string, number>();
  const seen = (tenant: string, entry: StoredEntry): readonly StoredEntry[] => {
    const { id, index } = entry;
    const size = cuts.get(tenant);
    if (size !== undefined && (index === null || index >= size)) return [];
    const leaf = altered.get(id);
    return [leaf === undefined ? entry : { ...entry, leaf }];
  };
  return {
    alter: (id, leaf) => void altered.set(id, leaf),
    cut: (tenant, size) => void cuts.set(tenant, size),
    store: {
      ...store,
      async sequence(tenant, request) {
        const size = cuts.get(tenant);
        if (size === undefined) return store.sequence(tenant, request);
        return request.size === size ? { status: 'sequenced', size, count: 0 } : { status: 'conflict', size };
      },
      async readEntries(tenant, query) {
        const entries = await store.readEntries(tenant, query);
        return entries.flatMap((entry) => seen(tenant, entry));
      },
    },
  };
}

/** A way to change what lies in the database; `null` where there is nothing to change that way. */
type Forgery = (world: World, view: CompanyView, tenant: TenantId) => Promise<string | null>;

const FORGERIES: readonly Forgery[] = [
  async function editedDocument({ forged, simulation }, view) {
    const customer = simulation.dice.pick([...view.all('customer')]);
    const other = simulation.dice.pick([...view.all('employee')]);
    if (customer === undefined || other.alias === customer.owner) return null;
    return rewrite(forged, view, 'customer', customer.alias, (body) => ({ ...body, owner: other.alias }));
  },
  async function deletedDocument({ forged, simulation }, view, tenant) {
    const { alias } = simulation.dice.pick([...view.all('customer')]);
    await forged.store.commit(tenant, {
      checks: [],
      adds: [],
      puts: [],
      deletes: [{ collection: 'customer', id: alias }],
      entries: [],
    });
    return `deleted customer/${alias}`;
  },
  async function movedCounter({ forged, simulation }, view, tenant) {
    const { alias } = simulation.dice.pick([...view.all('employee')]);
    const ref = { collection: 'holdings', id: alias };
    await forged.store.commit(tenant, {
      checks: [],
      adds: [{ ref, by: 1, atMost: null, atLeast: null, version: `forged-${simulation.now()}` }],
      puts: [],
      deletes: [],
      entries: [],
    });
    return `moved holdings/${alias}`;
  },
  async function editedEntry({ forged, simulation }, view) {
    const leaf = simulation.dice.pick(view.log.slice(0, view.size));
    forged.alter(leaf.id, JSON.stringify({ ...leaf, actor: 'e_AAAAAAAAAAAAAAAAAAAAAA' }));
    return `edited entry ${leaf.id}`;
  },
  async function cutTail({ forged, simulation }, view, tenant) {
    const size = view.size - 1 - simulation.dice.below(3);
    forged.cut(tenant, size);
    return `cut the log after ${size} of ${view.size}`;
  },
  async function editedCheckpoint({ forged, simulation }, view) {
    const ids = [...view.ids('checkpoint')];
    if (ids.length === 0) return null;
    return rewrite(forged, view, 'checkpoint', simulation.dice.pick(ids), (body) => ({
      checkpoint: String(body.checkpoint).replace(/.=\n/, 'A=\n'),
    }));
  },
  async function editedDisclosure({ forged, simulation }, view) {
    const ids = [...view.ids('disclosure')];
    if (ids.length === 0) return null;
    return rewrite(forged, view, 'disclosure', simulation.dice.pick(ids), ({ sealed }) => ({
      sealed: `${String(sealed).slice(0, -4)}AAAA`,
    }));
  },
];

/** Changes the body of a document; its version and its code stay as they were. */
async function rewrite(
  { store }: Forgeable,
  view: CompanyView,
  collection: string,
  id: string,
  change: (body: { readonly [name: string]: unknown }) => object,
): Promise<string | null> {
  const tenant = view.tenant as TenantId;
  const [document] = await store.get(tenant, [{ collection, id }]);
  if (document == null) return null;
  const body = JSON.stringify(change(JSON.parse(document.body)));
  if (body === document.body) return null;
  await store.commit(tenant, {
    checks: [],
    adds: [],
    puts: [{ ...document, body, keys: view.keysOf(`${collection}/${id}`) }],
    deletes: [],
    entries: [],
  });
  return `edited ${collection}/${id}`;
}

/** Whoever changes the database past the keepers is found out, by a keeper that knows the tenant or by a new one. */
export async function checkTampering(world: World, view: FollowingView): Promise<void> {
  const { breach, simulation, stations } = world;
  const { dice } = simulation;
  const station = dice.pick(stations);
  const { tenant } = view;
  const what = dice.once(3)
    ? await forgeUnsealed(world, view)
    : await dice.pick(FORGERIES)(world, view, tenant as TenantId);
  if (what === null) return;
  simulation.count('tampering');
  simulation.note(`forged: ${tenant} ${what}`);
  if (dice.once(2) || !station.process.isUp()) {
    if (station.process.isUp()) station.process.crash();
    station.open();
  }
  try {
    const { status } = await station.process.ask(() => station.keeper().verify(tenant));
    if (status === 'ok') breach('tamper-evident', `${tenant} verifies after somebody ${what}`);
  } catch (error) {
    if (!isGamekeeperError(error, 'ERR_STORE_CORRUPT'))
      breach('deny by default', `verification of what was forged fails: ${String(error)}`);
  }
}

/**
 * Changes an entry before it is sealed, in a moment in which no process is left that remembers it. Only its
 * authentication code tells.
 */
async function forgeUnsealed(
  { forged, simulation, stations }: World,
  view: FollowingView,
): Promise<string | null> {
  const [station] = stations;
  if (station === undefined) return null;
  await station.process.ask(() =>
    station.keeper().as({ tenant: view.tenant, employee: 'ada' }).ledger.entries({ limit: 1 }),
  );
  for (const { process } of stations) process.crash();
  const leaf = view.log.at(-1);
  if (leaf === undefined || view.size === view.log.length || leaf.type !== 'ledger-read') return null;
  const other = [...view.all('employee')].find(({ alias }) => alias !== leaf.actor)?.alias as string;
  forged.alter(leaf.id, JSON.stringify(leaf).replace(leaf.actor, other));
  simulation.count('tampering before the seal');
  return `edited entry ${leaf.id} before it was sealed`;
}
