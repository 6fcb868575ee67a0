import {
  type Alias,
  type EntryId,
  fail,
  type Instant,
  type LocalDate,
  ok,
  type Result,
} from '../kernel/index.ts';
import {
  type Actor,
  type Employee,
  type EventDraft,
  type Handover,
  type HandoverParty,
  type OrgChart,
  peopleFault,
} from '../model/index.ts';
import type { HandoverTemplate } from '../policy/index.ts';
import { type HandoverContext, isLeaversSide, manages, type Place, templateOf } from './context.ts';
import { isReduced } from './decide-sign.ts';
import type { HandoverRefusal } from './refusals.ts';

/** What a leaver held and what became of it, in numbers of customers. */
export interface Coverage {
  readonly ownedAtOpening: number;
  readonly acquired: number;
  readonly transferred: number;
  readonly pooled: number;
  readonly terminated: number;
  readonly writtenOff: number;
  /** Deleted, merged or erased by the ordinary ways meanwhile. */
  readonly removed: number;
  /** Still the leaver's. */
  readonly missing: number;
}

/** The event of an opening: the notice, the departure or HR brought it about. */
export function opened(
  leaver: Employee,
  facts: { readonly kind: Handover['kind']; readonly lastDayOn: LocalDate; readonly buckets: number },
  template: HandoverTemplate,
): EventDraft {
  return {
    type: 'handover-opened',
    subjects: [leaver.alias],
    data: {
      buckets: facts.buckets,
      episode: leaver.episode,
      kind: facts.kind,
      lastDayOn: facts.lastDayOn,
      leaver: leaver.alias,
      template: template as never,
    },
  };
}

/** Who may open somebody's handover by hand: HR, never one's own. */
export function decideOpen(
  { actor, org }: { readonly actor: Actor; readonly org: OrgChart },
  leaver: Alias | null,
): Result<Employee, HandoverRefusal> {
  const fault = peopleFault(actor, org);
  if (fault !== null) return fail(fault);
  const employee = leaver === null ? undefined : org.byAlias.get(leaver);
  if (employee === undefined) return fail({ code: 'not-found' });
  if (actor.interests.includes(employee.alias)) return fail({ code: 'own-handover' });
  return ok(employee);
}

/** The event of a handover that everybody signed and that nothing is missing from: its certificate. */
export function cleared(
  handover: Handover,
  digest: string,
  signatures: readonly {
    readonly party: HandoverParty;
    readonly by: Alias;
    readonly onBehalfOf: Alias | null;
    readonly entry: EntryId;
  }[],
  coverage: Coverage,
  items: { readonly [status: string]: number },
  monitoredUntil: Instant | null,
): EventDraft {
  return {
    type: 'handover-cleared',
    subjects: [...new Set([handover.leaver, ...signatures.map(({ by }) => by)])],
    data: {
      coverage: { ...coverage },
      digest,
      episode: handover.episode,
      handover: handover.id,
      items,
      kind: handover.kind,
      lastDayOn: handover.lastDayOn,
      leaver: handover.leaver,
      monitoredUntil,
      openedAt: handover.openedAt,
      separation: isReduced(handover, signatures) ? 'reduced' : 'each_party',
      signatures: signatures.map(({ by, entry, onBehalfOf, party }) => ({ by, entry, onBehalfOf, party })),
      template: templateOf(handover).name,
    },
  };
}

/** Lets somebody go although items are open: nobody may lawfully be kept. HR in person, with a reason. */
export function decideForceExit(
  context: HandoverContext,
  open: { readonly count: number; readonly root: string },
  digest: string,
  coverage: Coverage,
  reason: string,
): Result<{ readonly event: EventDraft; readonly place: Place }, HandoverRefusal> {
  const { actor, handover } = context;
  if (handover.state !== 'opened' && handover.state !== 'preparing')
    return fail({ code: 'handover-over', status: handover.state });
  if (isLeaversSide(context)) return fail({ code: 'own-handover' });
  const place = manages(context);
  if (place === null || actor.employee === null || !actor.can('people.manage'))
    return fail({ code: 'not-permitted', needs: 'people.manage' });
  return ok({
    place: { capacity: null },
    event: {
      type: 'handover-forced',
      subjects: [handover.leaver],
      data: {
        ...open,
        coverage: { ...coverage },
        digest,
        episode: handover.episode,
        handover: handover.id,
        kind: handover.kind,
        lastDayOn: handover.lastDayOn,
        leaver: handover.leaver,
        openedAt: handover.openedAt,
        template: templateOf(handover).name,
      },
      disclosures: { reason: { subject: handover.leaver, value: reason } },
    },
  });
}

/** The leaver's word on a handover or one of its items. It changes nothing else, and voids no signature. */
export function decideComment(
  { actor, handover, leaver }: HandoverContext,
  item: string | null,
  text: string,
): Result<EventDraft, HandoverRefusal> {
  if (actor.employee?.alias !== leaver.alias) return fail({ code: 'not-permitted', needs: 'the leaver' });
  return ok({
    type: 'handover-commented',
    subjects: [leaver.alias],
    data: { handover: handover.id, item },
    disclosures: { text: { subject: leaver.alias, value: text } },
  });
}
