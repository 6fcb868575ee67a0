import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGamekeeper, explain, isGamekeeperError, REFUSAL_CODES } from '../../src/index.ts';
import { createWorld, customerProfile, expectWhole, type World } from './world.ts';

const RUNS = process.env.LONG === '1' ? 3000 : 60;

type Verb = (...values: unknown[]) => Promise<unknown>;

/** Every verb that a person can call, with how many arguments it takes. */
function verbsOf(world: World): [string, Verb, number][] {
  const areas: [string, Verb, number][] = [];
  for (const who of ['ada', 'dana']) {
    const acting = world.as(who);
    for (const [area, verbs] of Object.entries(acting)) {
      for (const [name, verb] of Object.entries(verbs as Record<string, Verb>)) {
        if (name === 'all') continue;
        // A text would be a directory of this machine.
        const call: Verb =
          name === 'export' ? (target, more) => verb(typeof target === 'string' ? null : target, more) : verb;
        areas.push([`${who} ${area}.${name}`, call, 2]);
      }
    }
  }
  areas.push(['keeper.as', async (identity) => world.keeper.as(identity as never), 1]);
  areas.push(['tenants.create', (...input) => world.keeper.tenants.create(...(input as [never, never])), 2]);
  for (const verb of ['sweep', 'seal', 'verify', 'rebuild'] as const)
    areas.push([`keeper.${verb}`, (id) => world.keeper[verb](id as never), 1]);
  return areas;
}

const hostile = fc.oneof(
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withNullPrototype: true,
    withBoxedValues: true,
  }),
  fc.constantFrom(
    'c-1',
    'dana',
    '__proto__',
    'constructor',
    '\ud800',
    'a\u0000b',
    '\u202e',
    'x'.repeat(5000),
    "'; DROP TABLE documents; --",
    '%',
    '_',
  ),
  fc.constantFrom(
    JSON.parse('{"__proto__":{"administrator":true},"id":"p","name":"p"}'),
    Symbol('s'),
    () => 1,
    10n,
    Number.NaN,
  ),
);
const options = fc.dictionary(
  fc.constantFrom(
    'id',
    'name',
    'to',
    'reason',
    'untilOn',
    'kind',
    'text',
    'at',
    'evidence',
    'limit',
    'after',
    'where',
    'orderBy',
    'scope',
    'basis',
    'with',
    'access',
    'pool',
    'roles',
    'managerId',
    'calendar',
    'idempotencyKey',
    'customer',
    'from',
    'disclosures',
    'followUps',
    'ownership',
    'visibility',
    'phone',
    '__proto__',
  ),
  hostile,
  { maxKeys: 5 },
);

describe('whatever is handed in', () => {
  it('is answered with a result or a typed error that names the place, and quickly', async () => {
    const world = await createWorld({ staff: ['chief', 'boss', 'dana'] });
    await world.own('c-1', 'dana');
    const { size } = await world.keeper.seal('acme');
    const slow: string[] = [];
    let errors = 0;
    const verbs = verbsOf(world);
    await fc.assert(
      fc.asyncProperty(hostile, fc.oneof(hostile, options), async (first, second) => {
        for (const [name, verb, count] of verbs) {
          const started = performance.now();
          let invalid = false;
          try {
            const answer = (await verb(...[first, second].slice(0, count))) as { ok?: unknown } | undefined;
            if (name.includes('.') && !/^(keeper|tenants)/.test(name))
              expect(typeof answer?.ok, name).toBe('boolean');
          } catch (error) {
            errors += 1;
            if (!isGamekeeperError(error))
              throw new Error(`${name} threw ${String(error)}`, { cause: error });
            expect(['ERR_INVALID_INPUT', 'ERR_UNKNOWN_TENANT'], `${name}: ${error.message}`).toContain(
              error.code,
            );
            invalid = error.code === 'ERR_INVALID_INPUT';
            if (invalid && error.path === null) throw new Error(`${name}: no path in "${error.message}"`);
            expect(error.message.length).toBeLessThan(6000);
          }
          const took = performance.now() - started;
          if (took > 50) slow.push(`${name} ${Math.round(took)} ms`);
        }
      }),
      { numRuns: RUNS, seed: 11 },
    );
    expect(errors).toBeGreaterThan(RUNS * 10);
    // A pause of the collector now and then is no fault of an input.
    expect(slow.length, slow.join('; ')).toBeLessThan(verbs.length * RUNS * 0.005);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { administrator?: unknown }).administrator).toBeUndefined();
    expect((await world.keeper.seal('acme')).size).toBeGreaterThanOrEqual(size);
    await expectWhole(world);
  });

  it('in place of a company is named, whatever the store would make of it', async () => {
    const { keeper } = await createWorld();
    for (const verb of ['sweep', 'seal', 'verify', 'rebuild'] as const)
      for (const id of [Symbol('acme'), { id: 'acme' }, null, '', 'ac me'])
        await expect(keeper[verb](id as never), verb).rejects.toMatchObject({
          code: 'ERR_INVALID_INPUT',
          path: 'tenant',
        });
  });

  it('when it is wrong, writes nothing', async () => {
    const world = await createWorld({ staff: ['chief', 'boss', 'dana'] });
    await world.own('c-1', 'dana');
    const { size } = await world.keeper.seal('acme');
    const dana = world.as('dana');
    const ada = world.as('ada');
    const wrong: [string, () => Promise<unknown>, string][] = [
      ['register', () => dana.customers.register({ name: 5 } as never), 'profile.name'],
      ['register', () => dana.customers.register({ name: 'x', extra: 1 } as never), 'profile.extra'],
      ['register', () => dana.customers.register(null as never), 'profile'],
      ['register', () => dana.customers.register({ name: '\ud800' }), 'profile.name'],
      ['register', () => dana.customers.register({ name: 'x' }, { id: '' }), 'options.id'],
      ['register', () => dana.customers.register({ name: 'x' }, { id: '\ud800' }), 'options.id'],
      ['register', () => dana.customers.register({ name: 'x' }, { idd: 'x' } as never), 'options'],
      ['update', () => dana.customers.update('c-1', 5n as never), 'patch'],
      ['update', () => dana.customers.update('c-1', { phone: 5n } as never), 'patch'],
      ['update', () => dana.customers.update('c-1', { phone: 5 } as never), 'profile.phone'],
      ['update', () => dana.customers.update('c-1', { name: null }), 'profile.name'],
      ['update', () => dana.customers.update('c-1', { creditLimit: 1.5 }), 'profile.creditLimit'],
      ['get', () => dana.customers.get('\udfff'), 'id'],
      ['list', () => dana.customers.list({ limit: 501 }), 'query.limit'],
      ['list', () => dana.customers.list({ after: 'nonsense' }), 'after'],
      ['list', () => dana.customers.list({ after: btoa('[1]').replace(/=+$/, '') }), 'after'],
      ['transfer', () => ada.ownership.transfer([], { to: 'dana', reason: 'r' }), 'customers'],
      [
        'transfer',
        () => ada.ownership.transfer(['c-1', 5 as never], { to: 'dana', reason: 'r' }),
        'customers[1]',
      ],
      ['transfer', () => ada.ownership.transfer('c-1', { to: 'dana', reason: '' }), 'options.reason'],
      ['share', () => dana.ownership.share('c-1', { with: 'ada', access: 'own' as never }), 'options.access'],
      [
        'share',
        () => dana.ownership.share('c-1', { with: 'ada', access: 'read', untilOn: '2026-02-30' }),
        'options.untilOn',
      ],
      ['at', () => dana.ownership.at('c-1', '2026-03-02'), 'instant'],
      ['record', () => dana.followUps.record('c-1', { kind: 'fax' as never, text: 'x' }), 'contact.kind'],
      [
        'record',
        () => dana.followUps.record('c-1', { kind: 'call', text: 'x', at: '2026-03-02T08:00:00Z' }),
        'contact.at',
      ],
      ['adopt', () => ada.policies.adopt(null as never), 'policy'],
      ['adopt', () => ada.policies.adopt(5 as never), 'policy'],
      ['adopt', () => ada.policies.adopt([] as never), 'policy'],
      ['adopt', () => ada.policies.adopt({ followUps: null } as never), 'policy.followUps'],
      [
        'adopt',
        () => ada.policies.adopt({ followUps: { remindAfterDays: 0 } }),
        'policy.followUps.remindAfterDays',
      ],
      [
        'adopt',
        () => ada.policies.adopt({ followUps: { remindAfterDays: 8 } }),
        'policy.followUps.remindAfterDays',
      ],
      ['adopt', () => ada.policies.adopt({ followUp: {} } as never), 'policy'],
      ['erase', () => ada.privacy.erase('c-1', { basis: 'whim' as never }), 'options.basis'],
      [
        'hire',
        () =>
          ada.people.hire({ id: 'x', name: 'x', calendar: { workweek: [0], holidays: [], makeUpDays: [] } }),
        'person.calendar.workweek[0]',
      ],
      ['update', () => ada.people.update('dana', {}), 'patch'],
      ['export', () => ada.ledger.export(5 as never), 'target'],
      ['export', () => ada.ledger.export({} as never), 'target'],
      ['export', () => ada.ledger.export('a\u0000b'), 'target'],
      [
        'export',
        () => ada.ledger.export({ write: async () => undefined }, { disclosures: 'some' as never }),
        'options.disclosures',
      ],
      ['entries', () => ada.ledger.entries({ from: -1 }), 'query.from'],
    ];
    for (const [name, call, path] of wrong) {
      const error = await call().then(
        (answer) => ({ answered: answer }),
        (reason: unknown) => reason,
      );
      expect(error, `${name} ${path}`).toMatchObject({ code: 'ERR_INVALID_INPUT', path });
    }
    expect((await world.keeper.seal('acme')).size).toBe(size);
  });

  it('to the keeper itself is checked when it is wired', () => {
    const wire = (more: object) => () => createGamekeeper({ profile: customerProfile, ...more } as never);
    for (const [more, path] of [
      [{ roles: { HR: ['fly'] } }, 'roles.HR'],
      [{ services: { erp: ['orders.record', 'x'] } }, 'services.erp'],
    ] as const)
      expect(wire(more)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_INPUT', path }));
  });

  it('to the keeper as a company is checked field by field', async () => {
    const world = await createWorld({ staff: [] });
    const admins = [{ id: 'ada', name: 'Ada' }];
    for (const [id, input, path] of [
      ['a b', { admins }, 'id'],
      ['', { admins }, 'id'],
      ['x', {}, 'options.admins'],
      ['x', { admins: [] }, 'options.admins'],
      ['x', { admins: [...admins, ...admins] }, 'options.admins'],
      ['x', { admins, timeZone: 'Mars/Olympus' }, 'options.timeZone'],
      ['x', { admins, currency: 'yuan' }, 'options.currency'],
      ['x', { admins, policy: { nonsense: {} } }, 'policy'],
      ['acme', { admins }, 'id'],
    ] as const)
      await expect(world.keeper.tenants.create(id, input as never), path).rejects.toMatchObject({
        code: 'ERR_INVALID_INPUT',
        path,
      });
    await expect(world.keeper.verify('x')).rejects.toMatchObject({ code: 'ERR_UNKNOWN_TENANT' });
  });

  it('as a refusal to be explained never throws anything else', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...REFUSAL_CODES),
        fc.dictionary(fc.string(), fc.string()),
        (code, facts) => {
          expect(typeof explain({ ...facts, code })).toBe('string');
        },
      ),
    );
  });
});
