import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { median } from 'simple-statistics';
import { z } from 'zod';
import { localKeys } from '../../src/adapters/node/index.ts';
import { sqlStore } from '../../src/adapters/sql/index.ts';
import { createGamekeeper, isGamekeeperError, publicField, unwrap } from '../../src/index.ts';
import { SERVERS } from '../stores/connections.ts';
import { concurrently } from './concurrently.ts';
import type { BenchRow } from './row.ts';

/**
 * Commands inside a host's transactions that stay open for 20 ms, beside the form that most ledgers have: the next
 * position from a row of the company, which each transaction holds until it ends.
 */

const SERVER = SERVERS.postgresql;
const CONNECTIONS = 32;
const OPEN_MS = 20;
const ROUNDS = 5;
const CUSTOMERS = 640;
const OURS = 640;
const COUNTED = 32;

/** Measures a follow-up on a random customer in each transaction. */
export async function run(): Promise<BenchRow[]> {
  const schema = `gkb_host_${process.pid}`;
  const folder = mkdtempSync(join(tmpdir(), 'gamekeeper-bench-'));
  const own = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: new pg.Pool({ ...SERVER, max: 8 }) }),
  });
  const host = new pg.Pool({ ...SERVER, max: CONNECTIONS });
  const store = sqlStore(own, { schema });
  const keeper = createGamekeeper({
    store,
    profile: z.object({ name: publicField(z.string()) }),
    keys: await localKeys(folder),
  });
  const deadlocks = async (): Promise<number> =>
    Number(
      (await host.query('SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()')).rows[0]
        .deadlocks,
    );

  /** Runs work in a transaction that stays open; again when somebody was faster. Answers how often that was. */
  async function inTransaction(work: (client: pg.PoolClient) => Promise<unknown>): Promise<number> {
    for (let lost = 0; ; lost += 1) {
      const client = await host.connect();
      try {
        await client.query('BEGIN');
        await work(client);
        await new Promise((resolve) => setTimeout(resolve, OPEN_MS));
        await client.query('COMMIT');
        return lost;
      } catch (error) {
        await client.query('ROLLBACK');
        if (!isGamekeeperError(error, 'ERR_CONFLICT')) throw error;
      } finally {
        client.release();
      }
    }
  }

  try {
    await keeper.tenants.create('acme', {
      admins: [{ id: 'ada', name: 'Ada' }],
      policy: { ownership: { maxHeld: 1_000_000 } },
    });
    const ada = keeper.as({ tenant: 'acme', employee: 'ada' });
    unwrap(await ada.people.hire({ id: 'dana', name: 'Dana', managerId: 'ada' }));
    const dana = keeper.as({ tenant: 'acme', employee: 'dana' });
    await concurrently(CUSTOMERS, CONNECTIONS, async (at) => {
      const { claim } = unwrap(await dana.customers.register({ name: `Customer ${at}` }, { id: `c${at}` }));
      unwrap(await ada.claims.approve(claim));
    });
    // As in a process that has been running for a while: whoever meets a customer for the first time asks who that is.
    await concurrently(CUSTOMERS, CONNECTIONS, async (at) => unwrap(await dana.customers.get(`c${at}`)));
    await host.query(`CREATE TABLE ${schema}.counter (tenant text PRIMARY KEY, position bigint NOT NULL)`);
    await host.query(`CREATE TABLE ${schema}.counted (tenant text, position bigint, id text, leaf text)`);
    await host.query(`INSERT INTO ${schema}.counter VALUES ('acme', 0)`);

    const record = (): Promise<unknown> =>
      dana.followUps
        .record(`c${Math.floor(Math.random() * CUSTOMERS)}`, {
          kind: 'call',
          text: 'Spoke about delivery and the terms of the offer',
        })
        .then(unwrap);
    const ours = (): Promise<number> =>
      inTransaction((client) =>
        store.within(
          {
            dialect: 'postgresql',
            execute: (sql, parameters) => client.query(sql, parameters),
            prepared: (name, text, values) => client.query({ name, text, values }),
          },
          record,
        ),
      );
    const counted = (): Promise<number> =>
      inTransaction(async (client) => {
        const { rows } = await client.query(
          `UPDATE ${schema}.counter SET position = position + 1 WHERE tenant = 'acme' RETURNING position`,
        );
        await client.query(`INSERT INTO ${schema}.counted VALUES ('acme', $1, $2, $3)`, [
          rows[0].position,
          randomBytes(16).toString('hex'),
          'x'.repeat(700),
        ]);
      });
    const before = await deadlocks();
    const figures: { ours: number; counted: number; processorMs: number }[] = [];
    let lost = 0;
    // What runs for the first time is compiled and planned first: that is no part of what is compared.
    await concurrently(OURS, CONNECTIONS, ours);
    for (let round = 0; round < ROUNDS; round += 1) {
      const used = process.cpuUsage();
      const seconds = await concurrently(OURS, CONNECTIONS, async () => {
        const again = await ours();
        lost += again;
      });
      const { user, system } = process.cpuUsage(used);
      const countedSeconds = await concurrently(COUNTED, CONNECTIONS, counted);
      figures.push({
        ours: OURS / seconds,
        counted: COUNTED / countedSeconds,
        processorMs: (user + system) / 1000 / OURS,
      });
    }
    const met = (await deadlocks()) - before;
    const limit = median(figures.map(({ counted: each }) => each));
    const rate = median(figures.map(({ ours: each }) => each));
    const processorMs = median(figures.map((figure) => figure.processorMs)).toFixed(2);
    const again = `${lost} of ${OURS * ROUNDS} begun anew, ${met} deadlocks, ${processorMs} ms of this process each`;
    return [
      {
        name: `postgresql, a follow-up inside host transactions of ${OPEN_MS} ms, ${CONNECTIONS} connections (${again})`,
        ours: rate,
        unit: 'transactions/s',
        against: 'the next position from a counter row, held to the end',
        limit,
        ratio: rate / limit,
        goal: '≥ 15, no deadlock',
        met: rate / limit >= 15 && met === 0,
      },
    ];
  } finally {
    await keeper.close();
    store.close();
    await own.executeQuery(CompiledQuery.raw(`DROP SCHEMA IF EXISTS ${schema} CASCADE`));
    await own.destroy();
    await host.end();
    rmSync(folder, { recursive: true, force: true });
  }
}
