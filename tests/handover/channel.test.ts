import { describe, expect, it } from 'vitest';
import {
  decideAccept,
  decideComplete,
  decideReturn,
  givenBack,
  handoverFolds,
  heardOf,
  type ItemContext,
  mayStart,
} from '../../src/handover/index.ts';
import { type Fold, ITEM_STATUSES } from '../../src/model/index.ts';
import { actorIn, aliasOf, companyOf, entryOf, stateOf } from '../people.ts';
import { about, CUSTOMER, handoverOf, itemOf, KEY, refused, rowOf } from './cases.ts';

const data = { handover: 'handover-1', item: KEY };
const ENDS = ['done', 'refused', 'receiver_full'] as const;
const waiting = itemOf({ channel: { name: 'wecom', outcome: 'waiting', driven: true } });
const accepted = (more: Partial<ItemContext> = {}, org = companyOf()): ItemContext =>
  about('boss', rowOf('accepted'), { item: waiting, ...more }, org);
const answered = (status: string, outcome: string): object => ({
  type: 'handover-item-completed',
  subjects: [CUSTOMER, aliasOf('eve')],
  data: { ...data, outcome, status, to: aliasOf('eve') },
});
const backWith = (more: object = {}): object => ({
  type: 'handover-item-given-back',
  subjects: [CUSTOMER, aliasOf('eve')],
  data: { ...data, status: 'accepted', to: aliasOf('eve'), ...more },
});
const overtaken = (status: string, to: string | null): object => ({
  type: 'handover-item-overtaken',
  data: { ...data, status, to: to === null ? null : aliasOf(to) },
});

describe('what the keeper hears of an outside system', () => {
  it('moves the item where it is done, and sends it back otherwise', () => {
    expect(heardOf(accepted(), 'done')).toEqual(answered('transferred', 'done'));
    expect(heardOf(accepted(), 'refused')).toEqual(answered('returned', 'refused'));
    expect(heardOf(accepted(), 'receiver_full')).toEqual(answered('returned', 'receiver_full'));
  });

  it('is of no use to an item that waits for nothing', () => {
    for (const status of ITEM_STATUSES) {
      const context = about('boss', rowOf(status), { item: waiting });
      for (const outcome of ENDS) expect(heardOf(context, outcome) === null).toBe(status !== 'accepted');
    }
    expect(heardOf(about('boss', rowOf('transferred'), { item: null }), 'done')).toBeNull();
    expect(heardOf(about('boss', rowOf('transferred'), { item: itemOf() }), 'done')).toBeNull();
  });

  it('is given back where the handover is over by now, and only noted where nothing was moved', () => {
    const over = accepted({ handover: handoverOf({ state: 'withdrawn' }) });
    expect(heardOf(over, 'done')).toEqual(backWith());
    expect(heardOf(over, 'refused')).toEqual(answered('accepted', 'refused'));
  });

  it('changes nothing of what the handover became where it was asked to give something back', () => {
    const back = itemOf({ channel: { name: 'wecom', outcome: 'waiting', back: true } });
    for (const outcome of ENDS)
      expect(heardOf(about('boss', rowOf('transferred'), { item: back }), outcome)).toEqual(
        answered('transferred', outcome),
      );
  });

  it('comes too late for what went another way meanwhile', () => {
    const went = (as: string, to: string | null): unknown =>
      heardOf(accepted({ moved: { as, to: to === null ? null : aliasOf(to) } as never }), 'done');
    expect(went('transfer', 'finn')).toMatchObject(overtaken('transferred', 'finn'));
    expect(went('return_to_pool', null)).toMatchObject(overtaken('pooled', null));
    // Where it went where it was to go, the answer is the one that was expected.
    expect(went('transfer', 'eve')).toEqual(answered('transferred', 'done'));
  });

  it('gives nothing to somebody who is about to leave', () => {
    const leaving = companyOf({ eve: { status: 'on_notice' } });
    expect(heardOf(accepted({}, leaving), 'done')).toEqual(answered('returned', 'done'));
    expect(heardOf(about('boss', rowOf('accepted', null), { item: waiting }), 'done')).toMatchObject({
      data: { status: 'returned' },
    });
  });
});

describe('an outside system', () => {
  it('is asked to move what is still to be moved, to somebody who stays', () => {
    expect(mayStart(accepted())).toBe(true);
    expect(mayStart(accepted({ handover: handoverOf({ state: 'cleared' }) }))).toBe(false);
    expect(mayStart(accepted({ moved: { as: 'transfer', to: aliasOf('eve') } as never }))).toBe(false);
    expect(mayStart(accepted({}, companyOf({ eve: { status: 'on_notice' } })))).toBe(false);
    expect(mayStart(about('boss', rowOf('accepted', null), { item: waiting }))).toBe(false);
    expect(mayStart(accepted({ item: null }))).toBe(true);
    expect(mayStart(accepted({ item: itemOf() }))).toBe(true);
  });

  it('is asked to give back whatever became of the handover', () => {
    const back = itemOf({ channel: { name: 'wecom', outcome: 'waiting', back: true } });
    const withdrawn = handoverOf({ state: 'withdrawn' });
    expect(mayStart(accepted({ item: back, handover: withdrawn }))).toBe(true);
    expect(givenBack(accepted({ handover: withdrawn }))).toEqual(backWith());
  });

  it('that is at an item is let finish: nobody calls the item back', () => {
    expect(decideReturn(accepted(), 'wrong customer')).toEqual(refused('wrong-step', { status: 'accepted' }));
    for (const channel of [
      null,
      { name: 'wecom', outcome: 'waiting' },
      { name: 'wecom', outcome: 'refused', driven: true },
    ] as const)
      expect(decideReturn(accepted({ item: itemOf({ channel }) }), 'wrong customer').ok).toBe(true);
    expect(decideReturn(accepted({ item: null }), 'wrong customer').ok).toBe(true);
  });

  it('moves customers only: anything else that goes through it is answered by people', () => {
    const channel = { name: 'wecom', outcome: 'offered' } as const;
    const asset = itemOf({ channel, item: 'asset.key', kind: 'asset' });
    const context = about('eve', rowOf('offered'), { about: null, key: 'asset.key', item: asset });
    const result = decideAccept(context, new Set(['wecom']));
    expect(result).toMatchObject({ ok: true, value: { event: { data: { status: 'accepted' } } } });
    expect(result.ok && result.value.event.data).not.toHaveProperty('driven');
  });

  it('that people answer for gives nothing to somebody who is not there', () => {
    const nobody = about(actorIn(companyOf(), 'lead', 'people.manage'), rowOf('accepted', null), {
      item: waiting,
    });
    expect(decideComplete(nobody, 'done')).toMatchObject({
      ok: true,
      value: { event: { data: { status: 'returned' } }, place: { capacity: null } },
    });
  });
});

describe('what is kept of an outside system', () => {
  const folded = (type: string, facts: object, channel: object | null): unknown => {
    const documents = {
      'handover/handover-1': handoverOf(),
      [`handover-item/handover-1.${KEY}`]: itemOf({ channel: channel as never, status: 'accepted' }),
    };
    const entry = entryOf(type, { ...data, status: 'accepted', to: aliasOf('eve'), ...facts });
    const [change] = (handoverFolds[type] as Fold)(entry, stateOf(documents));
    return (change as unknown as { body: { channel: unknown } }).body.channel;
  };
  const offered = { name: 'wecom', outcome: 'offered' };

  it('is whether the keeper asks it itself', () => {
    const driven = (facts: object): unknown => folded('handover-item-accepted', facts, offered);
    expect(driven({ driven: true })).toEqual({ name: 'wecom', outcome: 'waiting', driven: true });
    expect(driven({})).toEqual({ name: 'wecom', outcome: 'waiting' });
  });

  it('is that it gives back', () => {
    expect(folded('handover-item-given-back', {}, { name: 'wecom', outcome: 'done' })).toEqual({
      name: 'wecom',
      outcome: 'waiting',
      back: true,
    });
    expect(folded('handover-item-given-back', {}, null)).toBeNull();
  });

  it('is beside what a collaboration was', () => {
    const type = 'handover-item-done';
    const entry = entryOf(type, { ...data, status: 'transferred', to: null, share: { access: 'read' } });
    const documents = { 'handover/handover-1': handoverOf(), [`handover-item/handover-1.${KEY}`]: itemOf() };
    const [change] = (handoverFolds[type] as Fold)(entry, stateOf(documents));
    expect(change).toMatchObject({ body: { share: { access: 'read' } } });
    const without = (handoverFolds[type] as Fold)(
      entryOf(type, { ...data, status: 'transferred', to: null }),
      stateOf(documents),
    )[0] as unknown as { body: object };
    expect(without.body).not.toHaveProperty('share');
  });
});
