import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { hostCustomers, unwrap } from '../../src/index.ts';
import { createSqliteDisk, createWorld, expectWhole, type SqliteDisk, type World } from './world.ts';

let disk: SqliteDisk | null = null;
afterEach(() => {
  disk?.clean();
  disk = null;
});
const codeOf = (result: unknown): string | undefined => (result as { error?: { code: string } }).error?.code;

/** A host with a table of its own, and a keeper beside it. */
async function beside(policy = {}): Promise<{ world: World; crm: DatabaseSync; asked: string[][] }> {
  disk = createSqliteDisk();
  const crm = new DatabaseSync(':memory:');
  crm.exec('CREATE TABLE crm (id TEXT PRIMARY KEY, name TEXT, phone TEXT, need TEXT, margin INTEGER)');
  const asked: string[][] = [];
  const customers = hostCustomers({
    get(ids) {
      asked.push([...ids]);
      return crm
        .prepare('SELECT * FROM crm WHERE id IN (SELECT value FROM json_each(?))')
        .all(JSON.stringify(ids)) as unknown as { id: string }[];
    },
  });
  const world = await createWorld({
    store: disk.open(),
    keeper: { keys: await disk.keys(), customers },
    create: { policy },
  });
  for (const [id, owner] of [
    ['c-1', 'dana'],
    ['c-2', 'dana'],
    ['f-1', 'finn'],
  ] as const) {
    crm
      .prepare('INSERT INTO crm VALUES (?, ?, ?, ?, ?)')
      .run(id, `Name ${id}`, `CANARY-PHONE-${id}`, 'CANARY-NEED', 40);
    const { claim } = unwrap(await world.as(owner).customers.register({ name: 'CANARY-NAME' }, { id }));
    unwrap(await world.as('ada').claims.approve(claim));
  }
  return { world, crm, asked };
}

describe('profiles that stay with the host', () => {
  it('are shown masked by relation, fresh from the host, in one call a page', async () => {
    const { world, crm, asked } = await beside();
    expect(unwrap(await world.as('dana').customers.get('c-1')).profile).toMatchObject({
      name: 'Name c-1',
      phone: 'CANARY-PHONE-c-1',
    });
    expect(unwrap(await world.as('dana').customers.get('f-1'))).toMatchObject({
      profile: { name: 'Name f-1', phone: null },
      relation: 'other',
    });
    crm.exec("UPDATE crm SET phone = '+2' WHERE id = 'c-1'");
    asked.length = 0;
    const { items } = unwrap(await world.as('dana').customers.list({ where: { phone: '+2' } }));
    expect(items.map(({ id }) => id)).toEqual(['c-1']);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.toSorted()).toEqual(['c-1', 'c-2']);
    expect(items[0]?.profile).not.toHaveProperty('margin');
    await expectWhole(world);
  });

  it('go out in an export, and nowhere else: not a byte of them is kept', async () => {
    const { world } = await beside();
    unwrap(await world.as('dana').customers.get('c-1'));
    unwrap(await world.as('dana').customers.history('c-1'));
    const exported = unwrap(await world.as('dana').customers.export({ format: 'csv' }));
    let text = '';
    for await (const part of exported.text) text += part;
    expect(text).toContain('CANARY-PHONE-c-2');
    unwrap(await world.as('dana').customers.delete('c-1', { reason: 'closed down' }));
    await world.keeper.seal('acme');
    await expectWhole(world);
    const database = new DatabaseSync(disk?.file as string, { readOnly: true });
    for (const { name } of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as {
      name: string;
    }[])
      expect(JSON.stringify(database.prepare(`SELECT * FROM "${name}"`).all()), name).not.toContain('CANARY');
    database.close();
  });

  it('are guarded like any other: past the threshold the contacts are withheld', async () => {
    const { world } = await beside({ guard: { reveals: { mode: 'enforce', hold: { '24h': 2 } } } });
    expect(unwrap(await world.as('dana').customers.get('c-1')).profile.phone).toBe('CANARY-PHONE-c-1');
    const second = unwrap(await world.as('dana').customers.get('c-2'));
    expect(second).toMatchObject({ profile: { phone: null, name: 'Name c-2' }, held: expect.any(String) });
  });

  it('are changed by the host, after it has asked; the keeper says how', async () => {
    const { world } = await beside();
    await expect(world.as('dana').customers.update('c-1', { phone: '+3' })).rejects.toMatchObject({
      code: 'ERR_INVALID_INPUT',
      message: expect.stringContaining('guard.request'),
    });
    await expect(world.as('dana').customers.register({ name: 'N' })).rejects.toMatchObject({
      code: 'ERR_INVALID_INPUT',
      message: expect.stringContaining('options.id'),
    });
    const answer = unwrap(
      await world.as('dana').guard.request({ operation: 'update', customers: ['c-1'], fields: ['phone'] }),
    );
    expect(answer.decision).toBe('allow');
  });

  it('that the host cannot read are an error, and a customer it no longer has shows nothing', async () => {
    const { world, crm } = await beside();
    crm.exec("DELETE FROM crm WHERE id = 'c-1'");
    expect(unwrap(await world.as('dana').customers.get('c-1')).profile).toEqual({});
    crm.exec('DROP TABLE crm');
    await expect(world.as('dana').customers.get('c-2')).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' });
    expect(codeOf(await world.as('eve').guard.request({ operation: 'delete', customers: ['c-2'] }))).toBe(
      'not-permitted',
    );
    expect(() => hostCustomers({} as never)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_INPUT' }));
  });
});
