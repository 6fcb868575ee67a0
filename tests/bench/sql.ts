import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { median } from 'simple-statistics';
import { z } from 'zod';
import { localKeys } from '../../src/adapters/node/index.ts';
import { sqlStore } from '../../src/adapters/sql/index.ts';
import { contact, createGamekeeper, publicField, unwrap } from '../../src/index.ts';
import type { Store } from '../../src/ports/index.ts';
import { type RawSqlWriter, rawSqlWriter, type TenantBatch } from './raw-sql-writer.ts';
import type { BenchRow } from './row.ts';

/** Whole commands on PostgreSQL, beside the same rows written by bare multi-row statements on one connection. */

const SERVER = { host: '127.0.0.1', port: 5432, user: 'postgres', database: 'postgres' };
const CALLERS = 64;
const COUNT = 640;
const ROUNDS = 7;
const CUSTOMERS = 1_000;

const profile = z.object({ name: publicField(z.string()), phone: contact(z.string()) });

/** Measures whole commands on PostgreSQL, in one tenant and in forty. */
export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const tenants of [1, 40]) rows.push(...(await onPostgresql(tenants)));
  return rows;
}

async function onPostgresql(tenants: number): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gamekeeper-bench-'));
  const schemas = ['ours', 'raw'].map((name) => `gkb_${name}_${process.pid}`) as [string, string];
  const pool = new pg.Pool({ ...SERVER, max: 8 });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    for (const schema of schemas) await sqlStore(db, { schema }).get('nobody' as never, []);
    const batches: TenantBatch[] = [];
    const store = sqlStore(db, { schema: schemas[0] });
    const recording: Store = {
      ...store,
      commit(tenant, batch) {
        if (batch.entries.length > 0) batches.push({ tenant, batch });
        return store.commit(tenant, batch);
      },
    };
    const raw = await rawSqlWriter(SERVER, schemas[1]);
    const world = await createWorld(recording, folder, tenants);
    await raw.write(raw.rowsOf(batches.splice(0), 64));
    const rows: BenchRow[] = [];
    for (const [name, command] of Object.entries(world.commands))
      rows.push(await compare(name, tenants, command, batches, raw));
    await world.close();
    await raw.end();
    return rows;
  } finally {
    for (const schema of schemas)
      await db.executeQuery(CompiledQuery.raw(`DROP SCHEMA IF EXISTS ${schema} CASCADE`));
    await db.destroy();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface World {
  readonly commands: Readonly<Record<string, (at: number) => Promise<unknown>>>;
  close(): Promise<void>;
}

/** Companies with one salesperson and customers each. */
async function createWorld(store: Store, folder: string, tenants: number): Promise<World> {
  const now = { value: Date.parse('2026-03-02T00:00:00.000Z') };
  const keeper = createGamekeeper({
    store,
    profile,
    clock: { now: () => now.value },
    keys: await localKeys(folder),
  });
  const company = async (at: number) => {
    const tenant = `company-${at}`;
    const policy = { ownership: { maxHeld: 1_000_000 } };
    await keeper.tenants.create(tenant, { admins: [{ id: 'ada', name: 'Ada' }], policy });
    const ada = keeper.as({ tenant, employee: 'ada' });
    unwrap(await ada.people.hire({ id: 'dana', name: 'Dana', managerId: 'ada' }));
    return { ada, dana: keeper.as({ tenant, employee: 'dana' }) };
  };
  const companies = await Promise.all(Array.from({ length: tenants }, (_, at) => company(at)));
  const companyOf = (at: number) => companies[at % tenants] as (typeof companies)[number];
  const register = async (at: number) =>
    unwrap(
      await companyOf(at).dana.customers.register(
        { name: `Customer ${at}`, phone: `+86 138 ${at}` },
        { id: `c${at}` },
      ),
    );
  await concurrently(CUSTOMERS, async (at) => {
    const { claim } = await register(at);
    unwrap(await companyOf(at).ada.claims.approve(claim));
  });
  let text = 0;
  return {
    commands: {
      'follow-up': async (at) => {
        text += 1;
        return unwrap(
          await companyOf(at % CUSTOMERS).dana.followUps.record(`c${at % CUSTOMERS}`, {
            kind: 'call',
            text: `Spoke about delivery and the terms of offer number ${text}`,
          }),
        );
      },
      registration: (at) => register(1_000_000 + at),
      async refusal(at) {
        // Equal refusals within a minute fold into one: after all customers, the next minute.
        if (at % CUSTOMERS === 0) now.value += 60_000;
        const moved = await companyOf(at % CUSTOMERS).dana.ownership.transfer(`c${at % CUSTOMERS}`, {
          to: 'ada',
          reason: 'not mine to move',
        });
        if (!moved.ok || moved.value.items[0]?.result.ok !== false) throw new Error('expected a refusal');
      },
    },
    close: () => keeper.close(),
  };
}

let made = 0;

async function compare(
  name: string,
  tenants: number,
  command: (at: number) => Promise<unknown>,
  batches: TenantBatch[],
  raw: RawSqlWriter,
): Promise<BenchRow> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = -1; round < ROUNDS; round += 1) {
    batches.length = 0;
    const first = made;
    made += COUNT;
    const seconds = await concurrently(COUNT, (at) => command(first + at));
    const committed = batches.splice(0);
    const transactions = raw.rowsOf(committed, CALLERS);
    const start = performance.now();
    await raw.write(transactions);
    const rawSeconds = (performance.now() - start) / 1000;
    if (round < 0) continue;
    ours.push(committed.length / seconds);
    theirs.push(committed.length / rawSeconds);
  }
  const ratio = median(ours) / median(theirs);
  return {
    name: `postgresql ${name}, whole command, ${CALLERS} callers in ${tenants === 1 ? 'one tenant' : `${tenants} tenants`}`,
    ours: median(ours),
    unit: 'entries/s',
    against: 'the same rows raw, many to a statement, in transactions of 64',
    limit: median(theirs),
    ratio,
    goal: '≥ 0.6',
    met: ratio >= 0.6,
  };
}

/** Does `count` pieces of work by 64 callers; answers the seconds it took. */
async function concurrently(count: number, work: (at: number) => Promise<unknown>): Promise<number> {
  const start = performance.now();
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let at = next++; at < count; at = next++) await work(at);
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return (performance.now() - start) / 1000;
}
