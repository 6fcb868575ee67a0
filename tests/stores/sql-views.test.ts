import { expect, it } from 'vitest';
import { unwrap } from '../../src/index.ts';
import { createDisk, createWorld } from '../app/world.ts';
import { describeEngines, ENGINES, type Engine } from './engines.ts';

const at = ({ schema }: Engine, view: string): string =>
  `${schema === undefined ? '' : `${schema}.`}gk_${view}`;

await describeEngines('the views', ENGINES, (engine) => {
  it('tell a host by its own ids who owns what and who may see it', async () => {
    const disk = createDisk();
    const store = engine.open();
    const world = await createWorld({ store, keeper: { keys: await disk.keys() } });
    await world.own('c1', 'dana');
    await world.own('c2', 'eve');
    await world.own('c3', 'dana');
    await world.register('c4', 'finn');
    unwrap(
      await world.as('dana').ownership.share('c1', { with: 'finn', access: 'write', untilOn: '2026-05-01' }),
    );
    const released = unwrap(await world.as('dana').ownership.release(['c3'], { reason: 'too far' }));
    expect(released.items).toMatchObject([{ id: 'c3', result: { ok: true } }]);

    const owners = await engine.query(
      `SELECT tenant, customer, owner, pool FROM ${at(engine, 'owner')} ORDER BY customer`,
    );
    expect(owners.map((row) => ({ ...row }))).toEqual([
      { tenant: 'acme', customer: 'c1', owner: 'dana', pool: null },
      { tenant: 'acme', customer: 'c2', owner: 'eve', pool: null },
      { tenant: 'acme', customer: 'c3', owner: null, pool: 'main' },
    ]);
    const access = await engine.query(
      `SELECT customer, employee, access, until_on FROM ${at(engine, 'access')} ORDER BY customer, employee`,
    );
    expect(access.map((row) => ({ ...row }))).toEqual([
      { customer: 'c1', employee: 'dana', access: 'owner', until_on: null },
      { customer: 'c1', employee: 'finn', access: 'write', until_on: '2026-05-01' },
      { customer: 'c2', employee: 'eve', access: 'owner', until_on: null },
    ]);

    await engine.query(
      `CREATE TABLE ${at(engine, 'test_crm')} (id varchar(40) PRIMARY KEY, city varchar(40))`,
    );
    await engine.query(`INSERT INTO ${at(engine, 'test_crm')} VALUES ('c1', 'Ulm'), ('c2', 'Jena')`);
    const joined = await engine.query(
      `SELECT o.owner, c.city FROM ${at(engine, 'test_crm')} c
        JOIN ${at(engine, 'owner')} o ON o.tenant = 'acme' AND o.customer = c.id WHERE c.id = 'c2'`,
    );
    expect(joined.map((row) => ({ ...row }))).toEqual([{ owner: 'eve', city: 'Jena' }]);
    await world.keeper.close();
    await store.end();
    disk.clean();
  });
});
