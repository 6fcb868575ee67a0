import { copyFileSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unwrap } from '../../src/index.ts';
import {
  createSqliteDisk,
  createWorld,
  expectWhole,
  openWorld,
  type SqliteDisk,
  type World,
  type WorldOptions,
} from './world.ts';

/**
 * Attacks by SQL, with full rights on the database and without the keys. Each is denied when it is used, or
 * found by verification; where neither can be, a test says so.
 */
let disk: SqliteDisk;
let world: World;

const staff = ['chief', 'boss', 'dana', 'eve', 'auditor'];
const options = async (): Promise<WorldOptions> => ({
  store: disk.open(),
  staff,
  keeper: { keys: await disk.keys() },
});

beforeEach(async () => {
  disk = createSqliteDisk();
  world = await createWorld(await options());
  await world.own('c-1', 'dana', { phone: '+86 138', need: 'forty lathes' });
  await world.own('c-2', 'eve', { phone: '+86 139' });
  await world.keeper.seal('acme');
});
afterEach(async () => {
  await world.keeper.close().catch(() => undefined);
  disk.clean();
});

function attack<Answer>(work: (database: DatabaseSync) => Answer): Answer {
  const database = new DatabaseSync(disk.file);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

const sql = (text: string, ...values: (string | number)[]): number =>
  attack((database) => Number(database.prepare(text).run(...values).changes));

const rows = (text: string, ...values: (string | number)[]): Record<string, string | number>[] =>
  attack((database) => database.prepare(text).all(...values) as Record<string, string | number>[]);

/** What verification finds, by the keeper that was there and by one that starts afresh. */
async function found(): Promise<string[]> {
  const kinds = async (keeper: World['keeper']): Promise<string[]> => {
    const { status, findings } = await keeper.verify('acme');
    expect(status).toBe(findings.length === 0 ? 'ok' : 'tampered');
    return [...new Set(findings.map(({ kind }) => kind))].sort();
  };
  const here = await kinds(world.keeper);
  const fresh = openWorld(await options());
  const there = await kinds(fresh.keeper);
  await fresh.keeper.close().catch(() => undefined);
  // Only the process that acknowledged an entry can miss it.
  expect(here.filter((kind) => kind !== 'lost-entry')).toEqual(there);
  return here;
}

const places = async (): Promise<string[]> =>
  (await world.keeper.verify('acme')).findings.map(({ place }) => place);

type Row = Record<string, string | number>;
/** A document with its index rows, as an attacker keeps it for later. */
function save(collection: string, id: string): { document: Row; keys: Row[] } {
  const [document] = rows('SELECT * FROM documents WHERE collection = ? AND id = ?', collection, id);
  return {
    document: document as Row,
    keys: rows('SELECT * FROM index_keys WHERE collection = ? AND id = ?', collection, id),
  };
}
function restore({ document, keys }: { document: Row; keys: Row[] }): void {
  attack((database) => {
    const { collection, id } = document as { collection: string; id: string };
    database.prepare('DELETE FROM index_keys WHERE collection = ? AND id = ?').run(collection, id);
    for (const row of keys)
      database.prepare('INSERT INTO index_keys VALUES (?, ?, ?, ?, ?)').run(...Object.values(row));
    database.prepare('REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?, ?)').run(...Object.values(document));
  });
}

const aliasIn = (collection: string, hostId: string): string =>
  rows(
    `SELECT id FROM documents WHERE collection = ? AND json_extract(body, '$.id') = ?`,
    collection,
    hostId,
  )[0]?.id as string;
const transfer = (to: string): Promise<unknown> =>
  world.as('boss').ownership.transfer('c-1', { to, reason: 'r' });
const last = (): number => Number(rows('SELECT max(position) AS last FROM entries')[0]?.last);

describe('a row of state', () => {
  it('that was edited is denied to everybody, and found', async () => {
    const customer = aliasIn('customer', 'c-1');
    const eve = aliasIn('employee', 'eve');
    expect(
      sql(
        `UPDATE documents SET body = json_set(body, '$.owner', ?) WHERE id = ? AND collection = 'customer'`,
        eve,
        customer,
      ),
    ).toBe(1);
    for (const who of ['eve', 'dana', 'boss', 'ada'])
      await expect(world.as(who).customers.get('c-1')).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
    await expect(world.as('eve').customers.update('c-1', { industry: 'x' })).rejects.toMatchObject({
      code: 'ERR_STORE_CORRUPT',
    });
    expect(await found()).toEqual(['altered-state']);
    expect(await places()).toEqual([`customer/${customer}`]);
    expect(await world.keeper.rebuild('acme')).toMatchObject({ restored: 1 });
    expect(await found()).toEqual([]);
  });

  it('that was edited and restored unused leaves nothing to find, since nobody was let in meanwhile', async () => {
    const kept = save('customer', aliasIn('customer', 'c-1'));
    sql(
      `UPDATE documents SET body = json_set(body, '$.owner', ?) WHERE id = ? AND collection = 'customer'`,
      aliasIn('employee', 'eve'),
      String(kept.document.id),
    );
    await expect(world.as('eve').customers.get('c-1')).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
    restore(kept);
    expect(await found()).toEqual([]);
  });

  it('that was set back to an older, once valid version is found', async () => {
    const kept = save('customer', aliasIn('customer', 'c-1'));
    await transfer('eve');
    restore(kept);
    expect(await found()).toEqual(['altered-index', 'altered-state']);
  });

  it('that was set back, used by a reader, and restored is found by what the reader’s entry rested on', async () => {
    const customer = aliasIn('customer', 'c-1');
    const before = save('customer', customer);
    const clock = save('clock', customer);
    await transfer('eve');
    const after = save('customer', customer);
    const clockAfter = save('clock', customer);
    restore(before);
    restore(clock);
    expect(unwrap(await world.as('dana').customers.get('c-1')).relation).toBe('owner');
    restore(after);
    restore(clockAfter);
    expect(await found()).toEqual(['stale-basis']);
  });

  it('that was set back, used by a writer, and restored is found', async () => {
    const customer = aliasIn('customer', 'c-1');
    const before = save('customer', customer);
    await transfer('eve');
    restore(before);
    unwrap(await world.as('dana').customers.update('c-1', { industry: 'stolen' }));
    expect(await found()).toContain('stale-basis');
  });

  it('of an employee that was set back, used by a fresh process, and restored is found', async () => {
    const before = save('employee', aliasIn('employee', 'auditor'));
    unwrap(await world.as('ada').people.update('auditor', { roles: [] }));
    unwrap(await world.as('ada').people.update('dana', { team: 'north' })); // so that it is not the last change
    const after = save('employee', aliasIn('employee', 'auditor'));
    restore(before);
    const fresh = openWorld(await options());
    const used = await fresh.as('auditor').ledger.entries();
    await fresh.keeper.close();
    restore(after);
    expect(used.ok ? await found() : ['denied']).toEqual(used.ok ? ['stale-basis'] : ['denied']);
  });

  it('that was deleted is found, and of an employee denies everybody', async () => {
    sql(`DELETE FROM documents WHERE collection = 'claim'`);
    expect(await found()).toEqual(['missing-state']);
    await world.keeper.rebuild('acme');
    sql(`DELETE FROM documents WHERE collection = 'employee' AND id = ?`, aliasIn('employee', 'boss'));
    const fresh = openWorld(await options());
    await expect(fresh.as('dana').customers.get('c-1')).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
    expect(await found()).toEqual(['missing-state']);
  });

  it('that came back after the log had it deleted is found', async () => {
    const clock = save('clock', aliasIn('customer', 'c-1'));
    await world.as('dana').ownership.release('c-1', { reason: 'r' });
    restore(clock);
    expect(await found()).toEqual(['altered-index', 'extra-state']);
  });

  it('that counts is found when edited', async () => {
    expect(
      sql(
        `UPDATE documents SET body = '0' WHERE collection = 'holdings' AND id = ?`,
        aliasIn('employee', 'dana'),
      ),
    ).toBe(1);
    expect(await found()).toEqual(['altered-state']);
    expect(await places()).toEqual([`holdings/${aliasIn('employee', 'dana')}`]);
  });

  it('that counts is found where nothing was ever counted, and a rebuild takes it away', async () => {
    // Below 0, it would set the cap aside for somebody who owns nothing yet.
    for (const collection of ['holdings', 'holds-waiting'])
      sql(
        `INSERT INTO documents (tenant, collection, id, version, body, mac, index_keys)
         SELECT tenant, ?, ?, version, '-100', '', index_keys FROM documents WHERE collection = 'holdings' LIMIT 1`,
        collection,
        aliasIn('employee', 'chief'),
      );
    expect(await found()).toEqual(['extra-state']);
    expect(await places()).toEqual(
      ['holdings', 'holds-waiting'].map((collection) => `${collection}/${aliasIn('employee', 'chief')}`),
    );
    await world.keeper.rebuild('acme');
    expect(await found()).toEqual([]);
  });

  it('with the head set back is met by every process', async () => {
    const before = save('head', 'head');
    unwrap(await world.as('ada').people.update('dana', { managerId: null }));
    restore(before);
    expect(await found()).toEqual(['altered-state']);
    // The old head vouches for the old chart; what is decided on it rests on a version that the log knows is old.
    const { ok } = await world.as('boss').ownership.transfer('c-1', { to: 'eve', reason: 'r' });
    expect(ok).toBe(true);
    expect(await found()).toContain('stale-basis');
  });
});

describe('an index row', () => {
  it('that was removed, or added, is found', async () => {
    const kept = rows(`SELECT * FROM index_keys WHERE index_name = 'due'`);
    expect(sql(`DELETE FROM index_keys WHERE index_name = 'due'`)).toBeGreaterThan(0);
    expect(await found()).toEqual(['altered-index']);
    await world.keeper.rebuild('acme');
    expect(rows(`SELECT * FROM index_keys WHERE index_name = 'due'`)).toEqual(kept);
    const customer = aliasIn('customer', 'c-1');
    sql(
      'INSERT INTO index_keys VALUES (?, ?, ?, ?, ?)',
      'acme',
      'customers-of',
      `${aliasIn('employee', 'eve')}.x`,
      'customer',
      customer,
    );
    expect(await found()).toEqual(['altered-index']);
    // The row shows nothing that a look would not show.
    expect(unwrap(await world.as('eve').customers.list({ scope: 'mine' })).items.map(({ id }) => id)).toEqual(
      ['c-2'],
    );
    await world.keeper.rebuild('acme');
    expect(await found()).toEqual([]);
  });

  it('of an employee that was hidden denies a fresh process', async () => {
    sql(`DELETE FROM index_keys WHERE index_name = 'employees' AND id = ?`, aliasIn('employee', 'boss'));
    const fresh = openWorld(await options());
    await expect(fresh.as('dana').customers.get('c-1')).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
    expect(await found()).toEqual(['altered-index']);
  });

  it('of a subject that was removed, so that a history forgets, is found', async () => {
    const customer = aliasIn('customer', 'c-1');
    await transfer('eve');
    await world.keeper.seal('acme');
    expect(sql('DELETE FROM entry_subjects WHERE subject = ? AND position = ?', customer, last())).toBe(1);
    expect(unwrap(await world.as('ada').ownership.at('c-1', world.clock.instant()))?.owner).toBe('dana');
    expect(await found()).toEqual(['altered-index']);
    expect(await places()).toEqual([`subject/${customer}`]);
  });

  it('of who acted, which builds before did not write, comes with an export that is restored; a rebuild cannot write it', async () => {
    unwrap(await world.as('dana').customers.update('c-1', { industry: 'mills' }));
    const own = async () => unwrap(await world.as('dana').me.record({ limit: 100 }));
    const before = await own();
    const dana = aliasIn('employee', 'dana');
    await world.keeper.seal('acme');
    expect(sql('DELETE FROM entry_subjects WHERE subject = ?', dana)).toBeGreaterThan(1);
    expect((await own()).entries.length).toBeLessThan(before.entries.length);
    const findings = async () => (await world.keeper.verify('acme')).findings;
    const only = [
      {
        kind: 'altered-index',
        place: `subject/${dana}`,
        detail: expect.stringMatching(/export the company and restore it.*请导出该公司后恢复/u),
      },
    ];
    expect(await findings()).toEqual(only);
    await world.keeper.rebuild('acme');
    expect(await findings()).toEqual(only);

    const files = new Map<string, Uint8Array>();
    const { tenants } = world.keeper;
    await tenants.suspend('acme');
    await tenants.export('acme', { write: async (path, bytes) => void files.set(path, bytes) });
    unwrap(await tenants.delete('acme', { confirm: 'acme' }));
    const source = {
      list: async () => [...files.keys()],
      read: async (path: string) => files.get(path) ?? null,
    };
    unwrap(await tenants.restore('acme', source));
    await tenants.resume('acme');
    await expectWhole(world);
    expect((await own()).entries).toEqual(expect.arrayContaining([...before.entries]));
  });
});

describe('an entry that is not sealed yet', () => {
  /** Entries that wait, in a world that does not seal by itself so soon. */
  const stage = async (count: number): Promise<void> => {
    for (let at = 0; at < count; at += 1)
      unwrap(await world.as('dana').customers.update('c-1', { industry: `i-${at}` }));
    expect(rows('SELECT count(*) AS n FROM entries, logs WHERE position >= size')[0]?.n).toBe(count);
  };

  it('that was edited is not sealed, and the alarm is raised', async () => {
    await stage(2);
    sql(
      `UPDATE entries SET leaf = replace(leaf, 'customer-updated', 'customer-deleted') WHERE position = ?`,
      last(),
    );
    await expect(world.keeper.seal('acme')).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
    expect(await found()).toContain('unreadable');
    expect((await world.keeper.verify('acme')).findings[0]).toMatchObject({
      kind: 'unreadable',
      place: 'sealing',
    });
  });

  it('that was deleted from the end is missed by the process that acknowledged it', async () => {
    const alarms: unknown[] = [];
    world.keeper.onAlarm((alarm) => alarms.push(alarm));
    await stage(2);
    sql('DELETE FROM entries WHERE position = ?', last());
    await world.keeper.seal('acme');
    expect(alarms).toMatchObject([
      { kind: 'lost-entry', places: [expect.stringMatching(/^[0-9a-f-]{36}$/)] },
    ]);
    const report = await world.keeper.verify('acme');
    expect(report.findings.map(({ kind }) => kind)).toContain('lost-entry');
    // Others see it by the state that it left.
    expect(await found()).toEqual(['altered-state', 'lost-entry']);
  });

  it('that was deleted from the middle leaves a gap that cannot be sealed', async () => {
    await stage(3);
    sql('DELETE FROM entries WHERE position = ?', last() - 1);
    await expect(world.keeper.seal('acme')).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
    expect(await found()).toContain('unreadable');
    expect((await world.keeper.verify('acme')).findings).toContainEqual(
      expect.objectContaining({ place: 'sealing', detail: expect.stringContaining('gap') }),
    );
  });

  it('that was deleted with every trace of its change is missed by its process only: afterwards A0 cannot see it', async () => {
    const customer = aliasIn('customer', 'c-1');
    const before = save('customer', customer);
    await stage(1);
    const [entry] = rows('SELECT id FROM entries WHERE position = ?', last());
    sql('DELETE FROM entry_subjects WHERE position = ?', last());
    sql('DELETE FROM entries WHERE position = ?', last());
    sql(`DELETE FROM documents WHERE collection = 'disclosure' AND id LIKE ?`, `${entry?.id}.%`);
    restore(before);
    expect(await found()).toEqual(['lost-entry']);
    const later = openWorld(await options());
    const report = await later.keeper.verify('acme');
    // Honest about it: no anchor outside holds anything, and nothing is claimed of it.
    expect(report).toMatchObject({ status: 'ok', anchorLevel: 'A0', residual: { entries: report.size } });
    await later.keeper.close();
  });

  it('of another company is not sealed here', async () => {
    const other = openWorld({ ...(await options()), tenant: 'other' });
    await other.keeper.tenants.create('other', { admins: [{ id: 'ada', name: 'Ada' }] });
    const [foreign] = rows(`SELECT * FROM entries WHERE tenant = 'other' AND position = 2`) as [Row];
    await other.keeper.close();
    attack((database) =>
      database
        .prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)')
        .run('acme', last() + 1, ...(Object.values(foreign).slice(2) as string[])),
    );
    await expect(world.keeper.seal('acme')).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
    expect(await found()).toContain('unreadable');
  });
});

describe('a sealed entry', () => {
  it('that was edited is found, with its index', async () => {
    sql(
      `UPDATE entries SET leaf = replace(leaf, '"outcome":"done"', '"outcome":"refused"') WHERE position = 7`,
    );
    expect(await found()).toEqual(['altered-entry']);
    expect(await places()).toEqual(['7']);
    await expect(world.keeper.rebuild('acme')).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
  });

  it('that was replaced by one of another company is found', async () => {
    const other = openWorld({ ...(await options()), tenant: 'other' });
    await other.keeper.tenants.create('other', { admins: [{ id: 'ada', name: 'Ada' }] });
    await other.keeper.close();
    const [foreign] = rows(`SELECT * FROM entries WHERE tenant = 'other' AND position = 2`) as [Row];
    sql(
      'UPDATE entries SET id = ?, mac = ?, leaf = ? WHERE tenant = ? AND position = 7',
      foreign.id as string,
      foreign.mac as string,
      foreign.leaf as string,
      'acme',
    );
    expect(await found()).toEqual(['altered-entry']);
  });

  it('and another that changed places are found', async () => {
    attack((database) => {
      for (const [from, to] of [
        [7, 999],
        [8, 7],
        [999, 8],
      ] as const)
        database.prepare('UPDATE entries SET position = ? WHERE position = ?').run(to, from);
    });
    const kinds = await found();
    expect(kinds).toContain('fork');
    expect((await world.keeper.verify('acme')).findings.map(({ place }) => place)).toContain('signer');
  });

  it('that is gone from the middle is a gap, with its index', async () => {
    sql('DELETE FROM entries WHERE position BETWEEN 5 AND 7');
    expect(await found()).toEqual(['gap']);
    expect(await places()).toEqual(['5']);
  });
});

describe('the end of the log', () => {
  const older = (): { edge: ReturnType<typeof save>; size: number } => ({
    edge: save('edge', 'edge'),
    size: last() + 1,
  });
  const cut = ({ edge, size }: ReturnType<typeof older>): void => {
    sql('DELETE FROM entries WHERE position >= ?', size);
    sql('DELETE FROM entry_subjects WHERE position >= ?', size);
    sql('UPDATE logs SET size = ?', size);
    sql(`DELETE FROM documents WHERE collection = 'checkpoint' AND id > ?`, String(size).padStart(16, '0'));
    sql(
      `DELETE FROM index_keys WHERE index_name = 'checkpoints' AND key > ?`,
      String(size).padStart(16, '0'),
    );
    restore(edge);
  };

  it('deleted together with its checkpoints is found by what the signer remembers', async () => {
    const then = older();
    const rolled = ['customer', 'clock'].map((collection) => save(collection, aliasIn('customer', 'c-1')));
    const holdings = ['dana', 'eve'].map((id) => save('holdings', aliasIn('employee', id)));
    await transfer('eve');
    await world.keeper.seal('acme');
    cut(then);
    for (const document of [...rolled, ...holdings]) restore(document);
    expect(await found()).toEqual(['truncated']);
    expect((await world.keeper.verify('acme')).findings[0]).toMatchObject({
      place: 'signer',
      detail: `expected ${then.size + 1} entries, found ${then.size}`,
    });
    // And nothing is sealed on top of it.
    unwrap(await world.as('dana').customers.update('c-1', { industry: 'x' }));
    await expect(world.keeper.seal('acme')).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
  });

  it('as in an old backup of the whole file is found by what the signer remembers', async () => {
    await world.keeper.close();
    attack((database) => database.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
    copyFileSync(disk.file, `${disk.file}.backup`);
    const used = openWorld(await options());
    unwrap(await used.as('boss').ownership.transfer('c-1', { to: 'eve', reason: 'r' }));
    const { size } = await used.keeper.seal('acme');
    await used.keeper.close();
    disk.letGo();
    for (const part of ['', '-wal', '-shm']) rmSync(`${disk.file}${part}`, { force: true });
    copyFileSync(`${disk.file}.backup`, disk.file);
    const after = openWorld(await options());
    const report = await after.keeper.verify('acme');
    expect(report.findings).toMatchObject([{ kind: 'truncated', place: 'signer' }]);
    expect(report.lastSigned).toBe(size);
    unwrap(await after.as('dana').customers.update('c-1', { industry: 'x' }));
    await expect(after.keeper.seal('acme')).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
    await after.keeper.close();
  });

  it('is out of reach of A0 when the signer’s memory was set back too', async () => {
    await world.keeper.close();
    attack((database) => database.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
    const copied = createSqliteDisk();
    copyFileSync(disk.file, copied.file);
    const { cpSync } = await import('node:fs');
    cpSync(`${disk.folder}/keys`, `${copied.folder}/keys`, { recursive: true });
    const old = openWorld({ store: copied.open(), keeper: { keys: await copied.keys() } });
    const report = await old.keeper.verify('acme');
    expect(report).toMatchObject({ status: 'ok', anchorLevel: 'A0', residual: { entries: report.size } });
    await old.keeper.close();
    copied.clean();
  });

  it('that lost its edge only is sealed on, in any length', async () => {
    for (let at = 0; at < 30; at += 1) await world.as('dana').customers.list();
    await world.keeper.seal('acme');
    sql(`DELETE FROM documents WHERE collection = 'edge'`);
    unwrap(await world.as('dana').customers.update('c-1', { industry: 'x' }));
    await world.keeper.seal('acme');
    expect(await found()).toEqual([]);
  });

  it('with a forged or missing checkpoint is found', async () => {
    const id = String(last() + 1).padStart(16, '0');
    const kept = save('checkpoint', id);
    sql(`DELETE FROM documents WHERE collection = 'checkpoint' AND id = ?`, id);
    expect(await found()).toEqual(['bad-checkpoint']);
    restore(kept);
    expect(await found()).toEqual([]);
    sql(
      `UPDATE documents SET body = replace(body, 'gamekeeper/', 'gamekeepes/') WHERE collection = 'checkpoint' AND id = ?`,
      id,
    );
    expect(await found()).toEqual(['unreadable']);
  });
});

describe('what was disclosed', () => {
  const disclosureOf = (type: string): string => {
    const [entry] = rows(
      `SELECT id FROM entries WHERE json_extract(leaf, '$.type') = ? ORDER BY position DESC`,
      type,
    );
    return rows(`SELECT id FROM documents WHERE collection = 'disclosure' AND id LIKE ?`, `${entry?.id}.%`)[0]
      ?.id as string;
  };

  it('with a flipped byte does not open: denied and found, with its name', async () => {
    const id = disclosureOf('claim-submitted');
    const { document } = save('disclosure', id);
    const sealed = (JSON.parse(String(document.body)) as { sealed: string }).sealed;
    const flipped = `${sealed[0] === 'A' ? 'B' : 'A'}${sealed.slice(1)}`;
    sql(
      `UPDATE documents SET body = json_object('sealed', ?) WHERE collection = 'disclosure' AND id = ?`,
      flipped,
      id,
    );
    await expect(world.as('ada').customers.history('c-2')).rejects.toMatchObject({
      code: 'ERR_STORE_CORRUPT',
    });
    expect(await found()).toEqual(['unreadable']);
    expect((await world.keeper.verify('acme')).findings[0]?.detail).toContain(`disclosure/${id}`);
  });

  it('and deleted without an erasure is found, with the index of its entry', async () => {
    const id = disclosureOf('claim-submitted');
    sql(`DELETE FROM documents WHERE collection = 'disclosure' AND id = ?`, id);
    expect(await found()).toEqual(['altered-state', 'missing-disclosure']);
    const [entry] = rows('SELECT position FROM entries WHERE id = ?', id.slice(0, 36));
    expect(
      new Set(
        (await world.keeper.verify('acme')).findings
          .filter(({ kind }) => kind === 'missing-disclosure')
          .map(({ place }) => place),
      ),
    ).toEqual(new Set([String(entry?.position)]));
  });

  it('under keys that were swapped, or deleted, is denied and found', async () => {
    const [one, two] = ['c-1', 'c-2'].map((id) => save('key', aliasIn('customer', id)));
    if (one === undefined || two === undefined) throw new Error('no keys');
    restore({ document: { ...one.document, id: two.document.id as string }, keys: [] });
    restore({ document: { ...two.document, id: one.document.id as string }, keys: [] });
    const fresh = openWorld(await options());
    await expect(fresh.as('ada').customers.history('c-1')).rejects.toMatchObject({
      code: 'ERR_STORE_CORRUPT',
    });
    expect((await fresh.keeper.verify('acme')).findings.map(({ kind }) => kind)).toEqual(['unreadable']);
    restore(one);
    restore(two);
    sql(`DELETE FROM documents WHERE collection = 'key' AND id = ?`, String(one.document.id));
    const later = openWorld(await options());
    expect((await later.keeper.verify('acme')).findings.map(({ kind }) => kind)).toContain(
      'missing-disclosure',
    );
    await fresh.keeper.close();
    await later.keeper.close();
  });

  it('under an authentication key that was replaced denies everything', async () => {
    const mac = save('key', 'mac');
    restore({
      document: { ...mac.document, body: String(save('key', aliasIn('customer', 'c-1')).document.body) },
      keys: [],
    });
    const fresh = openWorld(await options());
    await expect(fresh.as('ada').customers.list()).rejects.toMatchObject({ code: 'ERR_SIGNER_FAILED' });
    await expect(fresh.keeper.verify('acme')).rejects.toMatchObject({ code: 'ERR_SIGNER_FAILED' });
    sql(`DELETE FROM documents WHERE collection = 'key' AND id = 'mac'`);
    await expect(fresh.as('ada').customers.list()).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
    restore(mac);
    expect(await found()).toEqual([]);
  });

  it('of a mapping of ids that was pointed at somebody else’s customer is denied', async () => {
    const [one, two] = rows(`SELECT * FROM documents WHERE collection = 'alias' AND body LIKE '%"c_%'`) as [
      Row,
      Row,
    ];
    restore({ document: { ...one, id: two.id as string }, keys: [] });
    const fresh = openWorld(await options());
    const answers = await Promise.allSettled(['c-1', 'c-2'].map((id) => fresh.as('ada').customers.get(id)));
    expect(answers.filter(({ status }) => status === 'rejected')).toMatchObject([
      { reason: { code: 'ERR_STORE_CORRUPT' } },
    ]);
    await fresh.keeper.close();
  });
});

describe('a company that nobody touched', () => {
  it('verifies, also after a restart and a rebuild that had nothing to do', async () => {
    await transfer('eve');
    await expectWhole(world);
    expect(await found()).toEqual([]);
    expect(await world.keeper.rebuild('acme')).toMatchObject({ restored: 0, removed: 0 });
  });
});
