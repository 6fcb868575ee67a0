import { describe, expect, it } from 'vitest';
import {
  decideHold,
  type HoldRequest,
  holdAfter,
  isWaiting,
  mayDecideHold,
  placeHold,
  reviewersOf,
} from '../../src/guard/index.ts';
import type { Alias, Instant, LocalDate } from '../../src/kernel/index.ts';
import type { Hold, OrgChart, WorkingCalendar } from '../../src/model/index.ts';
import { DEFAULT_POLICY } from '../../src/policy/index.ts';
import { actorIn, aliasOf, companyOf, NOW, personIn, serviceOf } from '../people.ts';

const org = companyOf();
const WORKWEEK = [1, 2, 3, 4, 5];
const calendar = { workweek: WORKWEEK, holidays: [], makeUpDays: [] } as unknown as WorkingCalendar;
const company = { timeZone: 'UTC', calendar };

const hold = (more: Partial<Hold> = {}): Hold => ({
  beneficiary: null,
  brings: 'permit',
  customers: 12,
  decidedAt: null,
  decidedBy: null,
  digest: 'digest',
  escalateAt: '2026-03-02T20:00:00.000Z' as Instant,
  expireAt: '2026-03-03T08:00:00.000Z' as Instant,
  id: 'hold-1' as Hold['id'],
  onBehalfOf: null,
  operation: 'delete',
  placedAt: NOW as Instant,
  requester: aliasOf('dana'),
  schemaVersion: 1,
  slot: 'slot',
  status: 'waiting',
  ...more,
});

const request = (count: number): HoldRequest => ({
  operation: 'delete',
  customers: Array.from({ length: count }, (_, at) => `c_${at}` as Alias),
  beneficiary: null,
  onBehalfOf: null,
  digest: 'digest',
  slot: 'slot',
  brings: 'permit',
  root: 'root',
  reasons: [{ rule: 'access' }],
  facts: { reason: 'because' },
});

describe('a hold that is placed', () => {
  it('is a whole account of what waits, with deadlines in working hours', () => {
    const placed = placeHold(request(2), actorIn(org, 'dana'), org, company, DEFAULT_POLICY, NOW as Instant);
    expect(placed).toEqual({
      type: 'hold-placed',
      subjects: [aliasOf('dana'), 'c_0', 'c_1'],
      data: {
        beneficiary: null,
        brings: 'permit',
        count: 2,
        digest: 'digest',
        escalateAt: '2026-03-02T20:00:00.000Z',
        expireAt: '2026-03-03T08:00:00.000Z',
        operation: 'delete',
        reason: 'because',
        reasons: [{ rule: 'access' }],
        root: 'root',
        slot: 'slot',
      },
    });
  });

  it('of a service has no person among its subjects, and runs by the calendar of the company', () => {
    const friday = '2026-03-06T20:00:00.000Z' as Instant;
    const placed = placeHold(request(0), serviceOf(), org, company, DEFAULT_POLICY, friday);
    expect(placed.subjects).toEqual([]);
    expect(placed.data).toMatchObject({ expireAt: '2026-03-09T20:00:00.000Z' });
  });

  it('runs by the calendar of who looks first, where they have one of their own', () => {
    const weekend = { ...calendar, workweek: [6, 7] } as unknown as WorkingCalendar;
    const shifts = companyOf({ boss: { calendar: weekend } });
    const dana = actorIn(shifts, 'dana');
    const placed = placeHold(request(1), dana, shifts, company, DEFAULT_POLICY, NOW as Instant);
    expect(placed.data).toMatchObject({ escalateAt: '2026-03-07T12:00:00.000Z' });
  });

  it.each([
    [400, 401],
    [401, 1],
  ])('of %i customers names %i subjects: an entry has no room for more', (count, subjects) => {
    const placed = placeHold(
      request(count),
      actorIn(org, 'dana'),
      org,
      company,
      DEFAULT_POLICY,
      NOW as Instant,
    );
    expect(placed.subjects).toHaveLength(subjects);
  });
});

const firstReviewer = (chart: OrgChart, parties: Partial<Hold> = {}): string | null | undefined =>
  reviewersOf({ ...hold({ requester: aliasOf('dana') }), ...parties }, chart, '2026-03-02' as LocalDate)[0]
    ?.id;

describe('who looks at a hold first', () => {
  it('is the nearest above who is there to stay', () => {
    expect(firstReviewer(org)).toBe('boss');
    expect(firstReviewer(companyOf({ boss: { status: 'on_notice' } }))).toBe('chief');
    expect(firstReviewer(org, { requester: aliasOf('loner') })).toBeUndefined();
  });

  it('is never who would gain, in whose place it was asked, or who stands in for the requester', () => {
    expect(firstReviewer(org, { beneficiary: aliasOf('boss') })).toBe('chief');
    expect(firstReviewer(org, { onBehalfOf: aliasOf('boss') })).toBe('chief');
    const delegation = { to: aliasOf('boss'), untilOn: '2026-12-31' as LocalDate };
    expect(firstReviewer(companyOf({ dana: { delegation } }))).toBe('chief');
    const over = { to: aliasOf('boss'), untilOn: '2026-03-01' as LocalDate };
    expect(firstReviewer(companyOf({ dana: { delegation: over } }))).toBe('boss');
  });
});

describe('who may decide a hold', () => {
  const refusal = (needs: string): object => ({ ok: false, error: { code: 'not-permitted', needs } });

  it('is who is above the requester, in person or by standing in', () => {
    expect(mayDecideHold(hold(), actorIn(org, 'boss'), org)).toEqual({
      ok: true,
      value: personIn(org, 'boss'),
    });
    const lent = companyOf({}, { boss: 'sub' });
    expect(mayDecideHold(hold(), actorIn(lent, 'sub'), lent)).toEqual({
      ok: true,
      value: personIn(lent, 'boss'),
    });
  });

  it('is who has the right, in nobody’s place', () => {
    expect(mayDecideHold(hold(), actorIn(org, 'loner', 'holds.release'), org)).toEqual({
      ok: true,
      value: null,
    });
    expect(
      mayDecideHold(hold({ requester: 'service:erp' }), actorIn(org, 'loner', 'holds.release'), org),
    ).toEqual({ ok: true, value: null });
  });

  it('is nobody else', () => {
    expect(mayDecideHold(hold(), actorIn(org, 'lead'), org)).toEqual(
      refusal('a supervisor or holds.release'),
    );
    expect(mayDecideHold(hold({ requester: 'service:erp' }), actorIn(org, 'boss'), org)).toEqual(
      refusal('a supervisor or holds.release'),
    );
    expect(mayDecideHold(hold(), serviceOf('holds.release'), org)).toEqual(refusal('a person'));
  });

  it('is never who asked, in whose place it was asked, or who stands in for either', () => {
    const own = { ok: false, error: { code: 'own-hold' } };
    const lent = companyOf({}, { dana: 'sub' });
    for (const who of ['dana', 'sub'])
      expect(mayDecideHold(hold(), actorIn(lent, who, 'holds.release'), lent)).toEqual(own);
    const inPlaceOf = hold({ requester: aliasOf('sub'), onBehalfOf: aliasOf('dana') });
    for (const who of ['dana', 'sub'])
      expect(mayDecideHold(inPlaceOf, actorIn(org, who, 'holds.release'), org)).toEqual(own);
  });

  it('is never who would gain by it, or who stands in for them', () => {
    const gain = { ok: false, error: { code: 'self-benefit' } };
    const lent = companyOf({}, { eve: 'boss' });
    const forEve = hold({ beneficiary: aliasOf('eve') });
    for (const who of ['eve', 'boss'])
      expect(mayDecideHold(forEve, actorIn(lent, who, 'holds.release'), lent)).toEqual(gain);
    expect(mayDecideHold(forEve, actorIn(org, 'boss'), org).ok).toBe(true);
  });

  it('is nobody who is leaving', () => {
    const leaving = companyOf({ boss: { status: 'on_notice' } });
    expect(mayDecideHold(hold(), actorIn(leaving, 'boss', 'holds.release'), leaving)).toEqual(
      refusal('somebody who is not leaving'),
    );
  });
});

describe('a hold that is decided', () => {
  it.each([
    ['released', 'hold-released'],
    ['denied', 'hold-denied'],
  ] as const)('is %s by an entry that names the requester and seals the reason', (to, type) => {
    expect(decideHold(hold(), actorIn(org, 'boss'), org, to, 'why')).toEqual({
      ok: true,
      value: {
        event: {
          type,
          subjects: [aliasOf('boss'), aliasOf('dana')],
          data: { digest: 'digest', hold: 'hold-1', operation: 'delete', requester: aliasOf('dana') },
          disclosures: { reason: { subject: aliasOf('boss'), value: 'why' } },
        },
        onBehalfOf: null,
      },
    });
  });

  it('says in whose place', () => {
    const lent = companyOf({}, { boss: 'sub' });
    expect(decideHold(hold(), actorIn(lent, 'sub'), lent, 'denied', 'why')).toMatchObject({
      value: { onBehalfOf: aliasOf('boss') },
    });
  });

  it('is decided once, while it waits, by who may', () => {
    const boss = actorIn(org, 'boss');
    expect(decideHold(null, boss, org, 'denied', 'r')).toEqual({ ok: false, error: { code: 'not-found' } });
    expect(decideHold(hold(), actorIn(org, 'lead'), org, 'denied', 'r').ok).toBe(false);
    for (const status of ['released', 'denied', 'expired', 'spent'] as const) {
      expect(isWaiting(hold({ status }))).toBe(false);
      expect(decideHold(hold({ status }), boss, org, 'denied', 'r')).toEqual({
        ok: false,
        error: { code: 'hold-decided', status },
      });
    }
    for (const status of ['waiting', 'escalated'] as const)
      expect(decideHold(hold({ status }), boss, org, 'released', 'r').ok).toBe(true);
  });

  it('gives nothing more to who has left, and still can be denied', () => {
    const left = companyOf({ dana: { status: 'departed' } });
    const boss = actorIn(left, 'boss');
    expect(decideHold(hold(), boss, left, 'released', 'r')).toEqual({
      ok: false,
      error: { code: 'requester-departed' },
    });
    expect(decideHold(hold(), boss, left, 'denied', 'r').ok).toBe(true);
  });

  it('of a service names nobody but who decided', () => {
    const byService = hold({ requester: 'service:erp' });
    const decided = decideHold(byService, actorIn(org, 'loner', 'holds.release'), org, 'released', 'r');
    expect(decided).toMatchObject({ value: { event: { subjects: [aliasOf('loner')] } } });
  });
});

describe('a hold that nobody decides', () => {
  const about = { hold: 'hold-1', operation: 'delete', requester: aliasOf('dana') };
  const at = (instant: string, more: Partial<Hold> = {}): unknown =>
    holdAfter(hold(more), instant as Instant);

  it('is told further up at half time, once', () => {
    expect(at('2026-03-02T19:59:59.999Z')).toBeNull();
    const escalated = { type: 'hold-escalated', subjects: [aliasOf('dana')], data: about };
    expect(at('2026-03-02T20:00:00.000Z')).toEqual(escalated);
    expect(at('2026-03-02T20:00:00.000Z', { status: 'escalated' })).toBeNull();
  });

  it('is over when its time is, whatever was told', () => {
    const expired = { type: 'hold-expired', subjects: [aliasOf('dana')], data: about };
    expect(at('2026-03-03T07:59:59.999Z', { status: 'escalated' })).toBeNull();
    for (const status of ['waiting', 'escalated'] as const)
      expect(at('2026-03-03T08:00:00.000Z', { status })).toEqual(expired);
  });

  it('stays as it is once it was decided', () => {
    for (const status of ['released', 'denied', 'expired', 'spent'] as const)
      expect(at('2027-01-01T00:00:00.000Z', { status })).toBeNull();
  });

  it('of a service names nobody', () => {
    expect(at('2027-01-01T00:00:00.000Z', { requester: 'service:erp' })).toMatchObject({ subjects: [] });
  });
});
