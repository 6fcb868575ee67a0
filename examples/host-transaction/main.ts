import { pathToFileURL } from 'node:url';
import { createGamekeeper, publicField, unwrap } from 'gamekeeper';
import { localKeys } from 'gamekeeper/node';
import { sqlStore } from 'gamekeeper/sql';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { z } from 'zod';
import { closeDeal } from './close-deal.ts';

/**
 * `node examples/host-transaction/main.ts`: a deal and its follow-up, committed together, refused together.
 *
 * Works in a schema of its own in the database that `DATABASE_URL` names, and drops it afterwards.
 */
export async function run(
  url: string,
  keysFolder: string,
  print: (line: string) => void,
): Promise<{ readonly deals: number; readonly followUps: number }> {
  const schema = `host_transaction_${process.pid}`;
  const pool = new pg.Pool({ connectionString: url, max: 4, options: `-c search_path=${schema}` });
  const db = new Kysely({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: 4 }) }),
  });
  const store = sqlStore(db, { schema });
  const keeper = createGamekeeper({
    profile: z.object({ name: publicField(z.string()) }),
    store,
    keys: await localKeys(keysFolder),
  });
  try {
    await pool.query(`CREATE SCHEMA ${schema}`);
    await pool.query('CREATE TABLE crm_deals (customer text NOT NULL, amount integer NOT NULL)');
    await keeper.tenants.create('acme', { admins: [{ id: 'ada', name: 'Ada' }] });
    const ada = keeper.as({ tenant: 'acme', employee: 'ada' });
    for (const [id, name] of [
      ['dana', 'Dana'],
      ['eve', 'Eve'],
    ] as const)
      unwrap(await ada.people.hire({ id, name, managerId: 'ada' }));
    const dana = keeper.as({ tenant: 'acme', employee: 'dana' });
    const { claim } = unwrap(await dana.customers.register({ name: 'Northwind' }, { id: 'northwind' }));
    unwrap(await ada.claims.approve(claim));

    const crm = { pool, store, keeper };
    await closeDeal(crm, 'dana', 'northwind', 12_000);
    print('Dana closes a deal with her customer: a row in the CRM, an entry in the ledger.');
    await closeDeal(crm, 'eve', 'northwind', 9_000).then(
      () => print('Eve closed a deal with a customer that is not hers!'),
      () => print('Eve may not: no row in the CRM, and the refusal is on record all the same.'),
    );

    const { rows } = await pool.query('SELECT count(*)::int AS deals FROM crm_deals');
    const { items } = unwrap(await dana.followUps.list('northwind'));
    print(`Deals: ${rows[0].deals}. Follow-ups: ${items.length}.`);
    print(`The ledger: ${(await keeper.verify('acme')).status}.`);
    return { deals: rows[0].deals, followUps: items.length };
  } finally {
    await keeper.close();
    store.close();
    await pool.query(`DROP SCHEMA ${schema} CASCADE`);
    await pool.end();
    await db.destroy();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const url = process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';
  await run(url, 'keys', console.log);
}
