import { describe, expect, it } from 'vitest';
import {
  bucketId,
  bucketOf,
  bucketsFor,
  customerOf,
  type ItemStep,
  isDone,
  isLeaversSide,
  isStep,
  itemId,
  kindOf,
  manages,
  referenceOf,
  reviews,
  stays,
  stillOpen,
} from '../../src/handover/index.ts';
import { ITEM_STATUSES, type ItemStatus } from '../../src/model/index.ts';
import { actorIn, companyOf, personIn, serviceOf } from '../people.ts';
import { CUSTOMER, contextOf, KEY, refused } from './cases.ts';

const org = companyOf();

describe('the leaver’s side', () => {
  it('is the leaver, and whoever stands in for the leaver', () => {
    const lent = companyOf({}, { dana: 'sub', boss: 'loner' });
    const sides = ['dana', 'sub', 'boss', 'loner', 'eve'].map((who) => isLeaversSide(contextOf(who, lent)));
    expect(sides).toEqual([true, true, false, false, false]);
  });
});

describe('who is to stay', () => {
  it('is who works here and gave no notice, and a service', () => {
    for (const status of ['active', 'on_notice', 'departed'] as const)
      expect(stays(actorIn(companyOf({ eve: { status } }), 'eve'))).toBe(status === 'active');
    expect(stays(serviceOf())).toBe(true);
  });
});

describe('who manages a handover', () => {
  it('is who is above the leaver, in person or by standing in', () => {
    expect(manages(contextOf('boss'))).toEqual({ capacity: personIn(org, 'boss') });
    expect(manages(contextOf('chief'))).toEqual({ capacity: personIn(org, 'chief') });
    const lent = companyOf({}, { boss: 'sub' });
    expect(manages(contextOf('sub', lent))).toEqual({ capacity: personIn(lent, 'boss') });
  });

  it('is HR, and a service that may manage people', () => {
    expect(manages(contextOf(actorIn(org, 'hr', 'people.manage')))).toEqual({ capacity: null });
    expect(manages(contextOf(serviceOf('people.manage')))).toEqual({ capacity: null });
    expect(manages(contextOf(serviceOf('orders.record')))).toBeNull();
  });

  it('is nobody else: no colleague, nobody on the leaver’s side, nobody who leaves', () => {
    expect(manages(contextOf('lead'))).toBeNull();
    expect(manages(contextOf(actorIn(org, 'dana', 'people.manage')))).toBeNull();
    const lent = companyOf({}, { dana: 'boss' });
    expect(manages(contextOf('boss', lent))).toBeNull();
    const leaving = companyOf({ boss: { status: 'on_notice' } });
    expect(manages(contextOf(actorIn(leaving, 'boss', 'people.manage'), leaving))).toBeNull();
    // In the place of somebody who leaves, nobody is above.
    const lentByLeaver = companyOf({ boss: { status: 'on_notice' } }, { boss: 'sub' });
    expect(manages(contextOf('sub', lentByLeaver))).toBeNull();
  });
});

describe('who reviews a handover', () => {
  it.each(['supervisor', 'hr', 'finance'] as const)('is who signs for %s', (party) => {
    expect(reviews(contextOf(actorIn(org, 'fin', `handovers.sign.${party}`)))).toBe(true);
  });

  it('is no service, nobody on the leaver’s side, nobody who leaves, and nobody without a right to sign', () => {
    const right = 'handovers.sign.finance';
    expect(reviews(contextOf('fin'))).toBe(false);
    expect(reviews(contextOf(actorIn(org, 'fin', 'people.manage')))).toBe(false);
    expect(reviews(contextOf(serviceOf(right)))).toBe(false);
    expect(reviews(contextOf(actorIn(org, 'dana', right)))).toBe(false);
    const leaving = companyOf({ fin: { status: 'on_notice' } });
    expect(reviews(contextOf(actorIn(leaving, 'fin', right), leaving))).toBe(false);
  });
});

describe('a handover is worked on', () => {
  it('until it is cleared or withdrawn; after a forced exit too', () => {
    for (const state of ['opened', 'preparing', 'forced_exit'] as const)
      expect(stillOpen(contextOf('boss', org, { state }))).toEqual({ ok: true, value: null });
    for (const state of ['cleared', 'monitored', 'closed', 'withdrawn'] as const)
      expect(stillOpen(contextOf('boss', org, { state }))).toEqual(
        refused('handover-over', { status: state }),
      );
  });

  it('as long as the leaver is in the same episode', () => {
    expect(stillOpen(contextOf('boss', companyOf({ dana: { episode: 2 } })))).toEqual(
      refused('handover-over', { status: 'preparing' }),
    );
  });
});

describe('the steps of an item', () => {
  /** As the documents draw it. */
  const LEADS: { readonly [Step in ItemStep]: string } = {
    prepare: 'pending prepared offered returned',
    offer: 'prepared',
    carry_out: 'prepared',
    accept: 'offered',
    complete: 'accepted',
    return: 'prepared offered accepted transferred',
    waive: 'pending prepared offered returned',
    overtake: 'pending prepared offered accepted returned',
  };
  it.each(Object.keys(LEADS) as ItemStep[])(
    '%s leads on from where it may, and from nowhere else',
    (step) => {
      const from = ITEM_STATUSES.filter((status) => isStep(status, step));
      expect(from.join(' ')).toBe(LEADS[step]);
    },
  );

  it('end where nothing is left to do', () => {
    const done = ITEM_STATUSES.filter((status: ItemStatus) => isDone(status));
    expect(done).toEqual(['transferred', 'pooled', 'terminated', 'written_off', 'waived']);
  });
});

describe('where an item lies', () => {
  it('its key says of what kind it is, and about whom', () => {
    expect([kindOf(KEY), referenceOf(KEY), customerOf(KEY)]).toEqual(['customer', CUSTOMER, CUSTOMER]);
    expect([kindOf('order.a.b'), referenceOf('order.a.b'), customerOf('order.a.b')]).toEqual([
      'order',
      'a.b',
      null,
    ]);
    expect(customerOf(`order.x${CUSTOMER}`)).toBeNull();
    expect(customerOf(`order.${CUSTOMER}x`)).toBeNull();
  });

  it('a bucket holds 48 when they are spread evenly, and there is always one', () => {
    expect([0, 1, 48, 49, 96, 97].map(bucketsFor)).toEqual([1, 1, 1, 2, 2, 3]);
  });

  it('the bucket is that of FNV-1a, by its published values', () => {
    for (const [text, hash] of [
      ['', 0x811c9dc5],
      ['a', 0xe40c292c],
      ['foobar', 0xbf9cf968],
    ] as const) {
      expect(bucketOf(text, 2 ** 32)).toBe(hash);
      expect(bucketOf(text, 7)).toBe(hash % 7);
    }
  });

  it('documents are named by the handover', () => {
    expect([bucketId('h', 3), itemId('h', 'asset.1')]).toEqual(['h.3', 'h.asset.1']);
  });
});
