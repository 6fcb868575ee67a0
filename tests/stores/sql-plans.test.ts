import { expect, it } from 'vitest';
import { connectionsOf, type Row, type SqlSession } from '../../src/adapters/sql/connection.ts';
import type { Dialect } from '../../src/adapters/sql/dialect.ts';
import { mysql } from '../../src/adapters/sql/mysql.ts';
import { namesIn } from '../../src/adapters/sql/names.ts';
import { postgresql } from '../../src/adapters/sql/postgresql.ts';
import { readDocuments, readEntries, readRanges } from '../../src/adapters/sql/read.ts';
import { runGroup } from '../../src/adapters/sql/run-group.ts';
import { readSize, sequence } from '../../src/adapters/sql/sequence.ts';
import { sqlite } from '../../src/adapters/sql/sqlite.ts';
import { statementsFor } from '../../src/adapters/sql/statements.ts';
import { measureTenant, purgeStatements, purgeTenant } from '../../src/adapters/sql/whole-tenants.ts';
import type { TenantId } from '../../src/kernel/index.ts';
import type { IndexRange, Store } from '../../src/ports/index.ts';
import { addOf, batchOf, entryOf, putOf, rangeOf, refOf, tenant } from '../../src/testing/store-harness.ts';
import { describeEngines, type Engine } from './engines.ts';

const DIALECTS: Readonly<Record<string, Dialect>> = {
  postgresql,
  pglite: postgresql,
  mariadb: mysql,
  sqlite,
};

const EXPLAIN: Readonly<Record<string, string>> = {
  sqlite: 'EXPLAIN QUERY PLAN',
  mariadb: 'EXPLAIN',
  postgresql: 'EXPLAIN (FORMAT JSON)',
};

/** Parts of a plan that read a table from its beginning to its end, or an index without knowing where. */
type Faults = (rows: readonly Row[]) => string[];

const planFaults: Readonly<Record<string, Faults>> = {
  postgresql: scansOfPostgresql,
  mariadb: scansOfMariadb,
  sqlite: scansOfSqlite,
};

function scansOfPostgresql(rows: readonly Row[]): string[] {
  const faults: string[] = [];
  const visit = (node: Readonly<Record<string, unknown>>): void => {
    const table = String(node['Relation Name'] ?? '');
    const kind = String(node['Node Type']);
    const blind = kind === 'Seq Scan' || (/^Index/.test(kind) && node['Index Cond'] === undefined);
    if (blind && table.startsWith('gk_')) faults.push(`${kind} of ${table}`);
    for (const child of (node.Plans ?? []) as (typeof node)[]) visit(child);
  };
  for (const row of rows) {
    const plan = row['QUERY PLAN'];
    for (const { Plan } of (typeof plan === 'string' ? JSON.parse(plan) : plan) as { Plan: never }[])
      visit(Plan);
  }
  return faults;
}

function scansOfMariadb(rows: readonly Row[]): string[] {
  return rows
    .filter(
      ({ table, type }) =>
        !/^(r|<.*|h|k\d+)$/.test(String(table ?? 'r')) && /^(ALL|index)$/.test(String(type)),
    )
    .map(({ table, type }) => `${type} of ${table}`);
}

function scansOfSqlite(rows: readonly Row[]): string[] {
  return rows
    .map(({ detail }) => String(detail))
    .filter(
      (detail) =>
        /^SCAN/.test(detail) && !/VIRTUAL TABLE|CONSTANT ROW|SCAN (r|h|k\d+|\(subquery.*)$/.test(detail),
    );
}

/** A session that shows the plan of each statement before it runs it. */
function explaining(session: SqlSession, engine: Engine, seen: Map<string, string[]>): SqlSession {
  const look = async (sql: string, values: readonly unknown[] = []): Promise<void> => {
    const name = sql.replace(/\s+/g, ' ').slice(0, 120);
    if (!/^(SELECT|INSERT|UPDATE|DELETE|WITH)/.test(name)) return;
    seen.set(
      name,
      planFaults[engine.name]?.(await session.read(`${EXPLAIN[engine.name]} ${sql}`, values)) ?? [],
    );
  };
  return {
    async read(sql, values) {
      await look(sql, values);
      return session.read(sql, values);
    },
    async write(sql, values) {
      await look(sql, values);
      return session.write(sql, values);
    },
  };
}

const others = Array.from({ length: 9 }, (_, at) => `other${at}`);

/** Companies with enough of everything that no planner would rather read all of it. */
async function fill(store: Store): Promise<void> {
  for (const company of [tenant, ...others] as TenantId[]) {
    for (let part = 0; part < 3; part += 1) {
      const ids = Array.from({ length: 400 }, (_, at) => `${part}-${at}`);
      await store.commit(
        company,
        batchOf({
          puts: ids.map((id) =>
            putOf(refOf(id), `v${id}`, [
              ['i', `k${id}`],
              ['j', 'same'],
            ]),
          ),
          entries: ids.map((id) => entryOf(`e${id}`, [`s${id}`, 'all'])),
        }),
      );
    }
    for (let size = 0; size < 1000; ) size = (await store.sequence(company, { size, limit: 500 })).size;
  }
}

// PGlite plans as PostgreSQL does.
await describeEngines('every statement', ['sqlite', 'postgresql', 'mariadb'], (engine) => {
  it('finds its rows by an index', { timeout: 120_000 }, async () => {
    const store = engine.open();
    await fill(store);
    const sizes = Array.from({ length: 4000 }, (_, at) => `('small${at}', 1)`).join(', ');
    await engine.query(
      `INSERT INTO ${engine.schema === undefined ? '' : `${engine.schema}.`}gk_log_sizes VALUES ${sizes}`,
    );
    const dialect = DIALECTS[engine.name] as Dialect;
    const names = namesIn(dialect.name, engine.schema === undefined ? {} : { schema: engine.schema });
    for (const table of Object.values(names.bare)) {
      const at = engine.schema === undefined ? table : `${engine.schema}.${table}`;
      await engine.query(engine.name === 'mariadb' ? `ANALYZE TABLE ${at}` : `ANALYZE ${at}`);
    }
    const statements = statementsFor(dialect, names);
    const seen = new Map<string, string[]>();
    await connectionsOf(engine.connect(), dialect).use(async (session) => {
      for (const sql of dialect.begin(1000)) await session.write(sql);
      const context = { session: explaining(session, engine, seen), dialect, statements };
      const batch = batchOf({
        checks: [
          { ref: refOf('0-0'), version: 'v0-0' },
          { ref: refOf('none'), version: null },
        ],
        adds: [addOf(refOf('n', 'count'), 1, 'c1')],
        puts: [putOf(refOf('0-1'), 'x1', [['i', 'new']]), putOf(refOf('fresh'), 'x2', [['i', 'k']])],
        deletes: [refOf('0-2')],
        entries: [entryOf('new', ['s1'])],
      });
      for (const waits of [true, false]) {
        const commits = [{ tenant, batch: waits ? batch : batchOf({ checks: batch.checks.slice(0, 1) }) }];
        await runGroup(context, commits, { waits, careful: true });
      }
      // One by one as well: a large group takes this way on every engine.
      await runGroup({ ...context, dialect: { ...dialect, joins: null } }, [{ tenant, batch: another() }], {
        waits: true,
        careful: false,
      });
      await sequence(context, tenant, { size: 1000, limit: 100 });
      await purgeTenant(context, purgeStatements(dialect, names), tenant, { checks: [], limit: 100_000 });
      await session.write('ROLLBACK');
    });
    // Reads run outside of transactions, as the planner likes.
    await connectionsOf(engine.connect(), dialect).use(async (plain) => {
      const session = explaining(plain, engine, seen);
      await readSize(session, statements, tenant);
      await readDocuments(session, statements, [{ tenant, refs: [refOf('0-0'), refOf('none')] }]);
      for (const want of ['refs', 'documents'] as const)
        await readRanges(session, dialect, names, tenant, { ranges: ranges(), want });
      const query = { limit: 5, after: 7 };
      await readEntries(session, statements, tenant, { by: 'index', from: 3, limit: 5 });
      await readEntries(session, statements, tenant, { by: 'id', ids: ['e0-0', 'e2-7'] });
      await readEntries(session, statements, tenant, { by: 'staged', limit: 5 });
      for (const descending of [true, false])
        await readEntries(session, statements, tenant, {
          by: 'subject',
          subject: 'all',
          descending,
          ...query,
        });
      await measureTenant(session, names, tenant);
    });
    expect(seen.size).toBeGreaterThan(20);
    expect([...seen].filter(([, faults]) => faults.length > 0)).toEqual([]);
    await store.end();
  });
});

function another() {
  return batchOf({
    puts: [putOf(refOf('1-1'), 'y1', [['i', 'new2']]), putOf(refOf('fresh2'), 'y2', [['i', 'k2']])],
    deletes: [refOf('1-2')],
    entries: [entryOf('new2', ['s1'])],
  });
}

function ranges(): IndexRange[] {
  const after = { key: 'same', ref: refOf('2-100') };
  return [
    rangeOf('i', { limit: 5 }),
    rangeOf('i', { limit: 5, descending: true }),
    rangeOf('j', { limit: 5, after }),
    rangeOf('j', { limit: 5, after, descending: true }),
  ];
}
