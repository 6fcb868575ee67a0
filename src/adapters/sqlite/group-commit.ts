import { GamekeeperError, isGamekeeperError } from '../../kernel/index.ts';
import { isBusy, storeFailed } from './errors.ts';
import type { RowCache } from './row-cache.ts';
import { abandon, type Statements } from './statements.ts';
import { type WorkingSet, workingSet } from './working-set.ts';

/** Something to be done in a write transaction, together with others. */
export interface WriteTask<Answer> {
  /** About how many rows it touches. */
  readonly weight: number;
  /** Decides against the working set. May throw a `GamekeeperError` as long as it changed nothing there. */
  decide(set: WorkingSet): Answer;
}

/** Callers' tasks, gathered into shared transactions. */
export interface GroupCommit {
  /** Resolves once the transaction that holds the task is on the disk. */
  submit<Answer>(task: WriteTask<Answer>): Promise<Answer>;
  /** Does something between two groups, in a transaction of its own that erases. Throws what it throws. */
  erase<Answer>(work: () => Answer): Answer;
  /** Rejects what is still waiting. */
  close(): void;
}

interface Waiting {
  readonly weight: number;
  readonly since: number;
  /** Decides, and answers how to tell the caller once the group is safe. */
  decide(set: WorkingSet): () => void;
  reject(error: GamekeeperError): void;
}

/** A group takes a few milliseconds of work at most, so nobody waits long for the others in it. */
const MOST_TASKS = 256;
const MOST_WEIGHT = 4096;

/**
 * Another process holds the lock for about one flush. Who only looked each millisecond would starve beside
 * a busy writer, so each look is a short burst of them.
 */
const TIGHT_MS = 0.5;
const LONGEST_PAUSE_MS = 16;

/**
 * Runs all tasks that came in during one turn of the event loop in one transaction, with one flush to disk.
 *
 * A file locked by another process is tried again later without blocking the thread, until a task has
 * waited for `lockWaitMs`; then it is rejected, and nothing of it was written.
 */
export function groupCommit(statements: Statements, cache: RowCache, lockWaitMs: number): GroupCommit {
  const queue: Waiting[] = [];
  let scheduled = false;
  let failures = 0;
  let tightUntil = 0;
  let closed = false;
  /** Whether the WAL may still hold values that were erased. */
  let stale = false;

  function run(): void {
    scheduled = false;
    if (queue.length === 0 || closed) return;
    try {
      statements.beginImmediate.run();
      failures = 0;
    } catch (error) {
      postpone(error);
      return;
    }
    const group = takeGroup();
    const { erased, tell } = runGroup(statements, cache, group);
    stale ||= erased;
    // Before anybody hears of an erasure. While others read the old state, the next group tries again.
    if (stale) stale = !emptyWal(statements);
    tell();
    if (queue.length > 0) schedule();
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(run);
  }

  function postpone(error: unknown): void {
    const busy = isBusy(error);
    const latest = performance.now() - lockWaitMs;
    // The queue is in order of arrival.
    const kept = busy ? queue.findIndex(({ since }) => since > latest) : -1;
    const reason = busy
      ? `the file stayed locked for ${lockWaitMs} ms, nothing was written`
      : 'nothing was written';
    for (const task of queue.splice(0, kept < 0 ? queue.length : kept))
      task.reject(storeFailed(reason, error));
    if (queue.length === 0) return;
    scheduled = true;
    const now = performance.now();
    if (failures === 0) tightUntil = now + TIGHT_MS;
    failures += 1;
    if (now < tightUntil) setImmediate(run);
    else setTimeout(resume, pauseMs(failures));
  }

  function resume(): void {
    tightUntil = performance.now() + TIGHT_MS;
    run();
  }

  function takeGroup(): Waiting[] {
    let weight = 0;
    let count = 0;
    while (count < queue.length && count < MOST_TASKS) {
      weight += queue[count]?.weight as number;
      if (count > 0 && weight > MOST_WEIGHT) break;
      count += 1;
    }
    return queue.splice(0, count);
  }

  return {
    submit: (task) =>
      new Promise((resolve, reject) => {
        queue.push({
          weight: task.weight,
          since: performance.now(),
          decide(set) {
            const answer = task.decide(set);
            return () => resolve(answer);
          },
          reject,
        });
        schedule();
      }),
    erase(work) {
      statements.beginImmediate.run();
      try {
        const answer = work();
        statements.commit.run();
        return answer;
      } catch (error) {
        abandon(statements);
        throw error;
      } finally {
        cache.clear();
        stale = !emptyWal(statements);
      }
    },
    close() {
      closed = true;
      if (stale) emptyWal(statements);
      for (const task of queue.splice(0)) {
        task.reject(new GamekeeperError('ERR_CLOSED', 'the store was closed, nothing was written'));
      }
    },
  };
}

/** Grows with the failures, and varies: processes that wait for each other must not keep step. */
function pauseMs(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, 1 + failures / 50) * (0.5 + Math.random());
}

/** What became of a group: whether it erased anything, and how to tell everybody their answers. */
interface Ran {
  readonly erased: boolean;
  tell(): void;
}

/** Decides all, writes all, commits; nobody is told before. */
function runGroup(statements: Statements, cache: RowCache, group: readonly Waiting[]): Ran {
  const answers: (() => void)[] = [];
  let written = false;
  let erased = false;
  try {
    cache.refresh();
    const set = workingSet(statements, cache);
    for (const task of group) answers.push(decideAlone(task, set));
    if (set.isEmpty()) {
      statements.rollback.run();
    } else {
      erased = set.erases();
      set.flush();
      written = true;
      statements.commit.run();
      set.remember();
    }
  } catch (error) {
    abandon(statements);
    cache.clear();
    const what = written ? 'the outcome is unknown, commit the same batch again' : 'nothing was written';
    const failed = storeFailed(what, error);
    return {
      erased: erased && written,
      tell: () => {
        for (const task of group) task.reject(failed);
      },
    };
  }
  return {
    erased,
    tell: () => {
      for (const answer of answers) answer();
    },
  };
}

/** Leaves nothing in the WAL; answers whether it could. A failure here is no failure of a commit. */
function emptyWal(statements: Statements): boolean {
  try {
    return statements.emptyWal.get()?.busy === 0;
  } catch {
    return false;
  }
}

/** A task that contradicts the data fails alone; a broken database fails the group. */
function decideAlone(task: Waiting, set: WorkingSet): () => void {
  try {
    return task.decide(set);
  } catch (error) {
    if (!isGamekeeperError(error)) throw error;
    return () => task.reject(error);
  }
}
