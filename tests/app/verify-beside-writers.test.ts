import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unwrap } from '../../src/index.ts';
import { createSqliteDisk, createWorld, openWorld, type SqliteDisk, type World } from './world.ts';

let disk: SqliteDisk;
let writer: World;
let auditor: World;

beforeEach(async () => {
  disk = createSqliteDisk();
  const staff = ['chief', 'boss', 'dana', 'eve'];
  const policy = { guard: { ownerChanges: { mode: 'observe' } } } as const;
  writer = await createWorld({
    store: disk.open(),
    staff,
    keeper: { keys: await disk.keys() },
    create: { policy },
  });
  auditor = openWorld({ store: disk.open(), keeper: { keys: await disk.keys() } });
});
afterEach(async () => {
  await writer.keeper.close().catch(() => undefined);
  await auditor.keeper.close().catch(() => undefined);
  disk.clean();
});

const sql = (text: string): number => {
  const database = new DatabaseSync(disk.file);
  try {
    return Number(database.prepare(text).run().changes);
  } finally {
    database.close();
  }
};

describe('verification', () => {
  it('finds nothing while others write, for nothing is wrong', async () => {
    let writing = true;
    let made = 0;
    const alarms: unknown[] = [];
    writer.keeper.onAlarm((alarm) => alarms.push(alarm));
    const write = async (hand: number): Promise<void> => {
      for (let at = 0; writing; at += 1) {
        const id = `c-${hand}-${at}`;
        await writer.own(id, 'dana');
        unwrap(
          await writer.as('dana').followUps.record(id, { kind: 'call', text: `Spoke of delivery ${id}` }),
        );
        unwrap(await writer.as('boss').ownership.transfer(id, { to: 'eve', reason: 'load' }));
        made += 1;
      }
    };
    const writers = [0, 1, 2].map(write);
    const verified: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      const { findings, size } = await auditor.keeper.verify('acme');
      expect(findings).toEqual([]);
      verified.push(size);
    }
    writing = false;
    await Promise.all(writers);
    expect(made).toBeGreaterThan(3);
    expect(verified.at(-1)).toBeGreaterThan(verified[0] as number);
    expect(alarms).toEqual([]);
  });

  it('still finds an edited row beside a writer', async () => {
    await writer.own('c-1', 'dana');
    await writer.keeper.seal('acme');
    expect(
      sql(`UPDATE documents SET body = replace(body, '"live"', '"dead"') WHERE collection = 'customer'`),
    ).toBe(1);
    const write = writer.own('c-2', 'eve');
    const kinds = (await auditor.keeper.verify('acme')).findings.map(({ kind }) => kind);
    await write;
    expect(kinds).toContain('altered-state');
  });

  it('finds a mapping of a host id that was deleted, so that nobody registers the customer twice unseen', async () => {
    await writer.own('c-1', 'dana');
    await writer.keeper.seal('acme');
    expect(sql(`DELETE FROM documents WHERE collection = 'alias'`)).toBeGreaterThan(1);
    const kinds = new Set((await auditor.keeper.verify('acme')).findings.map(({ kind }) => kind));
    expect([...kinds]).toEqual(['missing-evidence']);
  });

  it('finds a list of shown ids that was deleted or changed', async () => {
    await writer.own('c-1', 'dana');
    unwrap(await writer.as('dana').customers.list());
    await writer.keeper.seal('acme');
    expect((await auditor.keeper.verify('acme')).status).toBe('ok');
    expect(sql(`DELETE FROM documents WHERE collection = 'id-list'`)).toBe(1);
    const kinds = (await auditor.keeper.verify('acme')).findings.map(({ kind }) => kind);
    expect(kinds).toEqual(['missing-evidence']);
  });
});
