import {
  type Alias,
  createLru,
  fromBase64url,
  GamekeeperError,
  type Instant,
  type LocalDate,
  type Lru,
  type TenantId,
} from '../../kernel/index.ts';
import {
  type Employee,
  type Head,
  localDateAt,
  type OrgChart,
  orgChartOf,
  type StateCollection,
  type StateDocuments,
  type Tenant,
} from '../../model/index.ts';
import { completePolicy, type Policy } from '../../policy/index.ts';
import type { Primitives, StoredDocument, TenantStore } from '../../ports/index.ts';
import type { CheckedStore } from '../checked/checked-store.ts';
import { createChartDigest } from './chart-digest.ts';
import { type Codec, createCodec } from './codec.ts';
import type { HostSide } from './host-session.ts';
import type { Platform } from './platform.ts';
import { readRange } from './read-range.ts';

export type { Platform } from './platform.ts';

/** What it takes to read and write a tenant's ledger, whether or not its state is whole. */
export interface Vault {
  readonly tenant: TenantId;
  readonly store: TenantStore;
  readonly platform: Platform;
  readonly codec: Codec;
  readonly ledger: string;
  /** The name of the log: what a checkpoint's first line says. */
  readonly origin: string;
  /** Opened data keys. Dropped when keys change. */
  readonly dataKeys: Lru<Alias, Uint8Array>;
  /** What this process acknowledged and has not seen sealed yet: entry ids to leaves. */
  readonly acknowledged: Map<string, string>;
}

/**
 * What a process remembers of a tenant. Everything here can be dropped and read again; what is cached of
 * people and policies is valid for one version of the `head` document, which every decision checks.
 */
export interface Session extends Vault {
  readonly store: CheckedStore;
  /** The company as of a version of the head. */
  company: Company;
  /** The last day that was worked out, and for when. */
  today: { readonly quarter: number; readonly timeZone: string; readonly day: LocalDate } | null;
  /** Host ids to aliases. Dropped when keys change. */
  readonly aliases: Lru<string, Alias>;
  /** Documents that were read and authenticated, by name; good for as long as the stored bytes are the same. */
  readonly documents: Lru<string, Authenticated>;
  /** Reads that have an entry already: keyed hash of who saw what in which hour. */
  readonly readsOnRecord: Lru<string, true>;
  /** Refusals of which an equal one is on record: the id of the fold document, and its version. */
  readonly folds: Lru<string, string>;
  /** Entries that joined a transaction of the host's, until they are seen; `since` by the timers' clock. */
  readonly awaited: Map<string, { readonly leaf: string; readonly since: number }>;
  /** The host's transaction that commands join; `null` mostly. */
  readonly host: HostSide | null;
  /** Called when entries were committed: somebody seals them soon. */
  onCommit(): void;
  /** Called when another company stands under the tenant's id: nothing that is remembered is good for it. */
  onReplaced(): void;
}

/** A document whose code was checked. Its body is shared: nobody changes it. */
export interface Authenticated {
  readonly document: Pick<StoredDocument, 'version' | 'body' | 'mac'>;
  readonly body: StateDocuments[StateCollection];
}

/** The head, and what it vouches for. */
export interface Company {
  readonly headVersion: string;
  readonly headBody: string;
  readonly head: Head;
  readonly tenant: Tenant;
  readonly org: OrgChart;
  /** Digest of the org chart's versions, as the basis of an entry states it. */
  readonly chart: string;
  readonly policy: Policy;
  readonly policyNumber: number;
}

export const HEAD = { collection: 'head', id: 'head' } as const;
const TENANT = { collection: 'tenant', id: 'tenant' } as const;
export const MAC_KEY = { collection: 'key', id: 'mac' } as const;
/** What the tenant's wrapped authentication key is bound to. */
export const MAC_PURPOSE = 'mac';

/**
 * Opens a tenant: its keys, people and policy.
 *
 * @throws {GamekeeperError} `ERR_UNKNOWN_TENANT` when it was never created.
 */
export async function openSession(
  tenant: TenantId,
  store: CheckedStore,
  platform: Platform,
): Promise<Session> {
  const { codec, head } = await openKeys(tenant, store, platform);
  if (head === null) throw unknownTenant();
  const company = await readCompany(tenant, store, codec, platform, head);
  return createSession(tenant, store, platform, codec, company);
}

/** A session over a company that is known already, as when a tenant is created. */
export function createSession(
  tenant: TenantId,
  store: CheckedStore,
  platform: Platform,
  codec: Codec,
  company: Company,
): Session {
  return {
    ...createVault(tenant, store, platform, codec, company.head.ledger),
    store,
    company,
    today: null,
    aliases: createLru(10_000),
    documents: createLru(8_000),
    readsOnRecord: createLru(5_000),
    folds: createLru(2_000),
    awaited: new Map(),
    host: null,
    onCommit: () => undefined,
    onReplaced: () => undefined,
  };
}

/** Access to a ledger by its id. */
export function createVault(
  tenant: TenantId,
  store: TenantStore,
  platform: Platform,
  codec: Codec,
  ledger: string,
): Vault {
  return {
    tenant,
    store,
    platform,
    codec,
    ledger,
    origin: originOf(ledger),
    dataKeys: createLru(8_000),
    acknowledged: new Map(),
  };
}

/** The name of a ledger's log. */
function originOf(ledger: string): string {
  return `gamekeeper/${ledger}`;
}

/** The codec of a tenant, from its wrapped key; and the head as it lies in the store. */
export async function openKeys(
  tenant: TenantId,
  store: TenantStore,
  platform: Platform,
): Promise<{ readonly codec: Codec; readonly head: StoredDocument | null }> {
  const [head, key] = await store.get(tenant, [HEAD, MAC_KEY]);
  if (key === null || key === undefined) {
    if (head === null || head === undefined) throw unknownTenant();
    throw new GamekeeperError(
      'ERR_STORE_CORRUPT',
      'key/mac is missing: the tenant cannot be read without it; restore it from a backup',
    );
  }
  const { wrapped } = JSON.parse(key.body) as { wrapped: string };
  const codec = createCodec(
    platform.primitives,
    await platform.keyStore.unwrap(tenant, MAC_PURPOSE, wrapped),
  );
  codec.decode(key);
  return { codec, head: head ?? null };
}

/** Reads people and policy until they belong to one head. */
export async function readCompany(
  tenant: TenantId,
  store: TenantStore,
  codec: Codec,
  platform: Platform,
  found: StoredDocument,
  before: Company | null = null,
): Promise<Company> {
  for (let head = found; ; ) {
    const body = codec.decode<Head>(head);
    const { org, chart } =
      before?.head.people === body.people
        ? before
        : await readPeople(tenant, store, codec, platform.primitives);
    const number = Number.parseInt(body.policy, 10);
    const [tenantDocument, policyDocument, after] = await store.get(tenant, [
      TENANT,
      { collection: 'policy', id: String(number) },
      HEAD,
    ]);
    if (tenantDocument == null || policyDocument == null || after == null) {
      throw new GamekeeperError(
        'ERR_STORE_CORRUPT',
        'the tenant or its policy is missing; `keeper.rebuild` restores both',
      );
    }
    if (after.version === head.version) {
      if (org.byAlias.size !== body.employees) {
        throw new GamekeeperError(
          'ERR_STORE_CORRUPT',
          `the org chart should hold ${body.employees} employees and holds ${org.byAlias.size}`,
        );
      }
      const { policy, pin } = codec.decode<{ policy: Policy; pin: string }>(policyDocument);
      if (pin !== body.policy)
        throw new GamekeeperError('ERR_STORE_CORRUPT', 'the policy is not the one that was adopted');
      return {
        headVersion: head.version,
        headBody: head.body,
        head: body,
        tenant: codec.decode<Tenant>(tenantDocument),
        org,
        chart,
        policy: sharedPolicy(platform, pin, policy),
        policyNumber: number,
      };
    }
    head = after;
  }
}

/** The policy of a pin, which is a digest of it: tenants that adopted the same one share it. */
function sharedPolicy({ policies }: Platform, pin: string, adopted: Policy): Policy {
  const known = policies.get(pin);
  if (known !== undefined) return known;
  const policy = completePolicy(adopted);
  policies.set(pin, policy);
  return policy;
}

async function readPeople(
  tenant: TenantId,
  store: TenantStore,
  codec: Codec,
  primitives: Primitives,
): Promise<Pick<Company, 'org' | 'chart'>> {
  const people: Employee[] = [];
  const chart = createChartDigest(primitives);
  for await (const { document } of readRange(store, tenant, { index: 'employees', want: 'documents' })) {
    if (document === null) continue;
    const person = codec.decode<Employee>(document);
    people.push(person);
    chart.set(person.alias, document.version);
  }
  return { org: orgChartOf(people), chart: chart.text() };
}

/** Days begin on the quarter of an hour in every time zone there is. */
const QUARTER_MS = 900_000;

/** The calendar day of a moment where the company is. */
export function todayAt(session: Session, now: Instant): LocalDate {
  const quarter = Math.floor(Date.parse(now) / QUARTER_MS);
  const { timeZone } = session.company.tenant;
  if (session.today?.quarter !== quarter || session.today.timeZone !== timeZone) {
    session.today = { quarter, timeZone, day: localDateAt(Date.parse(now), timeZone) };
  }
  return session.today.day;
}

/** A number from 0 to 1, for pauses that should not all be alike. */
export function chance({ randomBytes }: Primitives): number {
  const [high = 0, low = 0] = randomBytes(2);
  return (high * 256 + low) / 65_536;
}

/** The bytes behind base64url that the keeper itself wrote. */
export function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64url(text);
  if (bytes === null) throw new GamekeeperError('ERR_STORE_CORRUPT', 'stored bytes are not base64url');
  return bytes;
}

/** Nobody created it here, or it was deleted. */
export function unknownTenant(): GamekeeperError {
  return new GamekeeperError('ERR_UNKNOWN_TENANT', 'no such tenant: create it with keeper.tenants.create');
}

/** Somebody created it already, or meanwhile. */
export function tenantExists(): GamekeeperError {
  return new GamekeeperError('ERR_INVALID_INPUT', 'the tenant exists already', { path: 'id' });
}
