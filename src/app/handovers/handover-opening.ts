import { bucketsFor, type HandoverRefusal, opened, watchBegun } from '../../handover/index.ts';
import { fail, type Instant, type LocalDate, ok, type Result } from '../../kernel/index.ts';
import {
  type Employee,
  type Episode,
  endOfSpan,
  episodeId,
  episodeOf,
  type Handover,
} from '../../model/index.ts';
import { templateFor } from '../../policy/index.ts';
import type { Session } from '../commit/session.ts';
import type { Transaction } from '../commit/transaction.ts';

/** The handover of somebody's present or last episode that is still worked on. */
export async function openHandoverOf(transaction: Transaction, employee: Employee): Promise<Handover | null> {
  const latest = await latestHandoverOf(transaction, employee);
  return latest?.state === 'opened' || latest?.state === 'preparing' ? latest : null;
}

async function latestHandoverOf(transaction: Transaction, employee: Employee): Promise<Handover | null> {
  await transaction.load(['episode', episodeId(employee)]);
  const { handover } = episodeOf(transaction, employee);
  if (handover === null) return null;
  await transaction.load(['handover', handover]);
  return transaction.get('handover', handover);
}

/** Opens the handover of somebody who is to leave; one that is open already only learns of the new day. */
export async function openHandover(
  transaction: Transaction,
  leaver: Employee,
  facts: { readonly kind: Handover['kind']; readonly lastDayOn: LocalDate },
  templateName: string | null,
): Promise<Result<string | null, HandoverRefusal>> {
  const { company, session } = transaction;
  const known = await openHandoverOf(transaction, leaver);
  if (known !== null) {
    const { kind, lastDayOn } = facts;
    transaction.record({
      type: 'handover-rescheduled',
      subjects: [leaver.alias],
      data: { handover: known.id, kind, lastDayOn },
    });
    return ok(known.id);
  }
  const template = templateFor(company.policy.handover.templates, leaver, templateName);
  if (template === null) return fail({ code: 'unknown-template' });
  // A hint: how many items there will be only says how finely they are spread. Customers seldom come alone.
  const [held] = await session.store.get(session.tenant, [{ collection: 'holdings', id: leaver.alias }]);
  const buckets = bucketsFor(2 * Number(held?.body ?? 0));
  return ok(transaction.record(opened(leaver, { ...facts, buckets }, template)));
}

/** The handover of somebody whose notice was withdrawn: it ends, and what it moved goes back. */
export async function withdrawHandover(
  transaction: Transaction,
  leaver: Employee,
): Promise<Result<string | null, HandoverRefusal>> {
  const latest = await latestHandoverOf(transaction, leaver);
  if (latest === null || latest.state === 'withdrawn' || latest.state === 'closed') return ok(null);
  transaction.record({
    type: 'handover-withdrawn',
    subjects: [leaver.alias],
    data: { handover: latest.id, restore: true },
  });
  return ok(latest.id);
}

/** The unfinished handover of somebody who is hired again: what they still hold stays theirs, what has moved stays moved. */
export async function supersedeHandover(transaction: Transaction, rehired: Employee): Promise<void> {
  const open = await openHandoverOf(transaction, rehired);
  if (open === null) return;
  transaction.record({
    type: 'handover-withdrawn',
    subjects: [rehired.alias],
    data: { handover: open.id, restore: false },
  });
}

/** The handover of somebody who has left: opened now where there is none; watched where it is cleared. */
export async function leaverDeparted(
  transaction: Transaction,
  leaver: Employee,
  kind: 'no_show' | 'departure',
): Promise<Result<string | null, HandoverRefusal>> {
  const latest = await latestHandoverOf(transaction, leaver);
  if (latest === null || latest.state === 'withdrawn' || latest.state === 'closed')
    return openHandover(transaction, leaver, { kind, lastDayOn: transaction.today }, null);
  transaction.record({
    type: 'handover-leaver-departed',
    subjects: [leaver.alias],
    data: {
      handover: latest.id,
      monitoredUntil: latest.state === 'cleared' ? monitoredUntil(transaction) : null,
    },
  });
  // Nobody may lawfully be kept: what was moved before a forced exit is watched from now on, too.
  if (latest.state === 'cleared' || latest.state === 'forced_exit') recordWatchBegun(transaction, latest);
  return ok(latest.id);
}

/** Begins the watch over the customers of a handover whose leaver is gone. They follow in parts, as a job. */
export function recordWatchBegun(transaction: Transaction, handover: Handover): void {
  transaction.record(watchBegun(handover, monitoredUntil(transaction)));
}

/** Until when the customers of a handover that is cleared now, or whose leaver left now, are watched. */
export function monitoredUntil({ company, now }: Transaction): Instant {
  const { calendar, timeZone } = company.tenant;
  const span = { days: company.policy.handover.monitorDays, working: false };
  return endOfSpan(Date.parse(now), span, timeZone, calendar);
}

/** The latest handover of the episode somebody is in, by the host's id; so a retried call answers the same. */
export async function handoverIdOf(session: Session, hostId: string): Promise<string | null> {
  const employee = session.company.org.byId.get(hostId);
  if (employee === undefined) return null;
  const ref = { collection: 'episode', id: episodeId(employee) };
  const [document] = await session.store.get(session.tenant, [ref]);
  return document == null ? null : session.codec.decode<Episode>(document).handover;
}
