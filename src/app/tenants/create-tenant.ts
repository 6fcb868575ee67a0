import { adopted, hired } from '../../company/index.ts';
import { aliasOf, type EntryId, GamekeeperError, instantOf, toBase64url } from '../../kernel/index.ts';
import {
  type Actor,
  isTimeZone,
  localDateAt,
  MONDAY_TO_FRIDAY,
  orgChartOf,
  type TenantOptions,
  tenantOptions,
  validate,
} from '../../model/index.ts';
import { definePolicy, type PolicyOverrides } from '../../policy/index.ts';
import type { Primitives } from '../../ports/index.ts';
import type { CheckedStore } from '../checked/checked-store.ts';
import { checkTenantId } from '../commit/caller.ts';
import { createChartDigest } from '../commit/chart-digest.ts';
import { createCodec } from '../commit/codec.ts';
import { isLeft } from '../commit/is-left.ts';
import {
  type Company,
  createSession,
  HEAD,
  MAC_KEY,
  MAC_PURPOSE,
  openSession,
  type Platform,
  type Session,
  tenantExists,
} from '../commit/session.ts';
import { aliasRef } from '../commit/subjects.ts';
import { openTransaction } from '../commit/transaction.ts';
import { pinPolicy } from '../policies/pin-policy.ts';

/**
 * Creates a tenant with its first administrators: the only way a ledger comes to be.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT`, also when the tenant exists already.
 */
export async function createTenant(
  id: string,
  input: TenantOptions,
  store: CheckedStore,
  platform: Platform,
): Promise<Session> {
  const tenant = checkTenantId(id);
  const options = validate(tenantOptions, input, 'options');
  const timeZone = options.timeZone ?? 'UTC';
  if (!isTimeZone(timeZone)) {
    throw new GamekeeperError(
      'ERR_INVALID_INPUT',
      'options.timeZone: not a time zone, such as Asia/Shanghai',
      { path: 'options.timeZone' },
    );
  }
  if (new Set(options.admins.map((admin) => admin.id)).size < options.admins.length) {
    throw new GamekeeperError('ERR_INVALID_INPUT', 'options.admins: an id occurs twice', {
      path: 'options.admins',
    });
  }
  const policy = definePolicy((options.policy ?? {}) as PolicyOverrides);
  const [head, macKey] = await store.get(tenant, [HEAD, MAC_KEY]);
  if (head != null || macKey != null) throw tenantExists();
  if (await isLeft(store, tenant)) {
    throw new GamekeeperError(
      'ERR_INVALID_INPUT',
      'entries of a tenant of this id are still there: finish with keeper.tenants.delete, or restore it',
      { path: 'id' },
    );
  }
  const { key, wrapped } = await platform.keyStore.generate(tenant, MAC_PURPOSE);
  const codec = createCodec(platform.primitives, key);
  const ledger = `l_${toBase64url(platform.primitives.randomBytes(16))}`;
  const now = instantOf(platform.clock.now());
  const calendar = options.calendar ?? MONDAY_TO_FRIDAY;
  const transaction = openTransaction(
    createSession(tenant, store, platform, codec, nothingYet(platform.primitives, ledger, timeZone)),
    FOUNDER,
    now,
    localDateAt(Date.parse(now), timeZone),
    {},
  );
  const first = transaction.record({
    type: 'tenant-created',
    subjects: [],
    data: {
      calendar: calendar as never,
      currency: options.currency ?? 'USD',
      ledger,
      locale: options.locale ?? 'en',
      timeZone,
    },
  });
  const people = options.admins.map((admin) => ({
    ...admin,
    alias: aliasOf('employee', platform.primitives.randomBytes(16)),
    administrator: true,
  }));
  transaction.record(
    adopted(
      { policy, pin: pinPolicy(platform, 1, policy) },
      1,
      people.map(({ alias }) => alias),
    ),
  );
  for (const person of people) {
    transaction.record(hired(person));
    const ref = aliasRef(transaction.session, 'employee', person.id);
    transaction.write(codec.encode(ref, first, { alias: person.alias }, []));
  }
  transaction.write(codec.encode(MAC_KEY, first, { wrapped }, []));
  const batch = await transaction.batch(undefined, false);
  if (batch === null) throw tenantExists();
  const outcome = await store.commit(tenant, {
    ...batch,
    checks: [...batch.checks, { ref: MAC_KEY, version: null }],
  });
  if (outcome.status !== 'committed') throw tenantExists();
  const session = await openSession(tenant, store, platform);
  for (const { id: entry, leaf } of batch.entries) session.acknowledged.set(entry, leaf);
  return session;
}

const FOUNDER: Actor = { party: 'system', employee: null, capacities: [], interests: [], can: () => false };

/** The company before its first entry: a head that is absent. */
const nothingYet = (primitives: Primitives, ledger: string, timeZone: string): Company => ({
  headVersion: null as unknown as EntryId,
  headBody: '',
  head: { schemaVersion: 1, employees: 0, keys: null, ledger, people: '' as EntryId, policy: '' },
  tenant: {
    schemaVersion: 1,
    calendar: MONDAY_TO_FRIDAY,
    createdAt: instantOf(0),
    currency: 'USD',
    ledger,
    locale: 'en',
    timeZone,
  },
  org: orgChartOf([]),
  chart: createChartDigest(primitives).text(),
  policy: definePolicy(),
  policyNumber: 0,
});
