import { describe, expect, it } from 'vitest';
import { decidePrepare, type Preparation, receiverOf, subjectOf } from '../../src/handover/index.ts';
import { ITEM_STATUSES } from '../../src/model/index.ts';
import { DEFAULT_HANDOVER_TEMPLATE } from '../../src/policy/handover-template.ts';
import { actorIn, aliasOf, companyOf, NOW, personIn, serviceOf } from '../people.ts';
import {
  about,
  CUSTOMER,
  contextOf,
  handoverOf,
  itemOf,
  KEY,
  notPermitted,
  refused,
  rowOf,
} from './cases.ts';

const org = companyOf();
const unsettled = { amount: 5, currency: 'CNY' };
const FIELDS = { lastFollowUpAt: NOW, need: 'Two spare rollers', unsettled };
const proposing = (more: Partial<Preparation> = {}): Preparation => ({
  fields: FIELDS,
  disposition: 'transfer',
  to: aliasOf('eve'),
  amount: null,
  ...more,
});
const prepare = (
  more: Partial<Preparation> = {},
  context: Parameters<typeof decidePrepare>[0] = about('boss', rowOf('pending', null), { item: null }),
  outstanding: Parameters<typeof decidePrepare>[2] = [unsettled],
): ReturnType<typeof decidePrepare> => decidePrepare(context, proposing(more), outstanding);
const eventData = (result: unknown): { [name: string]: unknown } =>
  (result as { value: { event: { data: { [name: string]: unknown } } } }).value.event.data;

describe('an item that is prepared', () => {
  it('holds facts in the open, texts sealed for its customer, and whether sums agree', () => {
    expect(prepare()).toEqual({
      ok: true,
      value: {
        place: { capacity: personIn(org, 'boss') },
        event: {
          type: 'handover-item-prepared',
          subjects: [CUSTOMER, aliasOf('eve')],
          data: {
            amount: null,
            disposition: 'transfer',
            facts: { lastFollowUpAt: NOW, unsettled },
            handover: 'handover-1',
            item: KEY,
            reconciled: true,
            status: 'prepared',
            texts: ['need'],
            to: aliasOf('eve'),
          },
          disclosures: { 'field.need': { subject: CUSTOMER, value: 'Two spare rollers' } },
        },
      },
    });
  });

  it('is filled in by the leaver, by who manages, and by nobody else', () => {
    const by = (actor: Parameters<typeof about>[0], chart = org): unknown =>
      prepare({}, about(actor, rowOf('pending'), { item: null }, chart));
    expect(by('dana')).toMatchObject({ value: { place: { capacity: null } } });
    expect(by(serviceOf('people.manage'))).toMatchObject({ value: { place: { capacity: null } } });
    const lent = companyOf({}, { dana: 'sub' });
    for (const refusedTo of [by('lead'), by('sub', lent), by(serviceOf())])
      expect(refusedTo).toEqual(notPermitted('the leaver, a supervisor or people.manage'));
  });

  it('is prepared while it is open, in a handover that is', () => {
    for (const status of ITEM_STATUSES) {
      const result = prepare({}, about('boss', rowOf(status), { item: null }));
      if (['pending', 'prepared', 'offered', 'returned'].includes(status)) expect(result.ok).toBe(true);
      else expect(result).toEqual(refused('wrong-step', { status }));
    }
    const over = about('boss', rowOf('pending'), { handover: handoverOf({ state: 'closed' }) });
    expect(prepare({}, over)).toEqual(refused('handover-over', { status: 'closed' }));
  });

  it('becomes what its template allows', () => {
    const { items } = DEFAULT_HANDOVER_TEMPLATE;
    const strict = { items: { ...items, customer: { ...items.customer, dispositions: ['transfer'] } } };
    const context = about('boss', rowOf('pending'), { handover: handoverOf({}, strict) });
    expect(prepare({ disposition: 'terminate' }, context)).toEqual(
      refused('disposition-not-allowed', { disposition: 'terminate' }),
    );
  });

  it('that goes to nobody names nobody', () => {
    const result = prepare({ disposition: 'return_to_pool', to: undefined });
    expect(result).toMatchObject({ value: { event: { subjects: [CUSTOMER] } } });
    expect(eventData(result)).toMatchObject({ disposition: 'return_to_pool', to: null });
  });

  it('keeps what was said of it before, and says what is missing', () => {
    const fields = (...given: (keyof typeof FIELDS)[]): Preparation['fields'] =>
      Object.fromEntries(given.map((field) => [field, FIELDS[field]]));
    expect(prepare({ fields: {} })).toEqual(
      refused('missing-fields', { fields: ['lastFollowUpAt', 'need', 'unsettled'] }),
    );
    const item = itemOf({ facts: { lastFollowUpAt: NOW }, texts: { need: 'entry-9' as never } });
    const known = about('boss', rowOf('prepared'), { item });
    const result = prepare({ fields: fields('unsettled') }, known);
    expect(eventData(result)).toMatchObject({ facts: { lastFollowUpAt: NOW, unsettled }, texts: [] });
    expect(prepare({ fields: fields('need') }, known)).toEqual(
      refused('missing-fields', { fields: ['unsettled'] }),
    );
  });

  it('off the books needs its amount, now or before', () => {
    const off = { disposition: 'write_off', to: undefined } as const;
    expect(prepare(off)).toEqual(refused('missing-fields', { fields: ['amount'] }));
    expect(eventData(prepare({ ...off, amount: unsettled }))).toMatchObject({ amount: unsettled });
    const said = about('boss', rowOf('prepared'), {
      item: itemOf({ amount: { amount: 7, currency: 'EUR' } }),
    });
    expect(eventData(prepare(off, said))).toMatchObject({ amount: { amount: 7, currency: 'EUR' } });
    expect(eventData(prepare({ ...off, amount: unsettled }, said))).toMatchObject({ amount: unsettled });
  });
});

describe('what has moved already', () => {
  const moved = (to: string | null, as: 'transfer' | 'return_to_pool' | 'terminate') =>
    about('boss', rowOf('returned', to), { moved: { to: to === null ? null : aliasOf(to), as } });

  it('stays where it is: only what is said of it changes', () => {
    expect(prepare({}, moved('eve', 'transfer')).ok).toBe(true);
    expect(prepare({ disposition: 'return_to_pool', to: undefined }, moved(null, 'return_to_pool')).ok).toBe(
      true,
    );
    expect(prepare({ disposition: 'terminate', to: undefined }, moved(null, 'terminate')).ok).toBe(true);
    const off = { disposition: 'write_off', to: undefined, amount: unsettled } as const;
    expect(prepare(off, moved(null, 'terminate')).ok).toBe(true);
  });

  it('goes nowhere else', () => {
    const elsewhere = refused('already-moved');
    expect(prepare({}, moved('finn', 'transfer'))).toEqual(elsewhere);
    expect(prepare({ disposition: 'terminate', to: undefined }, moved('eve', 'transfer'))).toEqual(elsewhere);
    expect(prepare({ disposition: 'terminate', to: undefined }, moved(null, 'return_to_pool'))).toEqual(
      elsewhere,
    );
    expect(prepare({ disposition: 'return_to_pool', to: undefined }, moved(null, 'terminate'))).toEqual(
      elsewhere,
    );
  });
});

describe('a field of an item', () => {
  const types = { a: 'text', b: 'instant', c: 'day', d: 'number', e: 'money' } as const;
  const { items } = DEFAULT_HANDOVER_TEMPLATE;
  const asking = (field: string, value: unknown): unknown => {
    const type = types[field as 'a'] ?? 'text';
    const template = { items: { ...items, customer: { ...items.customer, required: { [field]: type } } } };
    const context = about('boss', rowOf('pending'), { item: null, handover: handoverOf({}, template) });
    return prepare({ fields: { [field]: value as never } }, context);
  };

  it.each([
    ['a', 'x'],
    ['a', 'x'.repeat(2_000)],
    ['b', NOW],
    ['c', '2026-02-28'],
    ['d', -3],
    ['e', { amount: 0, currency: 'EUR' }],
  ])('may hold what its type says: %s %j', (field, value) => {
    expect(asking(field, value)).toMatchObject({ ok: true });
  });

  it.each([
    ['a', ''],
    ['a', ' \t'],
    ['a', 'x'.repeat(2_001)],
    ['a', '\ud800'],
    ['a', 5],
    ['b', '2026-03-02'],
    ['b', 5],
    ['c', '2026-02-30'],
    ['c', NOW],
    ['d', 1.5],
    ['d', '5'],
    ['e', null],
    ['e', 'x'],
    ['e', []],
    ['e', { amount: -1, currency: 'EUR' }],
    ['e', { amount: 1.5, currency: 'EUR' }],
    ['e', { amount: 1, currency: 'EU' }],
    ['e', { amount: 1, currency: 'EURO' }],
    ['e', { amount: 1, currency: 'eur' }],
    ['e', { amount: 1, currency: 5 }],
    ['e', { amount: 1, currency: ['EUR'] }],
    ['e', { amount: 1, currency: 'EUR', more: 1 }],
    ['e', { currency: 'EUR' }],
  ])('holds nothing else: %s %j', (field, value) => {
    expect(asking(field, value)).toEqual(refused('wrong-field', { field }));
  });

  it('that the template does not know is refused, also where every object has one of that name', () => {
    for (const field of ['other', 'toString', 'constructor'])
      expect(prepare({ fields: { ...FIELDS, [field]: 'x' } })).toEqual(refused('wrong-field', { field }));
  });
});

describe('sums', () => {
  const reconciled = (stated: object | null, outstanding: readonly object[]): unknown => {
    const template = { items: { ...DEFAULT_HANDOVER_TEMPLATE.items } } as { items: { customer: object } };
    template.items.customer = { ...template.items.customer, required: { unsettled: 'money' } };
    const item = stated === null ? itemOf({ texts: { unsettled: 'x' as never } }) : null;
    const context = about('boss', rowOf('pending'), { item, handover: handoverOf({}, template) });
    const fields = (stated === null ? {} : { unsettled: stated }) as never;
    return eventData(prepare({ fields }, context, outstanding as never)).reconciled;
  };
  const sum = (amount: number, currency = 'CNY'): object => ({ amount, currency });

  it('agree when the orders come to what was stated', () => {
    expect(reconciled(sum(5), [sum(5)])).toBe(true);
    expect(reconciled(sum(5), [sum(0, 'EUR'), sum(5)])).toBe(true);
    expect(reconciled(sum(0, 'EUR'), [])).toBe(true);
    expect(reconciled(sum(0, 'EUR'), [sum(0)])).toBe(true);
  });

  it('do not agree otherwise, and nobody says so where nothing was stated', () => {
    expect(reconciled(sum(4), [sum(5)])).toBe(false);
    expect(reconciled(sum(5, 'EUR'), [sum(5)])).toBe(false);
    expect(reconciled(sum(5), [])).toBe(false);
    expect(reconciled(sum(0), [sum(5)])).toBe(false);
    expect(reconciled(sum(5), [sum(5), sum(5, 'EUR')])).toBe(false);
    expect(reconciled(null, [sum(5)])).toBeNull();
  });
});

describe('a receiver', () => {
  it('is somebody else who is there to stay', () => {
    const to = (name: string | null | undefined, actor = 'boss', chart = org): unknown =>
      receiverOf(contextOf(actor, chart), chart, typeof name === 'string' ? aliasOf(name) : name);
    expect(to('eve')).toEqual({ ok: true, value: aliasOf('eve') });
    expect(to(undefined)).toEqual(refused('receiver-required'));
    for (const nobody of [null, 'nobody']) expect(to(nobody)).toEqual(refused('unknown-employee'));
    expect(to('dana')).toEqual(refused('same-owner'));
    expect(to('boss')).toEqual(refused('self-benefit'));
    expect(to('eve', 'sub', companyOf({}, { eve: 'sub' }))).toEqual(refused('self-benefit'));
    expect(to('eve', 'boss', companyOf({ eve: { status: 'departed' } }))).toEqual(
      refused('receiver-departed'),
    );
    expect(to('eve', 'boss', companyOf({ eve: { status: 'on_notice' } }))).toEqual(
      refused('receiver-leaving'),
    );
    expect(prepare({ to: undefined })).toEqual(refused('receiver-required'));
  });
});

describe('whose an item’s texts are', () => {
  it('is the customer’s, or the leaver’s', () => {
    const leaver = personIn(org, 'dana');
    expect(subjectOf({ about: CUSTOMER, leaver })).toBe(CUSTOMER);
    expect(subjectOf({ about: null, leaver })).toBe(aliasOf('dana'));
    expect(actorIn(org, 'dana').party).toBe(aliasOf('dana'));
  });
});
