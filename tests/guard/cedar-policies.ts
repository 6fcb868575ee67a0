/** What Cedar is asked: whether an operation passes with nothing said, at most with an alert, and so on. */
export const QUESTIONS = ['unalerted', 'unasked', 'unheld', 'unblocked'] as const;
type Question = (typeof QUESTIONS)[number];

const WINDOWS = ['h1', 'h24', 'd7', 'd30'] as const;
/** Each level, when it is asked about at all, and the questions that it answers with no where a rule acts. */
const LEVELS: readonly (readonly [level: string, when: string, denies: readonly Question[]])[] = [
  ['alert', 'true', ['unalerted']],
  ['stepUp', '!context.steppedUp', ['unalerted', 'unasked']],
  ['hold', 'true', ['unalerted', 'unasked', 'unheld']],
  ['block', 'true', QUESTIONS],
];

const tightened = '(principal is Employee && principal.status == "on_notice" || context.underReview)';
/** Cedar cannot divide: what is left of a threshold is reached when a hundred times the count is. */
const percent = `(if ${tightened} then context.percent else 100)`;
const enforces = 'context.mode == "enforce" && !(principal is Service && context.services != "enforce")';
const speaks = 'context.mode != "observe" && !(principal is Service && context.services == "observe")';
const counts = `context.customers > 0 &&
  (!["view", "update"].contains(context.operation) || context.fields.contains("contact"))`;
const share = `resource has share && resource.share.employee == principal &&
  (!(resource.share has until) || context.today <= resource.share.until)`;
const above = 'resource has owner && resource.owner != principal && resource.owner in principal';
const owns = 'resource has owner && resource.owner == principal';

const reached = (level: string, when: string, window: string): string =>
  `(${when} && context.rule has ${level} && context.rule.${level} has ${window} &&
    (context.counted.${window} + context.customers) * 100 >= context.rule.${level}.${window} * ${percent})`;
const anywhere = (levels: readonly string[]): string =>
  LEVELS.filter(([level]) => levels.includes(level))
    .flatMap(([level, when]) => WINDOWS.map((window) => reached(level, when, window)))
    .join(' || ');
const actions = (questions: readonly Question[]): string =>
  `action in [${questions.map((question) => `Action::"${question}"`).join(', ')}]`;
const forbid = (questions: readonly Question[], when: string): string =>
  `forbid (principal, ${actions(questions)}, resource) when { ${when} };`;
const permit = (when: string): string => `permit (principal, action, resource) when { ${when} };`;

const sequence = `context.reveals * 100 >= context.sequenceReveals * ${percent} && (
  context.operation == "export" ||
  (context.operation == "delete" || context.operation == "update") && context.exports > 0)`;

/**
 * The guard, its relations and its masks as Cedar says them: a hierarchy of employees, permits by relation,
 * forbids by status, mask and threshold. Everything that a company sets is context.
 */
export const CEDAR_POLICIES: string = [
  permit('["view", "check_duplicate"].contains(context.operation)'),
  permit('principal is Service'),
  permit(owns.replace('resource has', 'context.operation != "transfer" && resource has')),
  permit(above),
  permit(`context.operation == "update" && ${share} && resource.share.write`),
  forbid(QUESTIONS, 'principal is Employee && principal.status == "departed"'),
  forbid(
    QUESTIONS,
    `!(if principal is Service then context.sees.supervisor.containsAll(context.fields)
      else if ${owns} then context.sees.owner.containsAll(context.fields)
      else if ${above} then context.sees.supervisor.containsAll(context.fields)
      else if ${share} then context.sees.collaborator.containsAll(context.fields)
      else context.sees.other.containsAll(context.fields))`,
  ),
  ...LEVELS.flatMap(([level, when, denies]) =>
    WINDOWS.flatMap((window) => [
      forbid(denies, `${counts} && ${enforces} && ${reached(level, when, window)}`),
      forbid(['unalerted'], `${counts} && ${speaks} && ${reached(level, when, window)}`),
    ]),
  ),
  forbid(['unalerted'], `${counts} && ${speaks} && ${sequence}`),
  forbid(
    ['unasked', 'unheld'],
    `${counts} && ${enforces} && ${sequence} && (${anywhere(['alert', 'stepUp'])})`,
  ),
].join('\n');
