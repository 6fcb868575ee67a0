import { instantOf, isGamekeeperError, MINUTE_MS, type TenantId, uuidTime } from '../../kernel/index.ts';
import type { ProfileShape } from '../../model/index.ts';
import type { StoredDocument, TenantStore } from '../../ports/index.ts';
import { checkTenantId } from '../commit/caller.ts';
import { refresh } from '../commit/refresh.ts';
import { HEAD, MAC_KEY, MAC_PURPOSE, type Platform, type Session, unknownTenant } from '../commit/session.ts';
import type { Deliveries } from '../delivery/deliveries.ts';
import { deliveryStatus } from '../delivery/delivery-status.ts';
import { readEdge } from '../ledger/sealer.ts';
import type { HealthCode } from '../words/health-sentences.ts';
import { readLeased } from '../workers/lease.ts';
import { countDue } from '../workers/sweep.ts';
import { SWEEP, type Sweeping } from '../workers/sweeping.ts';
import type { Answering, DeliveryHealth, TenantHealth, TenantWork } from './health.ts';
import { answering, CLOCK_TOLERANCE_MS, isRecent, type Note, SEALING_LATE_MS } from './health-notes.ts';
import type { LastAlarms } from './last-alarms.ts';
import type { Probe } from './probe.ts';

/** What health needs of the tenants of a process. */
export interface TenantAccess {
  readonly platform: Platform;
  readonly shape: ProfileShape;
  readonly deliveries: Deliveries;
  readonly alarms: LastAlarms;
  open(id: TenantId): Promise<Session>;
  storeOf(id: TenantId): TenantStore;
}

/** Events that waited for longer are late. */
const DELIVERY_LATE_MS = 5 * MINUTE_MS;
/** With something due, a sweep should have come by then. */
const SWEEP_LATE_MS = 15 * MINUTE_MS;
/** Unsealed entries are counted up to so many. */
const MOST_STAGED = 512;

/** Looks how a tenant fares; the verdict follows from what is noted. Never throws. */
export async function checkTenantHealth(
  access: TenantAccess,
  tenant: string,
  probe: Probe,
  now: number | null,
  note: Note,
): Promise<Omit<TenantHealth, 'status'>> {
  const lastAlarm = access.alarms.of(tenant);
  if (lastAlarm !== null && isRecent(lastAlarm.at, now))
    note('alarm-raised', 'degraded', { kind: lastAlarm.kind });
  // A resolver of the host may throw as well as hang.
  const stored = await probe(async () => {
    const id = checkTenantId(tenant);
    const [head = null, key = null] = await access.storeOf(id).get(id, [HEAD, MAC_KEY]);
    return { id, isThere: head !== null || key !== null, key };
  });
  const answer = { tenant, store: answering(stored), keyStore: null, lastAlarm, work: null };
  if (stored.answer === null) {
    note(codeOf(stored.error), 'down', { ms: stored.ms });
    return answer;
  }
  const { id, key, isThere } = stored.answer;
  const keyStore = key === null ? null : await openKey(access.platform, id, key, probe);
  if (keyStore?.answered === false) {
    note('key-store-silent', 'down', { ms: keyStore.ms });
    return { ...answer, keyStore };
  }
  const seen = await probe(async () => {
    if (!isThere) throw unknownTenant();
    return look(access, await access.open(id), now ?? 0);
  });
  if (seen.answer === null) note(codeOf(seen.error), 'down', { ms: seen.ms });
  else if (now !== null) judge(seen.answer, now, note);
  return { ...answer, keyStore, work: seen.answer };
}

/** Opens the key of a tenant, as if nobody had it yet. */
async function openKey(
  { keyStore }: Platform,
  tenant: TenantId,
  key: StoredDocument,
  probe: Probe,
): Promise<Answering> {
  const opened = await probe(async () => {
    const { wrapped } = JSON.parse(key.body) as { readonly wrapped: string };
    return keyStore.unwrap(tenant, MAC_PURPOSE, wrapped);
  });
  return answering(opened);
}

function codeOf(error: unknown): HealthCode {
  if (isGamekeeperError(error, 'ERR_UNKNOWN_TENANT') || isGamekeeperError(error, 'ERR_INVALID_INPUT'))
    return 'unknown-tenant';
  if (isGamekeeperError(error, 'ERR_STORE_CORRUPT')) return 'store-corrupt';
  if (isGamekeeperError(error, 'ERR_SIGNER_FAILED')) return 'key-store-silent';
  return isGamekeeperError(error, 'ERR_CLOSED') ? 'closed' : 'store-silent';
}

async function look({ deliveries, shape }: TenantAccess, session: Session, now: number): Promise<TenantWork> {
  await refresh(session);
  const { store, tenant, company } = session;
  const [edge, staged, statuses, sweeping, due] = await Promise.all([
    readEdge(session),
    store.readEntries(tenant, { by: 'staged', limit: MOST_STAGED }),
    deliveries.receivers().then((receivers) => deliveryStatus(session, receivers)),
    readLeased<Sweeping>(session, SWEEP),
    countDue(session, shape),
  ]);
  const written = staged.map(({ id }) => uuidTime(id));
  const sweptAt = sweeping?.body.sweptAt ?? 0;
  const latest = Math.max(edge.signedAt === null ? 0 : Date.parse(edge.signedAt), sweptAt, ...written);
  return {
    suspendedAt: company.tenant.suspendedAt ?? null,
    clockBehindMs: Math.max(0, latest - now),
    sealing: {
      sealed: edge.tree.size,
      unsealed: staged.length,
      oldestMs: staged.length === 0 ? null : Math.max(0, now - Math.min(...written)),
    },
    deliveries: statuses.map(
      ({ receiver, behind, oldestAgeMs, deadLetters, failing, gone }): DeliveryHealth => ({
        receiver,
        behind,
        oldestMs: oldestAgeMs,
        deadLetters,
        failingSince: failing?.since ?? null,
        gone,
      }),
    ),
    sweep: { lastAt: sweptAt === 0 ? null : instantOf(sweptAt), due },
  };
}

/** Notes what of it is not as it should be. */
function judge(work: TenantWork, now: number, note: Note): void {
  const { clockBehindMs, deliveries, sealing, suspendedAt, sweep } = work;
  if (clockBehindMs > CLOCK_TOLERANCE_MS) note('clock-behind', 'degraded', { ms: clockBehindMs });
  if ((sealing.oldestMs ?? 0) > SEALING_LATE_MS)
    note('sealing-behind', 'degraded', { count: sealing.unsealed, ms: sealing.oldestMs ?? 0 });
  const last = sweep.lastAt;
  const late = last === null || now - Date.parse(last) > SWEEP_LATE_MS;
  if (sweep.due > 0 && late && suspendedAt === null)
    note('sweep-late', 'degraded', { count: sweep.due, last: last ?? 'never' });
  for (const { receiver, behind, oldestMs, deadLetters, failingSince, gone } of deliveries) {
    if (gone) note('receiver-gone', 'degraded', { receiver });
    if (failingSince !== null) note('receiver-failing', 'degraded', { receiver, since: failingSince });
    else if ((oldestMs ?? 0) > DELIVERY_LATE_MS)
      note('delivery-behind', 'degraded', { receiver, count: behind, ms: oldestMs ?? 0 });
    if (deadLetters > 0) note('dead-letters', 'degraded', { receiver, count: deadLetters });
  }
}
