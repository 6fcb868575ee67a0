import { type Alias, fail, ok, type Result } from '../kernel/index.ts';
import {
  type Actor,
  type Employee,
  type Handover,
  type HandoverItem,
  type HandoverRow,
  type OrgChart,
  supervises,
} from '../model/index.ts';
import type { HandoverTemplate } from '../policy/index.ts';
import type { HandoverRefusal } from './refusals.ts';

/** Everything a decision about a handover looks at. */
export interface HandoverContext {
  readonly handover: Handover;
  readonly leaver: Employee;
  readonly actor: Actor;
  readonly org: OrgChart;
}

/** What a decision about one of its items looks at beside. */
export interface ItemContext extends HandoverContext {
  readonly key: string;
  readonly row: HandoverRow;
  /** The customer that it is about, where it is about one. */
  readonly about: Alias | null;
  /** `null` while nothing was done about it yet. */
  readonly item: HandoverItem | null;
  /** Where a customer, a claim or a share is that the leaver holds no more: it was moved, and came back for correction. */
  readonly moved: Moved | null;
}

/** Where something that was moved is: with somebody, in a pool, or gone. */
export interface Moved {
  readonly to: Alias | null;
  readonly as: 'transfer' | 'return_to_pool' | 'terminate';
}

/** The template that a handover was opened with. */
export function templateOf(handover: Handover): HandoverTemplate {
  return handover.template as unknown as HandoverTemplate;
}

/** In whose place somebody acts: `null` in person or by capability. */
export interface Place {
  readonly capacity: Employee | null;
}

/** Whether somebody is the leaver, or stands in for the leaver: on the leaver's side, whatever else they are. */
export function isLeaversSide({ actor, leaver }: Pick<HandoverContext, 'actor' | 'leaver'>): boolean {
  return actor.interests.includes(leaver.alias);
}

/** Whether somebody is to stay: who leaves decides nothing about handovers but fills in their own. */
export function stays({ employee }: Actor): boolean {
  return employee === null || employee.status === 'active';
}

/** In whose place somebody may manage a handover: above the leaver, or HR. Never the leaver's side. */
export function manages(context: Pick<HandoverContext, 'actor' | 'leaver' | 'org'>): Place | null {
  const { actor, leaver, org } = context;
  if (isLeaversSide(context) || !stays(actor)) return null;
  const above = actor.capacities.find(
    (person) => person.status === 'active' && supervises(org, person, leaver.alias),
  );
  if (above !== undefined) return { capacity: above };
  return actor.can('people.manage') ? { capacity: null } : null;
}

/** Whether somebody signs handovers for a side, and so may look at them and send items back. */
export function reviews(context: Pick<HandoverContext, 'actor' | 'leaver'>): boolean {
  const { actor } = context;
  if (actor.employee === null || isLeaversSide(context) || !stays(actor)) return false;
  return (['supervisor', 'hr', 'finance'] as const).some((party) => actor.can(`handovers.sign.${party}`));
}

/** Items are worked on until the handover is cleared or withdrawn; after a forced exit too, for nobody is to be lost. */
export function stillOpen({
  handover: { episode, state },
  leaver,
}: Pick<HandoverContext, 'handover' | 'leaver'>): Result<null, HandoverRefusal> {
  // Who was hired again holds what they hold for another episode.
  if (leaver.episode !== episode) return fail({ code: 'handover-over', status: state });
  return state === 'opened' || state === 'preparing' || state === 'forced_exit'
    ? ok(null)
    : fail({ code: 'handover-over', status: state });
}
