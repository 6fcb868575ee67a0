import { describe, expect, it } from 'vitest';
import { isGamekeeperError } from '../../src/index.ts';
import type { LocalDate } from '../../src/kernel/index.ts';
import { MONDAY_TO_FRIDAY, workingDayBefore } from '../../src/model/index.ts';
import {
  DEFAULT_HANDOVER_TEMPLATE,
  defineHandoverTemplate,
  definePolicy,
  loosenedFields,
  templateFor,
} from '../../src/policy/index.ts';

const nobody = { roles: null, team: null, grade: null };
const seller = { roles: ['Sales'], team: 'north', grade: 'P5' };

const machinery = {
  items: { asset: { required: { serialNumber: 'text' } }, customer: { weight: 9 } },
} as const;
const sales = defineHandoverTemplate(
  { name: 'sales', for: { roles: ['Sales', 'Key accounts'] } },
  machinery,
  { items: { customer: { dueDaysBefore: 10 } }, signDaysBefore: 2 },
);
const seniors = defineHandoverTemplate({
  name: 'seniors',
  for: { roles: ['Sales'], grades: ['P5', 'P6'] },
  separation: 'two_people',
  parties: ['hr', 'finance'],
});

describe('a handover template', () => {
  it('is put together from parts, what no part says as in the default', () => {
    const whole = templateFor([sales], { ...seller, grade: null }, null);
    expect(whole).toEqual({
      ...DEFAULT_HANDOVER_TEMPLATE,
      name: 'sales',
      signDaysBefore: 2,
      items: {
        ...DEFAULT_HANDOVER_TEMPLATE.items,
        asset: { ...DEFAULT_HANDOVER_TEMPLATE.items.asset, required: { serialNumber: 'text' } },
        customer: { ...DEFAULT_HANDOVER_TEMPLATE.items.customer, weight: 9, dueDaysBefore: 10 },
      },
    });
  });

  it('is the one that says the most of what is true of the leaver, and the default where none fits', () => {
    const names = (person: typeof nobody | typeof seller, name: string | null = null) =>
      templateFor([sales, seniors], person, name)?.name;
    expect(names(seller)).toBe('seniors');
    expect(names({ ...seller, grade: 'P1' })).toBe('sales');
    expect(names({ ...seller, roles: ['Finance'] })).toBe('default');
    expect(names(nobody)).toBe('default');
    expect(names(nobody, 'sales')).toBe('sales');
    expect(names(seller, 'default')).toBe('default');
    expect(names(seller, 'gone')).toBe(undefined);
    const company = defineHandoverTemplate({ name: 'company' });
    expect(templateFor([company, sales], nobody, null)?.name).toBe('company');
    expect(templateFor([company, sales], seller, null)?.name).toBe('sales');
    expect(templateFor([sales, { ...sales, name: 'second' }], seller, null)?.name).toBe('sales');
  });

  it('of nonsense is refused, with the path of it', () => {
    const pathOf = (part: object): string | null => {
      try {
        defineHandoverTemplate({ name: 'x', ...part });
      } catch (error) {
        return isGamekeeperError(error, 'ERR_INVALID_INPUT') ? error.path : null;
      }
      return null;
    };
    expect(pathOf({ parties: ['hr'] })).toBe('template.parties');
    expect(pathOf({ parties: ['hr', 'hr'] })).toBe('template.parties');
    expect(pathOf({ items: { claim: { dispositions: ['write_off'] } } })).toBe(
      'template.items.claim.dispositions[0]',
    );
    expect(pathOf({ items: { asset: { dispositions: [] } } })).toBe('template.items.asset.dispositions');
    expect(pathOf({ items: { asset: { required: { 'a b': 'text' } } } })).toContain(
      'template.items.asset.required',
    );
    expect(pathOf({ items: { boats: {} } })).toContain('template.items');
    expect(pathOf({ signDaysBefore: -1 })).toBe('template.signDaysBefore');
    expect(pathOf({ name: 'Two words' })).toBe('template.name');
  });

  it('lies in the policy: each name once, and any change of it takes two people', () => {
    const policy = definePolicy({ handover: { templates: [sales, seniors] } });
    expect(policy.handover.templates).toHaveLength(2);
    expect(() => definePolicy({ handover: { templates: [sales, sales] } })).toThrow('each name once');
    expect(loosenedFields(definePolicy(), policy).map(({ path }) => path)).toEqual(['handover.templates']);
    expect(loosenedFields(policy, definePolicy()).map(({ path }) => path)).toEqual(['handover.templates']);
  });
});

describe('a due day', () => {
  const dueOn = (day: string, count: number, calendar = MONDAY_TO_FRIDAY): string =>
    workingDayBefore(day as LocalDate, count, calendar);
  it('skips days off, and counts back from the last day that is worked', () => {
    expect(dueOn('2026-03-31', 0)).toBe('2026-03-31'); // a Tuesday
    expect(dueOn('2026-03-31', 2)).toBe('2026-03-27');
    expect(dueOn('2026-03-29', 0)).toBe('2026-03-27'); // a Sunday
    expect(dueOn('2026-03-29', 1)).toBe('2026-03-26');
    const golden = {
      ...MONDAY_TO_FRIDAY,
      holidays: ['2026-10-01', '2026-10-02', '2026-10-05', '2026-10-06', '2026-10-07'],
      makeUpDays: ['2026-10-10'],
    } as never;
    expect(dueOn('2026-10-08', 1, golden)).toBe('2026-09-30');
    expect(dueOn('2026-10-11', 0, golden)).toBe('2026-10-10');
  });
  it('is the last day itself where nobody ever works', () => {
    const idle = { workweek: [1], holidays: [], makeUpDays: [] } as never as typeof MONDAY_TO_FRIDAY;
    expect(dueOn('2026-03-31', 3, { ...idle, workweek: [] })).toBe('2026-03-31');
  });
});
