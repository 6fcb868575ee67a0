import { CompiledQuery, type Kysely } from 'kysely';
import { expect, it } from 'vitest';
import type { CommitBatch } from '../../src/ports/index.ts';
import {
  addOf,
  batchOf,
  entryOf,
  putOf,
  refOf,
  sequenceAll,
  tenant,
} from '../../src/testing/store-harness.ts';
import { describeEngines, type Engine, SHARED } from './engines.ts';

/** A transaction of somebody else that holds rows until it is told to end. */
interface Foreign {
  run(sql: string): Promise<void>;
  end(how: 'COMMIT' | 'ROLLBACK'): Promise<void>;
}

async function foreignTransaction(db: Kysely<unknown>): Promise<Foreign> {
  const transaction = await db.startTransaction().execute();
  return {
    run: async (sql) => void (await transaction.executeQuery(CompiledQuery.raw(sql))),
    end: async (how) => {
      await (how === 'COMMIT' ? transaction.commit() : transaction.rollback()).execute();
    },
  };
}

const documents = ({ schema }: Engine): string => `${schema}.gk_documents`;
const hold = (engine: Engine, id: string): string =>
  `SELECT version FROM ${documents(engine)} WHERE tenant = 'acme' AND collection = 'thing' AND id = '${id}' FOR UPDATE`;

let made = 0;
/** A change of a document, with an entry. */
function change(id: string, part: Partial<CommitBatch> = {}): CommitBatch {
  made += 1;
  return batchOf({ puts: [putOf(refOf(id), `v${made}`)], entries: [entryOf(`e${made}`)], ...part });
}

await describeEngines('while somebody else holds a document', SHARED, (engine) => {
  it('only those wait who need it, however many they are', async () => {
    const store = engine.open();
    const other = engine.connect(2);
    await store.commit(tenant, change('held'));
    const foreign = await foreignTransaction(other);
    await foreign.run(hold(engine, 'held'));

    let blocked = 0;
    const waiting = Array.from({ length: 20 }, async () => {
      const outcome = await store.commit(tenant, change('held'));
      blocked += 1;
      return outcome;
    });
    const looking = store.commit(tenant, batchOf({ checks: [{ ref: refOf('held'), version: 'x' }] }));
    const free = Array.from({ length: 60 }, (_, at) => store.commit(tenant, change(`free${at}`)));
    for (const outcome of await Promise.all(free)) expect(outcome.status).toBe('committed');
    expect(await store.get(tenant, [refOf('held')]), 'reads wait for nobody').toHaveLength(1);
    expect(blocked).toBe(0);

    await foreign.end('COMMIT');
    for (const outcome of await Promise.all(waiting)) expect(outcome.status).toBe('committed');
    expect(await looking).toMatchObject({ status: 'conflict' });
    await store.end();
  });

  it('one that is being made counts as held, and is a conflict once it is there', async () => {
    const store = engine.open();
    const foreign = await foreignTransaction(engine.connect(2));
    await foreign.run(
      `INSERT INTO ${documents(engine)} VALUES ('acme', 'thing', 'new', 'theirs', '', '[]', '{}')`,
    );
    const ref = refOf('new');
    const ours = store.commit(tenant, change('new', { checks: [{ ref, version: null }] }));
    const absence = store.commit(
      tenant,
      batchOf({ checks: [{ ref, version: null }], entries: [entryOf('absent')] }),
    );
    const free = await Promise.all(
      Array.from({ length: 10 }, (_, at) => store.commit(tenant, change(`beside${at}`))),
    );
    for (const outcome of free) expect(outcome.status).toBe('committed');
    await foreign.end('COMMIT');
    expect(await ours).toEqual({ status: 'conflict', refs: [ref] });
    expect(await absence).toEqual({ status: 'conflict', refs: [ref] });
    await store.end();
  });

  it('nobody waits for ever: after a time it is an error, nothing is written, and others go on', async () => {
    const store = engine.open({ lockWaitMs: 600 });
    await store.commit(tenant, change('stuck'));
    const foreign = await foreignTransaction(engine.connect(2));
    await foreign.run(hold(engine, 'stuck'));
    const before = await store.get(tenant, [refOf('stuck')]);
    const stuck = store.commit(tenant, change('stuck', { adds: [addOf(refOf('n', 'count'), 1, 'c1')] }));
    await expect(stuck).rejects.toMatchObject({
      code: 'ERR_STORE_FAILED',
      message: expect.stringMatching(/nothing was written: another transaction held a lock for too long/),
    });
    expect((await store.commit(tenant, change('fine'))).status).toBe('committed');
    await foreign.end('ROLLBACK');
    expect(await store.get(tenant, [refOf('stuck'), refOf('n', 'count')])).toEqual([...before, null]);
    expect((await store.commit(tenant, change('stuck'))).status, 'recovered').toBe('committed');
    await store.end();
  });

  it('sequencing waits for no commit, and takes what is there in the order of the locks', async () => {
    const store = engine.open();
    const base = await sequenceAll(store);
    const foreign = await foreignTransaction(engine.connect(2));
    // An entry with a lower number than the next ones, whose transaction stays open.
    await foreign.run(`INSERT INTO ${engine.schema}.gk_entries VALUES ('acme', 'open', '', '[]', '{}')`);
    await foreign.run(`INSERT INTO ${engine.schema}.gk_staged (tenant, entry) VALUES ('acme', 'open')`);
    await store.commit(tenant, batchOf({ entries: [entryOf('later')] }));
    expect(await sequenceAll(store)).toBe(base + 1);
    await foreign.end('COMMIT');
    expect(await sequenceAll(store)).toBe(base + 2);
    const entries = await store.readEntries(tenant, { by: 'id', ids: ['later', 'open'] });
    expect(entries.map(({ index }) => index)).toEqual([base, base + 1]);
    await store.end();
  });
});
