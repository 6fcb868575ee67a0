import { describe, expectTypeOf, it } from 'vitest';
import type { Policy } from '../../src/index.ts';
import { definePreset, manufacturing, PRESETS } from '../../src/policy/presets/index.ts';

describe('the type of a preset', () => {
  it('makes a whole policy of parts of one', () => {
    expectTypeOf(manufacturing).toBeCallableWith();
    expectTypeOf(manufacturing).toBeCallableWith({ ownership: { maxHeld: 40 } });
    expectTypeOf(manufacturing()).toEqualTypeOf<Policy>();
    expectTypeOf(PRESETS.retail.en.why.guard).toEqualTypeOf<string>();
  });

  it('knows areas and fields', () => {
    // @ts-expect-error There is no such area.
    manufacturing({ recall: { defaultDays: 30 } });
    // @ts-expect-error There is no such field.
    manufacturing({ ownership: { maxHold: 40 } });
    // @ts-expect-error A number of days is a number.
    manufacturing({ followUps: { remindAfterDays: '3' } });
    // @ts-expect-error There is no such sensitivity.
    manufacturing({ visibility: { owner: ['secret'] } });
    // @ts-expect-error A field is left out, not undefined.
    manufacturing({ ownership: { maxHeld: undefined } });
  });

  it('knows the levels, windows and modes of a rule of the guard', () => {
    manufacturing({ guard: { exports: { mode: 'warn', stepUp: { '24h': 5 } } } });
    // @ts-expect-error There is no such level.
    manufacturing({ guard: { exports: { mode: 'warn', refuse: { '24h': 5 } } } });
    // @ts-expect-error There is no such window.
    manufacturing({ guard: { exports: { mode: 'warn', hold: { '2h': 5 } } } });
    // @ts-expect-error There is no such mode.
    manufacturing({ guard: { exports: { mode: 'loud', hold: { '24h': 5 } } } });
    // @ts-expect-error A rule says in which mode it is.
    manufacturing({ guard: { exports: { hold: { '24h': 5 } } } });
    // @ts-expect-error There is no such rule.
    manufacturing({ guard: { downloads: { mode: 'enforce' } } });
  });

  it('knows what a template of a handover may ask for', () => {
    manufacturing({ handover: { templates: [{ name: 'a', items: { order: { dueDaysBefore: 3 } } }] } });
    // @ts-expect-error There is no such kind of item.
    manufacturing({ handover: { templates: [{ name: 'a', items: { boat: { dueDaysBefore: 3 } } }] } });
    manufacturing({
      // @ts-expect-error A claim is not written off.
      handover: { templates: [{ name: 'a', items: { claim: { dispositions: ['write_off'] } } }] },
    });
    // @ts-expect-error There is no such separation.
    manufacturing({ handover: { templates: [{ name: 'a', separation: 'one_person' }] } });
  });

  it('of one of your own asks for both languages and all reasons', () => {
    definePreset(manufacturing(), manufacturing);
    // @ts-expect-error A language is missing.
    definePreset({}, { en: manufacturing.en });
    // @ts-expect-error A reason is missing.
    definePreset({}, { ...manufacturing, en: { title: 'A', description: 'B', why: { guard: 'C' } } });
    // @ts-expect-error There is no such rule.
    definePreset({ guard: { downloads: { mode: 'enforce' } } }, manufacturing);
  });
});
