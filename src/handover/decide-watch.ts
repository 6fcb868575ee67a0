import {
  type Alias,
  DAY_MS,
  fail,
  type Instant,
  instantOf,
  millisOf,
  ok,
  type Result,
} from '../kernel/index.ts';
import type { Clock, Customer, EventDraft, Handover, Watch, WatchedOrders } from '../model/index.ts';
import { type HandoverContext, isLeaversSide, manages, type Place, stays } from './context.ts';
import type { HandoverRefusal } from './refusals.ts';

/** An order over something, that did not come to nothing. */
export interface Sale {
  readonly at: Instant;
}

/** A customer as its watch begins: whom the successor has reached already, and how it used to buy. */
export interface Watched {
  readonly customer: Alias;
  readonly contactedAt: Instant | null;
  readonly orders: Omit<WatchedOrders, 'told'> | null;
}

/** Begins to watch the customers of a handover: after the exit, until a moment. */
export function watchBegun({ id, leaver }: Handover, until: Instant): EventDraft {
  return { type: 'handover-watch-begun', subjects: [leaver], data: { handover: id, until } };
}

/** The event of some customers that are watched from now on. `last`: they are all there are. */
export function watched(handover: string, customers: readonly Watched[], last: boolean): EventDraft {
  return {
    type: 'customers-watched',
    subjects: customers.map(({ customer }) => customer),
    data: { customers: customers.map((each) => ({ ...each })), handover, last },
  };
}

/** The event of some customers that are watched no more. */
export function unwatched(handover: string, customers: readonly Alias[]): EventDraft {
  return { type: 'customers-unwatched', subjects: customers, data: { customers, handover } };
}

/** Fewer orders in the year before show no habit. */
const HABIT = 3;
const YEAR_MS = 365 * DAY_MS;

/**
 * How a customer used to buy: told from the orders of the year before the leaving became known, so that nothing
 * the leaving brought about makes a habit. `null` for who ordered on fewer than three days.
 *
 * @param silentOrderDays The shortest silence that means something.
 */
export function habitOf(
  sales: readonly Sale[],
  openedAt: Instant,
  silentOrderDays: number,
): Omit<WatchedOrders, 'told'> | null {
  const opened = millisOf(openedAt);
  const moments = sales.map(({ at }) => millisOf(at)).sort((left, right) => left - right);
  const before = moments.filter((at) => at <= opened && at > opened - YEAR_MS);
  const days = [...new Set(before.map((at) => Math.floor(at / DAY_MS)))];
  if (days.length < HABIT) return null;
  const gaps = days.slice(1).map((day, at) => day - (days[at] as number));
  const everyDays = gaps.sort((left, right) => left - right)[gaps.length >> 1] as number;
  const silentAfterDays = Math.max(silentOrderDays, 2 * everyDays);
  const last = moments.at(-1) as number;
  return {
    everyDays,
    lastAt: instantOf(last),
    silentAfterDays,
    silentAt: instantOf(last + silentAfterDays * DAY_MS),
  };
}

/** Tells the successor that a customer waits for them, or the successor's supervisor. `null`: nobody is above. */
export function contactOverdue(clock: Clock & { readonly watch: Watch }, told: Alias | null): EventDraft {
  const { customer, owner, ownedSince, watch } = clock;
  return {
    type: watch.contact === 'waiting' ? 'first-contact-reminded' : 'first-contact-escalated',
    subjects: [customer, owner, ...(told === null || told === owner ? [] : [told])],
    data: { customer, handover: watch.handover, owner, since: ownedSince, told },
  };
}

/**
 * A watched customer that used to order regularly has stopped; `null` while that cannot be said.
 *
 * @param lastSaleAt What its orders say, whatever is remembered of them.
 */
export function silence(
  { customer, watch }: Clock,
  lastSaleAt: Instant | null,
  now: Instant,
): EventDraft | null {
  const orders = watch?.orders ?? null;
  if (watch === undefined || orders === null || orders.told) return null;
  const { everyDays, silentAfterDays } = orders;
  const lastAt = lastSaleAt === null || lastSaleAt < orders.lastAt ? orders.lastAt : lastSaleAt;
  if (millisOf(now) - millisOf(lastAt) < silentAfterDays * DAY_MS) return null;
  return {
    type: 'customer-fell-silent',
    subjects: [customer],
    data: { customer, everyDays, handover: watch.handover, lastAt },
  };
}

/** What somebody looks at who says that a customer refuses its successor. */
export interface RefusalContext extends HandoverContext {
  readonly customer: Customer | null;
  readonly clock: Clock | null;
}

/**
 * Notes that a watched customer refuses whoever it was handed to. For the successor, whoever is above, and HR; a
 * service of the host that may manage people can tell it too. Nobody on the leaver's side.
 */
export function decideRefused(
  context: RefusalContext,
  reason: string,
): Result<{ readonly event: EventDraft; readonly place: Place }, HandoverRefusal> {
  const { actor, clock, customer, handover } = context;
  if (isLeaversSide(context)) return fail({ code: 'not-found' });
  const successor = actor.capacities.find(({ alias }) => alias === clock?.owner);
  const place = successor !== undefined && stays(actor) ? { capacity: successor } : manages(context);
  if (place === null) return fail({ code: 'not-permitted', needs: 'the successor, a supervisor or HR' });
  if (customer === null || clock?.watch?.handover !== handover.id) return fail({ code: 'not-watched' });
  const subject = customer.alias;
  return ok({
    place,
    event: {
      type: 'successor-refused',
      subjects: [subject, clock.owner],
      data: { customer: subject, handover: handover.id, owner: clock.owner },
      disclosures: { reason: { subject, value: reason } },
    },
  });
}
