import { median } from 'simple-statistics';
import { createActor, createMachine } from 'xstate';
import { type ItemStep, isStep } from '../../src/handover/index.ts';
import type { HandoverRow, ItemStatus } from '../../src/model/index.ts';
import type { BenchRow } from './row.ts';

/** One step of a handover's item: read from text, stepped, written to text; beside the same machine in xstate. */
const ROUNDS = 5;
const STEPS: readonly (readonly [ItemStep, ItemStatus])[] = [
  ['prepare', 'prepared'],
  ['offer', 'offered'],
  ['return', 'returned'],
];

/** The row of an item in its bucket: what a step reads and writes, beside the words about the item. */
const row: HandoverRow = [
  '019caf00-0000-7000-8000-000000000000' as HandoverRow[0],
  'pending',
  'e_AAAAAAAAAAAAAAAAAAAAAA' as HandoverRow[2],
  false,
];
const [entry, , to, acquired] = row;

const machine = createMachine({
  id: 'item',
  initial: 'pending',
  context: { acquired, entry, to },
  states: {
    pending: { on: { prepare: 'prepared', waive: 'waived', overtake: 'transferred' } },
    prepared: {
      on: { prepare: 'prepared', offer: 'offered', return: 'returned', carry_out: 'pooled', waive: 'waived' },
    },
    offered: { on: { prepare: 'prepared', accept: 'accepted', return: 'returned', waive: 'waived' } },
    accepted: { on: { complete: 'transferred', return: 'returned' } },
    returned: { on: { prepare: 'prepared', waive: 'waived' } },
    transferred: { on: { return: 'returned' } },
    pooled: {},
    waived: {},
  },
});

export function run(): BenchRow[] {
  const ours = rate(300_000, JSON.stringify(row), (text, step, next) => {
    const [last, status, receiver, later] = JSON.parse(text) as HandoverRow;
    if (!isStep(status, step)) throw new Error(`no step ${step} from ${status}`);
    return JSON.stringify([last, next, receiver, later]);
  });
  const theirs = rate(
    20_000,
    JSON.stringify(createActor(machine).start().getPersistedSnapshot()),
    (text, step) => {
      const actor = createActor(machine, { snapshot: JSON.parse(text) as never }).start();
      actor.send({ type: step });
      return JSON.stringify(actor.getPersistedSnapshot());
    },
  );
  return [
    {
      name: 'step of a handover item: rehydrate, step, persist',
      ours,
      unit: 'a second',
      against: 'xstate 5',
      limit: theirs,
      ratio: ours / theirs,
      goal: '>= 10',
      met: ours >= 10 * theirs,
    },
  ];
}

/** Steps a second, the median of some rounds. */
function rate(
  times: number,
  start: string,
  step: (text: string, step: ItemStep, next: ItemStatus) => string,
): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    let text = start;
    const began = performance.now();
    for (let at = 0; at < times; at += 1) {
      const [name, next] = STEPS[at % STEPS.length] as (typeof STEPS)[number];
      text = step(text, name, next);
    }
    return times / ((performance.now() - began) / 1000);
  });
  return median(rounds);
}
