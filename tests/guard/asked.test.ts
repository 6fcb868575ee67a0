import { describe, expect, it } from 'vitest';
import { type Asked, askedFacts, askedIn } from '../../src/guard/asked.ts';
import { ALERT_RULES } from '../../src/guard/operations.ts';
import {
  effectsOf,
  mayHaveAsked,
  nameOfRequest,
  requestIn,
  wentThrough,
} from '../../src/guard/past-requests.ts';
import type { Instant } from '../../src/kernel/index.ts';
import type { Facts, PastEntry } from '../../src/model/index.ts';

const plain: Asked = {
  measure: 'deletes',
  customers: 3,
  decision: 'allow',
  digest: 'd-1',
  tightened: false,
  steppedUp: false,
  permit: false,
  hold: null,
  by: null,
  about: null,
};
const all: Asked = {
  measure: 'reveals',
  customers: 2,
  decision: 'hold',
  digest: 'd-2',
  tightened: true,
  steppedUp: true,
  permit: true,
  hold: 'h-1',
  by: 'e_dana',
  about: 'c_1' as never,
};
const AT = '2026-03-02T08:00:00.000Z' as Instant;
const entry = (more: Partial<PastEntry> = {}): PastEntry => ({
  id: 'entry-1',
  type: 'operation-granted',
  at: AT,
  actor: 'e_actor',
  subject: [],
  data: { guard: askedFacts(plain) } as Facts,
  policy: 'pin',
  outcome: 'done',
  ...more,
});

describe('what the guard was asked', () => {
  it('is told by facts that leave out what is so nearly always', () => {
    expect(askedFacts(plain)).toEqual({ measure: 'deletes', customers: 3, digest: 'd-1' });
    expect(askedFacts(all)).toEqual({ ...all });
  });

  it.each([plain, all])('comes back from them whole', (asked) => {
    expect(askedIn({ guard: askedFacts(asked) as never })).toEqual(asked);
  });

  it.each([
    ['no facts', {}],
    ['null', { guard: null }],
    ['a text', { guard: 'deletes' }],
    ['a list', { guard: [] }],
    ['a measure of a later release', { guard: { ...askedFacts(plain), measure: 'prints' } }],
    ['a decision of a later release', { guard: { ...askedFacts(plain), decision: 'ask_twice' } }],
  ])('is not told by %s', (_, data) => {
    expect(askedIn(data as never)).toBeNull();
  });

  it('names the rule of its alerts by what is counted', () => {
    expect(ALERT_RULES).toEqual({
      reveals: 'guard-reveals',
      overwrites: 'guard-overwrites',
      deletes: 'guard-deletes',
      exports: 'guard-exports',
      ownerChanges: 'guard-owner-changes',
      duplicateChecks: 'guard-duplicate-checks',
    });
  });
});

describe('a request of the past', () => {
  it('is its actor’s, or of whom it is about where somebody else acts', () => {
    expect(requestIn(entry())).toEqual({ asked: plain, party: 'e_actor' });
    expect(requestIn(entry({ data: { guard: askedFacts(all) } as Facts }))).toEqual({
      asked: all,
      party: 'e_dana',
    });
  });

  it.each(['blocked', 'held', 'step-up-required', 'too-many-holds'])(
    'is one where it was refused as %s',
    (reason) => {
      expect(requestIn(entry({ outcome: 'refused', reason }))).toEqual({ asked: plain, party: 'e_actor' });
      expect(mayHaveAsked(entry({ outcome: 'refused', reason }), () => false)).toBe(true);
    },
  );

  it('is none where something else refused it, or where nothing was asked', () => {
    expect(requestIn(entry({ outcome: 'refused', reason: 'not-found' }))).toBeNull();
    expect(mayHaveAsked(entry({ outcome: 'refused', reason: 'not-found' }), () => true)).toBe(false);
    expect(requestIn(entry({ data: {} }))).toBeNull();
  });

  it.each([
    ['allow', null, 'done', true],
    ['allow_and_alert', null, 'done', true],
    ['hold', 'h-1', 'done', true],
    ['hold', null, 'done', false],
    ['block', null, 'refused', false],
    ['allow', null, 'refused', false],
    ['hold', 'h-1', 'refused', false],
  ] as const)('%s by hold %s, %s: whether it went through is %s', (decision, hold, outcome, went) => {
    expect(wentThrough(entry({ outcome }), { ...plain, decision, hold })).toBe(went);
  });

  it.each([
    ['hold-placed', 'hold', ['hold']],
    ['view', 'block', ['block']],
    ['view', 'step_up', ['step_up']],
    ['view', 'hold', []],
    ['operation-granted', 'allow', []],
    ['operation-granted', 'allow_and_alert', []],
  ] as const)('in %s, decided %s, had effects %j', (type, decision, kinds) => {
    const effects = effectsOf(entry({ type }), { asked: { ...plain, decision }, party: 'e_dana' });
    expect(effects).toEqual(
      kinds.map((kind) => ({ kind, rule: 'deletes', at: AT, party: 'e_dana', count: 1 })),
    );
  });

  it('for what may not be seen is one, but for a permit it is the very request', () => {
    expect(nameOfRequest({ ...plain, measure: 'reveals' })).toBe('view');
    expect(nameOfRequest({ ...plain, measure: 'reveals', permit: true })).toBe('d-1');
    expect(nameOfRequest(plain)).toBe('d-1');
  });
});

describe('an entry from before entries told', () => {
  const isContact = (field: string): boolean => field === 'phone';

  it.each([
    ['operation-granted', {}, true],
    ['hold-placed', {}, true],
    ['permit-issued', {}, true],
    ['customer-deleted', {}, true],
    ['history-read', {}, true],
    ['export-started', { count: 3 }, true],
    ['export-started', { count: 0 }, false],
    ['customer-transferred', {}, true],
    ['customer-transferred', { handover: 'h' }, false],
    ['customer-released', {}, true],
    ['customer-released', { handover: 'h' }, false],
    ['customer-updated', { changed: ['need', 'phone'] }, true],
    ['customer-updated', { changed: ['need'] }, false],
    ['customer-viewed', { fields: 'need phone' }, true],
    ['customer-viewed', { fields: 'need name' }, false],
    ['customers-listed', { fields: ['phone'] }, true],
    ['customers-listed', { fields: [] }, false],
    ['claim-approved', {}, false],
  ] as const)('%s with %j: whether the guard may have been asked is %s', (type, data, may) => {
    expect(mayHaveAsked(entry({ type, data: data as never }), isContact)).toBe(may);
  });
});
