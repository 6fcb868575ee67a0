import { GamekeeperError, isGamekeeperError } from '../../kernel/index.ts';
import type { CommitOutcome } from '../../ports/index.ts';
import { faultOf } from './faults.ts';
import type { Commit } from './group-plan.ts';
import type { GroupAnswer } from './run-group.ts';

/** Runs a group in a transaction of its own: answers once it is durable. */
export type GroupRunner = (
  commits: readonly Commit[],
  waiting: { readonly waits: boolean; readonly lockMs: number },
) => Promise<readonly GroupAnswer[]>;

/** Callers' batches, gathered into shared transactions. */
export interface CommitQueue {
  /** Resolves once the transaction that holds the batch is durable. */
  submit(commit: Commit): Promise<CommitOutcome>;
  /** Rejects what is still waiting. */
  close(): void;
}

/** How a queue gathers. */
export interface QueueOptions {
  readonly run: GroupRunner;
  /** How long a batch may wait for documents that others hold. */
  readonly lockWaitMs: number;
  /** Whether batches of different tenants may share a transaction. */
  readonly mixesTenants: boolean;
}

interface Waiting {
  readonly commit: Commit;
  readonly weight: number;
  readonly since: number;
  resolve(outcome: CommitOutcome): void;
  reject(error: unknown): void;
}

/** A group takes a few milliseconds of work at most, so nobody waits long for the others in it. */
const MOST_BATCHES = 256;
const MOST_WEIGHT = 4096;
/** How long a group waits at most where it cannot but wait: for a document that somebody else is just making. */
const GROUP_LOCK_MS = 250;
/** So many transactions may wait for documents that others hold: the rest of the pool is for the others. */
const MOST_LANES = 4;

/**
 * Runs what came in while the last group was under way as the next group: one transaction, one flush to disk.
 *
 * A group waits for nobody. Batches that need a document which another transaction holds leave the group and
 * wait in a lane of their own, together with all others that need the same document; when it is free, they
 * are a group again. So a transaction of the host that stays open holds up those who need what it holds.
 */
export function commitQueue({ run, lockWaitMs, mixesTenants }: QueueOptions): CommitQueue {
  let queue: Waiting[] = [];
  const lanes = new Map<string, Waiting[]>();
  const resting: string[] = [];
  let lanesRunning = 0;
  let running = false;
  let scheduled = false;
  let closed = false;

  function schedule(): void {
    if (scheduled || running || queue.length === 0) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      void runNext();
    });
  }

  async function runNext(): Promise<void> {
    if (closed || queue.length === 0) return;
    running = true;
    const group = take(queue, mixesTenants);
    queue = queue.slice(group.length);
    await runTogether(group, { waits: false, lockMs: GROUP_LOCK_MS });
    running = false;
    schedule();
  }

  /** Runs a group and tells everybody; who is in the way of others is put into a lane. */
  async function runTogether(group: readonly Waiting[], waiting: Parameters<GroupRunner>[1]): Promise<void> {
    try {
      const answers = await run(
        group.map(({ commit }) => commit),
        waiting,
      );
      for (const [at, waiter] of group.entries()) settle(waiter, answers[at] as GroupAnswer);
    } catch (error) {
      const held = isGamekeeperError(error) && faultOf(error.cause) === 'locked';
      for (const [at, waiter] of group.entries()) {
        // One of them waited in vain, and nobody knows which: each by itself, as long as there is time.
        if (held && performance.now() - waiter.since < lockWaitMs && !waiting.waits)
          wait(`alone ${at}`, waiter);
        else waiter.reject(error);
      }
    }
  }

  function settle(waiter: Waiting, answer: GroupAnswer): void {
    if ('blockedBy' in answer) wait(answer.blockedBy, waiter);
    else if ('error' in answer) waiter.reject(answer.error);
    else waiter.resolve(answer.outcome);
  }

  function wait(place: string, waiter: Waiting): void {
    const lane = lanes.get(place);
    if (lane !== undefined) {
      lane.push(waiter);
      return;
    }
    lanes.set(place, [waiter]);
    resting.push(place);
    runLanes();
  }

  function runLanes(): void {
    while (lanesRunning < MOST_LANES && resting.length > 0) {
      lanesRunning += 1;
      void runLane(resting.shift() as string);
    }
  }

  async function runLane(place: string): Promise<void> {
    const lane = lanes.get(place) as Waiting[];
    const group = take(lane, mixesTenants);
    lane.splice(0, group.length);
    const oldest = Math.min(...group.map(({ since }) => since));
    const lockMs = Math.max(1, Math.round(lockWaitMs - (performance.now() - oldest)));
    await runTogether(group, { waits: true, lockMs });
    lanesRunning -= 1;
    if (lane.length > 0) resting.push(place);
    else lanes.delete(place);
    runLanes();
  }

  return {
    submit: (commit) =>
      new Promise((resolve, reject) => {
        queue.push({ commit, weight: weightOf(commit), since: performance.now(), resolve, reject });
        schedule();
      }),
    close() {
      closed = true;
      const left = [...queue, ...[...lanes.values()].flat()];
      queue = [];
      lanes.clear();
      resting.length = 0;
      for (const { reject } of left)
        reject(new GamekeeperError('ERR_CLOSED', 'the store was closed, nothing was written'));
    },
  };
}

/** The first of those who wait, as many as make one group. */
function take(waiting: readonly Waiting[], mixesTenants: boolean): readonly Waiting[] {
  let weight = 0;
  let count = 0;
  const [first] = waiting;
  for (const waiter of waiting) {
    weight += waiter.weight;
    if (count >= MOST_BATCHES || (count > 0 && weight > MOST_WEIGHT)) break;
    if (!mixesTenants && waiter.commit.tenant !== first?.commit.tenant) break;
    count += 1;
  }
  return waiting.slice(0, count);
}

/** About how many rows a batch touches. */
function weightOf({ batch: { checks, adds, puts, deletes, entries } }: Commit): number {
  let weight = checks.length + adds.length + deletes.length + entries.length;
  for (const { keys } of puts) weight += 1 + keys.length;
  return weight;
}
