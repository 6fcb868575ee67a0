import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { unwrap } from '../../src/index.ts';
import type { Store } from '../../src/ports/index.ts';
import { collecting } from '../opentelemetry/collecting.ts';
import {
  createSqliteDisk,
  createWorld,
  DAY,
  MINUTE,
  type SqliteDisk,
  type World,
  type WorldOptions,
} from './world.ts';

let disk: SqliteDisk;
afterEach(() => disk.clean());

/** Hosts use phone numbers as ids. Each of these is personal, wherever a host hands it in. */
const personal = {
  customer: '13800138000',
  other: '13900139000',
  employee: '13700137000',
  employeeName: 'CANARY-NAME',
  team: 'CANARY-TEAM',
  grade: 'CANARY-GRADE',
  role: 'CANARY-ROLE',
  name: 'CANARY-COMPANY',
  phone: 'CANARY-PHONE',
  need: 'CANARY-NEED',
  limit: '987654321',
  evidence: 'CANARY-EVIDENCE',
  text: 'CANARY-TEXT',
  reason: 'CANARY-REASON',
  order: 'CANARY-ORDER',
  key: 'CANARY-KEY',
  request: 'CANARY-REQUEST',
} as const;

async function lived(keeper: WorldOptions['keeper'] = {}, wrapped = (store: Store) => store): Promise<World> {
  disk = createSqliteDisk();
  const world = await createWorld({
    store: wrapped(disk.open()),
    keeper: { keys: await disk.keys(), ...keeper },
    staff: ['chief', 'boss', 'eve'],
  });
  unwrap(
    await world.as('ada').people.hire({
      id: personal.employee,
      name: personal.employeeName,
      managerId: 'boss',
      team: personal.team,
      grade: personal.grade,
      roles: [personal.role],
      idempotencyKey: personal.key,
    }),
  );
  const seller = world.keeper.as({
    tenant: 'acme',
    employee: personal.employee,
    requestId: personal.request,
  });
  const profile = {
    name: personal.name,
    phone: personal.phone,
    need: personal.need,
    creditLimit: Number(personal.limit),
  };
  for (const id of [personal.customer, personal.other]) {
    const { claim } = unwrap(
      await seller.customers.register(profile, {
        id,
        evidence: personal.evidence,
        idempotencyKey: `${personal.key} ${id}`,
      }),
    );
    unwrap(await world.as('boss').claims.approve(claim, { reason: personal.reason }));
  }
  unwrap(
    await seller.followUps.record(personal.customer, {
      kind: 'call',
      text: `${personal.text} of some length`,
      evidence: personal.evidence,
      idempotencyKey: personal.key,
    }),
  );
  unwrap(
    await seller.customers.update(
      personal.customer,
      { need: `${personal.need} again` },
      { idempotencyKey: `${personal.key} 2` },
    ),
  );
  unwrap(await seller.ownership.share(personal.customer, { with: 'eve', access: 'read' }));
  unwrap(
    await world.service('erp').orders.record([
      {
        id: personal.order,
        customer: personal.customer,
        amount: { amount: 1, currency: 'CNY' },
        stage: 'won',
        at: world.clock.instant(),
      },
    ]),
  );
  unwrap(await world.as('boss').ownership.transfer(personal.other, { to: 'eve', reason: personal.reason }));
  await world
    .as('eve')
    .customers.update(personal.customer, { phone: personal.phone }, { idempotencyKey: `${personal.key} 3` });
  await world.as('eve').customers.get(`${personal.customer}0`);
  unwrap(await seller.customers.get(personal.customer));
  unwrap(await seller.customers.list({ where: { phone: personal.phone } }));
  unwrap(await seller.customers.history(personal.customer));
  unwrap(await world.as('ada').policies.adopt({ ownership: { maxHeld: 100 } }, { reason: personal.reason }));
  world.clock.advance(8 * DAY + MINUTE);
  await world.keeper.sweep('acme');
  await world.keeper.seal('acme');
  return world;
}

describe('what is personal', () => {
  it('lies in the bodies of employees and customers only: in no key, id, version, index, entry or other document', async () => {
    const world = await lived();
    await world.keeper.close();
    const database = new DatabaseSync(disk.file);
    const found: string[] = [];
    const columns: Record<string, readonly string[]> = {
      documents: ['tenant', 'collection', 'id', 'version', 'mac', 'index_keys', 'body'],
      index_keys: ['tenant', 'index_name', 'key', 'collection', 'id'],
      entries: ['tenant', 'id', 'mac', 'subjects', 'leaf'],
      entry_subjects: ['tenant', 'subject'],
      logs: ['tenant'],
    };
    const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all();
    expect(tables.map(({ name }) => name).toSorted()).toEqual(Object.keys(columns).toSorted());
    for (const [table, names] of Object.entries(columns)) {
      for (const row of database.prepare(`SELECT * FROM ${table}`).all()) {
        for (const column of names) {
          for (const [what, canary] of Object.entries(personal)) {
            if (!String(row[column]).includes(canary)) continue;
            found.push(`${table}.${column}${table === 'documents' ? ` of ${row.collection}` : ''}: ${what}`);
          }
        }
      }
    }
    database.close();
    expect([...new Set(found)].toSorted()).toEqual([
      'documents.body of customer: customer',
      'documents.body of customer: limit',
      'documents.body of customer: name',
      'documents.body of customer: need',
      'documents.body of customer: other',
      'documents.body of customer: phone',
      'documents.body of employee: employee',
      'documents.body of employee: employeeName',
      'documents.body of employee: grade',
      'documents.body of employee: role',
      'documents.body of employee: team',
    ]);
  });

  it('leaves with an export only where disclosures are included', async () => {
    const world = await lived();
    const textOf = (folder: string): string =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((path) => statSync(join(folder, path)).isFile())
        .map((path) => `${path}\n${readFileSync(join(folder, path), 'latin1')}`)
        .join('\n');
    unwrap(await world.as('ada').ledger.export(join(disk.folder, 'withheld')));
    const withheld = textOf(join(disk.folder, 'withheld'));
    for (const [what, canary] of Object.entries(personal))
      expect(withheld.includes(canary), what).toBe(false);
    for (const word of ['dana', 'boss', 'acme', 'Ada'])
      expect(withheld.includes(`"${word}"`), word).toBe(false);
    unwrap(await world.as('ada').ledger.export(join(disk.folder, 'included'), { disclosures: 'included' }));
    // In plain text, each as base64url of its own: decoded, they are there.
    const texts = readdirSync(join(disk.folder, 'included', 'disclosures'), {
      recursive: true,
      encoding: 'utf8',
    })
      .map((path) => join(disk.folder, 'included', 'disclosures', path))
      .filter((path) => statSync(path).isFile())
      .flatMap((path) => readFileSync(path, 'utf8').match(/[\w-]{16,}/g) ?? [])
      .map((text) => Buffer.from(text, 'base64url').toString('utf8'))
      .join('\n');
    for (const what of [
      'customer',
      'phone',
      'need',
      'reason',
      'text',
      'employeeName',
      'evidence',
      'order',
    ] as const)
      expect(texts.includes(personal[what]), what).toBe(true);
    expect(texts.includes(personal.key)).toBe(false);
  });

  it('is in no alarm and no error of a failing store', async () => {
    const world = await lived();
    disk.letGo();
    const seller = world.keeper.as({ tenant: 'acme', employee: personal.employee });
    const errors: unknown[] = [];
    for (const call of [
      () => seller.customers.get(personal.customer),
      () => seller.customers.update(personal.customer, { phone: personal.phone }),
      () => seller.followUps.record(personal.customer, { kind: 'call', text: personal.text }),
      () => world.keeper.sweep('acme'),
    ])
      await call().catch((error: Error) => errors.push(error.message, error.stack, error.cause));
    expect(errors).toHaveLength(12);
    const text = errors
      .map((error) => (error instanceof Error ? `${error.message}${error.stack}` : String(error)))
      .join();
    for (const [what, canary] of Object.entries(personal)) expect(text.includes(canary), what).toBe(false);
  });

  it('is in no log line, span, metric or answer of health, through errors, hung stores and receivers that fail', async () => {
    const sdk = collecting();
    const lines: unknown[] = [];
    const line = (...args: readonly unknown[]): void => void lines.push(args);
    const leaky = async () => Promise.reject(new Error(`no route to ${personal.name} ${personal.employee}`));
    let fault: 'none' | 'throw' | 'hang' = 'none';
    const wrapped = (inner: Store): Store => {
      const through = <Args extends readonly unknown[], Answer>(call: (...args: Args) => Promise<Answer>) => {
        return (...args: Args): Promise<Answer> => {
          if (fault === 'hang') return new Promise(() => undefined);
          if (fault === 'throw') throw new Error(`duplicate key (${JSON.stringify(args)}) ${personal.phone}`);
          return call(...args);
        };
      };
      return {
        specificationVersion: 'v1',
        capabilities: { ...inner.capabilities, wholeTenants: false },
        commit: through((tenant, batch) => inner.commit(tenant, batch)),
        get: through((tenant, refs) => inner.get(tenant, refs)),
        find: through((tenant, query) => inner.find(tenant, query)),
        sequence: through((tenant, request) => inner.sequence(tenant, request)),
        readEntries: through((tenant, query) => inner.readEntries(tenant, query)),
      };
    };
    const world = await lived(
      {
        observers: [sdk.observer],
        logger: { debug: line, info: line, warn: line, error: line },
        storeTimeoutMs: 200,
        notifiers: [{ specificationVersion: 'v1', name: 'mail', types: null, notify: leaky }],
        eventSinks: [
          { specificationVersion: 'v1', name: 'bus', names: 'host', from: 'beginning', send: leaky },
          {
            specificationVersion: 'v1',
            name: 'picky',
            names: 'host',
            from: 'beginning',
            send: async () => ({
              accepted: 0,
              fault: { status: 'refused', reason: `of ${personal.employeeName}` },
            }),
          },
        ],
      },
      wrapped,
    );
    const seller = world.keeper.as({
      tenant: 'acme',
      employee: personal.employee,
      requestId: personal.request,
    });
    await seller.customers.get('13600136000');
    await world.as('eve').customers.get(personal.customer);
    await seller.customers.update(personal.customer, { phone: 7 as never }).catch(() => undefined);
    await world.keeper.sweep('acme');
    const answers: unknown[] = [await world.keeper.health({ tenants: ['acme', 'globex'] })];
    for (const next of ['throw', 'hang'] as const) {
      fault = next;
      const calls = [
        () => seller.customers.get(personal.customer),
        () => seller.followUps.record(personal.customer, { kind: 'call', text: personal.text }),
        () =>
          seller.customers.register({ name: personal.name, phone: personal.phone }, { id: '13500135000' }),
        () => world.keeper.sweep('acme'),
        () => world.keeper.seal('acme'),
      ];
      const failed = await Promise.allSettled(calls.map((call) => call()));
      expect(failed.map(({ status }) => status)).toEqual(calls.map(() => 'rejected'));
      answers.push(await world.keeper.health({ tenants: ['acme'], timeoutMs: 50, locale: 'zh-CN' }));
    }
    fault = 'none';
    await world.keeper.close();
    const spans = sdk
      .spans()
      .map(({ name, attributes, events, status }) => ({ name, attributes, events, status }));
    const metrics = [...(await sdk.metrics()).values()];
    await sdk.end();
    expect(lines.length).toBeGreaterThan(50);
    expect(spans.length).toBeGreaterThan(200);
    expect(JSON.stringify(lines)).toContain('call-failed');
    expect(JSON.stringify(lines)).toContain('not-delivered');
    expect(JSON.stringify(spans)).toContain('ERR_STORE_FAILED');
    for (const [where, text] of Object.entries({
      lines: JSON.stringify(lines),
      spans: JSON.stringify(spans),
      metrics: JSON.stringify(metrics),
      health: JSON.stringify(answers),
    }))
      for (const [what, canary] of [
        ...Object.entries(personal),
        ['stranger', '13600136000'],
        ['new', '13500135000'],
      ])
        expect(text.includes(canary as string), `${what} in ${where}`).toBe(false);
  });
});
