import { createLru, instantOf } from '../../kernel/index.ts';
import type { Clock } from '../../ports/index.ts';
import type { Emitter } from '../delivery/emitter.ts';
import type { AlarmSeen } from './health.ts';

/** The last alarms of a process: of all, and of each of the tenants that had some lately. */
export interface LastAlarms {
  of(tenant: string | null): AlarmSeen | null;
}

/** Remembers alarms from now on. */
export function rememberAlarms(emitter: Emitter, clock: Clock): LastAlarms {
  const byTenant = createLru<string, AlarmSeen>(1_000);
  let last: AlarmSeen | null = null;
  emitter.onAlarm(({ tenant, kind }) => {
    last = { tenant, kind, at: instantOf(clock.now()) };
    byTenant.set(tenant, last);
  });
  return { of: (tenant) => (tenant === null ? last : (byTenant.get(tenant) ?? null)) };
}
