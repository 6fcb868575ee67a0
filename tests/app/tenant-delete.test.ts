import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ephemeralKeys } from '../../src/adapters/node/index.ts';
import { type MemorySink, memoryNotifier, memorySink, unwrap } from '../../src/index.ts';
import type { TenantStore } from '../../src/ports/index.ts';
import { failing, type StoreFault } from '../../src/testing/index.ts';
import { createLived, watched } from './tenant-world.ts';
import {
  createSqliteDisk,
  createWorld,
  expectWhole,
  freshStore,
  openWorld,
  type SqliteDisk,
  type World,
} from './world.ts';

const NAMES = ['acme', 'acme2', 'ACME', 'acm_'];
const confirm = (id: string): { readonly confirm: string } => ({ confirm: id });

/** Suspends a company and deletes it. */
async function erase({ keeper }: Pick<World, 'keeper'>, id = 'acme'): Promise<unknown> {
  await keeper.tenants.suspend(id);
  return unwrap(await keeper.tenants.delete(id, confirm(id)));
}

describe('a deleted company, in memory', () => {
  it('leaves nothing, and every row of the others as it was', async () => {
    const { store, rows } = watched(freshStore());
    const keys = ephemeralKeys();
    const worlds: World[] = [];
    for (const tenant of NAMES) worlds.push(await createLived({ store, tenant, keeper: { keys } }));
    const before = await Promise.all(NAMES.map(rows));
    expect(before[0]?.length).toBeGreaterThan(200);
    await erase(worlds[0] as World);
    expect(await rows('acme')).toEqual([]);
    expect(await Promise.all(NAMES.slice(1).map(rows))).toEqual(before.slice(1));
    for (const world of worlds.slice(1)) await expectWhole(world);
  });

  it('is unknown to every verb of the keeper', async () => {
    const world = await createLived();
    const { ledger } = await world.keeper.tenants.usage('acme');
    const { checkpoint, ...deleted } = (await erase(world)) as Record<string, unknown>;
    expect(deleted).toEqual({ ledger, entries: expect.any(Number) });
    expect(checkpoint).toContain(`gamekeeper/${ledger}`);
    const { keeper } = world;
    for (const call of [
      () => world.as('ada').people.list(),
      () => keeper.sweep('acme'),
      () => keeper.seal('acme'),
      () => keeper.verify('acme'),
      () => keeper.rebuild('acme'),
      () => keeper.tenants.suspend('acme'),
      () => keeper.tenants.usage('acme'),
      () => keeper.tenants.export('acme', { write: async () => undefined }),
      () => keeper.tenants.delete('acme', confirm('acme')),
    ])
      await expect(call()).rejects.toMatchObject({ code: 'ERR_UNKNOWN_TENANT' });
  });

  it('may be created anew, as another company with another ledger', async () => {
    const world = await createWorld({ staff: [] });
    const { ledger } = await world.keeper.tenants.usage('acme');
    await erase(world);
    await world.keeper.tenants.create('acme', { admins: [{ id: 'ada', name: 'Ada' }] });
    expect((await world.keeper.tenants.usage('acme')).ledger).not.toBe(ledger);
    expect(unwrap(await world.as('ada').people.list()).items).toHaveLength(1);
    await expectWhole(world);
  });

  it('was suspended before, and its id said twice', async () => {
    const world = await createWorld({ staff: [] });
    const { tenants } = world.keeper;
    expect(await tenants.delete('acme', confirm('acme'))).toEqual({
      ok: false,
      error: { code: 'tenant-not-suspended' },
    });
    await tenants.suspend('acme');
    for (const wrong of [confirm('Acme'), confirm(''), {}, undefined])
      await expect(tenants.delete('acme', wrong as never)).rejects.toMatchObject({
        code: 'ERR_INVALID_INPUT',
      });
    await expect(tenants.delete('nobody', confirm('nobody'))).rejects.toMatchObject({
      code: 'ERR_UNKNOWN_TENANT',
    });
    await tenants.resume('acme');
    unwrap(await world.as('ada').people.list());
  });

  it('stays where the store cannot remove it', async () => {
    const inner = freshStore();
    const store = { ...inner, capabilities: { durable: false, multiProcess: false } };
    const world = await createWorld({ store, staff: [] });
    await world.keeper.tenants.suspend('acme');
    expect(await world.keeper.tenants.delete('acme', confirm('acme'))).toEqual({
      ok: false,
      error: { code: 'store-cannot-purge' },
    });
    await expectWhole(world);
  });
});

/** A store that removes a few rows in a call, and notes how many calls that took. */
function slowly(inner: TenantStore): TenantStore & { calls: number } {
  const store = {
    ...inner,
    calls: 0,
    purge: (tenant: Parameters<TenantStore['purge']>[0], request: Parameters<TenantStore['purge']>[1]) => {
      store.calls += 1;
      return inner.purge(tenant, { ...request, limit: Math.min(request.limit, 4) });
    },
  };
  return store;
}

describe('a company whose deletion breaks off', () => {
  let disk: SqliteDisk;
  beforeEach(() => {
    disk = createSqliteDisk();
  });
  afterEach(() => disk.clean());

  const faults: readonly StoreFault[] = [
    'failed',
    'stored-but-reported-lost',
    'throw',
    'undefined',
    'wrong-type',
  ];

  it.each(faults)(
    'with %s at any call is gone for everybody at once, and wholly when it is repeated',
    async (fault) => {
      const keeper = { keys: await disk.keys() };
      for (const call of [1, 2, 3, 5]) {
        const store = failing(slowly(disk.open()), { method: 'purge', call, fault });
        const world = await createWorld({
          store,
          keeper,
          tenant: `t-${fault}-${call}`,
          staff: ['boss'].slice(1),
        });
        const { tenants } = world.keeper;
        await tenants.suspend(world.tenant);
        await expect(tenants.delete(world.tenant, confirm(world.tenant))).rejects.toMatchObject({
          code: expect.stringMatching(/^ERR_STORE_/),
        });
        expect(store.injected()).toBe(1);
        await expect(world.as('ada').people.list()).rejects.toMatchObject({ code: 'ERR_UNKNOWN_TENANT' });
        const left = openWorld({ store: disk.open(), keeper, tenant: world.tenant });
        const again = await left.keeper.tenants
          .delete(world.tenant, confirm(world.tenant))
          .catch((error: unknown) => error);
        // Said to be lost, the last call had removed all there was.
        if (again instanceof Error) expect(again).toMatchObject({ code: 'ERR_UNKNOWN_TENANT' });
        else expect(again).toEqual({ ok: true, value: { ledger: null, checkpoint: null, entries: null } });
        expect(rowsOf(disk, world.tenant)).toEqual([]);
      }
    },
  );

  it('is created by nobody until it is over', async () => {
    const keeper = { keys: await disk.keys() };
    const store = failing(slowly(disk.open()), { method: 'purge', call: 2, fault: 'failed' });
    const world = await createWorld({ store, keeper, staff: [] });
    await world.keeper.tenants.suspend('acme');
    await expect(world.keeper.tenants.delete('acme', confirm('acme'))).rejects.toThrow();
    const create = () => world.keeper.tenants.create('acme', { admins: [{ id: 'eve', name: 'Eve' }] });
    await expect(create()).rejects.toThrow('finish with keeper.tenants.delete');
    unwrap(await world.keeper.tenants.delete('acme', confirm('acme')));
    await create();
    expect(unwrap(await world.as('eve').people.list()).items).toHaveLength(1);
    await expectWhole(world);
  });

  it('leaves alone one that was created meanwhile', async () => {
    const keeper = { keys: await disk.keys() };
    const slow = slowly(disk.open());
    const other = openWorld({ store: disk.open(), keeper });
    const store: TenantStore = {
      ...slow,
      async purge(tenant, request) {
        if (slow.calls === 2) {
          // Another process finishes, and the host signs a new contract, all while this one pauses.
          unwrap(await other.keeper.tenants.delete('acme', confirm('acme')));
          await other.keeper.tenants.create('acme', { admins: [{ id: 'eve', name: 'Eve' }] });
        }
        return slow.purge(tenant, request);
      },
    };
    const world = await createWorld({ store, keeper, staff: [] });
    await world.keeper.tenants.suspend('acme');
    await expect(world.keeper.tenants.delete('acme', confirm('acme'))).rejects.toMatchObject({
      code: 'ERR_CONFLICT',
    });
    expect(unwrap(await other.as('eve').people.list()).items).toHaveLength(1);
    await expectWhole(other);
  });
});

/** Every row of every table, of one tenant or of all others. */
function rowsOf(disk: SqliteDisk, tenant: string, which: '=' | '<>' = '='): string[] {
  const database = new DatabaseSync(disk.file);
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const rows = tables.flatMap(({ name }) =>
    database
      .prepare(`SELECT * FROM "${String(name)}" WHERE tenant ${which} ?`)
      .all(tenant)
      .map((row) => JSON.stringify([name, row])),
  );
  database.close();
  return rows;
}

describe('a deleted company, on SQLite', () => {
  it('is not brought back in part by who opens it that very moment', async () => {
    const disk = createSqliteDisk();
    try {
      const keys = await disk.keys();
      const here = await createWorld({ store: disk.open(), keeper: { keys }, staff: [] });
      await here.keeper.tenants.suspend('acme');
      const inner = disk.open();
      let deleted = false;
      const store: TenantStore = {
        ...inner,
        async commit(tenant, batch) {
          if (!deleted && batch.puts.some(({ ref }) => ref.collection === 'cursor')) {
            deleted = true;
            unwrap(await here.keeper.tenants.delete('acme', confirm('acme')));
          }
          return inner.commit(tenant, batch);
        },
      };
      const there = openWorld({ store, keeper: { keys, notifiers: [memoryNotifier()] } });
      await expect(there.keeper.sweep('acme')).rejects.toMatchObject({ code: 'ERR_UNKNOWN_TENANT' });
      expect(deleted).toBe(true);
      expect(rowsOf(disk, 'acme')).toEqual([]);
    } finally {
      disk.clean();
    }
  });

  it('leaves nothing in any table, nor in the file; the others are byte by byte as they were', async () => {
    const disk = createSqliteDisk();
    try {
      const keeper = { keys: await disk.keys() };
      const store = disk.open();
      const worlds: World[] = [];
      for (const tenant of NAMES) worlds.push(await createLived({ store, tenant, keeper }));
      const before = rowsOf(disk, 'acme', '<>');
      const bytes = () =>
        readdirSync(disk.folder)
          .filter((name) => name.startsWith('world.db'))
          .map((name) => readFileSync(join(disk.folder, name), 'latin1'))
          .join('');
      expect(bytes()).toContain('forty lathes for acme"');
      await erase(worlds[0] as World);
      expect(rowsOf(disk, 'acme')).toEqual([]);
      expect(rowsOf(disk, 'acme', '<>')).toEqual(before);
      expect(bytes()).not.toContain('forty lathes for acme"');
      expect(bytes()).toContain('forty lathes for acme2"');
      for (const world of worlds.slice(1)) await expectWhole(world);
    } finally {
      disk.clean();
    }
  });

  it('is unknown to another process with its next call', async () => {
    const disk = createSqliteDisk();
    try {
      const keeper = { keys: await disk.keys() };
      const here = await createWorld({ store: disk.open(), keeper, staff: ['chief', 'boss', 'dana'] });
      const there = openWorld({ store: disk.open(), keeper });
      await here.own('c-1', 'dana');
      unwrap(await there.as('dana').customers.get('c-1'));
      await there.keeper.seal('acme');
      const alarms: unknown[] = [];
      there.keeper.onAlarm((alarm) => alarms.push(alarm));
      await erase(here);
      for (let call = 0; call < 2; call += 1)
        await expect(there.as('dana').customers.get('c-1')).rejects.toMatchObject({
          code: 'ERR_UNKNOWN_TENANT',
        });
      await there.keeper.close();
      expect(alarms).toEqual([]);
      expect(rowsOf(disk, 'acme')).toEqual([]);
    } finally {
      disk.clean();
    }
  });

  it('and created anew is another company for another process, too', async () => {
    const keys = ephemeralKeys();
    const store = freshStore();
    const calls: readonly ((world: World) => Promise<unknown>)[] = [
      async ({ as }) => unwrap(await as('eve').customers.list()),
      async ({ as }) => unwrap(await as('eve').people.hire({ id: 'dana', name: 'Dana' })),
      ({ keeper }) => keeper.sweep('acme'),
      ({ keeper }) => keeper.seal('acme'),
      ({ keeper }) => keeper.tenants.usage('acme'),
    ];
    for (const call of calls) {
      const here = await createWorld({ store, keeper: { keys }, staff: ['chief', 'boss', 'dana'] });
      const there = openWorld({ store, keeper: { keys } });
      await here.own('c-1', 'dana');
      unwrap(await there.as('dana').customers.get('c-1'));
      const alarms: unknown[] = [];
      there.keeper.onAlarm((alarm) => alarms.push(alarm));
      await erase(here);
      await here.keeper.tenants.create('acme', { admins: [{ id: 'eve', name: 'Eve' }] });
      expect((await there.keeper.verify('acme')).findings).toEqual([]);
      await expect(call(there)).rejects.toMatchObject({ code: 'ERR_UNKNOWN_TENANT' });
      await call(there);
      await expectWhole(there);
      await there.keeper.close();
      expect(alarms).toEqual([]);
      await erase(here);
    }
  });

  it('and created anew is worked for by workers that worked for the old one', async () => {
    const keys = ephemeralKeys();
    const store = freshStore();
    const here = await createWorld({ store, keeper: { keys }, staff: [] });
    const sink = memorySink({ names: 'host' });
    const there = openWorld({ store, keeper: { keys, eventSinks: [sink] } });
    const alarms: string[] = [];
    there.keeper.onAlarm(({ kind, places }) => alarms.push([kind, ...places].join(' ')));
    const worker = await there.keeper.work({ tenants: () => ['acme'] });
    const heard = (who: string) =>
      vi.waitFor(() => expect(employees(sink)).toContain(who), { timeout: 8_000 });
    await heard('ada');
    await erase(here);
    await here.keeper.tenants.create('acme', { admins: [{ id: 'eve', name: 'Eve' }] });
    await here.keeper.seal('acme');
    await heard('eve');
    await worker.stop();
    await there.keeper.close();
    // Said once, and not in the words of an attack.
    expect(alarms.length).toBeLessThanOrEqual(1);
    for (const alarm of alarms) expect(alarm).toMatch(/^work-failed (no such tenant|the tenant was deleted)/);
  }, 20_000);
});

function employees({ events }: MemorySink): readonly string[] {
  return events.flatMap(({ data }) => data.employees);
}
