import { decideFollowUp, foldText } from '../../src/followup/index.ts';
import { decide, type GuardInput } from '../../src/guard/decide.ts';
import type { Instant, LocalDate } from '../../src/kernel/index.ts';
import {
  type Customer,
  endOfSpan,
  type HandoverItemKind,
  MONDAY_TO_FRIDAY,
  workingDayBefore,
} from '../../src/model/index.ts';
import { seesOrders, visibleTo } from '../../src/ownership/index.ts';
import { type HandoverTemplate, type Policy, templateFor } from '../../src/policy/index.ts';
import { asking } from '../guard/examples.ts';

/** One question of the common scenario, and what the rules answer to it under a policy. */
export interface Question {
  readonly part: 'ownership' | 'followUps' | 'guard' | 'handover';
  readonly question: string;
  answer(policy: Policy): string;
}

const THURSDAY = '2026-03-05T09:00:00.000Z';
const LAST_DAY = '2026-03-31' as LocalDate; // a Tuesday
const allOf = (words: Iterable<string>): string => [...words].join(', ') || '–';

/** The day a clock of Thursday, 5 March 2026, 9:00, runs out. */
const after = (days: number, working: boolean): string =>
  endOfSpan(Date.parse(THURSDAY), { days, working }, 'UTC', MONDAY_TO_FRIDAY).slice(0, 10);

/** Whether a contact of Dana's keeps a clock running that was noted some hours later. */
const qualifies = (policy: Policy, text: string, hours: number): string => {
  const result = decideFollowUp(
    {
      kind: 'visit',
      text,
      at: THURSDAY as Instant,
      folded: foldText(text),
      evidence: null,
      textHash: 'of-the-text',
      evidenceHash: null,
    },
    {
      customer: { alias: 'c_1', state: 'live' } as unknown as Customer,
      clock: null,
      inPlaceOf: null,
      mayRecord: true,
      policy,
      now: new Date(Date.parse(THURSDAY) + hours * 3_600_000).toISOString() as Instant,
    },
  );
  if (!result.ok) return result.error.code;
  return result.value.data.qualifies === true ? 'counts' : String(result.value.data.unqualifiedBecause);
};

const guard = (question: string, ask: Partial<GuardInput>): Question => ({
  part: 'guard',
  question,
  answer: (policy) => decide(asking(ask), policy).decision,
});

const template = ({ handover }: Policy): HandoverTemplate =>
  templateFor(handover.templates, { roles: ['Sales'], team: 'north', grade: 'P5' }, null) as HandoverTemplate;
const handover = (question: string, answer: (template: HandoverTemplate) => string): Question => ({
  part: 'handover',
  question,
  answer: (policy) => answer(template(policy)),
});
const fieldsOf = (kind: HandoverItemKind) => (whole: HandoverTemplate) =>
  allOf(Object.keys(whole.items[kind].required));
const dueOf = (kind: HandoverItemKind) => (whole: HandoverTemplate) =>
  workingDayBefore(LAST_DAY, whole.items[kind].dueDaysBefore, MONDAY_TO_FRIDAY);

/** How far the handover is once every order is done, of one item of each kind. */
const progressOfOrders = ({ items }: HandoverTemplate): string => {
  const whole = Object.values(items).reduce((sum, { weight }) => sum + weight, 0);
  return `${Math.round((items.order.weight / whole) * 100)} %`;
};

/** What is asked of every preset: Dana sells, Thursday is 5 March 2026, and Dana's last day is 31 March. */
export const SCENARIO: readonly Question[] = [
  {
    part: 'ownership',
    question: 'Dana holds 250 customers. May she be given one more?',
    answer: ({ ownership }) => (250 < ownership.maxHeld ? 'yes' : 'no'),
  },
  {
    part: 'ownership',
    question: 'A claim waits since Thursday. When does it go up?',
    answer: ({ claims }) => after(claims.escalateAfterWorkingDays, true),
  },
  {
    part: 'ownership',
    question: 'What does the claimant see until approval?',
    answer: (policy) => allOf(visibleTo('claimant', policy)),
  },
  {
    part: 'ownership',
    question: 'What does a collaborator see?',
    answer: (policy) => allOf(visibleTo('collaborator', policy)),
  },
  {
    part: 'ownership',
    question: 'Does a collaborator see the orders?',
    answer: (policy) => (seesOrders('collaborator', policy) ? 'yes' : 'no'),
  },
  {
    part: 'followUps',
    question: 'Silence since Thursday. When is Dana reminded?',
    answer: ({ followUps }) => after(followUps.remindAfterDays, followUps.workingDays),
  },
  {
    part: 'followUps',
    question: 'And when is her supervisor told?',
    answer: ({ followUps }) => after(followUps.escalateAfterDays, followUps.workingDays),
  },
  {
    part: 'followUps',
    question: 'A note of seven characters: "已送样品待回复". Does it count?',
    answer: (policy) => qualifies(policy, '已送样品待回复', 1),
  },
  {
    part: 'followUps',
    question: 'A visit, written down 30 hours later. Does it count?',
    answer: (policy) => qualifies(policy, 'Went through the plans for the summer with the buyer.', 30),
  },
  guard('Dana deletes a customer.', { operation: 'delete', customers: 1 }),
  guard('The fourth customer she deletes in a month.', {
    operation: 'delete',
    customers: 1,
    counts: [0, 0, 0, 3],
  }),
  guard('On notice, she deletes two at once.', { operation: 'delete', customers: 2, status: 'on_notice' }),
  guard('She changes the numbers of eight customers in an afternoon.', {
    operation: 'update',
    fields: ['contact'],
    customers: 8,
  }),
  guard('She looks up 35 numbers in one hour.', { operation: 'view', fields: ['contact'], customers: 35 }),
  guard('The 110th number she looks up in a day.', {
    operation: 'view',
    fields: ['contact'],
    customers: 1,
    counts: [5, 109, 109, 109],
  }),
  guard('She exports 55 customers.', { operation: 'export', customers: 55 }),
  guard('She exports 350 customers.', { operation: 'export', customers: 350 }),
  guard('On notice, she exports 12 customers.', {
    operation: 'export',
    customers: 12,
    status: 'on_notice',
  }),
  guard('After 35 numbers in a week, she exports 3 customers.', {
    operation: 'export',
    customers: 3,
    lately: { reveals: 35, exports: 0 },
  }),
  guard('Her supervisor moves 30 customers to others.', { operation: 'transfer', customers: 30 }),
  guard('The 70th duplicate check in a day.', {
    operation: 'check_duplicate',
    customers: 1,
    counts: [0, 69, 69, 69],
  }),
  {
    part: 'guard',
    question: 'A customer was deleted 100 days ago. Can it be restored?',
    answer: ({ guard: { restoreDays } }) => (restoreDays >= 100 ? 'yes' : 'no'),
  },
  handover('What is said of each customer that is handed over?', fieldsOf('customer')),
  handover('What is said of each open order?', fieldsOf('order')),
  handover('What is said of an amount that is not settled?', fieldsOf('amount')),
  handover('What is said of an asset?', fieldsOf('asset')),
  handover('When are the customers due?', dueOf('customer')),
  handover('When are the orders due?', dueOf('order')),
  handover('May an unsettled amount be written off?', ({ items }) =>
    items.amount.dispositions.includes('write_off') ? 'yes' : 'no',
  ),
  handover('Who signs?', ({ parties, separation }) =>
    separation === 'two_people' ? `${allOf(parties)}; two people will do` : allOf(parties),
  ),
  handover('When are the signatures due?', ({ signDaysBefore }) =>
    workingDayBefore(LAST_DAY, signDaysBefore, MONDAY_TO_FRIDAY),
  ),
  handover('One item of each kind, the order done: how far is it?', progressOfOrders),
  {
    part: 'handover',
    question: 'For how many days are the customers, not Dana, watched afterwards?',
    answer: ({ handover: { monitorDays } }) => String(monitorDays),
  },
];
