/**
 * Records the golden ledger of a release: `node .ci/golden.ts VERSION`. Every later release replays it and must
 * come to the same state. A golden ledger is written once; this refuses to overwrite one.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  commercial,
  contact,
  createGamekeeper,
  internal,
  memoryStore,
  publicField,
  type TenantId,
  unwrap,
} from '../src/index.ts';
import { foldExport } from '../tests/golden/fold-export.ts';

const version = process.argv[2];
if (version === undefined || !/^\d+\.\d+\.\d+$/.test(version)) {
  console.error('name the release: node .ci/golden.ts 0.1.0');
  process.exit(2);
}
const folder = join('tests/golden', version);
if (existsSync(folder)) {
  console.error(`${folder} exists already; a golden ledger is never changed`);
  process.exit(2);
}

let now = Date.parse('2026-03-02T01:00:00.000Z');
const keeper = createGamekeeper({
  store: memoryStore(),
  clock: { now: () => now },
  roles: { 'Sales Director': ['claims.decide'] },
  profile: z.object({
    name: publicField(z.string()),
    phone: contact(z.string()).optional(),
    need: commercial(z.string()).optional(),
    creditLimit: internal(z.number().int()).optional(),
  }),
});
const HOUR = 3_600_000;
const tenant = 'golden' as TenantId;
await keeper.tenants.create(tenant, {
  admins: [
    { id: 'ada', name: 'Ada' },
    { id: 'ben', name: 'Ben' },
  ],
  timeZone: 'Asia/Shanghai',
  locale: 'zh-CN',
  currency: 'CNY',
});
const as = (employee: string) => keeper.as({ tenant, employee, requestId: `request of ${employee}` });
const ada = as('ada');
unwrap(await ada.people.hire({ id: 'boss', name: 'Bo', managerId: 'ada', roles: ['Sales Director'] }));
unwrap(await ada.people.hire({ id: 'dana', name: 'Dana', managerId: 'boss', team: 'North', grade: 'P5' }));
unwrap(await ada.people.hire({ id: 'eve', name: 'Eve', managerId: 'boss' }));
unwrap(await ada.people.update('eve', { team: 'South' }));
unwrap(await as('boss').people.delegate('boss', { to: 'eve', untilOn: '2026-04-01' }));
const profile = { name: 'North Steel', phone: '+86 10 5550 0100', need: '20 t a month', creditLimit: 100 };
const claims: string[] = [];
for (const id of ['c-1', 'c-2', 'c-3', 'c-4', 'c-5']) {
  claims.push(
    unwrap(await as('dana').customers.register(profile, { id, evidence: 'met at the fair' })).claim,
  );
}
await as('dana').claims.approve(claims[0] as string);
await as('dana').claims.approve(claims[0] as string);
for (const at of [0, 1, 4])
  unwrap(await as('boss').claims.approve(claims[at] as string, { reason: 'known to us' }));
unwrap(await as('boss').claims.reject(claims[2] as string, { reason: 'a duplicate' }));
now += 72 * HOUR;
await keeper.sweep(tenant);
unwrap(await as('dana').claims.withdraw(claims[3] as string));
unwrap(
  await as('dana').followUps.record('c-1', {
    kind: 'visit',
    text: 'Walked through the new mill',
    evidence: 'm-1',
  }),
);
unwrap(await as('dana').followUps.record('c-1', { kind: 'call', text: 'ok' }));
unwrap(await as('dana').customers.update('c-1', { phone: '+86 10 5550 0101', need: null }));
unwrap(await as('dana').customers.get('c-1'));
unwrap(await as('dana').customers.list());
unwrap(await as('dana').ownership.share('c-1', { with: 'eve', access: 'write' }));
const order = {
  id: 'o-1',
  customer: 'c-1',
  amount: { amount: 5_000, currency: 'CNY' },
  at: '2026-03-04T00:00:00.000Z',
};
const erp = keeper.as({ tenant, service: 'erp' });
unwrap(await erp.orders.record([{ ...order, stage: 'won' }]));
unwrap(await erp.orders.record([{ ...order, stage: 'paid' }]));
now += 120 * HOUR;
await keeper.sweep(tenant);
unwrap(await ada.ownership.transfer('c-1', { to: 'eve', reason: 'fewer miles' }));
unwrap(await as('dana').ownership.release('c-2', { reason: 'never answers' }));
unwrap(await ada.policies.adopt({ followUps: { remindAfterDays: 2 } }));
unwrap(await ada.policies.adopt({}));
unwrap(await as('ben').policies.adopt({}));
unwrap(await as('boss').customers.history('c-1'));
unwrap(await ada.privacy.erase('c-5', { basis: 'subject-request' }));
unwrap(await as('ben').privacy.erase('c-5', { basis: 'subject-request' }));

const files = new Map<string, Uint8Array>();
unwrap(
  await ada.ledger.export(
    { write: async (path, bytes) => void files.set(path, bytes) },
    { disclosures: 'included' },
  ),
);
for (const [path, bytes] of files) {
  mkdirSync(join(folder, 'ledger', path, '..'), { recursive: true });
  writeFileSync(join(folder, 'ledger', path), bytes);
}
writeFileSync(join(folder, 'state.json'), `${JSON.stringify(foldExport(files), null, 1)}\n`);
console.log(`${folder}: ${files.size} files`);
await keeper.close();
