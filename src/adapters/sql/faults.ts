import { GamekeeperError, isGamekeeperError } from '../../kernel/index.ts';

/** What a database's error comes to. */
export type FaultKind =
  /** Another transaction was in the way: the same work may succeed at once. */
  | 'crossed'
  /** A row that must not be there is there. */
  | 'duplicate'
  /** Somebody held a lock for too long. */
  | 'locked'
  | 'unreachable'
  | 'lost'
  | 'crowded'
  | 'denied'
  | 'no-database'
  | 'no-tables'
  | 'forbidden'
  | 'read-only'
  | 'full'
  | 'slow'
  | 'broken'
  /** No transaction is open where one of the host's was promised. */
  | 'no-transaction'
  /** The transaction has failed before: all it can do is end. */
  | 'failed-before'
  | 'other';

/** Codes of the engines and of the network, and what they mean. */
const CODES: Readonly<Record<Exclude<FaultKind, 'other'>, readonly string[]>> = {
  crossed: ['40001', '40P01', 'ER_LOCK_DEADLOCK', '1213', 'ER_CHECKREAD', '1020'],
  duplicate: ['23505', 'ER_DUP_ENTRY', '1062', 'sqlite 1555', 'sqlite 2067'],
  locked: ['55P03', 'ER_LOCK_WAIT_TIMEOUT', '1205', 'sqlite 5', 'sqlite 6'],
  unreachable: [
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ETIMEDOUT',
    'ENOENT',
    '57P03',
    'sqlite 14',
  ],
  lost: [
    'ECONNRESET',
    'EPIPE',
    '57P01',
    '57P02',
    '25P03',
    '25P04',
    '08000',
    '08003',
    '08006',
    'PROTOCOL_CONNECTION_LOST',
    'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
    'ER_SERVER_SHUTDOWN',
    '1053',
    '1927',
    '4031',
  ],
  crowded: [
    '53300',
    'ER_CON_COUNT_ERROR',
    '1040',
    'ER_TOO_MANY_USER_CONNECTIONS',
    '1203',
    '1226',
    'ER_USER_LIMIT_REACHED',
  ],
  denied: ['28P01', '28000', 'ER_ACCESS_DENIED_ERROR', '1045', '1698'],
  'no-database': ['3D000', 'ER_BAD_DB_ERROR', '1049'],
  'no-tables': ['42P01', '3F000', 'ER_NO_SUCH_TABLE', '1146'],
  forbidden: ['42501', 'ER_TABLEACCESS_DENIED_ERROR', '1142', 'ER_DBACCESS_DENIED_ERROR', '1044'],
  'read-only': [
    '25006',
    'ER_OPTION_PREVENTS_STATEMENT',
    '1290',
    'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
    '1792',
    '1836',
    'sqlite 8',
  ],
  'no-transaction': ['25P01', 'ER_SP_DOES_NOT_EXIST', '1305'],
  'failed-before': ['25P02'],
  full: ['53100', 'ER_DISK_FULL', '1021', 'ER_RECORD_FILE_FULL', '1114', 'sqlite 13'],
  slow: ['57014', 'ER_STATEMENT_TIMEOUT', '1969', 'ER_QUERY_TIMEOUT', '3024', 'ER_QUERY_INTERRUPTED', '1317'],
  broken: ['58030', 'XX001', 'XX002', 'sqlite 10', 'sqlite 11', 'sqlite 26'],
};

/** What to do about each, in words. */
const CURES: Readonly<Record<FaultKind, string>> = {
  crossed: 'other transactions were in the way; try again',
  duplicate: 'a row is there that must not be there; was the database restored in part?',
  locked: 'another transaction held a lock for too long: look for one that is left open',
  unreachable: 'the database cannot be reached: start it, or check its address',
  lost: 'the connection was lost; the next call makes a new one',
  crowded: 'the database takes no more connections: raise its limit, or make pools smaller',
  denied: 'the database refused user or password: check both',
  'no-database': 'there is no such database: create it, or check its name',
  'no-tables':
    'the tables are missing: let the store make them (migrations: "apply"), or run what `gamekeeper migrate --print` prints',
  forbidden:
    'the user may not do this: grant SELECT, INSERT, UPDATE and DELETE on the tables of the store; to make them, run what `gamekeeper migrate --print` prints as their owner',
  'read-only': 'the database is read-only: point the store at the primary server, or look who made it so',
  full: 'the disk of the database is full: make room',
  slow: 'the database ended a statement that took too long: raise its statement timeout for this user, or look what slows it',
  broken: 'the disk or the files of the database are damaged: look at its log, and restore a backup',
  'no-transaction':
    'no transaction is open on this connection: begin one, and pass the connection that it is open on',
  'failed-before': 'an earlier statement of the transaction failed: roll it back and begin anew',
  other: 'see the cause',
};

const KIND_OF = new Map(
  Object.entries(CODES).flatMap(([kind, codes]) => codes.map((code) => [code, kind as FaultKind] as const)),
);

/** What an error of a driver means; wrappers that other libraries put around it are looked through. */
export function faultOf(error: unknown): FaultKind {
  for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 5; depth += 1) {
    const { code, errno, errcode, driverError, original, cause, message } = at as Readonly<
      Record<string, unknown>
    >;
    const names = [code, errno, typeof errcode === 'number' ? `sqlite ${errcode}` : null];
    if (typeof errcode === 'number') names.push(`sqlite ${errcode & 255}`);
    for (const name of names) {
      const kind = KIND_OF.get(String(name));
      if (kind !== undefined) return kind;
    }
    if (typeof message === 'string') {
      if (
        /connection terminated|connection ended|closed the connection|connection is closed|not queryable|closed state/i.test(
          message,
        )
      )
        return 'lost';
      if (/no such table/i.test(message)) return 'no-tables';
      if (/timeout exceeded when trying to connect/i.test(message)) return 'crowded';
    }
    at = driverError ?? original ?? cause;
  }
  return 'other';
}

/** An error of a database in our own words: what failed, what to do, and whether anything was written. */
export function storeFailed(title: string, what: string, cause: unknown): GamekeeperError {
  if (isGamekeeperError(cause)) return cause;
  // The message of the cause stays with it: it may quote what was to be stored.
  const code = codeOf(cause);
  const told = code === '' ? '' : ` (${code})`;
  return new GamekeeperError('ERR_STORE_FAILED', `${title}: ${what}: ${CURES[faultOf(cause)]}${told}`, {
    cause,
  });
}

function codeOf(error: unknown): string {
  const { code, errcode } = (error ?? {}) as { readonly code?: unknown; readonly errcode?: unknown };
  if (typeof errcode === 'number') return `SQLite error ${errcode}`;
  return typeof code === 'string' ? code : '';
}
