import type { GuardInput } from '../../src/guard/decide.ts';
import { MEASURES, OPERATIONS } from '../../src/guard/operations.ts';
import { SENSITIVITIES, type Sensitivity } from '../../src/model/index.ts';
import { definePolicy, type Ladder, LEVELS, MODES, type Policy, WINDOWS } from '../../src/policy/index.ts';

/** As often as they are to be met. */
const STATUSES = [
  ...(['active', 'active', 'active', 'active', 'active', 'active', 'active', 'departed'] as const),
  ...(['on_notice', 'on_notice', 'on_notice', 'on_notice', 'service', 'service', 'service'] as const),
];

/** Numbers from 0 to 1. */
export type Random = () => number;

/**
 * A policy with small thresholds, each of them there or not, so that few counts reach and miss every one. Plain
 * frozen data that `definePolicy` has accepted.
 */
export function randomPolicy(random: Random): Policy {
  const rules = MEASURES.map((measure) => [measure, randomLadder(random)]);
  const guard = {
    ...Object.fromEntries(rules),
    onNoticePercent: pick(random, [1, 5, 20, 20, 33, 50, 99, 100]),
    sequenceReveals: 1 + below(random, 20),
    services: pick(random, MODES),
  };
  return deepFreeze(definePolicy({ guard }));
}

function randomLadder(random: Random): Ladder {
  const levels = LEVELS.map((level) => [level, {} as Record<string, number>] as const);
  for (const window of WINDOWS) {
    if (random() < 0.5) continue;
    const rising = levels.map(() => 1 + below(random, 40)).sort((left, right) => left - right);
    for (const [at, [, thresholds]] of levels.entries()) {
      if (random() < 0.5) thresholds[window] = rising[at] as number;
    }
  }
  const mode = pick(random, ['observe', 'warn', 'enforce', 'enforce', 'enforce'] as const);
  return { mode, ...Object.fromEntries(levels.filter(() => random() < 0.9)) };
}

/** Something that somebody may ask, frozen all through. */
export function randomInput(random: Random): GuardInput {
  const operation = pick(random, OPERATIONS);
  const some = SENSITIVITIES.filter(() => random() < 0.25);
  const byField = operation === 'view' || operation === 'update';
  const fields = byField && random() < 0.7 ? [...new Set<Sensitivity>(['contact', ...some])] : some;
  let total = 0;
  const counts = WINDOWS.map(() => {
    total += random() < 0.4 ? 0 : below(random, 9);
    return total;
  });
  return deepFreeze({
    operation,
    customers: random() < 0.03 ? 0 : 1 + below(random, 12),
    fields,
    permitted: random() < 0.97,
    visible: new Set(random() < 0.85 ? SENSITIVITIES : SENSITIVITIES.filter(() => random() < 0.7)),
    status: pick(random, STATUSES),
    underReview: random() < 0.2,
    counts: counts as unknown as GuardInput['counts'],
    lately: { reveals: below(random, 25), exports: random() < 0.4 ? 0 : below(random, 5) },
    steppedUp: random() < 0.25,
  });
}

export function below(random: Random, bound: number): number {
  return Math.floor(random() * bound);
}

export function pick<const Item>(random: Random, items: readonly Item[]): Item {
  return items[below(random, items.length)] as Item;
}

export function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
