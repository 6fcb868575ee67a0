import {
  type HandoverContext,
  type HandoverStatus,
  isDone,
  isLeaversSide,
  kindOf,
  manages,
  reviews,
  templateOf,
  validSignatures,
} from '../../handover/index.ts';
import type { Instant, LocalDate } from '../../kernel/index.ts';
import { type Handover, type HandoverParty, type HandoverRow, workingDayBefore } from '../../model/index.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import type { Transaction } from '../commit/transaction.ts';
import type { AllItems } from './handover-context.ts';
import { countByStatus } from './handover-context.ts';
import { type HandoverItemView, viewItems } from './handover-item-view.ts';

/** A handover, and a page of its items. */
export interface HandoverView {
  readonly id: string;
  readonly leaver: string;
  readonly status: HandoverStatus;
  readonly kind: Handover['kind'];
  readonly lastDayOn: LocalDate;
  readonly openedAt: Instant;
  readonly template: string;
  /** What was found at the opening; `null` while that is under way. */
  readonly found: Handover['found'];
  /** How many items stand where. */
  readonly counts: { readonly [status: string]: number };
  /** 0 to 1, by the weights of the template. */
  readonly progress: number;
  readonly signing: {
    /** Hand it to `sign`: what was looked at is what is signed. */
    readonly digest: string;
    readonly dueOn: LocalDate;
    /** Every party, and who signed for it what the items are now. A later change of any item voids a signature. */
    readonly parties: readonly {
      readonly party: HandoverParty;
      readonly by: string | null;
      readonly onBehalfOf: string | null;
      readonly at: Instant | null;
      readonly voided: boolean;
    }[];
  };
  readonly clearedAt: Instant | null;
  readonly monitoredUntil: Instant | null;
  /** The items that the caller may see: all of them, or those they get. */
  readonly items: readonly HandoverItemView[];
  /** Where the items go on; `null` at the end. */
  readonly next: string | null;
}

/** Where a handover stands, told from its document and its items. */
export function statusOf(handover: Handover, { rows, digest }: AllItems): HandoverStatus {
  if (handover.state !== 'preparing') return handover.state;
  const open = [...rows.values()].some(([, status]) => !isDone(status));
  if (open) return 'preparing';
  return validSignatures(handover, digest).length > 0 ? 'signing' : 'ready';
}

/** Whether somebody sees all of a handover, what they get, or nothing of it. */
export function scopeOf(
  context: HandoverContext,
  rows: ReadonlyMap<string, HandoverRow>,
): 'all' | 'received' | 'nothing' {
  if (manages(context) !== null || reviews(context) || isLeaversSide(context)) return 'all';
  const { actor } = context;
  return [...rows.values()].some(([, , to]) => to !== null && actor.interests.includes(to))
    ? 'received'
    : 'nothing';
}

/** A handover as somebody may see it. What is shown of customers is on record before it is answered. */
export async function viewHandover(
  transaction: Transaction,
  context: HandoverContext,
  all: AllItems,
  page: { readonly keys: readonly string[]; readonly next: string | null },
): Promise<HandoverView> {
  const { handover } = context;
  const { org, tenant } = transaction.company;
  const template = templateOf(handover);
  const calendar = context.leaver.calendar ?? tenant.calendar;
  const valid = validSignatures(handover, all.digest);
  const items = await viewItems(transaction, context, all.rows, page.keys);
  return {
    id: handover.id,
    leaver: hostIdOf(org, handover.leaver) ?? '',
    status: statusOf(handover, all),
    kind: handover.kind,
    lastDayOn: handover.lastDayOn,
    openedAt: handover.openedAt,
    template: template.name,
    found: handover.found,
    counts: countByStatus(all.rows),
    progress: progressOf(handover, all.rows),
    signing: {
      digest: all.digest,
      dueOn: workingDayBefore(handover.lastDayOn, template.signDaysBefore, calendar),
      parties: template.parties.map((party) => {
        const given = handover.signatures.find((signature) => signature.party === party);
        const holds = given !== undefined && (valid.includes(given) || handover.clearedAt !== null);
        return {
          party,
          by: holds ? hostIdOf(org, given.by) : null,
          onBehalfOf: holds ? hostIdOf(org, given.onBehalfOf) : null,
          at: holds ? given.at : null,
          voided: given !== undefined && !holds,
        };
      }),
    },
    clearedAt: handover.clearedAt,
    monitoredUntil: handover.monitoredUntil,
    items,
    next: page.next,
  };
}

/** Done weight over all weight; 1 where there is nothing to do. */
export function progressOf(handover: Handover, rows: ReadonlyMap<string, HandoverRow>): number {
  const { items } = templateOf(handover);
  let all = 0;
  let done = 0;
  for (const [key, [, status]] of rows) {
    const { weight } = items[kindOf(key)];
    all += weight;
    if (isDone(status)) done += weight;
  }
  return all === 0 ? 1 : Math.floor((done / all) * 1000) / 1000;
}
