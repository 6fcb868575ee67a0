import type { GuardDecision, GuardInput, GuardReason } from '../../src/guard/decide.ts';
import type { Measure } from '../../src/guard/operations.ts';
import type { Level, Mode, Policy, Window } from '../../src/policy/index.ts';

const WINDOWS: readonly Window[] = ['1h', '24h', '7d', '30d'];
const LEVELS: readonly Level[] = ['alert', 'stepUp', 'hold', 'block'];

/**
 * The guard once more, sentence by sentence as the domain has it: slow, with plain loops, and sharing no line
 * with the one that decides.
 */
export function naiveDecide(input: GuardInput, policy: Policy): GuardDecision {
  // Deny by default: without a right, after leaving, or for a field that is hidden.
  if (!input.permitted) return { decision: 'block', reasons: [{ rule: 'access' }], room: null };
  if (input.status === 'departed') return { decision: 'block', reasons: [{ rule: 'access' }], room: null };
  const hidden = input.fields.filter((field) => ![...input.visible].includes(field));
  if (hidden.length > 0)
    return { decision: 'block', reasons: [{ rule: 'masked', fields: hidden }], room: null };

  // What counts as what. Nothing new, nothing counted.
  const measure = naiveMeasure(input);
  if (measure === 'nothing' || input.customers === 0) return { decision: 'allow', reasons: [], room: null };
  const rule = policy.guard[measure];

  // On notice, or with a confirmed alert until its case is resolved, a percentage of each threshold is left: rounded up, at least 1.
  const tightened = input.underReview || input.status === 'on_notice';
  const left = (count: number): number => {
    if (!tightened) return count;
    let whole = 1;
    while (whole * 100 < count * policy.guard.onNoticePercent) whole += 1;
    return whole;
  };

  // A threshold is reached by what went through in its window and what is asked for together.
  const isReached = (level: Level, window: Window, customers: number): boolean => {
    const count = rule[level]?.[window];
    if (count === undefined) return false;
    if (level === 'stepUp' && input.steppedUp) return false;
    return countedIn(input, window) + customers >= left(count);
  };
  const gravestIn = (window: Window, customers: number): Level | null => {
    let gravest: Level | null = null;
    for (const level of LEVELS) if (isReached(level, window, customers)) gravest = level;
    return gravest;
  };

  const mode = naiveMode(input, rule.mode, policy.guard.services);
  const reasons: GuardReason[] = [];
  let gravity = 0;
  for (const window of WINDOWS) {
    const level = gravestIn(window, input.customers);
    if (level === null) continue;
    gravity = Math.max(gravity, LEVELS.indexOf(level) + 1);
    const threshold = left(rule[level]?.[window] as number);
    const counted = countedIn(input, window);
    reasons.push({ rule: measure, level, mode, window, counted, threshold, tightened });
  }

  // Collect, carry out, clean up: where nothing was said it alerts; where something milder than a hold was, it holds.
  const { reveals, exports } = input.lately;
  const collected = reveals >= left(policy.guard.sequenceReveals);
  const carriesOut = input.operation === 'export' && collected;
  const cleansUp = (measure === 'deletes' || measure === 'overwrites') && collected && exports > 0;
  if ((carriesOut || cleansUp) && gravity < 3) {
    gravity = gravity === 0 ? 1 : 3;
    reasons.push({ rule: 'sequence', mode, reveals, exports });
  }

  // A rule that observes lets everything pass, one that warns lets it pass with an alert.
  const said = (['allow', 'allow_and_alert', 'step_up', 'hold', 'block'] as const)[gravity] as 'allow';
  const decision =
    mode === 'observe' ? 'allow' : mode === 'warn' && said !== 'allow' ? 'allow_and_alert' : said;

  // Room: one customer more at a time, until some level is reached in some window that was not.
  let further = false;
  let most = input.customers;
  for (const window of WINDOWS) {
    for (const level of LEVELS) {
      if (isReached(level, window, input.customers)) continue;
      if (rule[level]?.[window] !== undefined && !(level === 'stepUp' && input.steppedUp)) further = true;
    }
  }
  while (further) {
    const next = most + 1;
    const grown = WINDOWS.some((window) =>
      LEVELS.some((level) => isReached(level, window, next) && !isReached(level, window, input.customers)),
    );
    if (grown) break;
    most = next;
  }
  return { decision, reasons, room: further ? most : null };
}

function naiveMeasure({ operation, fields }: GuardInput): Measure | 'nothing' {
  if (operation === 'delete') return 'deletes';
  if (operation === 'export') return 'exports';
  if (operation === 'transfer') return 'ownerChanges';
  if (operation === 'check_duplicate') return 'duplicateChecks';
  if (!fields.includes('contact')) return 'nothing';
  return operation === 'view' ? 'reveals' : 'overwrites';
}

/** A service of the host is held to its rule or to what services are held to, whichever is milder. */
function naiveMode({ status }: GuardInput, rule: Mode, services: Mode): Mode {
  if (status !== 'service') return rule;
  if (rule === 'observe' || services === 'observe') return 'observe';
  return rule === 'warn' || services === 'warn' ? 'warn' : 'enforce';
}

function countedIn({ counts }: GuardInput, window: Window): number {
  if (window === '1h') return counts[0];
  if (window === '24h') return counts[1];
  return window === '7d' ? counts[2] : counts[3];
}
