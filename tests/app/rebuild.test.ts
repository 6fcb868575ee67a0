import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { unwrap } from '../../src/index.ts';
import { COLLECTIONS } from '../../src/model/index.ts';
import { createSqliteDisk, createWorld, DAY, expectWhole, MINUTE, type SqliteDisk } from './world.ts';

let disk: SqliteDisk;
afterEach(() => disk.clean());

const STATE = Object.entries(COLLECTIONS)
  .filter(([, facts]) => facts.class === 'state')
  .map(([name]) => name);
const OPERATIONAL = Object.entries(COLLECTIONS)
  .filter(([, facts]) => facts.class === 'operational')
  .map(([name]) => name);
const list = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');

function dump(): unknown {
  const database = new DatabaseSync(disk.file);
  const rows = [
    database
      .prepare(`SELECT * FROM documents WHERE collection IN (${list(STATE)}) ORDER BY tenant, collection, id`)
      .all(),
    database
      .prepare(
        `SELECT * FROM index_keys WHERE collection IN (${list(STATE)}) ORDER BY tenant, index_name, key, id`,
      )
      .all(),
  ];
  database.close();
  return rows;
}

describe('a rebuild in a new process', () => {
  it('with every row of state gone makes the same bytes: after an erasure, two policies and a newer profile', async () => {
    disk = createSqliteDisk();
    const world = await createWorld({
      store: disk.open(),
      keeper: { keys: await disk.keys() },
      create: { timeZone: 'Asia/Shanghai', locale: 'zh-CN', currency: 'CNY' },
    });
    const ada = world.as('ada');
    const ben = world.as('ben');
    const boss = world.as('boss');
    const dana = world.as('dana');
    for (const id of ['live', 'moved', 'pooled', 'erased', 'shared'])
      await world.own(id, 'dana', { phone: `+86 ${id}`, need: `need of ${id}`, creditLimit: 5 });
    await world.register('waiting', 'eve', { phone: '+1' });
    unwrap(await boss.claims.reject(await world.register('rejected', 'eve')));
    unwrap(await world.as('eve').claims.withdraw(await world.register('withdrawn', 'eve')));
    unwrap(await boss.ownership.transfer('moved', { to: 'eve', reason: 'workload' }));
    unwrap(await dana.ownership.release('pooled', { reason: 'no need' }));
    unwrap(await dana.ownership.share('shared', { with: 'finn', access: 'write', untilOn: '2026-09-01' }));
    unwrap(await dana.customers.update('live', { industry: 'steel', need: null }));
    unwrap(
      await dana.followUps.record('live', { kind: 'visit', text: 'saw the new plant', evidence: 'photo 7' }),
    );
    unwrap(await dana.followUps.record('erased', { kind: 'call', text: 'asked for the drawings' }));
    const order = (id: string, customer: string) => ({
      id,
      customer,
      amount: { amount: 100, currency: 'CNY' },
      stage: 'won',
      at: world.clock.instant(),
    });
    unwrap(await world.service('erp').orders.record([order('o-1', 'live'), order('o-2', 'erased')]));
    unwrap(
      await ada.people.update('finn', {
        name: 'Finn the second',
        managerId: 'boss',
        roles: ['Auditor'],
        calendar: { workweek: [1], holidays: ['2026-05-01'], makeUpDays: [] },
      }),
    );
    unwrap(await world.as('boss').people.delegate('boss', { to: 'lead', untilOn: '2026-12-31' }));
    unwrap(await ada.policies.adopt({ ownership: { maxHeld: 100 } }, { reason: 'a smaller book' }));
    unwrap(await ada.policies.adopt({ ownership: { maxHeld: 300 } }));
    unwrap(await ben.policies.adopt({ ownership: { maxHeld: 300 } }));
    unwrap(await ada.policies.adopt({ ownership: { maxHeld: 400 } })); // waits
    unwrap(await ada.privacy.erase('live', { basis: 'court-order' })); // waits
    unwrap(await ada.privacy.erase('erased', { basis: 'subject-request' }));
    unwrap(await ben.privacy.erase('erased', { basis: 'subject-request' }));
    for (let at = 0; at < 3; at += 1) await world.as('eve').customers.update('live', { name: 'X' });
    world.clock.advance(3 * DAY + MINUTE);
    await world.keeper.sweep('acme');
    await world.as('ada').customers.list();
    await expectWhole(world);
    await world.keeper.close();
    disk.letGo();

    const before = dump();
    const database = new DatabaseSync(disk.file);
    const gone = database
      .prepare(`DELETE FROM documents WHERE collection IN (${list([...STATE, ...OPERATIONAL])})`)
      .run();
    database
      .prepare(`DELETE FROM index_keys WHERE collection IN (${list([...STATE, ...OPERATIONAL])})`)
      .run();
    database.close();
    expect(Number(gone.changes)).toBeGreaterThan(40);

    const script = join(import.meta.dirname, 'processes', 'rebuild.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [
      script,
      disk.file,
      join(disk.folder, 'keys'),
    ]);
    const report = JSON.parse(stdout) as {
      rebuilt: { removed: number };
      verified: { status: string; findings: unknown[] };
    };
    expect(report.rebuilt.removed).toBe(0);
    expect(dump()).toEqual(before);
    expect(report.verified.findings).toEqual([]);
    expect(report.verified.status).toBe('ok');
  });
});

describe('a rebuild in the keeper that runs', () => {
  it('is seen by the next call', async () => {
    disk = createSqliteDisk();
    const world = await createWorld({ store: disk.open(), keeper: { keys: await disk.keys() } });
    await world.own('c-1', 'dana');
    const database = new DatabaseSync(disk.file);
    database.exec(`DELETE FROM documents WHERE collection IN (${list(STATE)})`);
    database.close();
    await expect(world.as('dana').customers.get('c-1')).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
    await world.keeper.rebuild('acme');
    expect(unwrap(await world.as('dana').customers.get('c-1')).relation).toBe('owner');
    await expectWhole(world);
  });
});
