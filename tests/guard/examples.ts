import type { Decision, decide, GuardInput } from '../../src/guard/decide.ts';
import type { Counts } from '../../src/guard/usage.ts';
import { SENSITIVITIES } from '../../src/model/index.ts';
import { definePolicy, type Policy } from '../../src/policy/index.ts';

/** A sentence about the guard, and what proves it. */
export interface Example {
  readonly name: string;
  readonly ask: Partial<GuardInput>;
  readonly policy?: Partial<Policy['guard']>;
  readonly says: Decision;
  /** The grounds, as `rule`, `rule:level:window`, or `rule:fields`. */
  readonly because?: readonly string[];
  readonly room?: number | null;
}

const EVERYTHING: GuardInput = {
  operation: 'view',
  customers: 1,
  fields: [],
  permitted: true,
  visible: new Set(SENSITIVITIES),
  status: 'active',
  underReview: false,
  counts: [0, 0, 0, 0],
  lately: { reveals: 0, exports: 0 },
  steppedUp: false,
};

/** Whole input from what matters of it: a person at work who may do everything. */
export function asking(part: Partial<GuardInput>): GuardInput {
  return { ...EVERYTHING, ...part };
}

/** Why an example does not hold for an implementation; `null` when it does. */
export function exampleFault(
  judge: typeof decide,
  { ask, policy, says, because, room }: Example,
): string | null {
  const answer = judge(asking(ask), definePolicy(policy === undefined ? {} : { guard: policy }));
  const grounds = answer.reasons.map((reason) => {
    if (reason.rule === 'masked') return `masked:${reason.fields.join('+')}`;
    return 'level' in reason ? `${reason.rule}:${reason.level}:${reason.window}` : reason.rule;
  });
  if (answer.decision !== says) return `said ${answer.decision} because of ${grounds.join(', ')}`;
  if (because !== undefined && because.join() !== grounds.join()) return `because of ${grounds.join(', ')}`;
  return room === undefined || room === answer.room ? null : `room for ${answer.room}`;
}

/** Counted before, the same in every window. */
const before = (count: number): Counts => [count, count, count, count];
/** Counted before within a month, but not within a week. */
const longAgo = (count: number): Counts => [0, 0, 0, count];
/** Counted before within a day, and so within longer windows. */
const today = (count: number): Counts => [0, count, count, count];

const deleting = (customers: number, more: Partial<GuardInput> = {}): Partial<GuardInput> => ({
  operation: 'delete',
  customers,
  ...more,
});
const seeing = (customers: number, more: Partial<GuardInput> = {}): Partial<GuardInput> => ({
  operation: 'view',
  fields: ['contact'],
  customers,
  ...more,
});
const overwriting = (customers: number, more: Partial<GuardInput> = {}): Partial<GuardInput> => ({
  operation: 'update',
  fields: ['contact'],
  customers,
  ...more,
});
const exporting = (customers: number, more: Partial<GuardInput> = {}): Partial<GuardInput> => ({
  operation: 'export',
  customers,
  ...more,
});
const moving = (customers: number, more: Partial<GuardInput> = {}): Partial<GuardInput> => ({
  operation: 'transfer',
  customers,
  ...more,
});
const checking = (customers: number, more: Partial<GuardInput> = {}): Partial<GuardInput> => ({
  operation: 'check_duplicate',
  customers,
  ...more,
});
const onNotice = { status: 'on_notice' } as const;
const underReview = { underReview: true } as const;
const service = { status: 'service' } as const;
const collected = { lately: { reveals: 50, exports: 0 } } as const;
const carriedOut = { lately: { reveals: 50, exports: 1 } } as const;
const stepUp = { deletes: { mode: 'enforce', stepUp: { '30d': 3 }, hold: { '30d': 5 } } } as const;

/** The thresholds of the domain. */
const THRESHOLDS: readonly Example[] = [
  { name: 'four deletions pass', ask: deleting(4), says: 'allow', because: [], room: 4 },
  {
    name: 'five deletions are held',
    ask: deleting(5),
    says: 'hold',
    because: ['deletes:hold:30d'],
    room: 19,
  },
  { name: 'twelve deletions at once are held', ask: deleting(12), says: 'hold' },
  { name: 'nineteen deletions are held', ask: deleting(19), says: 'hold', room: 19 },
  {
    name: 'twenty deletions are blocked',
    ask: deleting(20),
    says: 'block',
    because: ['deletes:block:30d'],
    room: null,
  },
  {
    name: 'a slow drip: the fifth deletion in a month is held',
    ask: deleting(1, { counts: longAgo(4) }),
    says: 'hold',
  },
  {
    name: 'the fourth deletion in a month passes',
    ask: deleting(1, { counts: longAgo(3) }),
    says: 'allow',
    room: 1,
  },
  {
    name: 'what went through and what is asked for add up',
    ask: deleting(2, { counts: before(3) }),
    says: 'hold',
  },
  { name: 'contact fields of nine customers are overwritten', ask: overwriting(9), says: 'allow', room: 9 },
  {
    name: 'overwriting contact fields of ten customers is held, as deleting would be',
    ask: overwriting(10),
    says: 'hold',
    because: ['overwrites:hold:30d'],
  },
  {
    name: 'overwriting other fields is counted nowhere',
    ask: { operation: 'update', fields: ['public', 'internal', 'commercial'], customers: 5_000 },
    says: 'allow',
    because: [],
    room: null,
  },
  {
    name: 'contacts of 99 customers a day are seen',
    ask: seeing(1, { counts: today(98) }),
    says: 'allow',
    room: 1,
  },
  {
    name: 'the hundredth contact of a day alerts, and is seen',
    ask: seeing(1, { counts: today(99) }),
    says: 'allow_and_alert',
    because: ['reveals:alert:24h'],
  },
  {
    name: 'the 299th contact of a day is seen',
    ask: seeing(1, { counts: today(298) }),
    says: 'allow_and_alert',
  },
  {
    name: 'the three hundredth contact of a day is held',
    ask: seeing(1, { counts: today(299) }),
    says: 'hold',
    because: ['reveals:hold:24h'],
  },
  {
    name: 'a slow drip: the thousandth contact of a month alerts',
    ask: seeing(1, { counts: longAgo(999) }),
    says: 'allow_and_alert',
    because: ['reveals:alert:30d'],
    room: 99,
  },
  {
    name: 'a slow drip: the three thousandth contact of a month is held',
    ask: seeing(1, { counts: longAgo(2_999) }),
    says: 'hold',
  },
  {
    name: 'each window speaks for itself, and the gravest decides',
    ask: seeing(1, { counts: [10, 120, 700, 2_999] }),
    says: 'hold',
    because: ['reveals:alert:24h', 'reveals:hold:30d'],
  },
  {
    name: 'a milder month does not soften a day',
    ask: seeing(1, { counts: [10, 299, 700, 1_500] }),
    says: 'hold',
    because: ['reveals:hold:24h', 'reveals:alert:30d'],
  },
  {
    name: 'seeing what is no contact is counted nowhere',
    ask: { operation: 'view', fields: ['public', 'internal', 'commercial'], customers: 5_000 },
    says: 'allow',
    because: [],
    room: null,
  },
  { name: '199 customers are exported', ask: exporting(199), says: 'allow', room: 199 },
  {
    name: 'an export of 200 alerts',
    ask: exporting(200),
    says: 'allow_and_alert',
    because: ['exports:alert:30d'],
  },
  { name: 'an export of 499 alerts', ask: exporting(499), says: 'allow_and_alert' },
  { name: 'an export of 500 is held', ask: exporting(500), says: 'hold', because: ['exports:hold:30d'] },
  { name: 'an export of 1,999 is held', ask: exporting(1_999), says: 'hold' },
  {
    name: 'an export of 2,000 is blocked',
    ask: exporting(2_000),
    says: 'block',
    because: ['exports:block:30d'],
  },
  {
    name: 'an export counts whatever fields it has',
    ask: exporting(500, { fields: ['public'] }),
    says: 'hold',
  },
  { name: 'nine changes of owner pass', ask: moving(9), says: 'allow', room: 9 },
  {
    name: 'a bulk change of owner is held, whoever asks',
    ask: moving(10),
    says: 'hold',
    because: ['ownerChanges:hold:1h'],
  },
  {
    name: 'a slow drip: the hundredth change of owner in a month is held',
    ask: moving(1, { counts: longAgo(99) }),
    says: 'hold',
  },
  {
    name: 'the fiftieth duplicate check of a day alerts',
    ask: checking(1, { counts: today(49) }),
    says: 'allow_and_alert',
  },
  {
    name: 'the two hundredth duplicate check of a day is held',
    ask: checking(1, { counts: today(199) }),
    says: 'hold',
  },
  {
    name: 'the thousandth duplicate check of a month is held',
    ask: checking(1, { counts: longAgo(999) }),
    says: 'hold',
  },
  {
    name: 'every window has thresholds of its own',
    ask: exporting(1, { counts: [1, 2, 3, 4] }),
    policy: { exports: { mode: 'enforce', alert: { '1h': 2, '24h': 3, '7d': 4, '30d': 5 } } },
    says: 'allow_and_alert',
    because: ['exports:alert:1h', 'exports:alert:24h', 'exports:alert:7d', 'exports:alert:30d'],
    room: null,
  },
  {
    name: 'the nearest threshold of all windows bounds the room',
    ask: exporting(1),
    policy: { exports: { mode: 'enforce', alert: { '1h': 8 }, hold: { '24h': 4, '30d': 50 } } },
    says: 'allow',
    room: 3,
  },
  {
    name: 'where two levels begin at the same count, the graver one does',
    ask: deleting(3),
    policy: { deletes: { mode: 'enforce', alert: { '7d': 3 }, hold: { '7d': 3 } } },
    says: 'hold',
    because: ['deletes:hold:7d'],
  },
  {
    name: 'a rule without thresholds stops nobody',
    ask: deleting(900),
    policy: { deletes: { mode: 'enforce' } },
    says: 'allow',
    room: null,
  },
  { name: 'what is no number is blocked', ask: deleting(Number.NaN), says: 'block' },
  {
    name: 'a count that is no number is blocked',
    ask: seeing(1, { counts: before(Number.NaN) }),
    says: 'block',
  },
];

/** A fifth of each threshold is left on notice, or after a person reviewed a high risk. */
const TIGHTENED: readonly Example[] = [
  {
    name: 'on notice, the first deletion is held',
    ask: deleting(1, onNotice),
    says: 'hold',
    because: ['deletes:hold:30d'],
    room: 3,
  },
  { name: 'on notice, the fourth deletion is blocked', ask: deleting(4, onNotice), says: 'block' },
  {
    name: 'on notice, the second overwriting of contact fields is held',
    ask: overwriting(2, onNotice),
    says: 'hold',
  },
  {
    name: 'on notice, the first overwriting of contact fields passes',
    ask: overwriting(1, onNotice),
    says: 'allow',
  },
  { name: 'on notice, 19 contacts a day are seen', ask: seeing(19, onNotice), says: 'allow' },
  { name: 'on notice, 20 contacts a day alert', ask: seeing(20, onNotice), says: 'allow_and_alert' },
  { name: 'on notice, 59 contacts a day are seen', ask: seeing(59, onNotice), says: 'allow_and_alert' },
  { name: 'on notice, 60 contacts a day are held', ask: seeing(60, onNotice), says: 'hold' },
  { name: 'on notice, an export of 40 alerts', ask: exporting(40, onNotice), says: 'allow_and_alert' },
  { name: 'on notice, an export of 100 is held', ask: exporting(100, onNotice), says: 'hold' },
  { name: 'on notice, an export of 400 is blocked', ask: exporting(400, onNotice), says: 'block' },
  {
    name: 'on notice, the second change of owner in an hour is held',
    ask: moving(2, onNotice),
    says: 'hold',
  },
  {
    name: 'a high risk that a person reviewed tightens as notice does',
    ask: deleting(1, underReview),
    says: 'hold',
  },
  {
    name: 'both together tighten once',
    ask: seeing(59, { ...onNotice, ...underReview }),
    says: 'allow_and_alert',
  },
  {
    name: 'what is left of a threshold is rounded up: a fifth of six is two',
    ask: deleting(1, onNotice),
    policy: { deletes: { mode: 'enforce', hold: { '30d': 6 } } },
    says: 'allow',
    room: 1,
  },
  {
    name: 'what is left of a threshold is at least one: a hundredth of two is one',
    ask: deleting(1, onNotice),
    policy: { deletes: { mode: 'enforce', hold: { '30d': 2 } }, onNoticePercent: 1 },
    says: 'hold',
    room: null,
  },
  {
    name: 'the percentage is the policy’s',
    ask: deleting(2, onNotice),
    policy: { onNoticePercent: 60 },
    says: 'allow',
    room: 2,
  },
];

/** Collect, carry out, clean up. */
const SEQUENCES: readonly Example[] = [
  {
    name: 'an export after fifty contacts were seen alerts',
    ask: exporting(1, collected),
    says: 'allow_and_alert',
    because: ['sequence'],
  },
  {
    name: 'an export after 49 does not',
    ask: exporting(1, { lately: { reveals: 49, exports: 9 } }),
    says: 'allow',
    because: [],
  },
  {
    name: 'an export that alerts by itself is held after fifty contacts',
    ask: exporting(200, collected),
    says: 'hold',
    because: ['exports:alert:30d', 'sequence'],
  },
  {
    name: 'a deletion after seeing and exporting alerts',
    ask: deleting(1, carriedOut),
    says: 'allow_and_alert',
    because: ['sequence'],
  },
  {
    name: 'a deletion after seeing alone is a deletion',
    ask: deleting(1, collected),
    says: 'allow',
    because: [],
  },
  {
    name: 'a deletion after exporting alone is a deletion',
    ask: deleting(1, { lately: { reveals: 49, exports: 300 } }),
    says: 'allow',
  },
  {
    name: 'overwriting cleans up as deleting does',
    ask: overwriting(1, carriedOut),
    says: 'allow_and_alert',
    because: ['sequence'],
  },
  { name: 'overwriting after seeing alone cleans nothing up', ask: overwriting(1, collected), says: 'allow' },
  { name: 'seeing more is no clean-up', ask: seeing(1, carriedOut), says: 'allow', because: [] },
  { name: 'a change of owner is no clean-up', ask: moving(1, carriedOut), says: 'allow', because: [] },
  {
    name: 'a deletion that would ask for a proof is held at the end of the sequence',
    ask: deleting(3, carriedOut),
    policy: stepUp,
    says: 'hold',
    because: ['deletes:stepUp:30d', 'sequence'],
  },
  { name: 'a hold stays a hold', ask: deleting(5, carriedOut), says: 'hold', because: ['deletes:hold:30d'] },
  {
    name: 'a block stays a block',
    ask: deleting(20, carriedOut),
    says: 'block',
    because: ['deletes:block:30d'],
  },
  {
    name: 'on notice, ten contacts make the beginning of a sequence',
    ask: exporting(1, { ...onNotice, lately: { reveals: 10, exports: 0 } }),
    says: 'allow_and_alert',
    because: ['sequence'],
  },
  {
    name: 'on notice, nine do not',
    ask: exporting(1, { ...onNotice, lately: { reveals: 9, exports: 0 } }),
    says: 'allow',
  },
  {
    name: 'a sequence that is no number raises',
    ask: deleting(1, { lately: { reveals: Number.NaN, exports: Number.NaN } }),
    says: 'allow_and_alert',
  },
  {
    name: 'a sequence is only observed where the rule only observes',
    ask: exporting(1, collected),
    policy: { exports: { mode: 'observe' } },
    says: 'allow',
    because: ['sequence'],
  },
  {
    name: 'a sequence only warns where the rule only warns',
    ask: exporting(7, collected),
    policy: { exports: { mode: 'warn', alert: { '30d': 5 } } },
    says: 'allow_and_alert',
    because: ['exports:alert:30d', 'sequence'],
  },
];

/** Who asks, how far a rule goes, and what is not asked at all. */
const PEOPLE: readonly Example[] = [
  {
    name: 'without a right, nothing',
    ask: { permitted: false },
    says: 'block',
    because: ['access'],
    room: null,
  },
  {
    name: 'somebody who left may nothing, not even look at a name',
    ask: { status: 'departed' },
    says: 'block',
    because: ['access'],
  },
  {
    name: 'a hidden field is not shown, and only the hidden ones are named',
    ask: { fields: ['public', 'contact', 'commercial'], visible: new Set(['public', 'internal']) },
    says: 'block',
    because: ['masked:contact+commercial'],
    room: null,
  },
  {
    name: 'a hidden field is not changed either',
    ask: { operation: 'update', fields: ['internal'], visible: new Set(['public', 'contact']) },
    says: 'block',
    because: ['masked:internal'],
  },
  {
    name: 'hidden fields are refused also where the rule only observes',
    ask: seeing(1, { visible: new Set(['public']) }),
    policy: { reveals: { mode: 'observe' } },
    says: 'block',
    because: ['masked:contact'],
  },
  {
    name: 'without a right, also where the rule only observes',
    ask: deleting(1, { permitted: false }),
    policy: { deletes: { mode: 'observe' } },
    says: 'block',
    because: ['access'],
  },
  {
    name: 'a rule that observes stops nobody, and says what it would have done',
    ask: deleting(20),
    policy: { deletes: { mode: 'observe', hold: { '30d': 5 }, block: { '30d': 20 } } },
    says: 'allow',
    because: ['deletes:block:30d'],
  },
  {
    name: 'a rule that warns lets pass with an alert',
    ask: deleting(20),
    policy: { deletes: { mode: 'warn', hold: { '30d': 5 }, block: { '30d': 20 } } },
    says: 'allow_and_alert',
    because: ['deletes:block:30d'],
  },
  {
    name: 'a rule that warns is silent below its thresholds',
    ask: deleting(4),
    policy: { deletes: { mode: 'warn', hold: { '30d': 5 } } },
    says: 'allow',
  },
  {
    name: 'one rule’s mode is not another’s',
    ask: exporting(500),
    policy: { deletes: { mode: 'observe' } },
    says: 'hold',
  },
  {
    name: 'a service of the host is warned of, not stopped',
    ask: deleting(20, service),
    says: 'allow_and_alert',
    because: ['deletes:block:30d'],
  },
  {
    name: 'services can be held to the rules',
    ask: deleting(20, service),
    policy: { services: 'enforce' },
    says: 'block',
  },
  {
    name: 'services can be left alone',
    ask: deleting(20, service),
    policy: { services: 'observe' },
    says: 'allow',
  },
  {
    name: 'a rule that warns does not stop a service that is held to the rules',
    ask: deleting(20, service),
    policy: { services: 'enforce', deletes: { mode: 'warn', block: { '30d': 20 } } },
    says: 'allow_and_alert',
  },
  {
    name: 'what services are held to is not what people are held to',
    ask: deleting(20),
    policy: { services: 'observe' },
    says: 'block',
  },
  {
    name: 'a step-up is asked for',
    ask: deleting(3),
    policy: stepUp,
    says: 'step_up',
    because: ['deletes:stepUp:30d'],
    room: 4,
  },
  {
    name: 'who has proved who they are passes',
    ask: deleting(3, { steppedUp: true }),
    policy: stepUp,
    says: 'allow',
    because: [],
    room: 4,
  },
  {
    name: 'a proof leaves room beyond the threshold that it lifts',
    ask: deleting(1, { steppedUp: true }),
    policy: stepUp,
    says: 'allow',
    room: 4,
  },
  {
    name: 'who has proved who they are is still alerted about',
    ask: deleting(3, { steppedUp: true }),
    policy: { deletes: { mode: 'enforce', alert: { '30d': 2 }, stepUp: { '30d': 3 } } },
    says: 'allow_and_alert',
    because: ['deletes:alert:30d'],
  },
  {
    name: 'no proof of who one is replaces another person',
    ask: deleting(5, { steppedUp: true }),
    policy: stepUp,
    says: 'hold',
  },
  {
    name: 'looking again at what one has seen today is never held, however many they were',
    ask: seeing(0, { counts: before(5_000), ...onNotice }),
    says: 'allow',
    because: [],
    room: null,
  },
];

export const EXAMPLES: readonly Example[] = [...THRESHOLDS, ...TIGHTENED, ...SEQUENCES, ...PEOPLE];
