import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EntriesPage, isGamekeeperError, unwrap } from '../../src/index.ts';
import type { HostTransaction } from '../../src/ports/index.ts';
import { createDisk, createWorld, type World } from '../app/world.ts';
import { describeEngines, type Engine, type OpenStore, SHARED } from './engines.ts';
import { driversOf, type HostDriver, plainDriver } from './host-drivers.ts';

type Transaction = HostTransaction<'postgresql' | 'mysql'>;

const ROLL_BACK = new Error('the host changes its mind');
const LONG = process.env.LONG === '1';
const call = { kind: 'call', text: 'Spoke about delivery' } as const;

await describeEngines('inside of the host’s own transaction', SHARED, (engine) => {
  const disk = createDisk();
  const crm = `${engine.schema}.crm_customers`;
  let store: OpenStore;
  let world: World;
  beforeAll(async () => {
    store = engine.open();
    world = await createWorld({ store, keeper: { keys: await disk.keys() } });
    await engine.query(`CREATE TABLE ${crm} (id varchar(40) PRIMARY KEY, city varchar(40))`);
  });
  afterAll(async () => {
    await world.keeper.close();
    await store.end();
    disk.clean();
  });

  const cities = async (id: string): Promise<readonly unknown[]> =>
    (await engine.query(`SELECT city FROM ${crm} WHERE id = '${id}'`)).map(({ city }) => city);
  const insert = (transaction: Transaction, id: string): Promise<unknown> =>
    transaction.execute(`INSERT INTO ${crm} (id, city) VALUES ('${id}', 'Ulm')`, []);
  const kept = async (id: string): Promise<boolean> => (await world.as('dana').customers.get(id)).ok;
  const claims = async (): Promise<number> =>
    Number(
      (
        await engine.query(
          `SELECT count(*) AS n FROM ${engine.schema}.gk_documents WHERE collection = 'claim'`,
        )
      )[0]?.n,
    );
  const register = (id: string): Promise<string> => world.register(id);
  const whole = async (): Promise<void> =>
    expect(await world.keeper.verify(world.tenant)).toMatchObject({ status: 'ok', findings: [] });

  const host = plainDriver(engine.name as 'postgresql', 33);
  afterAll(() => host.end());
  /** Does it all again when somebody was faster, as a host does. Answers how often that was. */
  const patiently = async (work: (transaction: Transaction) => Promise<unknown>): Promise<number> => {
    for (let lost = 0; ; lost += 1) {
      try {
        await host.transaction(work);
        return lost;
      } catch (error) {
        if (!isGamekeeperError(error, 'ERR_CONFLICT')) throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(50, 2 ** lost)));
      }
    }
  };

  it('a quota that was used up stays used up, however often the host rolls back', async () => {
    const { rounds, most } = LONG ? { rounds: 1_000, most: 100 } : { rounds: 60, most: 20 };
    const strict = await createWorld({
      store,
      tenant: 'strict',
      staff: ['chief', 'boss', 'dana'],
      keeper: { keys: await disk.keys() },
      create: { policy: { guard: { reveals: { mode: 'enforce', hold: { '24h': most } } } } },
    });
    const ids = Array.from({ length: rounds }, (_, at) => `q${at}`);
    await Promise.all(ids.map((id) => strict.own(id, 'dana', { phone: `+86 ${id}` })));
    let shown = 0;
    let refused = 0;
    await concurrently(8, ids, async (id) => {
      const probe = host.transaction((transaction) =>
        store.within(transaction, async () => {
          const seen = await strict.as('dana').customers.get(id);
          if (seen.ok && seen.value.profile.phone === `+86 ${id}`) shown += 1;
          else refused += 1;
          throw ROLL_BACK;
        }),
      );
      await expect(probe).rejects.toBe(ROLL_BACK);
    });
    expect({ shown, refused }).toEqual({ shown: most - 1, refused: rounds - most + 1 });
    expect(await strict.keeper.verify('strict')).toMatchObject({ status: 'ok' });
    await strict.keeper.close();
  });

  it('a change that is rolled back counts as tried', async () => {
    const strict = await createWorld({
      store,
      tenant: 'tried',
      staff: ['chief', 'boss', 'dana', 'eve'],
      keeper: { keys: await disk.keys() },
      create: { policy: { guard: { ownerChanges: { mode: 'enforce', hold: { '1h': 3 } } } } },
    });
    await strict.own('c', 'dana');
    const codes: unknown[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const tries = host.transaction((transaction) =>
        store.within(transaction, async () => {
          const moved = await strict.as('boss').ownership.transfer(['c'], { to: 'eve', reason: 'nearer' });
          codes.push(moved.ok ? 'moved' : moved.error.code);
          throw ROLL_BACK;
        }),
      );
      await expect(tries).rejects.toBe(ROLL_BACK);
    }
    expect(codes).toEqual(['moved', 'moved', 'held', 'held']);
    expect(await strict.keeper.verify('tried')).toMatchObject({ status: 'ok', findings: [] });
    await strict.keeper.close();
  });

  it('an alert about a change goes with it, one about a look stays, and what is tried again alerts again', async () => {
    const strict = await createWorld({
      store,
      tenant: 'alerting',
      staff: ['chief', 'boss', 'dana', 'eve'],
      keeper: { keys: await disk.keys() },
      create: {
        policy: {
          guard: {
            ownerChanges: { mode: 'enforce', alert: { '1h': 2 }, hold: { '1h': 50 } },
            reveals: { mode: 'enforce', alert: { '24h': 2 }, hold: { '24h': 50 } },
          },
        },
      },
    });
    for (const id of ['c', 'd', 'e']) await strict.own(id, 'dana', { phone: `+86 ${id}` });
    const alerts = async () => unwrap(await strict.as('ada').alerts.list()).items.map(({ rule }) => rule);
    const rolledBack = async (work: () => Promise<unknown>): Promise<void> => {
      const ran = host.transaction((transaction) =>
        store.within(transaction, async () => {
          await work();
          throw ROLL_BACK;
        }),
      );
      await expect(ran).rejects.toBe(ROLL_BACK);
    };
    const move = async () =>
      unwrap(await strict.as('boss').ownership.transfer(['c'], { to: 'eve', reason: 'nearer' }));
    await rolledBack(move);
    await rolledBack(move);
    expect(await alerts(), 'the second was past the threshold, and never happened').toEqual([]);
    await host.transaction((transaction) => store.within(transaction, move));
    expect(await alerts(), 'the third was, and did').toEqual(['guard-owner-changes']);
    await rolledBack(async () => {
      for (const id of ['d', 'e']) unwrap(await strict.as('dana').customers.get(id));
    });
    expect(await alerts(), 'what was seen was seen').toEqual(expect.arrayContaining(['guard-reveals']));
    expect(await strict.keeper.verify('alerting')).toMatchObject({ status: 'ok', findings: [] });
    await strict.keeper.close();
  });

  it('32 connections in any order of customers: none deadlocks, and all get through', async () => {
    const ids = Array.from({ length: 32 }, (_, at) => `d${at}`);
    await Promise.all(ids.map((id) => world.own(id)));
    const before = await deadlocks(engine);
    const rounds = LONG ? 3_200 : 64;
    let seed = 7;
    const random = (): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const orders = Array.from({ length: rounds }, () => [...ids].sort(() => random() - 0.5).slice(0, 2));
    let lost = 0;
    await concurrently(32, orders, async (order) => {
      const again = await patiently((transaction) =>
        store.within(transaction, async () => {
          for (const id of order) unwrap(await world.as('dana').followUps.record(id, call));
        }),
      );
      lost += again;
    });
    console.log(
      `${engine.name}: ${rounds} transactions on two of ${ids.length} customers each, ${lost} begun anew`,
    );
    expect(await deadlocks(engine)).toBe(before);
    expect(lost, 'they were in each other’s way').toBeGreaterThan(0);
    let found = 0;
    for (const id of ids) found += unwrap(await world.as('dana').followUps.list(id)).items.length;
    expect(found).toBe(rounds * 2);
    await whole();
  });

  it('a client that dies in the middle leaves nothing', async () => {
    await world.own('dying');
    const { length: before } = unwrap(await world.as('dana').followUps.list('dying')).items;
    const dies = host.transaction((transaction) =>
      store.within(transaction, async () => {
        await insert(transaction, 'dying');
        unwrap(await world.as('dana').followUps.record('dying', call));
        await kill(engine, transaction);
        await world.as('dana').followUps.record('dying', call);
      }),
    );
    await expect(dies).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' });
    expect(await cities('dying')).toEqual([]);
    expect(unwrap(await world.as('dana').followUps.list('dying')).items).toHaveLength(before);
    unwrap(await world.as('dana').followUps.record('dying', call));
    await whole();
  });

  it('who was slower is told to do it again, and can', async () => {
    await world.own('hot');
    const record = () => world.as('dana').followUps.record('hot', call);
    await host.transaction(async (first) => {
      await store.within(first, async () => void unwrap(await record()));
      const second = host.transaction((transaction) => store.within(transaction, record));
      await expect(second).rejects.toMatchObject({
        code: 'ERR_CONFLICT',
        message: expect.stringContaining('roll your transaction back'),
      });
    });
    expect(await patiently((transaction) => store.within(transaction, record))).toBe(0);
    await whole();
  });

  it('who makes the same customer a moment later is told so, and waits no longer than a moment', async () => {
    const register = () =>
      world.as('dana').customers.register({ name: 'Twin', phone: '+86 twin' }, { id: 'twin' });
    await host.transaction(async (first) => {
      await store.within(first, async () => void unwrap(await register()));
      const began = performance.now();
      const second = host.transaction((transaction) => store.within(transaction, register));
      await expect(second).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
      expect(performance.now() - began).toBeLessThan(5_000);
    });
    await whole();
  });

  it('how long the host waits for locks of its own is as before, whatever came of a command', async () => {
    const patience = async ({ execute }: Transaction): Promise<unknown> =>
      engine.name === 'postgresql'
        ? ((await execute('SHOW lock_timeout', [])) as { rows: unknown[] }).rows
        : ((await execute('SELECT @@innodb_lock_wait_timeout AS seconds', [])) as unknown[])[0];
    await world.own('patient');
    const record = () => world.as('dana').followUps.record('patient', call);
    await host.transaction(async (first) => {
      const before = await patience(first);
      await store.within(first, record);
      expect(await patience(first)).toEqual(before);
      const second = host.transaction(async (transaction) => {
        await store.within(transaction, record).catch(() => undefined);
        expect(await patience(transaction)).toEqual(before);
      });
      await second;
    });
  });

  it('nobody else waits, and nothing is lost, while a transaction stays open', async () => {
    for (const id of ['open', 'other']) await world.own(id);
    const alarms: unknown[] = [];
    world.keeper.onAlarm((alarm) => alarms.push(alarm));
    await expect(
      host.transaction(async (transaction) => {
        await store.within(transaction, async () => {
          unwrap(await world.as('dana').followUps.record('open', call));
        });
        unwrap(await world.as('dana').followUps.record('other', call));
        const { size } = await world.keeper.seal(world.tenant);
        expect(await world.keeper.verify(world.tenant)).toMatchObject({ status: 'ok', size, findings: [] });
        throw ROLL_BACK;
      }),
    ).rejects.toBe(ROLL_BACK);
    await world.keeper.seal(world.tenant);
    await whole();
    expect(alarms).toEqual([]);
  });

  it('what the host has committed is sealed without another call', async () => {
    await world.own('sealed');
    const heard: unknown[] = [];
    world.keeper.on('follow-up-recorded', (event) => heard.push(event));
    await world.keeper.seal(world.tenant);
    await host.transaction(async (transaction) => {
      await store.within(transaction, async () => {
        unwrap(await world.as('dana').followUps.record('sealed', call));
      });
      // Longer than a seal waits: the first look comes too early.
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect(heard).toEqual([]);
    });
    await expect.poll(() => heard, { timeout: 5_000 }).toHaveLength(1);
  });

  it('verbs that answer once they are sealed say that they cannot', async () => {
    const inside = (work: () => Promise<unknown>) =>
      host.transaction((transaction) => store.within(transaction, work));
    const ada = world.as('ada');
    for (const work of [
      () => ada.holds.release('h', { reason: 'fine' }),
      () => ada.privacy.erase('c', { basis: 'consent-withdrawn' }),
      () => ada.handovers.sign('h', { party: 'supervisor', digest: 'd' }),
      () => ada.handovers.forceExit('h', { reason: 'gone' }),
      () => ada.customers.export({ format: 'csv' }),
    ])
      await expect(inside(work)).rejects.toMatchObject({
        code: 'ERR_INVALID_INPUT',
        message: expect.stringContaining('once you have committed'),
      });
  });

  it('what is no transaction, or none of this database, is refused with the cure', async () => {
    const work = () => world.as('dana').followUps.record('hot', call);
    const execute = async (sql: string): Promise<unknown> => engine.query(sql);
    const dialect = engine.name === 'postgresql' ? 'postgresql' : 'mysql';
    const other = dialect === 'mysql' ? 'postgresql' : 'mysql';
    const wrong = (transaction: unknown) => store.within(transaction as Transaction, work);
    await expect(wrong({ dialect: other, execute })).rejects.toMatchObject({
      code: 'ERR_INVALID_INPUT',
      path: 'transaction.dialect',
    });
    await expect(wrong({ dialect })).rejects.toMatchObject({ path: 'transaction.execute' });
    await expect(wrong({ dialect, execute, prepared: 'yes' })).rejects.toMatchObject({
      code: 'ERR_INVALID_INPUT',
      path: 'transaction.prepared',
    });
    await expect(wrong({ dialect, execute: async () => 'rows' })).rejects.toMatchObject({
      code: 'ERR_INVALID_INPUT',
      path: 'transaction.execute',
    });
    const bare = { dialect, execute: (sql: string, parameters: unknown[]) => engine.query(sql, parameters) };
    await expect(wrong(bare)).rejects.toMatchObject({
      code: 'ERR_INVALID_INPUT',
      message: expect.stringContaining('no transaction is open'),
    });
  });

  it.runIf(engine.name === 'postgresql')('what the host has set is set again afterwards', async () => {
    await world.own('settled');
    const record = () => world.as('dana').followUps.record('settled', call);
    const settings = async (transaction: Transaction): Promise<unknown> => {
      const names = ['lock_timeout', 'enable_seqscan', 'enable_hashjoin', 'enable_mergejoin'];
      const sql = `SELECT ${names.map((name) => `current_setting('${name}') AS ${name}`).join(', ')}`;
      return ((await transaction.execute(sql, [])) as { rows: unknown[] }).rows[0];
    };
    const plans = { enable_seqscan: 'on', enable_hashjoin: 'off', enable_mergejoin: 'on' };
    await host.transaction(async (transaction) => {
      await transaction.execute("SET LOCAL lock_timeout = '7s'", []);
      await transaction.execute('SET LOCAL enable_hashjoin = off', []);
      await store.within(transaction, async () => void unwrap(await record()));
      expect(await settings(transaction), 'what joined').toEqual({ lock_timeout: '7s', ...plans });
      await host.transaction(async (other) => {
        await other.execute('SET LOCAL enable_hashjoin = off', []);
        await store.within(other, record).catch(() => undefined);
        expect(await settings(other), 'what did not').toEqual({ lock_timeout: '0', ...plans });
      });
    });
  });

  it.runIf(engine.name === 'postgresql')('a connection is told each statement once', async () => {
    const names = new Map<string, Set<string>>();
    for (const id of ['told-1', 'told-2', 'told-3']) {
      await world.own(id);
      await host.transaction((transaction) =>
        store.within(
          {
            ...transaction,
            prepared(name, sql, parameters) {
              names.set(name, (names.get(name) ?? new Set()).add(sql));
              return transaction.execute(sql, parameters);
            },
          },
          async () => void unwrap(await world.as('dana').followUps.record(id, call)),
        ),
      );
    }
    expect([...names.values()].map(({ size }) => size)).toEqual([...names].map(() => 1));
    const texts = new Set([...names.values()].flatMap((sqls) => [...sqls]));
    expect(texts.size, 'and none under two names').toBe(names.size);
    expect(names.size).toBeLessThan(8);
    for (const name of names.keys()) expect(name.length, 'PostgreSQL cuts longer names').toBeLessThan(64);
  });

  for (const [name, connect] of Object.entries(driversOf[engine.name as 'postgresql'])) {
    describe(`through ${name}`, () => {
      let host: HostDriver;
      beforeAll(() => {
        host = connect(4);
      });
      afterAll(() => host.end());

      it('the host’s row and the keeper’s entry are there together', async () => {
        const id = `both-${name}`;
        await host.transaction(async (transaction) => {
          await insert(transaction, id);
          const before = await claims();
          await store.within(transaction, async () => {
            await register(id);
            expect(await kept(id), 'what joined is seen inside').toBe(true);
          });
          expect(await claims(), 'and nowhere else').toBe(before);
          expect(await cities(id)).toEqual([]);
        });
        expect(await cities(id)).toEqual(['Ulm']);
        expect(await kept(id)).toBe(true);
        await whole();
      });

      it('or none of them', async () => {
        const id = `none-${name}`;
        const gone = host.transaction(async (transaction) => {
          await insert(transaction, id);
          await store.within(transaction, async () => {
            await register(id);
            expect(await kept(id)).toBe(true);
          });
          throw ROLL_BACK;
        });
        await expect(gone).rejects.toBe(ROLL_BACK);
        expect(await cities(id)).toEqual([]);
        expect(await kept(id)).toBe(false);
        // Nothing that was rolled back is remembered: the same customer is registered anew.
        await register(id);
        expect(await kept(id)).toBe(true);
        await whole();
      });

      it('several commands see what those before them did', async () => {
        const id = `many-${name}`;
        await host.transaction((transaction) =>
          store.within(transaction, async () => {
            await world.own(id);
            unwrap(await world.as('dana').followUps.record(id, call));
            const moved = await world.as('ada').ownership.transfer([id], { to: 'eve', reason: 'nearer' });
            expect(unwrap(moved).items[0]?.result.ok).toBe(true);
            const again = await world.as('dana').followUps.record(id, call);
            expect(again.ok, 'no longer hers').toBe(false);
          }),
        );
        unwrap(await world.as('eve').followUps.record(id, call));
        await whole();
      });

      it('a refusal is on record although the host rolls back', async () => {
        const id = `probe-${name}`;
        await world.own(id);
        const before = await refusals(world);
        await expect(
          host.transaction((transaction) =>
            store.within(transaction, async () => {
              unwrap(await world.as('dana').followUps.record(id, call));
              expect(await world.as('finn').followUps.record(id, call)).toMatchObject({ ok: false });
              throw ROLL_BACK;
            }),
          ),
        ).rejects.toBe(ROLL_BACK);
        expect(await refusals(world)).toBe(before + 1);
        await whole();
      });
    });
  }
});

await describeEngines('a store with one writer', ['sqlite', 'pglite'], (engine) => {
  it('joins no transaction, and says what to do', async () => {
    const store = engine.open();
    expect(store.capabilities.within).toBe(false);
    const transaction = { dialect: 'postgresql', execute: async () => [] } as const;
    await expect(store.within(transaction, async () => undefined)).rejects.toMatchObject({
      code: 'ERR_INVALID_INPUT',
      message: expect.stringContaining('use PostgreSQL'),
    });
    expect(store.joined()).toBeNull();
    await store.end();
  });
});

/** Does work for each of many things, so many at a time. */
async function concurrently<Thing>(
  most: number,
  things: readonly Thing[],
  work: (thing: Thing) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < things.length; at = next++) await work(things[at] as Thing);
  };
  await Promise.all(Array.from({ length: most }, worker));
}

/** How many deadlocks the server has counted so far. */
async function deadlocks({ name, query }: Engine): Promise<number> {
  const [row] =
    name === 'postgresql'
      ? await query('SELECT deadlocks AS n FROM pg_stat_database WHERE datname = current_database()')
      : await query(
          "SELECT variable_value AS n FROM information_schema.global_status WHERE variable_name = 'Innodb_deadlocks'",
        );
  return Number(row?.n);
}

/** Ends the connection of a transaction, as when its client dies. */
async function kill({ name, query }: Engine, { execute }: Transaction): Promise<void> {
  if (name === 'postgresql') {
    const { rows } = (await execute('SELECT pg_backend_pid() AS id', [])) as { rows: { id: number }[] };
    await query(`SELECT pg_terminate_backend(${rows[0]?.id})`);
  } else {
    const [rows] = (await execute('SELECT connection_id() AS id', [])) as [{ id: number }[]];
    await query(`KILL ${rows[0]?.id}`);
  }
}

/** How many entries of the ledger tell of a refusal. */
async function refusals({ keeper, tenant, as }: World): Promise<number> {
  await keeper.seal(tenant);
  let count = 0;
  for (let next: number | null = 0; next !== null; ) {
    const page: EntriesPage = unwrap(await as('auditor').ledger.entries({ from: next }));
    count += page.items.filter(({ outcome }) => outcome === 'refused').length;
    next = page.next;
  }
  return count;
}
