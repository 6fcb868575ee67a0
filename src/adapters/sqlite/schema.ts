import type { DatabaseSync } from 'node:sqlite';
import { GamekeeperError } from '../../kernel/index.ts';
import { isBusy } from './errors.ts';

/** The version of the tables below, kept in `PRAGMA user_version`. */
const SCHEMA_VERSION = 1;

/** `GKPR` in ASCII, kept in `PRAGMA application_id`: tells our files from those of other applications. */
const APPLICATION_ID = 0x474b5052;

/**
 * The tables. Texts compare as bytes (BINARY, the default collation).
 *
 * `documents.index_keys` repeats a document's keys as JSON pairs, so that changed ones are found without
 * a second index. `entries.position` is given at commit, dense for a tenant; sequencing only moves
 * `logs.size`, and an entry is staged while its position does not lie below it.
 */
const TABLES = `
  CREATE TABLE documents (
    tenant TEXT NOT NULL,
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    version TEXT NOT NULL,
    mac TEXT NOT NULL,
    index_keys TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant, collection, id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE index_keys (
    tenant TEXT NOT NULL,
    index_name TEXT NOT NULL,
    key TEXT NOT NULL,
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (tenant, index_name, key, collection, id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE entries (
    tenant TEXT NOT NULL,
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    mac TEXT NOT NULL,
    subjects TEXT NOT NULL,
    leaf TEXT NOT NULL,
    PRIMARY KEY (tenant, position),
    UNIQUE (tenant, id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE entry_subjects (
    tenant TEXT NOT NULL,
    subject TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (tenant, subject, position)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE logs (
    tenant TEXT NOT NULL PRIMARY KEY,
    size INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/**
 * Makes the tables where they are missing, and refuses a file that is not ours or is too new.
 *
 * Safe against other processes doing the same: looks again under the write lock.
 */
export function ensureSchema(database: DatabaseSync): void {
  if (hasSchema(database)) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    if (!hasSchema(database)) database.exec(TABLES);
    database.exec('COMMIT');
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

/**
 * Makes sure that the file is open for writing. Where SQLite cannot open it so, be it for a moment, it opens it for
 * reading without a word, and would refuse each write from then on.
 */
export function requireWritable(database: DatabaseSync): void {
  try {
    database.exec('BEGIN IMMEDIATE');
  } catch (error) {
    // Only a file that is open for writing asks for the lock.
    if (isBusy(error)) return;
    throw error;
  }
  try {
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  } finally {
    rollBack(database);
  }
}

function rollBack(database: DatabaseSync): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // SQLite has rolled back by itself already.
  }
}

function hasSchema(database: DatabaseSync): boolean {
  const version = readPragma(database, 'user_version');
  const application = readPragma(database, 'application_id');
  if (application === APPLICATION_ID && version === SCHEMA_VERSION) return true;
  if (application === APPLICATION_ID && Number(version) > SCHEMA_VERSION) {
    throw new GamekeeperError(
      'ERR_STORE_FAILED',
      `the file has schema ${version}, this release knows ${SCHEMA_VERSION}: open it with a newer release of gamekeeper`,
    );
  }
  const tables = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.count;
  if (application === 0 && version === 0 && tables === 0) return false;
  throw new GamekeeperError(
    'ERR_STORE_FAILED',
    'the file belongs to another application: give the store a file of its own',
  );
}

/** The value of a pragma that answers one. */
export function readPragma(database: DatabaseSync, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}
