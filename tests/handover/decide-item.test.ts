import { describe, expect, it } from 'vitest';
import {
  decideAccept,
  decideComplete,
  decideOffer,
  decideReturn,
  decideWaive,
  fateWith,
  followed,
  type ItemContext,
  overtaken,
} from '../../src/handover/index.ts';
import { HANDOVER_ITEM_KINDS, ITEM_STATUSES, type ItemStatus } from '../../src/model/index.ts';
import { DEFAULT_HANDOVER_TEMPLATE } from '../../src/policy/handover-template.ts';
import { actorIn, aliasOf, companyOf, personIn, serviceOf } from '../people.ts';
import { about, CUSTOMER, handoverOf, itemOf, KEY, notPermitted, refused, rowOf } from './cases.ts';

const org = companyOf();
const lentEve = companyOf({}, { eve: 'sub' });
const MANAGE = 'people.manage';
const SIGN = 'handovers.sign.finance';
const data = { handover: 'handover-1', item: KEY };

/** A step is refused from everywhere but where it leads on from, and once the handover is over. */
function expectSteps(
  from: readonly ItemStatus[],
  step: (context: ItemContext) => { ok: boolean },
  who = 'boss',
) {
  for (const status of ITEM_STATUSES) {
    const result = step(about(who, rowOf(status)));
    if (!from.includes(status)) expect(result, status).toEqual(refused('wrong-step', { status }));
    else expect(result.ok, status).toBe(true);
  }
  const over = about(who, rowOf(from[0] as ItemStatus), { handover: handoverOf({ state: 'cleared' }) });
  expect(step(over)).toEqual(refused('handover-over', { status: 'cleared' }));
}

describe('an item that is offered', () => {
  it('waits for its receiver', () => {
    expect(decideOffer(about('boss', rowOf('prepared')), 'wecom')).toEqual({
      ok: true,
      value: {
        event: {
          type: 'handover-item-offered',
          subjects: [CUSTOMER, aliasOf('eve')],
          data: { ...data, channel: 'wecom', status: 'offered', to: aliasOf('eve') },
        },
        place: { capacity: personIn(org, 'boss') },
      },
    });
    expectSteps(['prepared'], (context) => decideOffer(context, null));
  });

  it('goes to its receiver where nothing else was said of it', () => {
    const blank = about('boss', rowOf('prepared'), {
      item: itemOf({ disposition: null, to: aliasOf('eve') }),
    });
    expect(decideOffer(blank, null)).toMatchObject({ value: { event: { type: 'handover-item-offered' } } });
  });

  it.each([
    ['return_to_pool', 'pooled'],
    ['terminate', 'terminated'],
  ] as const)('to nobody is carried out at once: %s', (disposition, status) => {
    const item = itemOf({ disposition, to: null });
    expect(decideOffer(about('boss', rowOf('prepared', null), { item }), null)).toEqual({
      ok: true,
      value: {
        event: {
          type: 'handover-item-done',
          subjects: [CUSTOMER],
          data: { ...data, status, to: null },
        },
        place: { capacity: personIn(org, 'boss') },
      },
    });
  });

  it('off the books is for finance, in person', () => {
    const item = itemOf({ disposition: 'write_off', to: null });
    const off = (context: Parameters<typeof about>[0], chart = org): unknown =>
      decideOffer(about(context, rowOf('prepared', null), { item }, chart), null);
    expect(off(actorIn(org, 'fin', SIGN))).toMatchObject({
      value: {
        event: { type: 'handover-item-done', data: { status: 'written_off' } },
        place: { capacity: null },
      },
    });
    const leaving = companyOf({ fin: { status: 'on_notice' } });
    const lent = companyOf({}, { dana: 'fin' });
    for (const refusedTo of [
      off('boss'),
      off(actorIn(org, 'boss', MANAGE)),
      off(serviceOf(SIGN)),
      off(actorIn(leaving, 'fin', SIGN), leaving),
      off(actorIn(lent, 'fin', SIGN), lent),
    ])
      expect(refusedTo).toEqual(notPermitted(SIGN));
  });

  it('is offered by who manages, in person, and never to themselves or to somebody who leaves', () => {
    const offer = (actor: Parameters<typeof about>[0], to: string, chart = org): unknown => {
      const item = itemOf({ to: aliasOf(to) });
      return decideOffer(about(actor, rowOf('prepared', to), { item }, chart), null);
    };
    const needs = notPermitted('a supervisor or HR in person');
    expect(offer('lead', 'eve')).toEqual(needs);
    expect(offer(serviceOf(MANAGE), 'eve')).toEqual(needs);
    expect(offer('boss', 'boss')).toEqual(refused('self-benefit'));
    for (const [status, code] of [
      ['departed', 'receiver-departed'],
      ['on_notice', 'receiver-leaving'],
    ] as const)
      expect(offer('boss', 'eve', companyOf({ eve: { status } }))).toEqual(refused(code));
  });
});

describe('an item that is accepted', () => {
  const accepted = (status: string): object => ({
    type: 'handover-item-accepted',
    subjects: [CUSTOMER, aliasOf('eve')],
    data: { ...data, status, to: aliasOf('eve') },
  });

  const accept = (context: ItemContext, channels: readonly string[] = []) =>
    decideAccept(context, new Set(channels));

  it('goes to its receiver, in person or to whom they lent their place', () => {
    expect(accept(about('eve', rowOf('offered')))).toEqual({
      ok: true,
      value: { event: accepted('transferred'), place: { capacity: personIn(org, 'eve') } },
    });
    expect(accept(about('sub', rowOf('offered'), {}, lentEve))).toMatchObject({
      value: { place: { capacity: personIn(lentEve, 'eve') } },
    });
    expectSteps(['offered'], (context) => accept(context), 'eve');
  });

  it('waits for the outside channel that it goes through', () => {
    const item = itemOf({ channel: { name: 'wecom', outcome: 'offered' } });
    expect(accept(about('eve', rowOf('offered'), { item }))).toMatchObject({
      value: { event: accepted('accepted') },
    });
    expect(accept(about('eve', rowOf('offered'), { item: null }))).toMatchObject({
      value: { event: accepted('transferred') },
    });
  });

  it('says that the keeper asks the channel itself, where it has it', () => {
    const item = itemOf({ channel: { name: 'wecom', outcome: 'offered' } });
    const driven = (channel: string): unknown => {
      const result = accept(about('eve', rowOf('offered'), { item }), [channel]);
      return result.ok && result.value.event.data.driven;
    };
    expect(driven('wecom')).toBe(true);
    expect(driven('another')).toBeUndefined();
  });

  it('is accepted by nobody else, and by nobody who leaves', () => {
    for (const who of ['boss', 'dana', 'finn'])
      expect(accept(about(who, rowOf('offered')))).toEqual(notPermitted('the receiver'));
    const leaving = companyOf({ eve: { status: 'on_notice' } }, { eve: 'sub' });
    for (const who of ['eve', 'sub'])
      expect(accept(about(who, rowOf('offered'), {}, leaving))).toEqual(refused('receiver-leaving'));
  });
});

describe('what an outside channel answers', () => {
  it.each([
    ['done', 'transferred'],
    ['refused', 'returned'],
    ['receiver_full', 'returned'],
  ] as const)('%s: the item is %s', (outcome, status) => {
    expect(decideComplete(about(serviceOf(MANAGE), rowOf('accepted')), outcome)).toEqual({
      ok: true,
      value: {
        event: {
          type: 'handover-item-completed',
          subjects: [CUSTOMER, aliasOf('eve')],
          data: { ...data, outcome, status, to: aliasOf('eve') },
        },
        place: { capacity: null },
      },
    });
  });

  it('is told by who may manage people, not on the leaver’s side', () => {
    const complete = (context: ItemContext): ReturnType<typeof decideComplete> =>
      decideComplete(context, 'done');
    expect(complete(about('boss', rowOf('accepted')))).toEqual(notPermitted(MANAGE));
    const lent = companyOf({}, { dana: 'hr' });
    expect(complete(about(actorIn(lent, 'hr', MANAGE), rowOf('accepted'), {}, lent))).toEqual(
      notPermitted(MANAGE),
    );
    for (const status of ITEM_STATUSES.filter((one) => one !== 'accepted'))
      expect(complete(about(serviceOf(MANAGE), rowOf(status)))).toEqual(refused('wrong-step', { status }));
  });
});

describe('an item that is sent back', () => {
  it('says why, sealed for whom it is about', () => {
    expect(decideReturn(about('boss', rowOf('offered')), 'why')).toEqual({
      ok: true,
      value: {
        event: {
          type: 'handover-item-returned',
          subjects: [CUSTOMER, aliasOf('eve')],
          data: { ...data, status: 'returned', to: aliasOf('eve') },
          disclosures: { reason: { subject: CUSTOMER, value: 'why' } },
        },
        place: { capacity: personIn(org, 'boss') },
      },
    });
    expectSteps(['prepared', 'offered', 'accepted', 'transferred'], (context) => decideReturn(context, 'r'));
  });

  it('is sent back by its receiver, by who manages, and by who signs', () => {
    const back = (actor: Parameters<typeof about>[0], chart = org): unknown =>
      decideReturn(about(actor, rowOf('offered'), {}, chart), 'r');
    expect(back('eve')).toMatchObject({ value: { place: { capacity: personIn(org, 'eve') } } });
    expect(back('sub', lentEve)).toMatchObject({ value: { place: { capacity: personIn(lentEve, 'eve') } } });
    expect(back(actorIn(org, 'fin', SIGN))).toMatchObject({ value: { place: { capacity: null } } });
    // Receiver and manager at once: as the receiver.
    const mine = about('boss', rowOf('offered', 'boss'));
    expect(decideReturn(mine, 'r')).toMatchObject({ value: { place: { capacity: personIn(org, 'boss') } } });
  });

  it('is sent back by nobody else: no colleague, no service, nobody on the leaver’s side', () => {
    const needs = notPermitted('the receiver or a reviewer');
    expect(decideReturn(about('finn', rowOf('offered')), 'r')).toEqual(needs);
    expect(decideReturn(about(serviceOf(MANAGE), rowOf('offered')), 'r')).toEqual(needs);
    expect(decideReturn(about('dana', rowOf('offered')), 'r')).toEqual(needs);
    const lent = companyOf({}, { dana: 'eve' });
    expect(decideReturn(about('eve', rowOf('offered'), {}, lent), 'r')).toEqual(needs);
  });
});

describe('an item that is waived', () => {
  const asset = { about: null, key: 'asset.1' } as const;

  it('says why, sealed for the leaver where it is about no customer', () => {
    expect(decideWaive(about('boss', rowOf('pending', null), asset), 'why')).toEqual({
      ok: true,
      value: {
        event: {
          type: 'handover-item-waived',
          subjects: [aliasOf('dana')],
          data: { handover: 'handover-1', item: 'asset.1', status: 'waived', to: null },
          disclosures: { reason: { subject: aliasOf('dana'), value: 'why' } },
        },
        place: { capacity: personIn(org, 'boss') },
      },
    });
    expectSteps(['pending', 'prepared', 'offered', 'returned'], (context) =>
      decideWaive({ ...context, ...asset }, 'r'),
    );
  });

  it('is no customer, and nobody but who manages in person waives it', () => {
    expect(decideWaive(about('boss', rowOf('pending')), 'r')).toEqual(refused('not-waivable'));
    for (const actor of ['dana', 'lead', serviceOf(MANAGE)])
      expect(decideWaive(about(actor, rowOf('pending'), asset), 'r')).toEqual(
        notPermitted('a supervisor or HR in person'),
      );
  });
});

describe('an item that something else decided', () => {
  it('is noted with where it went', () => {
    const item = about('boss', rowOf('prepared', 'eve'));
    expect(overtaken(item, 'transferred', aliasOf('finn'))).toEqual({
      type: 'handover-item-overtaken',
      subjects: [CUSTOMER, aliasOf('eve')],
      data: { ...data, status: 'transferred', to: aliasOf('finn') },
    });
    expect(followed(about('boss', rowOf('pending', null)), 'pooled', null)).toEqual({
      type: 'handover-item-followed',
      subjects: [CUSTOMER],
      data: { ...data, status: 'pooled', to: null },
    });
  });

  it('goes along with its customer, unless something is open that nobody takes over, or the template asks', () => {
    const fates = (handover = handoverOf()): object =>
      Object.fromEntries(
        (['order', 'amount', 'communication'] as const).map((kind) => [
          kind,
          (['transferred', 'pooled', 'terminated', 'written_off'] as const).map((status) =>
            fateWith(kind, status, handover),
          ),
        ]),
      );
    expect(fates()).toEqual({
      order: ['transferred', null, null, null],
      amount: ['transferred', null, null, 'written_off'],
      communication: ['transferred', 'pooled', 'terminated', 'written_off'],
    });
    const { items } = DEFAULT_HANDOVER_TEMPLATE;
    const asks = Object.fromEntries(
      HANDOVER_ITEM_KINDS.map((kind) => [kind, { ...items[kind], required: { serial: 'text' } }]),
    );
    expect(fates(handoverOf({}, { items: asks }))).toEqual({
      order: [null, null, null, null],
      amount: [null, null, null, null],
      communication: [null, null, null, null],
    });
  });
});
