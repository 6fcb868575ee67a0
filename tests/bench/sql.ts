import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { median } from 'simple-statistics';
import { sqlStore } from '../../src/adapters/sql/index.ts';
import type { Store } from '../../src/ports/index.ts';
import { SERVERS } from '../stores/connections.ts';
import { type Companies, foundCompanies } from './companies.ts';
import { concurrently } from './concurrently.ts';
import { type RawSqlWriter, rawSqlWriter, type TenantBatch } from './raw-sql-writer.ts';
import type { BenchRow } from './row.ts';
import { growthOf } from './shapes.ts';

/** Whole commands on PostgreSQL, beside the same rows written by bare multi-row statements on one connection. */

const SERVER = SERVERS.postgresql;
const CALLERS = 64;
const COUNT = 1_280;
const SINGLES = 64;
const ROUNDS = 7;
const CUSTOMERS = 1_000;

/** Measures whole commands on PostgreSQL, in one tenant and in forty, and how the cost of a commit grows. */
export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const tenants of [1, 40]) rows.push(...(await onPostgresql(tenants)));
  rows.push(await growth());
  return rows;
}

/** Does something with schemas of PostgreSQL, and drops them. */
async function inSchemas<Answer>(
  names: readonly string[],
  work: (db: Kysely<unknown>, schemas: readonly string[]) => Promise<Answer>,
): Promise<Answer> {
  const schemas = names.map((name) => `gkb_${name}_${process.pid}`);
  const pool = new pg.Pool({ ...SERVER, max: 8 });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    return await work(db, schemas);
  } finally {
    for (const schema of schemas)
      await db.executeQuery(CompiledQuery.raw(`DROP SCHEMA IF EXISTS ${schema} CASCADE`));
    await db.destroy();
  }
}

function onPostgresql(tenants: number): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gamekeeper-bench-'));
  return inSchemas(['ours', 'raw'], async (db, schemas) => {
    for (const schema of schemas) await sqlStore(db, { schema }).get('nobody' as never, []);
    const batches: TenantBatch[] = [];
    const store = sqlStore(db, { schema: schemas[0] as string });
    const recording: Store = {
      ...store,
      commit(tenant, batch) {
        if (batch.entries.length > 0) batches.push({ tenant, batch });
        return store.commit(tenant, batch);
      },
    };
    const raw = await rawSqlWriter(SERVER, schemas[1] as string);
    const companies = await foundCompanies(recording, folder, { tenants, customers: CUSTOMERS });
    await companies.own(0, CUSTOMERS);
    await raw.write(raw.rowsOf(batches.splice(0), CALLERS));
    const rows: BenchRow[] = [];
    for (const [name, command] of Object.entries(companies.shapes))
      rows.push(await compare(name, tenants, { command, companies, batches, raw }));
    await companies.close();
    await raw.end();
    return rows;
  }).finally(() => rmSync(folder, { recursive: true, force: true }));
}

let made = 0;

interface Contest {
  readonly command: (at: number) => Promise<unknown>;
  readonly companies: Companies;
  readonly batches: TenantBatch[];
  readonly raw: RawSqlWriter;
}

/** Commands go on while entries are sealed beside them; the raw rows are written when all is still. */
async function compare(
  name: string,
  tenants: number,
  { command, companies, batches, raw }: Contest,
): Promise<BenchRow> {
  const figures = { ours: [] as number[], together: [] as number[], singly: [] as number[] };
  const used = { ours: [] as number[], raw: [] as number[] };
  for (let round = -1; round < ROUNDS; round += 1) {
    batches.length = 0;
    const first = made;
    made += COUNT + SINGLES;
    const ours = await measured(() => concurrently(COUNT, CALLERS, (at) => command(first + at)));
    await companies.settle();
    const committed = batches.splice(0);
    const rows = raw.rowsOf(committed, CALLERS);
    const together = await measured(() => raw.write(rows));
    await concurrently(SINGLES, CALLERS, (at) => command(first + COUNT + at));
    await companies.settle();
    const few = batches.splice(0);
    const fewRows = raw.rowsOf(few, 1);
    const singly = await measured(() => raw.write(fewRows));
    if (round < 0) continue;
    figures.ours.push(committed.length / ours.seconds);
    figures.together.push(committed.length / together.seconds);
    figures.singly.push(few.length / singly.seconds);
    used.ours.push(ours.processorMs / committed.length);
    used.raw.push(together.processorMs / committed.length);
  }
  const limit = median(figures.together);
  const ratio = median(figures.ours) / limit;
  const singly = Math.round(median(figures.singly)).toLocaleString('en');
  const processor = `${median(used.ours).toFixed(3)} ms of this process an entry, raw ${median(used.raw).toFixed(3)}`;
  return {
    name: `postgresql ${name}, whole command, ${CALLERS} callers in ${tenants === 1 ? 'one tenant' : `${tenants} tenants`} (${processor})`,
    ours: median(figures.ours),
    unit: 'entries/s',
    against: `the same rows raw, many to a statement, singly ${singly}, in transactions of ${CALLERS}`,
    limit,
    ratio,
    goal: '≥ 0.6',
    met: ratio >= 0.6,
  };
}

/** How long something takes, and how much of it this process works. */
async function measured(
  work: () => Promise<unknown>,
): Promise<{ readonly seconds: number; readonly processorMs: number }> {
  const start = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - start) / 1000, processorMs: (user + system) / 1000 };
}

/** How the cost of a commit grows with the customers. */
async function growth(): Promise<BenchRow> {
  const sizes = [500, 5_000, 50_000] as const;
  const { costs, exponent } = await inSchemas(
    sizes.map((size) => `growth${size}`),
    (db, schemas) =>
      growthOf(sizes, async (size) => {
        const store = sqlStore(db, { schema: schemas[sizes.indexOf(size as 500)] as string });
        return { store, end: async () => store.close() };
      }),
  );
  const shown = costs.map((cost) => `${cost.toFixed(3)} ms`).join(', ');
  return {
    name: `postgresql follow-up, growth of cost from ${sizes.join(' to ')} customers (${shown})`,
    ours: exponent,
    unit: 'exponent',
    against: 'cost in proportion to the customers',
    limit: 1,
    ratio: exponent,
    goal: '≤ 0.3',
    met: exponent <= 0.3,
  };
}
