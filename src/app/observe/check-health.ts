import { instantOf, MINUTE_MS, type TenantId } from '../../kernel/index.ts';
import { HEAD, type Platform } from '../commit/session.ts';
import type { Locale } from '../words/explain.ts';
import { healthSentence } from '../words/health-sentences.ts';
import { createLimit } from '../workers/limit.ts';
import type {
  Health,
  HealthOptions,
  HealthReason,
  HealthStatus,
  TenantHealth,
  UnsealedWork,
} from './health.ts';
import { answering, CLOCK_TOLERANCE_MS, isRecent, type Note, SEALING_LATE_MS } from './health-notes.ts';
import type { LastAlarms } from './last-alarms.ts';
import { createProbe, type Probe } from './probe.ts';
import { checkTenantHealth, type TenantAccess } from './tenant-health.ts';
import { DOCUMENTS_VERSION, VERSION } from './version.ts';

/** What health looks at. */
export interface HealthAccess extends TenantAccess {
  readonly platform: Platform;
  /** The id of no tenant by which the one store is asked; `null` where each tenant has its own. */
  readonly probeTenant: TenantId | null;
  readonly alarms: LastAlarms;
  unsealed(): UnsealedWork;
  isClosed(): boolean;
}

/** A clock that went back is spoken of for so long. */
const WENT_BACK_MS = 5 * MINUTE_MS;
const MOST_TENANTS = 100;
/** So many tenants are looked at at a time. */
const AT_ONCE = 16;

/** Looks how a keeper fares, as often as it is asked. Never throws. */
export function createHealth(access: HealthAccess): (options?: HealthOptions) => Promise<Health> {
  const clock = watchClock(access.platform);
  return async (options) => {
    const { tenants, timeoutMs, locale, valid } = checked(options);
    const noted = new Map<string | null, HealthReason[]>([null, ...tenants].map((tenant) => [tenant, []]));
    const noteFor =
      (tenant: string | null): Note =>
      (code, status, facts = {}) =>
        noted.get(tenant)?.push({ code, status, tenant, message: healthSentence(code, facts, locale) });
    const note = noteFor(null);
    if (!valid) note('invalid-input', 'degraded');
    const { now, wentBackMs } = clock.look();
    const probe = createProbe(access.platform.timers, timeoutMs);
    const limit = createLimit(AT_ONCE);
    const [own, ...others] = await Promise.all([
      ownHealth(access, probe, now, note).catch((): OwnHealth => {
        note('health-failed', 'degraded');
        return { store: null, signer: { answered: false, ms: 0 }, unsealed: NOTHING, lastAlarm: null };
      }),
      ...tenants.map((tenant) => limit(() => checkTenantHealth(access, tenant, probe, now, noteFor(tenant)))),
    ]);
    if (now === null) note('clock-unreadable', 'down');
    if (wentBackMs > CLOCK_TOLERANCE_MS) note('clock-went-back', 'degraded', { ms: wentBackMs });
    const found = others.map((tenant) => ({ ...tenant, status: statusOf(noted.get(tenant.tenant)) }));
    return {
      status: worst(statusOf(noted.get(null)), found),
      reasons: [...noted.values()].flat(),
      at: now === null ? null : instantOf(now),
      version: VERSION,
      documentsVersion: DOCUMENTS_VERSION,
      ...own,
      clock: { wentBackMs },
      tenants: found,
    };
  };
}

type OwnHealth = Pick<Health, 'store' | 'signer' | 'unsealed' | 'lastAlarm'>;

const NOTHING: UnsealedWork = { entries: 0, failing: 0, oldestMs: null };

/** The keeper itself. */
async function ownHealth(
  { platform, probeTenant, storeOf, alarms, unsealed, isClosed }: HealthAccess,
  probe: Probe,
  now: number | null,
  note: Note,
): Promise<OwnHealth> {
  const [store, signer] = await Promise.all([
    probeTenant === null ? null : probe(() => storeOf(probeTenant).get(probeTenant, [HEAD])),
    // A log that nobody signed for: the signer has to look, and has nothing to say.
    probe(() => platform.signer.lastSigned('gamekeeper/health')),
  ]);
  if (isClosed()) note('closed', 'down');
  if (store !== null && !store.answered) note('store-silent', 'down', { ms: store.ms });
  if (!signer.answered) note('signer-silent', 'degraded', { ms: signer.ms });
  const work = unsealed();
  if (work.failing > 0) note('sealing-fails', 'degraded', { count: work.failing });
  if ((work.oldestMs ?? 0) > SEALING_LATE_MS)
    note('sealing-behind', 'degraded', { count: work.entries, ms: work.oldestMs ?? 0 });
  const lastAlarm = alarms.of(null);
  if (lastAlarm !== null && isRecent(lastAlarm.at, now))
    note('alarm-raised', 'degraded', { kind: lastAlarm.kind });
  return {
    store: store === null ? null : answering(store),
    signer: answering(signer),
    unsealed: work,
    lastAlarm,
  };
}

/** The worst of what was noted. */
function statusOf(reasons: readonly HealthReason[] = []): HealthStatus {
  if (reasons.some(({ status }) => status === 'down')) return 'down';
  return reasons.length > 0 ? 'degraded' : 'ok';
}

/** One company among many that is down takes no process out of service. */
function worst(own: HealthStatus, tenants: readonly TenantHealth[]): HealthStatus {
  const down = tenants.filter(({ status }) => status === 'down').length;
  if (own === 'down' || (down > 0 && down === tenants.length)) return 'down';
  return own === 'ok' && tenants.every(({ status }) => status === 'ok') ? 'ok' : 'degraded';
}

/** Sees a clock go back between two looks. */
function watchClock({ clock, timers }: Platform): {
  look(): { readonly now: number | null; readonly wentBackMs: number };
} {
  let last = Number.NEGATIVE_INFINITY;
  let seen = { byMs: 0, at: Number.NEGATIVE_INFINITY };
  const tell = (): number | null => {
    try {
      const now = clock.now();
      instantOf(now);
      return now;
    } catch {
      return null;
    }
  };
  return {
    look() {
      const now = tell();
      if (now !== null) {
        if (now < last) seen = { byMs: last - now, at: timers.elapsed() };
        last = now;
      }
      return { now, wentBackMs: timers.elapsed() - seen.at < WENT_BACK_MS ? seen.byMs : 0 };
    },
  };
}

function checked(options: unknown): {
  readonly tenants: readonly string[];
  readonly timeoutMs: number;
  readonly locale: Locale;
  readonly valid: boolean;
} {
  const given = options ?? {};
  const { tenants = [], timeoutMs = 2_000, locale = 'en' } = given as { [name: string]: unknown };
  const named =
    Array.isArray(tenants) &&
    tenants.length <= MOST_TENANTS &&
    tenants.every((tenant) => typeof tenant === 'string');
  const patient = typeof timeoutMs === 'number' && timeoutMs >= 1 && timeoutMs <= 600_000;
  const spoken = locale === 'en' || locale === 'zh-CN';
  return {
    tenants: named ? [...new Set(tenants as readonly string[])] : [],
    timeoutMs: patient ? timeoutMs : 2_000,
    locale: spoken ? locale : 'en',
    valid: typeof given === 'object' && named && patient && spoken,
  };
}
