import { dayNumber, type Instant, type LocalDate, localDateOf } from '../kernel/index.ts';
import { type Compared, EFFECTS, type Effect, type EffectKind } from '../model/index.ts';
import { LEVELS } from '../policy/index.ts';

/** How often what happened. */
export type EffectCounts = { readonly [Kind in EffectKind]: number };

/** What a rule brought about, and would have. */
export interface RuleFigures extends Compared<number> {
  readonly rule: string;
  readonly kind: EffectKind;
}

/** A week, told by its Monday. */
export interface WeekFigures extends Compared<EffectCounts> {
  readonly week: LocalDate;
}

/** What touched the people of a team. `team` is `null` for those of all other teams together, and of none. */
export interface TeamFigures extends Compared<EffectCounts> {
  readonly team: string | null;
  readonly people: number;
}

/** Requests of which one policy said this and the other that. */
export interface DecisionFigures extends Compared<string> {
  readonly rule: string;
  readonly operations: number;
  readonly customers: number;
}

/** How many requests a threshold decided. */
export interface ThresholdFigures extends Compared<number> {
  readonly rule: string;
  readonly level: string;
  readonly window: string;
  readonly threshold: number;
  /** Whether it stood lower for somebody on notice, or under review. */
  readonly tightened: boolean;
}

/** A rehearsal in figures. */
export interface RehearsalFigures {
  readonly rules: readonly RuleFigures[];
  readonly weeks: readonly WeekFigures[];
  readonly teams: readonly TeamFigures[];
  readonly decisions: readonly DecisionFigures[];
  readonly thresholds: readonly ThresholdFigures[];
}

/** Fewer people than this are no team of their own in any figure. */
const FEWEST_PEOPLE = 5;

type Side = keyof Compared<unknown>;
type Counts = { -readonly [Kind in EffectKind]: number };
/** Why a decision is not a plain `allow`, as far as it is a threshold. */
type Reason = Omit<ThresholdFigures, Side> | { readonly rule: string };

/** Adds up a rehearsal. It keeps figures only: nobody is counted by name. */
export interface RehearsalTally {
  add(side: Side, effects: readonly Effect[]): void;
  decided(request: Omit<DecisionFigures, 'operations'> & { readonly times: number }): void;
  /** The gravest of the thresholds that a request reached decided it. */
  reached(side: Side, reasons: readonly Reason[], times: number): void;
  figures(): RehearsalFigures;
}

/**
 * A tally over days of the company, week by week.
 *
 * @param dayOf The day of a moment.
 * @param teamOf The team that somebody belongs to; `null` for none.
 * @param people How many people there are by team, `null` for none.
 */
export function createRehearsalTally(
  range: { readonly from: LocalDate; readonly to: LocalDate },
  dayOf: (at: Instant) => LocalDate,
  teamOf: (party: string | null) => string | null,
  people: ReadonlyMap<string | null, number>,
): RehearsalTally {
  const rules = new Map<string, { rule: string; kind: EffectKind; observed: number; rehearsed: number }>();
  const weeks = new Map<LocalDate, Compared<Counts>>();
  const teams = new Map<string | null, Compared<Counts>>();
  const decisions = new Map<string, { -readonly [Name in keyof DecisionFigures]: DecisionFigures[Name] }>();
  const thresholds = new Map<
    string,
    { -readonly [Name in keyof ThresholdFigures]: ThresholdFigures[Name] }
  >();
  const shown = teamsToShow(people);
  for (let week = mondayOf(range.from); week <= range.to; week = localDateOf(dayNumber(week) + 7))
    weeks.set(week, nothing());
  return {
    add(side, effects) {
      for (const { kind, rule, at, party, count } of effects) {
        of(rules, `${rule} ${kind}`, () => ({ rule, kind, observed: 0, rehearsed: 0 }))[side] += count;
        of(weeks, mondayOf(dayOf(at)), nothing)[side][kind] += count;
        if (shown === null) continue;
        const team = teamOf(party);
        of(teams, shown.has(team) ? team : null, nothing)[side][kind] += count;
      }
    },
    decided({ times, customers, ...which }) {
      const key = `${which.rule} ${which.observed} ${which.rehearsed}`;
      const known = of(decisions, key, () => ({ ...which, operations: 0, customers: 0 }));
      known.operations += times;
      known.customers += customers * times;
    },
    reached(side, reasons, times) {
      const levels = reasons.filter((reason) => 'level' in reason);
      const gravest = Math.max(...levels.map(({ level }) => LEVELS.indexOf(level as never)));
      for (const { rule, level, window, threshold, tightened } of levels) {
        if (LEVELS.indexOf(level as never) < gravest) continue;
        const which = { rule, level, window, threshold, tightened };
        of(thresholds, Object.values(which).join(' '), () => ({ ...which, observed: 0, rehearsed: 0 }))[
          side
        ] += times;
      }
    },
    figures: () => ({
      rules: inOrder(rules),
      weeks: [...weeks].map(([week, counts]) => ({ week, ...counts })),
      teams: [...teams]
        .sort(([left], [right]) => ((left ?? '~') < (right ?? '~') ? -1 : 1))
        .map(([team, counts]) => ({ team, people: shown?.get(team) ?? 0, ...counts })),
      decisions: inOrder(decisions),
      thresholds: inOrder(thresholds),
    }),
  };
}

/**
 * The teams that are large enough to be shown, with how many people each has; `null` are the others together.
 * Those, too, have to be enough: else the smallest team that was to be shown joins them. `null` where nothing is
 * left to be shown apart.
 */
function teamsToShow(people: ReadonlyMap<string | null, number>): ReadonlyMap<string | null, number> | null {
  const large = [...people]
    .filter(([team, count]) => team !== null && count >= FEWEST_PEOPLE)
    .sort(([, left], [, right]) => right - left);
  let others = [...people.values()].reduce((sum, count) => sum + count, 0) - sizeOf(large);
  while (others > 0 && others < FEWEST_PEOPLE && large.length > 0) others += large.pop()?.[1] ?? 0;
  if (large.length === 0) return null;
  return new Map([...large, ...(others === 0 ? [] : [[null, others] as const])]);
}

function sizeOf(teams: readonly (readonly [unknown, number])[]): number {
  return teams.reduce((sum, [, count]) => sum + count, 0);
}

function nothing(): Compared<Counts> {
  const zero = (): Counts => Object.fromEntries(EFFECTS.map((kind) => [kind, 0])) as Counts;
  return { observed: zero(), rehearsed: zero() };
}

function of<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function inOrder<Value>(map: ReadonlyMap<string, Value>): readonly Value[] {
  return [...map].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, value]) => value);
}

/** 1970-01-01 was a Thursday. */
function mondayOf(day: LocalDate): LocalDate {
  const number = dayNumber(day);
  return localDateOf(number - ((((number + 3) % 7) + 7) % 7));
}
