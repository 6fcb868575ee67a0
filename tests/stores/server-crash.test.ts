import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localKeys } from '../../src/adapters/node/index.ts';
import { type GamekeeperError, isGamekeeperError, unwrap } from '../../src/index.ts';
import type { Store } from '../../src/ports/index.ts';
import { crashBatch, survivorsIn } from '../../src/testing/crash-load.ts';
import { tenant } from '../../src/testing/store-harness.ts';
import { createWorld } from '../app/world.ts';
import { type OpenStore, openElsewhere } from './connections.ts';
import { temporaryFolder } from './harness.ts';
import { findMariadb, ownMariadb } from './own-mariadb.ts';
import { findPostgresql, ownPostgresql } from './own-postgresql.ts';
import type { OwnServer } from './own-server.ts';
import { seeded } from './seeded.ts';

const rounds = process.env.LONG === '1' ? 150 : 3;
const seed = Number(process.env.SEED ?? 20_260_325);
/** A fresh place every so often, or looking at it would take longer than writing it. */
const ROUNDS_OF_A_PLACE = 15;
const WRITERS = 6;

/** The servers that are killed, each made of its own programs; of those that are missing, why. */
const SERVERS_TO_KILL = [
  { engine: 'postgresql', title: 'PostgreSQL', found: findPostgresql(), make: ownPostgresql },
  { engine: 'mariadb', title: 'MariaDB', found: findMariadb(), make: ownMariadb },
] as const;

const folder = temporaryFolder();

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What writers met. */
interface Met {
  readonly acknowledged: Set<string>;
  /** Errors by whether the store said that nothing was written, or that nobody knows. */
  readonly errors: { certain: number; unknown: number };
  /** Commits that were stored and reported lost: the same bytes again settled it. */
  settled: number;
  /** Errors that name no cure, or are none of ours. */
  readonly strange: Set<string>;
}

function note(error: unknown, { errors, strange }: Met): void {
  const { message } = error as GamekeeperError;
  if (!isGamekeeperError(error, 'ERR_STORE_FAILED') || message.includes('see the cause'))
    strange.add(`${message}: ${String((error as Error).cause)}`);
  if (message.includes('unknown')) errors.unknown += 1;
  else errors.certain += 1;
}

/** Commits one after the other until it is told to stop; what fails is tried again, on the same store. */
async function write(store: Store, run: string, met: Met, control: { stopped: boolean }): Promise<void> {
  for (let at = 0; !control.stopped; at += 1) {
    const { id, batch } = crashBatch(run, at);
    for (;;) {
      try {
        const outcome = await store.commit(tenant, batch);
        if (outcome.status === 'committed' && outcome.repeated) met.settled += 1;
        met.acknowledged.add(id);
        break;
      } catch (error) {
        note(error, met);
        await setTimeout(5);
      }
    }
  }
}

describe.for(SERVERS_TO_KILL)('$title', ({ engine, title, found, make }) => {
  const missing = 'missing' in found ? found.missing : null;
  describe.skipIf(missing !== null)(
    `a server of it that is killed while it is written to${missing === null ? '' : ` (skipped: ${missing})`}`,
    () => {
      let server: OwnServer;
      let ways: readonly (() => Promise<void>)[] = [];
      beforeAll(async () => {
        server = await make(found as never);
        ways = Object.values(server.ways);
        await server.start();
      });
      afterAll(() => server?.end());

      const opened = (schema: string): OpenStore =>
        openElsewhere(engine, schema, { port: server.port, most: 3 });

      it(`keeps every acknowledged commit and no half batch, and its stores go on without a restart, ${rounds} times`, async () => {
        const random = seeded(seed);
        const errors = { certain: 0, unknown: 0 };
        const strange = new Set<string>();
        let acknowledged = 0;
        let settled = 0;
        let stores: readonly OpenStore[] = [];
        let met: Met = { acknowledged: new Set(), errors, strange, settled: 0 };
        for (let round = 0; round < rounds; round += 1) {
          if (round % ROUNDS_OF_A_PLACE === 0) {
            await Promise.all(stores.map((store) => store.end()));
            const schema = `crash_${round}`;
            stores = [opened(schema), opened(schema)];
            met = { acknowledged: new Set(), errors, strange, settled: 0 };
          }
          const before = met.acknowledged.size;
          const control = { stopped: false };
          const writers = Array.from({ length: WRITERS }, (_, at) =>
            write(stores[at % 2] as Store, `${round}.${at}`, met, control),
          );
          const enough = before + 5 + Math.floor(random() * 40);
          while (met.acknowledged.size < enough) await setTimeout(1);
          await setTimeout(random() * 10);
          await ways[round % ways.length]?.();
          const again = met.acknowledged.size + WRITERS;
          while (met.acknowledged.size < again) await setTimeout(1);
          control.stopped = true;
          await Promise.all(writers);
          const { present, faults } = await survivorsIn(stores[0] as Store);
          const place = `round ${round}, seed ${seed}`;
          expect(faults, place).toEqual([]);
          expect(
            [...met.acknowledged].filter((id) => !present.has(id)),
            `acknowledged and lost: ${place}`,
          ).toEqual([]);
          expect(present.size, place).toBe(met.acknowledged.size);
          acknowledged += met.acknowledged.size - before;
          settled += met.settled;
          met.settled = 0;
        }
        await Promise.all(stores.map((store) => store.end()));
        console.log(
          `${title}: ${rounds} kills of the server: ${acknowledged} commits acknowledged, ${errors.certain} calls failed with nothing ` +
            `written, ${errors.unknown} with nobody knowing, ${settled} of those were stored`,
        );
        expect([...strange]).toEqual([]);
        expect(errors.certain + errors.unknown, 'calls that failed').toBeGreaterThan(0);
      });

      it('keeps every acknowledged command of a keeper, which goes on, and the ledger verifies', async () => {
        const store = opened('crash_keeper');
        const world = await createWorld({
          store,
          staff: ['chief', 'boss', 'dana'],
          keeper: { keys: await localKeys(join(folder, engine)) },
        });
        const ids: string[] = [];
        let failed = 0;
        for (const way of ways) {
          let down = true;
          const kill = way().then(() => {
            down = false;
          });
          for (let after = 0; after < 3; after += down ? 0 : 1) {
            const id = `c-${ids.length}`;
            const options = { id, idempotencyKey: id };
            for (;;) {
              try {
                unwrap(await world.as('dana').customers.register({ name: `Customer ${id}` }, options));
                break;
              } catch (error) {
                if (!isGamekeeperError(error, 'ERR_STORE_FAILED')) throw error;
                failed += 1;
                await setTimeout(10);
              }
            }
            ids.push(id);
          }
          await kill;
        }
        const { findings } = await world.keeper.verify(world.tenant);
        expect(findings).toEqual([]);
        for (const id of ids) unwrap(await world.as('dana').customers.get(id));
        console.log(
          `${title}: ${ids.length} customers registered over 3 kills, ${failed} calls failed and were repeated`,
        );
        await world.keeper.close();
        await store.end();
      });

      it('that is down at the start is asked again by the next call', async () => {
        await server.stopAtOnce();
        const store = opened('crash_down');
        const { batch } = crashBatch('down', 0);
        await expect(store.commit(tenant, batch)).rejects.toMatchObject({
          code: 'ERR_STORE_FAILED',
          message: expect.stringMatching(/nothing was written: the database cannot be reached: start it/),
        });
        await server.start();
        expect(await store.commit(tenant, batch)).toMatchObject({ status: 'committed', repeated: false });
        await store.end();
      });
    },
  );
});
