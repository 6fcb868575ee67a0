import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { sqlStore } from '../../src/adapters/sql/index.ts';
import { progressBar } from '../../src/cli/terminal.ts';
import type { Store } from '../../src/ports/index.ts';
import { bookKeeper, tenantAt, writeBook } from './scale/books.ts';
import { type Cost, costs } from './scale/costs.ts';
import { layDown } from './scale/lay.ts';
import { type Figures, measure } from './scale/loads.ts';
import { countRecords, type Weight, weigh } from './scale/sizes.ts';
import { type SweepFigures, sweepsOnSqlite } from './scale/sweeps.ts';

/**
 * `npm run bench:scale -- [--tenants 15,100,1000] [--customers 1000] [--books 5] [--sweep 10000,100000] [--json]`:
 * loads PostgreSQL with companies, size after size, and prints what a record weighs and what verbs take; then what a
 * sweep of 1,000 due takes on SQLite. Writes `out/scale.json`.
 *
 * A size of 0 leaves either part out. The database is one of its own, dropped in the end. `--at DATABASE --keys DIR` measures one that is there already, as
 * large as it is, and leaves it.
 */
const { values } = parseArgs({
  options: {
    tenants: { type: 'string', default: '15,100,1000' },
    customers: { type: 'string', default: '1000' },
    books: { type: 'string', default: '5' },
    sweep: { type: 'string', default: '10000,100000' },
    at: { type: 'string' },
    keys: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const SERVER = { host: '127.0.0.1', port: Number(process.env.PGPORT ?? 5432), user: 'postgres' };
const SCHEMA = 'gamekeeper';
const sizes = values.tenants === '0' ? [] : numbers('tenants', values.tenants);
const [customers = 0] = numbers('customers', values.customers);
const [books = 0] = numbers('books', values.books);
const sweeps = values.sweep === '0' ? [] : numbers('sweep', values.sweep);
if ((sizes[0] ?? 3 * books) < 3 * books) {
  console.error(`--tenants: the smallest size needs two copies of each book: ${3 * books} or more`);
  process.exit(2);
}
const database = values.at ?? `gamekeeper_scale_${process.pid}`;
const folder = values.keys ?? mkdtempSync(join(tmpdir(), 'gamekeeper-scale-'));

/** A size that was reached. */
interface Stage {
  readonly tenants: number;
  readonly customers: number;
  readonly weights: readonly Weight[];
  readonly figures: Figures;
}

const report: {
  stages: Stage[];
  written: readonly Weight[];
  costs: readonly Cost[];
  sweeps: readonly SweepFigures[];
} = { stages: [], written: [], costs: [], sweeps: [] };
try {
  if (values.at === undefined && sizes.length > 0) await loadAndMeasure();
  else if (values.at !== undefined)
    report.stages.push(await onDatabase((client, stores) => stageAt(client, stores(SCHEMA), 'kept')));
  report.sweeps = await sweepsOnSqlite(sweeps, folder);
} finally {
  if (values.at === undefined) await inPostgres(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  if (values.keys === undefined) rmSync(folder, { recursive: true, force: true });
}
mkdirSync('out', { recursive: true });
writeFileSync('out/scale.json', `${JSON.stringify(report, null, 2)}\n`);
if (values.json) console.log(JSON.stringify(report));
else print();

/** Books first, by commands; then copies of them, size after size. */
async function loadAndMeasure(): Promise<void> {
  await inPostgres(`CREATE DATABASE ${database}`);
  await onDatabase(async (client, stores) => {
    const store = stores(SCHEMA);
    report.costs = await costs(stores('costs'), client, 'costs', join(folder, 'costs'));
    const bar = progressBar('companies', 0);
    const all = sizes.at(-1) as number;
    const world = await bookKeeper(store, folder, 'books', books);
    for (let at = 0; at < books; at += 1) {
      await writeBook(world, at, customers);
      bar.update(at + 1, all);
    }
    await world.keeper.close();
    report.written = await weigh(client, SCHEMA, await recordsOf(client, books));
    let laid = books;
    for (const tenants of sizes) {
      const range = { from: laid, to: tenants, books };
      await layDown(client, SCHEMA, range, (more) => {
        laid += more;
        bar.update(laid, all);
      });
      await client.query('ANALYZE');
      report.stages.push(await stageAt(client, store, `at-${tenants}`, range.from));
    }
    bar.end();
  });
}

/** Weighs what is there, and measures on the copies from a number on. */
async function stageAt(client: pg.Client, store: Store, name: string, from = books): Promise<Stage> {
  const { rows } = await client.query(`SELECT tenant FROM ${SCHEMA}.gk_log_sizes ORDER BY tenant`);
  const there = rows.map(({ tenant }) => String(tenant));
  const weights = await weigh(client, SCHEMA, await recordsOf(client, there.length));
  const tenants = there.filter((tenant) => tenant >= tenantAt(from));
  const place = { store, client, schema: SCHEMA, folder, books, customers, tenants };
  const figures = await measure(place, `${name}-${process.pid}`);
  return { tenants: there.length, customers: there.length * customers, weights, figures };
}

/** Records by table: those of the books, as often as there are copies of them. */
async function recordsOf(client: pg.Client, tenants: number): Promise<ReadonlyMap<string, number>> {
  const ofBooks = await countRecords(
    client,
    SCHEMA,
    Array.from({ length: books }, (_, at) => tenantAt(at)),
  );
  return new Map([...ofBooks].map(([table, count]) => [table, Math.round((count * tenants) / books)]));
}

/** A place in the database, by schema. */
type Stores = (schema: string) => Store;

async function onDatabase<Answer>(
  work: (client: pg.Client, stores: Stores) => Promise<Answer>,
): Promise<Answer> {
  const client = new pg.Client({ ...SERVER, database });
  const pool = new pg.Pool({ ...SERVER, database, max: 8 });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  await client.connect();
  try {
    return await work(client, (schema) => sqlStore(db, { schema }));
  } finally {
    await client.end();
    await db.destroy();
  }
}

async function inPostgres(statement: string): Promise<void> {
  const client = new pg.Client({ ...SERVER, database: 'postgres' });
  await client.connect();
  await client.query(statement);
  await client.end();
}

function print(): void {
  for (const { what, bytes } of report.costs) console.log(`${padded(bytes)} B  ${what}`);
  for (const { tenants, customers: all, weights, figures } of report.stages) {
    console.log(`\n${tenants.toLocaleString('en')} tenants, ${all.toLocaleString('en')} customers`);
    const bytes = weights.reduce((sum, weight) => sum + weight.bytes, 0);
    console.log(
      `${padded(bytes / all)} B a customer, ${Math.round(bytes / 1e6).toLocaleString('en')} MB in all`,
    );
    for (const { name, bytes: own, records } of weights)
      if (records > tenants)
        console.log(`${padded(own / records)} B a record of ${name} (${padded(records / all)} a customer)`);
    for (const [name, value] of Object.entries(figures)) console.log(`${padded(value as number)}  ${name}`);
  }
  const [first, last] = [report.stages[0], report.stages.at(-1)];
  if (first !== undefined && last !== undefined && last !== first) {
    console.log(`\nexponents from ${first.tenants} to ${last.tenants} tenants`);
    for (const name of Object.keys(first.figures) as (keyof Figures)[])
      if (name.endsWith('Ms') || name === 'commandsPerSecond')
        console.log(`${padded(exponent(first, last, name))}  ${name}`);
  }
  for (const sweep of report.sweeps) console.log(JSON.stringify(sweep));
  console.log('\nwritten to out/scale.json');
}

function exponent(first: Stage, last: Stage, name: keyof Figures): number {
  return Math.log(last.figures[name] / first.figures[name]) / Math.log(last.tenants / first.tenants);
}

function padded(value: number): string {
  return (value >= 100 ? Math.round(value).toString() : value.toPrecision(3)).padStart(8);
}

function numbers(name: string, text: string): number[] {
  const found = text.split(',').map(Number);
  if (found.some((number) => !Number.isSafeInteger(number) || number < 1)) {
    console.error(`--${name}: expected whole numbers from 1 on, not ${text}`);
    process.exit(2);
  }
  return found;
}
