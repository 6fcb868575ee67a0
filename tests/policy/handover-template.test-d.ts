import { describe, it } from 'vitest';
import { defineHandoverTemplate } from '../../src/index.ts';

describe('the type of a handover template', () => {
  it('keeps a kind of item from what cannot become of it', () => {
    defineHandoverTemplate({ name: 'a', items: { customer: { dispositions: ['write_off'] } } });
    // @ts-expect-error A claim is not written off.
    defineHandoverTemplate({ name: 'a', items: { claim: { dispositions: ['write_off'] } } });
    // @ts-expect-error An amount goes into no pool.
    defineHandoverTemplate({ name: 'a', items: { amount: { dispositions: ['return_to_pool'] } } });
  });

  it('knows kinds of items, parties and types of fields', () => {
    defineHandoverTemplate({ name: 'a', parties: ['hr', 'finance'] }, { items: { asset: { weight: 2 } } });
    // @ts-expect-error There is no such kind of item.
    defineHandoverTemplate({ name: 'a', items: { boat: { weight: 2 } } });
    // @ts-expect-error There is no such party.
    defineHandoverTemplate({ name: 'a', parties: ['hr', 'leaver'] });
    // @ts-expect-error There is no such type of field.
    defineHandoverTemplate({ name: 'a', items: { asset: { required: { note: 'html' } } } });
    // @ts-expect-error A template has a name.
    defineHandoverTemplate({ parties: ['hr', 'finance'] });
  });
});
