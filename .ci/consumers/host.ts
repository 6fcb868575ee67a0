// A host's program, as small as one that uses every subpath can be. Throws when something is not as it should be.
import { contact, createGamekeeper, isGamekeeperError, memoryStore, publicField, unwrap } from 'gamekeeper';
import { inclusionFault, leafHash, nodeHash } from 'gamekeeper/ledger';
import { localKeys } from 'gamekeeper/node';
import type { Clock, Store } from 'gamekeeper/ports';
import { definePreset, manufacturing } from 'gamekeeper/presets';
import { nodeSqlite, sqlMigrations, sqlStore } from 'gamekeeper/sql';
import { sqliteStore } from 'gamekeeper/sqlite';
import { storeCases } from 'gamekeeper/testing';
import { signWebhook, webhookFault } from 'gamekeeper/webhook';
import { Kysely, SqliteDialect } from 'kysely';
import * as z from 'zod';

const profile = z.object({
  name: publicField(z.string()),
  phone: contact(z.string()).optional(),
});

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`expected ${what}`);
}

/** A customer is registered, approved and read, and the ledger verifies. */
async function keepACustomer(keeper: ReturnType<typeof inMemory>): Promise<void> {
  await keeper.tenants.create('acme', { admins: [{ id: 'ada', name: 'Ada' }] });
  const ada = keeper.as({ tenant: 'acme', employee: 'ada' });
  unwrap(await ada.people.hire({ id: 'ben', name: 'Ben' }));
  unwrap(await ada.people.hire({ id: 'dana', name: 'Dana', managerId: 'ben' }));
  const dana = keeper.as({ tenant: 'acme', employee: 'dana' });
  const ben = keeper.as({ tenant: 'acme', employee: 'ben' });

  const { claim, customer } = unwrap(await dana.customers.register({ name: 'Northwind', phone: '555 0100' }));
  const own = await dana.claims.approve(claim);
  check(!own.ok, 'nobody to approve a claim of their own');
  unwrap(await ben.claims.approve(claim, { reason: 'met at the fair' }));
  const seen = unwrap(await dana.customers.get(customer));
  const name: string | null = seen.profile.name;
  check(name === 'Northwind', 'the owner to see the customer');
  await keeper.seal('acme');
  const report = await keeper.verify('acme');
  check(report.status === 'ok' && report.size > 0, 'the ledger to verify');
  await keeper.close();
}

function inMemory() {
  return createGamekeeper({ profile });
}

async function onDisk() {
  return createGamekeeper({ profile, store: sqliteStore('acme.db'), keys: await localKeys('keys') });
}

async function bySql() {
  const db = new Kysely<{ leads: { id: string } }>({
    dialect: new SqliteDialect({ database: nodeSqlite('sql.db') }),
  });
  return createGamekeeper({ profile, store: sqlStore(db), keys: await localKeys('sql-keys') });
}

async function main(): Promise<void> {
  await keepACustomer(inMemory());
  await keepACustomer(await onDisk());
  await keepACustomer(await bySql());
  check(sqlMigrations({ dialect: 'postgresql' }).length > 0, 'statements that make the tables');

  const unknown = await inMemory()
    .verify('nobody')
    .catch((error: unknown) => error);
  check(isGamekeeperError(unknown, 'ERR_UNKNOWN_TENANT'), 'an unknown tenant to be an error');

  const leaves = [leafHash('a'), leafHash('b')] as const;
  const claim = { index: 0, size: 2, leafHash: leaves[0], proof: [leaves[1]], root: nodeHash(...leaves) };
  check(inclusionFault(claim) === undefined, 'a good proof to have no fault');
  check(inclusionFault({ ...claim, index: 1 }) === 'wrong-root', 'a wrong proof to have one');

  const ours = definePreset(manufacturing({ ownership: { maxHeld: 40 } }), manufacturing);
  check(ours().ownership.maxHeld === 40 && ours['zh-CN'].title !== '', 'a preset of our own');
  const made = inMemory();
  await made.tenants.create('works', { admins: [{ id: 'ada', name: 'Ada' }], policy: ours() });
  const inForce = unwrap(await made.as({ tenant: 'works', employee: 'ada' }).policies.current());
  check(inForce.policy.followUps.workingDays, 'the preset to be in force');
  await made.close();

  const secret = `whsec_${'A'.repeat(32)}`;
  const headers = { ...(await signWebhook({ id: 'one', timestamp: 1, body: '{}' }, [secret])) };
  check((await webhookFault('{}', headers, secret, 1)) === undefined, 'a webhook to be believed');
  check((await webhookFault('[]', headers, secret, 1)) === 'bad-signature', 'a changed webhook not to be');

  const store: Store = memoryStore();
  await storeCases[0]?.run(async () => ({ store, reopen: null, close: async () => undefined }));
  const clock: Clock | null = null;
  check(clock === null, 'ports to be types');
}

main();
