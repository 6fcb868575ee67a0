import { GamekeeperError, isGamekeeperError } from '../../kernel/index.ts';

/** SQLite's primary result codes, the low byte of each code, and what to do about them. */
const CURES: Readonly<Record<number, string>> = {
  3: 'the process may not use the file: give it the right to read and write it, and its folder',
  5: 'somebody else holds the file: look for a transaction that is left open, in a backup or a shell',
  6: 'somebody else holds the file: look for a transaction that is left open, in a backup or a shell',
  7: 'there is no memory left: give the process more',
  8: 'the file is read-only: give the process the right to write it, and its folder',
  10: 'the disk failed: look at it, and at the log of the system; the next call tries again',
  11: 'the file is damaged: keep a copy of it, and restore a backup',
  13: 'the disk is full: make room; the next call goes on',
  14: 'the file cannot be opened: check its path, your rights, and how many files the process may open',
  15: 'another process reads the file under a lock that is not there any more: open it on a local disk',
  17: 'somebody changed the tables: let nobody else write to the file',
  18: 'a value is too long for SQLite: store less in one document',
  19: 'the tables contradict what is written: verify the ledger, and look who else writes to the file',
  20: 'the tables contradict what is written: verify the ledger, and look who else writes to the file',
  23: 'the process may not use the file: give it the right to read and write it, and its folder',
  26: 'the file is no database: check its path, or give the store a file of its own',
};

const NO_SUCH_TABLE = 1;

/** Whether SQLite says that somebody else holds a lock. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === 5 || code === 6;
}

/** An error of SQLite in our own words: what failed, and what to do. Our own errors stay as they are. */
export function storeFailed(what: string, cause: unknown): GamekeeperError {
  if (isGamekeeperError(cause)) return cause;
  // The message of the cause stays with it: it may quote what was to be stored.
  return new GamekeeperError('ERR_STORE_FAILED', `SQLite: ${what}: ${cureOf(cause)}`, { cause });
}

function cureOf(error: unknown): string {
  const code = primaryCode(error);
  if (code === null) return 'see the cause';
  const { errcode, message } = error as { readonly errcode: number; readonly message?: unknown };
  const cure =
    code === NO_SUCH_TABLE && /no such (table|column)/.test(String(message))
      ? 'a table is missing: restore a backup, or give the store a file of its own'
      : (CURES[code] ?? 'see the cause');
  return `${cure} (SQLite error ${errcode})`;
}

function primaryCode(error: unknown): number | null {
  const code = (error as { readonly errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 255 : null;
}
