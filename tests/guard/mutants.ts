import type { Mutant } from './mutant.ts';

/** A rule taken out of the guard or bent, and the example that must notice. */
export interface RuleMutant extends Mutant {
  readonly caughtBy: string;
  /** Beyond what random cases ask: a count that is no number. */
  readonly exampleOnly?: true;
}

const inDecide: readonly Omit<RuleMutant, 'file'>[] = [
  {
    name: 'a missing right is not asked for',
    from: "!input.permitted || status === 'departed'",
    to: "status === 'departed'",
    caughtBy: 'without a right, nothing',
  },
  {
    name: 'who left may go on',
    from: "!input.permitted || status === 'departed'",
    to: '!input.permitted',
    caughtBy: 'somebody who left may nothing, not even look at a name',
  },
  {
    name: 'hidden fields are shown',
    from: 'if (!visible.has(field)) return masked(fields, visible);',
    to: 'if (!visible.has(field)) break;',
    caughtBy: 'a hidden field is not changed either',
  },
  {
    name: 'fields that are not hidden are named as hidden',
    from: 'fields.filter((field) => !visible.has(field))',
    to: 'fields',
    caughtBy: 'a hidden field is not shown, and only the hidden ones are named',
  },
  {
    name: 'looking again counts against who looked before',
    from: 'measure === null || input.customers === 0',
    to: 'measure === null',
    caughtBy: 'looking again at what one has seen today is never held, however many they were',
  },
  {
    name: 'notice does not tighten',
    from: "status === 'on_notice' || underReview",
    to: 'underReview',
    caughtBy: 'on notice, the first deletion is held',
  },
  {
    name: 'a reviewed risk does not tighten',
    from: "status === 'on_notice' || underReview",
    to: "status === 'on_notice'",
    caughtBy: 'a high risk that a person reviewed tightens as notice does',
  },
  {
    name: 'services are held to the rules as people are',
    from: "status === 'service' ?",
    to: 'Number(0) > 0 ?',
    caughtBy: 'a service of the host is warned of, not stopped',
  },
  {
    name: 'people are held to what services are held to',
    from: "status === 'service' ?",
    to: 'Number(1) > 0 ?',
    caughtBy: 'what services are held to is not what people are held to',
  },
  {
    name: 'a service is held to a rule that only warns',
    from: 'Math.min(rule.mode, MODES.indexOf(guard.services))',
    to: 'MODES.indexOf(guard.services)',
    caughtBy: 'a rule that warns does not stop a service that is held to the rules',
  },
  {
    name: 'the month is not looked at',
    from: 'window < 4; window += 1',
    to: 'window < 3; window += 1',
    caughtBy: 'a slow drip: the fifth deletion in a month is held',
  },
  {
    name: 'the hour is not looked at',
    from: 'let window = 0; window < 4',
    to: 'let window = 1; window < 4',
    caughtBy: 'every window has thresholds of its own',
  },
  {
    name: 'what went through before is forgotten',
    from: 'counted + input.customers',
    to: 'input.customers',
    caughtBy: 'what went through and what is asked for add up',
  },
  {
    name: 'what is asked for is not added',
    from: 'counted + input.customers',
    to: 'counted',
    caughtBy: 'twelve deletions at once are held',
  },
  {
    name: 'a threshold must be passed, not reached',
    from: '!(total < threshold)',
    to: 'total > threshold',
    caughtBy: 'five deletions are held',
  },
  {
    name: 'what is no number passes',
    from: '!(total < threshold)',
    to: 'total >= threshold',
    caughtBy: 'what is no number is blocked',
    exampleOnly: true,
  },
  {
    name: 'nobody is blocked',
    from: 'level <= 4; level += 1',
    to: 'level <= 3; level += 1',
    caughtBy: 'twenty deletions are blocked',
  },
  {
    name: 'the mildest level is not looked at',
    from: 'let level = 1; level <= 4',
    to: 'let level = 2; level <= 4',
    caughtBy: 'the hundredth contact of a day alerts, and is seen',
  },
  {
    name: 'a proof of who one is changes nothing',
    from: 'level === STEP.stepUp && input.steppedUp',
    to: 'level > 4',
    caughtBy: 'who has proved who they are passes',
  },
  {
    name: 'a proof of who one is replaces another person',
    from: 'level === STEP.stepUp && input.steppedUp',
    to: 'input.steppedUp',
    caughtBy: 'no proof of who one is replaces another person',
  },
  {
    name: 'the longest window decides, not the gravest',
    from: 'if (reached > step) step = reached;',
    to: 'step = reached;',
    caughtBy: 'a milder month does not soften a day',
  },
  {
    name: 'only the first window gives a reason',
    from: 'if (reasons === NO_REASONS) reasons = [];',
    to: 'if (reasons === NO_REASONS) reasons = []; else continue;',
    caughtBy: 'each window speaks for itself, and the gravest decides',
  },
  {
    name: 'sequences are not looked at',
    from: 'step < HOLD && isSequence(',
    to: 'step < 0 && isSequence(',
    caughtBy: 'an export after fifty contacts were seen alerts',
  },
  {
    name: 'a sequence softens a block',
    from: 'step < HOLD && isSequence(',
    to: 'isSequence(',
    caughtBy: 'a block stays a block',
  },
  {
    name: 'a sequence never holds',
    from: 'step === 0 ? STEP.alert : HOLD',
    to: 'Math.max(step, STEP.alert)',
    caughtBy: 'an export that alerts by itself is held after fifty contacts',
  },
  {
    name: 'a sequence holds at once',
    from: 'step === 0 ? STEP.alert : HOLD',
    to: 'HOLD',
    caughtBy: 'an export after fifty contacts were seen alerts',
  },
  {
    name: 'notice does not shorten a sequence',
    from: 'tightened ? rule.sequenceTightened : guard.sequenceReveals',
    to: 'guard.sequenceReveals',
    caughtBy: 'on notice, ten contacts make the beginning of a sequence',
  },
  {
    name: 'an export carries nothing out',
    from: "if (measure === 'exports') return true;",
    to: '',
    caughtBy: 'an export after fifty contacts were seen alerts',
  },
  {
    name: 'a sequence needs no collecting',
    from: 'if (lately.reveals < collected) return false;',
    to: '',
    caughtBy: 'an export after 49 does not',
  },
  {
    name: 'cleaning up needs no export',
    from: ' && lately.exports !== 0',
    to: '',
    caughtBy: 'a deletion after seeing alone is a deletion',
  },
  {
    name: 'deleting cleans nothing up',
    from: "measure === 'deletes' || measure === 'overwrites'",
    to: "measure === 'overwrites'",
    caughtBy: 'a deletion after seeing and exporting alerts',
  },
  {
    name: 'overwriting cleans nothing up',
    from: "measure === 'deletes' || measure === 'overwrites'",
    to: "measure === 'deletes'",
    caughtBy: 'overwriting cleans up as deleting does',
  },
  {
    name: 'exports that are no number raise nothing',
    from: 'lately.exports !== 0',
    to: 'lately.exports > 0',
    caughtBy: 'a sequence that is no number raises',
    exampleOnly: true,
  },
  {
    name: 'a rule that warns acts',
    from: "if (mode === 'warn' && step > STEP.alert) step = STEP.alert;",
    to: '',
    caughtBy: 'a rule that warns lets pass with an alert',
  },
  {
    name: 'a rule that observes acts',
    from: "if (mode === 'observe') step = 0;",
    to: '',
    caughtBy: 'a rule that observes stops nobody, and says what it would have done',
  },
  {
    name: 'what is left of a threshold is rounded down',
    from: 'Math.ceil((count * percent) / 100)',
    to: 'Math.max(1, Math.floor((count * percent) / 100))',
    caughtBy: 'what is left of a threshold is rounded up: a fifth of six is two',
  },
  {
    name: 'what is left of a threshold is rounded to the nearest',
    from: 'Math.ceil((count * percent) / 100)',
    to: 'Math.round((count * percent) / 100)',
    caughtBy: 'what is left of a threshold is rounded up: a fifth of six is two',
  },
  {
    name: 'the percentage is always a fifth',
    from: 'tightened: flat(ladder, guard.onNoticePercent)',
    to: 'tightened: flat(ladder, 20)',
    caughtBy: 'the percentage is the policy’s',
  },
  {
    name: 'there is room for one too many below every threshold',
    from: 'if (lowest - 1 - counted < room) room = lowest - 1 - counted;',
    to: 'if (lowest - counted < room) room = lowest - counted;',
    caughtBy: 'four deletions pass',
  },
  {
    name: 'there is room for one too many between thresholds',
    from: 'else if (threshold - 1 - counted < room) room = threshold - 1 - counted;',
    to: 'else if (threshold - counted < room) room = threshold - counted;',
    caughtBy: 'five deletions are held',
  },
  {
    name: 'room is what the last window leaves',
    from: 'if (lowest - 1 - counted < room) room',
    to: 'if (lowest < Number.POSITIVE_INFINITY) room',
    caughtBy: 'the nearest threshold of all windows bounds the room',
  },
  {
    name: 'the lowest threshold must be passed, not reached',
    from: 'total < lowest && !input.steppedUp',
    to: 'total <= lowest && !input.steppedUp',
    caughtBy: 'five deletions are held',
  },
  {
    name: 'a proof leaves room only up to the threshold that it lifts',
    from: 'total < lowest && !input.steppedUp',
    to: 'total < lowest',
    caughtBy: 'a proof leaves room beyond the threshold that it lifts',
  },
];

const inOperations: readonly Omit<RuleMutant, 'file'>[] = [
  {
    name: 'overwriting is counted as seeing',
    from: "update: 'overwrites'",
    to: "update: 'reveals'",
    caughtBy: 'overwriting contact fields of ten customers is held, as deleting would be',
  },
  {
    name: 'exporting is counted as seeing',
    from: "export: 'exports'",
    to: "export: 'reveals'",
    caughtBy: 'an export of 500 is held',
  },
  {
    name: 'a change of owner is counted as a deletion',
    from: "transfer: 'ownerChanges'",
    to: "transfer: 'deletes'",
    caughtBy: 'a bulk change of owner is held, whoever asks',
  },
  {
    name: 'duplicate checks are counted as changes of owner',
    from: "check_duplicate: 'duplicateChecks'",
    to: "check_duplicate: 'ownerChanges'",
    caughtBy: 'the fiftieth duplicate check of a day alerts',
  },
  {
    name: 'every field counts as a contact',
    from: 'byField && !fields.includes(GUARDED_FIELDS)',
    to: 'byField && fields.length === 0',
    caughtBy: 'seeing what is no contact is counted nowhere',
  },
  {
    name: 'exports without contacts are not counted',
    from: 'byField && !fields.includes(GUARDED_FIELDS)',
    to: '!fields.includes(GUARDED_FIELDS)',
    caughtBy: 'an export counts whatever fields it has',
  },
  {
    name: 'overwriting is counted nowhere',
    from: "measure === 'reveals' || measure === 'overwrites'",
    to: "measure === 'reveals'",
    caughtBy: 'overwriting other fields is counted nowhere',
  },
];

export const MUTANTS: readonly RuleMutant[] = [
  ...inDecide.map((mutant) => ({ ...mutant, file: 'decide.ts' as const })),
  ...inOperations.map((mutant) => ({ ...mutant, file: 'operations.ts' as const })),
];
