import { DatabaseSync } from 'node:sqlite';
import { GamekeeperError } from '../../kernel/index.ts';
import { isBusy, storeFailed } from './errors.ts';
import { ensureSchema, readPragma, requireWritable } from './schema.ts';

/** How hard SQLite presses data to the disk. Only `FULL` keeps what was acknowledged through a loss of power. */
export type Synchronous = 'FULL' | 'NORMAL' | 'OFF';

const LEVEL: Readonly<Record<Synchronous, number>> = { OFF: 0, NORMAL: 1, FULL: 2 };
const START_LIMIT_MS = 10_000;

/**
 * Opens a file in WAL mode, makes the tables, and makes sure that both settings of durability took hold.
 *
 * Starting is synchronous: while other processes start on the same file too, it waits, at most ten seconds.
 *
 * @throws {GamekeeperError} `ERR_STORE_FAILED`, with the cure, when the file cannot be used safely.
 */
export function openDatabase(path: string, synchronous: Synchronous): DatabaseSync {
  if (path === '' || path.startsWith(':memory:')) {
    throw new GamekeeperError(
      'ERR_STORE_FAILED',
      'SQLite keeps nothing durable in memory: name a file, or use memoryStore() from gamekeeper',
    );
  }
  const database = attempt('cannot open the file', () => new DatabaseSync(path));
  try {
    patiently(() => {
      // The busy handler is no help here: SQLite does not ask it while the journal mode changes.
      database.exec('PRAGMA busy_timeout = 0');
      if (readPragma(database, 'journal_mode') !== 'wal') database.exec('PRAGMA journal_mode = WAL');
      database.exec(`PRAGMA synchronous = ${synchronous}; PRAGMA fullfsync = ON; PRAGMA cache_size = -16384`);
      // What is deleted is overwritten, so that an erased value stays in no free page of the file.
      database.exec('PRAGMA secure_delete = ON');
      requireDurable(database, synchronous);
      ensureSchema(database);
      requireWritable(database);
    });
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function requireDurable(database: DatabaseSync, synchronous: Synchronous): void {
  const mode = readPragma(database, 'journal_mode');
  if (mode !== 'wal') {
    throw new GamekeeperError(
      'ERR_STORE_FAILED',
      `the journal mode stayed ${String(mode)} instead of wal: put the file on a local disk of this machine`,
    );
  }
  const level = readPragma(database, 'synchronous');
  if (level !== LEVEL[synchronous]) {
    throw new GamekeeperError(
      'ERR_STORE_FAILED',
      `synchronous stayed ${String(level)} instead of ${LEVEL[synchronous]} (${synchronous}): use the SQLite of an official Node.js build`,
    );
  }
}

/** Tries again while the file is locked, sleeping in between. For the start only: it blocks the thread. */
function patiently(work: () => void): void {
  const until = performance.now() + START_LIMIT_MS;
  const bell = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    try {
      work();
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) throw storeFailed('cannot start', error);
      Atomics.wait(bell, 0, 0, 5);
    }
  }
}

function attempt<Value>(what: string, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw storeFailed(what, error);
  }
}
