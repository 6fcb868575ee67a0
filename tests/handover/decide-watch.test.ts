import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contactOverdue,
  decideRefused,
  habitOf,
  type RefusalContext,
  silence,
  unwatched,
  watchBegun,
  watched,
} from '../../src/handover/index.ts';
import { DAY_MS, type Instant, instantOf, millisOf } from '../../src/kernel/index.ts';
import type { Clock, Customer, Watch } from '../../src/model/index.ts';
import { actorIn, aliasOf, companyOf, NOW, personIn, serviceOf } from '../people.ts';
import { CUSTOMER, contextOf, handoverOf, notPermitted, refused } from './cases.ts';

const org = companyOf();
const OPENED = NOW as Instant;
const daysBefore = (days: number): { at: Instant } => ({ at: instantOf(millisOf(OPENED) - days * DAY_MS) });

const ORDERS = {
  everyDays: 10,
  silentAfterDays: 30,
  lastAt: OPENED,
  silentAt: instantOf(millisOf(OPENED) + 30 * DAY_MS),
  told: false,
};
const watchOf = (more: Partial<Watch> = {}): Watch => ({
  handover: 'handover-1' as Watch['handover'],
  contact: 'waiting',
  contactedAt: null,
  refusedAt: null,
  orders: ORDERS,
  ...more,
});
const clockOf = (watch: Watch | undefined = watchOf()): Clock & { readonly watch: Watch } =>
  ({
    customer: CUSTOMER,
    owner: aliasOf('eve'),
    ownedSince: OPENED,
    recent: [],
    schemaVersion: 1,
    since: OPENED,
    stage: 'running',
    ...(watch === undefined ? {} : { watch }),
  }) as never;

describe('a watch', () => {
  it('begins, ends, and names the customers', () => {
    const until = '2026-09-01T00:00:00.000Z' as Instant;
    expect(watchBegun(handoverOf(), until)).toEqual({
      type: 'handover-watch-begun',
      subjects: [aliasOf('dana')],
      data: { handover: 'handover-1', until },
    });
    const customers = [{ customer: CUSTOMER, contactedAt: null, orders: null }];
    expect(watched('handover-1', customers, true)).toEqual({
      type: 'customers-watched',
      subjects: [CUSTOMER],
      data: { customers, handover: 'handover-1', last: true },
    });
    expect(unwatched('handover-1', [CUSTOMER])).toEqual({
      type: 'customers-unwatched',
      subjects: [CUSTOMER],
      data: { customers: [CUSTOMER], handover: 'handover-1' },
    });
  });
});

describe('how a customer used to buy', () => {
  it('is the middle of the distances between the days of its orders', () => {
    const sales = [300, 10, 200, 70, 30].map(daysBefore);
    // Distances 100, 130, 40, 20: in order 20, 40, 100, 130.
    expect(habitOf(sales, OPENED, 30)).toEqual({
      everyDays: 100,
      lastAt: daysBefore(10).at,
      silentAfterDays: 200,
      silentAt: instantOf(millisOf(OPENED) + 190 * DAY_MS),
    });
  });

  it('means nothing shorter than the company says', () => {
    const weekly = [21, 14, 7].map(daysBefore);
    expect(habitOf(weekly, OPENED, 30)).toMatchObject({ everyDays: 7, silentAfterDays: 30 });
    expect(habitOf(weekly, OPENED, 14)).toMatchObject({ silentAfterDays: 14 });
    expect(habitOf(weekly, OPENED, 13)).toMatchObject({ silentAfterDays: 14 });
  });

  it('shows on three days of the year before the leaving became known, no sooner', () => {
    expect(habitOf([20, 10].map(daysBefore), OPENED, 30)).toBeNull();
    const twiceOnOneDay = [
      daysBefore(20),
      daysBefore(10),
      { at: instantOf(millisOf(OPENED) - 10 * DAY_MS + 1) },
    ];
    expect(habitOf(twiceOnOneDay, OPENED, 30)).toBeNull();
    const fromMidnight = ['2026-02-20T12:00:00.000Z', '2026-02-25T00:00:00.000Z', '2026-02-25T23:59:59.999Z'];
    expect(
      habitOf(
        fromMidnight.map((at) => ({ at: at as Instant })),
        OPENED,
        30,
      ),
    ).toBeNull();
    expect(habitOf([20, 10, 0].map(daysBefore), OPENED, 30)).not.toBeNull();
    const after = { at: instantOf(millisOf(OPENED) + 1) };
    expect(habitOf([daysBefore(20), daysBefore(10), after], OPENED, 30)).toBeNull();
    expect(habitOf([365, 20, 10].map(daysBefore), OPENED, 30)).toBeNull();
    const justWithin = { at: instantOf(millisOf(OPENED) - 365 * DAY_MS + 1) };
    expect(habitOf([justWithin, daysBefore(20), daysBefore(10)], OPENED, 30)).not.toBeNull();
  });

  it('counts the last order of all, also one after the leaving became known', () => {
    const after = { at: instantOf(millisOf(OPENED) + 5 * DAY_MS) };
    expect(habitOf([after, ...[30, 20, 10].map(daysBefore)], OPENED, 15)).toMatchObject({
      everyDays: 10,
      lastAt: after.at,
      silentAt: instantOf(millisOf(OPENED) + 25 * DAY_MS),
    });
  });

  it('is the same in whatever order the orders are told', () => {
    const some = fc.uniqueArray(fc.integer({ min: -30, max: 400 }), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(some, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (days, chance) => {
        const sales = days.map(daysBefore);
        const mixed = sales
          .map((sale) => [chance.next().value as number, sale] as const)
          .sort(([one], [other]) => one - other)
          .map(([, sale]) => sale);
        expect(habitOf(mixed, OPENED, 30)).toEqual(habitOf(sales, OPENED, 30));
      }),
      { numRuns: 200, seed: 5 },
    );
  });
});

describe('a first contact that does not come', () => {
  it('is told to the successor, and then to whoever is above', () => {
    const data = { customer: CUSTOMER, handover: 'handover-1', owner: aliasOf('eve'), since: OPENED };
    expect(contactOverdue(clockOf(), aliasOf('eve'))).toEqual({
      type: 'first-contact-reminded',
      subjects: [CUSTOMER, aliasOf('eve')],
      data: { ...data, told: aliasOf('eve') },
    });
    expect(contactOverdue(clockOf(watchOf({ contact: 'reminded' })), aliasOf('boss'))).toEqual({
      type: 'first-contact-escalated',
      subjects: [CUSTOMER, aliasOf('eve'), aliasOf('boss')],
      data: { ...data, told: aliasOf('boss') },
    });
    expect(contactOverdue(clockOf(watchOf({ contact: 'reminded' })), null)).toMatchObject({
      subjects: [CUSTOMER, aliasOf('eve')],
      data: { told: null },
    });
  });
});

describe('a customer that falls silent', () => {
  const at = (days: number, more = 0): Instant => instantOf(millisOf(OPENED) + days * DAY_MS + more);

  it('is told of once the silence is long enough, by its last order', () => {
    const told = { customer: CUSTOMER, everyDays: 10, handover: 'handover-1' };
    expect(silence(clockOf(), null, at(30, -1))).toBeNull();
    expect(silence(clockOf(), null, at(30))).toEqual({
      type: 'customer-fell-silent',
      subjects: [CUSTOMER],
      data: { ...told, lastAt: OPENED },
    });
    // An order that came since.
    expect(silence(clockOf(), at(5), at(34))).toBeNull();
    expect(silence(clockOf(), at(5), at(35))).toMatchObject({ data: { lastAt: at(5) } });
    // What is remembered counts where the orders say less.
    expect(silence(clockOf(), at(-5), at(29))).toBeNull();
    expect(silence(clockOf(), at(-5), at(30))).toMatchObject({ data: { lastAt: OPENED } });
  });

  it('is not told of twice, nor without a habit, nor without a watch', () => {
    expect(silence(clockOf(watchOf({ orders: { ...ORDERS, told: true } })), null, at(300))).toBeNull();
    expect(silence(clockOf(watchOf({ orders: null })), null, at(300))).toBeNull();
    const { watch: _, ...unwatchedClock } = clockOf();
    expect(silence(unwatchedClock, null, at(300))).toBeNull();
  });
});

describe('a customer that refuses its successor', () => {
  const context = (
    actor: Parameters<typeof contextOf>[0],
    more: Partial<RefusalContext> = {},
    chart = org,
  ): RefusalContext => ({
    ...contextOf(actor, chart),
    customer: { alias: CUSTOMER } as Customer,
    clock: clockOf(),
    ...more,
  });

  it('is noted by the successor, with the reason sealed for the customer', () => {
    expect(decideRefused(context('eve'), 'why')).toEqual({
      ok: true,
      value: {
        place: { capacity: personIn(org, 'eve') },
        event: {
          type: 'successor-refused',
          subjects: [CUSTOMER, aliasOf('eve')],
          data: { customer: CUSTOMER, handover: 'handover-1', owner: aliasOf('eve') },
          disclosures: { reason: { subject: CUSTOMER, value: 'why' } },
        },
      },
    });
  });

  it('is noted by whoever is above, by HR, and by a service that may manage people', () => {
    const manage = 'people.manage';
    expect(decideRefused(context('boss'), 'r')).toMatchObject({
      value: { place: { capacity: personIn(org, 'boss') } },
    });
    for (const actor of [actorIn(org, 'hr', manage), serviceOf(manage)])
      expect(decideRefused(context(actor), 'r')).toMatchObject({ value: { place: { capacity: null } } });
  });

  it('is noted by nobody else, and by nobody on the leaver’s side', () => {
    const needs = notPermitted('the successor, a supervisor or HR');
    expect(decideRefused(context('lead'), 'r')).toEqual(needs);
    expect(decideRefused(context('lead', { clock: null }), 'r')).toEqual(needs);
    const leaving = companyOf({ eve: { status: 'on_notice' } });
    expect(decideRefused(context('eve', {}, leaving), 'r')).toEqual(needs);
    expect(decideRefused(context('dana'), 'r')).toEqual(refused('not-found'));
    const lent = companyOf({}, { dana: 'eve' });
    expect(decideRefused(context('eve', {}, lent), 'r')).toEqual(refused('not-found'));
  });

  it('is one that is watched for this handover', () => {
    const other = clockOf(watchOf({ handover: 'handover-2' as Watch['handover'] }));
    const { watch: _, ...unwatchedClock } = clockOf();
    for (const more of [{ customer: null }, { clock: other }, { clock: unwatchedClock }, { clock: null }])
      expect(decideRefused(context('boss', more), 'r')).toEqual(refused('not-watched'));
  });
});
