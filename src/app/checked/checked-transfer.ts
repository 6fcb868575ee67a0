import type { CustomerTransfer, Timers, TransferOutcome } from '../../ports/index.ts';
import { createDeadline } from './deadline.ts';

/** How many times longer than a store an outside system may take. */
const PATIENCE = 3;
const OUTCOMES: readonly unknown[] = [
  'waiting',
  'done',
  'refused',
  'receiver_full',
] satisfies TransferOutcome[];

/**
 * Distrusts a channel: it has to answer in time, and with one of the outcomes there are. What it says is written into
 * the ledger, where nothing from outside may stand that nobody knows. What it throws is the cause of an error in our
 * words: its message may hold what a person typed, and ours is told to operators.
 */
export function checkedTransfer(
  channel: CustomerTransfer,
  storeTimeoutMs: number,
  timers: Timers,
): CustomerTransfer {
  const { name } = channel;
  const timeoutMs = storeTimeoutMs * PATIENCE;
  const deadline = createDeadline(
    timeoutMs,
    timers,
    () => new Error(`channel ${name} did not answer within ${timeoutMs} ms`),
  );
  const within = <Answer>(work: () => Promise<Answer>, fits: (answer: Answer) => boolean): Promise<Answer> =>
    deadline.within(
      work,
      (answer) => {
        if (fits(answer)) return answer;
        throw new Error(`channel ${name} gave an answer of the wrong shape`);
      },
      (cause) => new Error(`channel ${name} failed: see the cause`, { cause }),
    );
  return {
    specificationVersion: 'v1',
    name,
    start: (order) =>
      within(
        () => channel.start(order),
        (outcome) => OUTCOMES.includes(outcome),
      ),
    outcomes: (keys) =>
      within(
        () => channel.outcomes(keys),
        (outcomes) =>
          Array.isArray(outcomes) &&
          outcomes.length === keys.length &&
          outcomes.every((outcome) => outcome === 'unknown' || OUTCOMES.includes(outcome)),
      ),
  };
}
