import { type HandoverStatus, isDone, kindOf, templateOf } from '../../handover/index.ts';
import { dayNumber, type Instant, type LocalDate } from '../../kernel/index.ts';
import {
  type Handover,
  type HandoverItemKind,
  localDateAt,
  type ReportRange,
  workingDayBefore,
} from '../../model/index.ts';
import { readRange } from '../commit/read-range.ts';
import type { Transaction } from '../commit/transaction.ts';
import { type AllItems, countByStatus, isCovered, loadRows } from '../handovers/handover-context.ts';
import { readCoverage } from '../handovers/handover-coverage.ts';
import { progressOf, statusOf } from '../handovers/handover-view.ts';

/** How complete one handover is. */
export interface HandoverCompleteness {
  readonly handover: string;
  readonly status: HandoverStatus;
  readonly openedAt: Instant;
  readonly clearedAt: Instant | null;
  /** How many items stand where. */
  readonly counts: { readonly [status: string]: number };
  /** 0 to 1, by the weights of the template. */
  readonly progress: number;
  /** Whether every customer is accounted for: as it was cleared, or now. `null` where the notice was withdrawn. */
  readonly covered: boolean | null;
  /** Open items past their day. */
  readonly overdue: number;
  /** Days from the opening, which is the notice where one was given, to the clearance; `null` until then. */
  readonly daysToClear: number | null;
  /** What did not go by the book: an exit with items open, and how many items were open, waived, written off. */
  readonly exceptions: {
    readonly forcedExit: boolean;
    readonly openAfterExit: number;
    readonly waived: number;
    readonly writtenOff: number;
  };
}

/** All handovers there are, latest first. */
export async function* allHandovers(transaction: Transaction): AsyncGenerator<Handover> {
  const { session } = transaction;
  const walk = { index: 'handovers', want: 'refs', descending: true } as const;
  for await (const { ref } of readRange(session.store, session.tenant, walk)) {
    await transaction.peek(['handover', ref.id]);
    const handover = transaction.get('handover', ref.id);
    if (handover !== null) yield handover;
  }
}

/** Whether a moment falls on the days of a range, in the company's time zone. */
export function isWithin({ company }: Transaction, range: ReportRange, at: Instant): boolean {
  const day = localDateAt(Date.parse(at), company.tenant.timeZone);
  return range.from <= day && day <= range.to;
}

/** The handovers that were opened in a range. */
export async function readCompleteness(
  transaction: Transaction,
  range: ReportRange,
): Promise<readonly HandoverCompleteness[]> {
  const lines: HandoverCompleteness[] = [];
  for await (const handover of allHandovers(transaction)) {
    if (!isWithin(transaction, range, handover.openedAt)) continue;
    lines.push(await completenessOf(transaction, handover, await loadRows(transaction, handover)));
  }
  return lines;
}

async function completenessOf(
  transaction: Transaction,
  handover: Handover,
  all: AllItems,
): Promise<HandoverCompleteness> {
  const { openedAt, clearedAt, departedAt, certificate } = handover;
  const counts = countByStatus(all.rows);
  const forcedExit = certificate !== null && clearedAt === null;
  const open = [...all.rows.values()].filter(([, status]) => !isDone(status)).length;
  const { timeZone } = transaction.company.tenant;
  const dayOf = (at: Instant): number => dayNumber(localDateAt(Date.parse(at), timeZone));
  return {
    handover: handover.id,
    status: statusOf(handover, all),
    openedAt,
    clearedAt,
    counts,
    progress: progressOf(handover, all.rows),
    covered: await coveredBy(transaction, handover),
    overdue: overdueOf(transaction, handover, all),
    daysToClear: clearedAt === null ? null : dayOf(clearedAt) - dayOf(openedAt),
    exceptions: {
      forcedExit,
      openAfterExit: forcedExit || departedAt !== null ? open : 0,
      waived: counts.waived ?? 0,
      writtenOff: counts.written_off ?? 0,
    },
  };
}

/** What was cleared was covered then, and the leaver is not looked at again. */
async function coveredBy(transaction: Transaction, handover: Handover): Promise<boolean | null> {
  if (handover.state === 'withdrawn') return null;
  return handover.clearedAt !== null || isCovered(await readCoverage(transaction, handover));
}

function overdueOf({ company, today }: Transaction, handover: Handover, { rows }: AllItems): number {
  if (handover.state === 'withdrawn') return 0;
  const { items } = templateOf(handover);
  const calendar = company.org.byAlias.get(handover.leaver)?.calendar ?? company.tenant.calendar;
  const due = new Map<HandoverItemKind, LocalDate>();
  const dueOn = (kind: HandoverItemKind): LocalDate => {
    const known = due.get(kind) ?? workingDayBefore(handover.lastDayOn, items[kind].dueDaysBefore, calendar);
    due.set(kind, known);
    return known;
  };
  return [...rows].filter(([key, [, status]]) => !isDone(status) && dueOn(kindOf(key)) < today).length;
}
