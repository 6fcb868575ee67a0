import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { sqliteStore } from '../../src/adapters/sqlite/index.ts';
import type { TenantId } from '../../src/kernel/index.ts';
import { batchOf, entryOf, idsIn, putOf, rangeOf, refOf, tenant } from '../../src/testing/store-harness.ts';
import { temporaryFolder } from './harness.ts';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const a = refOf('a');

describe('a SQLite store', () => {
  it('refuses a database in memory and names the cure', () => {
    for (const path of [':memory:', '']) expect(() => sqliteStore(path)).toThrow(/memoryStore\(\)/);
  });

  it('refuses the file of another application', () => {
    const path = join(folder, 'other.db');
    const other = new DatabaseSync(path);
    other.exec('CREATE TABLE documents (id)');
    other.close();
    expect(() => sqliteStore(path)).toThrow(/file of its own/);
  });

  it('refuses what is no database at all', () => {
    expect(() => sqliteStore(import.meta.filename)).toThrow(/cannot start/);
    expect(() => sqliteStore(join(folder, 'missing', 'x.db'))).toThrow(/cannot open/);
  });

  it('refuses a file with a newer schema and leaves it alone', () => {
    const path = join(folder, 'newer.db');
    sqliteStore(path).close();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 2');
    database.close();
    expect(() => sqliteStore(path)).toThrow(/schema 2, this release knows 1/);
  });

  it('runs in WAL mode, and keeps tables that people can read', async () => {
    const path = join(folder, 'readable.db');
    const store = sqliteStore(path);
    const entries = [entryOf('e1', ['s'])];
    await store.commit(tenant, batchOf({ puts: [putOf(a, 'v1', [['due', 'k']], '{"x":1}')], entries }));
    const database = new DatabaseSync(path, { readOnly: true });
    expect(database.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' });
    const row = database
      .prepare("SELECT version, body ->> 'x' AS x FROM documents WHERE tenant = 'acme'")
      .get();
    expect(row).toMatchObject({ version: 'v1', x: 1 });
    expect(database.prepare('SELECT * FROM index_keys').all()).toMatchObject([
      { tenant: 'acme', index_name: 'due', key: 'k', collection: 'thing', id: 'a' },
    ]);
    database.close();
    store.close();
  });

  it('touches only the index rows that change', async () => {
    const path = join(folder, 'rows.db');
    const store = sqliteStore(path);
    const keys = (last: string): [string, string][] => [
      ['i', 'k1'],
      ['i', 'k2'],
      ['i', last],
    ];
    await store.commit(tenant, batchOf({ puts: [putOf(a, 'v1', keys('k3'))] }));
    const database = new DatabaseSync(path);
    database.exec(`CREATE TABLE seen (what TEXT);
      CREATE TRIGGER gone AFTER DELETE ON index_keys BEGIN INSERT INTO seen VALUES ('-' || old.key); END;
      CREATE TRIGGER came AFTER INSERT ON index_keys BEGIN INSERT INTO seen VALUES ('+' || new.key); END;`);
    await store.commit(tenant, batchOf({ puts: [putOf(a, 'v2', keys('k4'))] }));
    await store.commit(tenant, batchOf({ puts: [putOf(a, 'v3', keys('k4'))] }));
    const seen = database
      .prepare('SELECT what FROM seen')
      .all()
      .map(({ what }) => what);
    expect(seen).toEqual(['-k3', '+k4']);
    database.close();
    store.close();
  });

  it('waits for a locked file without blocking the thread, and gives up in time', async () => {
    const path = join(folder, 'locked.db');
    const store = sqliteStore(path, { lockWaitMs: 200 });
    const other = new DatabaseSync(path);
    const batch = batchOf({ puts: [putOf(a, 'v1')] });

    other.exec('BEGIN IMMEDIATE');
    const waiting = store.commit(tenant, batch);
    await new Promise((resolve) => setTimeout(resolve, 20));
    other.exec('COMMIT');
    expect(await waiting).toMatchObject({ status: 'committed' });

    other.exec('BEGIN IMMEDIATE');
    await expect(store.commit(tenant, batch)).rejects.toMatchObject({
      code: 'ERR_STORE_FAILED',
      message: expect.stringContaining('nothing was written'),
    });
    expect(await store.get(tenant, [a]), 'reads go on').toMatchObject([{ version: 'v1' }]);
    other.exec('ROLLBACK');
    expect(await store.commit(tenant, batch)).toMatchObject({ status: 'committed' });
    other.close();
    store.close();
  });

  it('fails a group when it cannot be written, says so, and works on afterwards', async () => {
    const path = join(folder, 'broken.db');
    const store = sqliteStore(path);
    const database = new DatabaseSync(path);
    database.exec(`CREATE TRIGGER full BEFORE INSERT ON documents WHEN new.id = 'full'
      BEGIN SELECT raise(ABORT, 'the disk is full'); END;`);
    const commit = (id: string): Promise<unknown> =>
      store.commit(tenant, batchOf({ puts: [putOf(refOf(id), 'v1', [['i', id]])] }));
    const outcomes = await Promise.allSettled([commit('x'), commit('full'), commit('y')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(outcomes[0]).toMatchObject({ reason: { code: 'ERR_STORE_FAILED' } });
    expect(await idsIn(store, rangeOf('i'))).toEqual([]);
    expect(await commit('z')).toMatchObject({ status: 'committed' });
    database.close();
    store.close();
  });

  it('rejects what waits when it is closed, and everything after', async () => {
    const path = join(folder, 'closed.db');
    const store = sqliteStore(path);
    const waiting = store.commit(tenant, batchOf({ puts: [putOf(a, 'v1')] }));
    store.close();
    store.close();
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    await expect(store.get(tenant, [a])).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    await expect(store.commit(tenant, batchOf({}))).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    await expect(store.sequence(tenant, { size: 0, limit: 0 })).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    const again = sqliteStore(path);
    expect(await again.get(tenant, [a])).toEqual([null]);
    again.close();
  });

  it('refuses a question with a NUL instead of answering for another name', async () => {
    const store = sqliteStore(join(folder, 'nul.db'));
    const entries = [entryOf('e1', ['s'])];
    await store.commit(tenant, batchOf({ puts: [putOf(a, 'v1', [['i', 'k']])], entries }));
    const fault = { code: 'ERR_INVALID_INPUT' };
    await expect(store.get(tenant, [refOf('a\0b')])).rejects.toMatchObject(fault);
    await expect(store.get('acme\0' as TenantId, [a])).rejects.toMatchObject(fault);
    await expect(store.find(tenant, { ranges: [rangeOf('i\0')], want: 'refs' })).rejects.toMatchObject(fault);
    await expect(store.readEntries(tenant, { by: 'id', ids: ['e1\0'] })).rejects.toMatchObject(fault);
    store.close();
  });

  it('serves commits between reads in the order of their calls', async () => {
    const store = sqliteStore(join(folder, 'order.db'));
    const outcomes = await Promise.all([
      store.commit(tenant, batchOf({ puts: [putOf(a, 'v1', [['i', '1']])], entries: [entryOf('e1')] })),
      store.commit(
        tenant,
        batchOf({ checks: [{ ref: a, version: 'v1' }], deletes: [a], entries: [entryOf('e2')] }),
      ),
      store.commit(
        tenant,
        batchOf({ checks: [{ ref: a, version: null }], puts: [putOf(a, 'v3', [['i', '3']])] }),
      ),
      store.commit(tenant, batchOf({ checks: [{ ref: a, version: 'v1' }], deletes: [a] })),
      store.sequence(tenant, { size: 0, limit: 1 }),
      store.commit(tenant, batchOf({ entries: [entryOf('e1')] })),
    ]);
    expect(outcomes).toMatchObject([
      { status: 'committed' },
      { status: 'committed' },
      { status: 'committed' },
      { status: 'conflict' },
      { status: 'sequenced', size: 1, count: 1 },
      { status: 'committed', repeated: true },
    ]);
    const [hits] = await store.find(tenant, { ranges: [rangeOf('i')], want: 'documents' });
    expect(hits).toMatchObject([{ key: '3', document: { version: 'v3' } }]);
    store.close();
  });
});
