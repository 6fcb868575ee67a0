/** Keeps everything in one SQLite file, by the SQLite that comes with Node: durable, for several processes. */
export { type SqliteStore, type SqliteStoreOptions, sqliteStore } from './sqlite-store.ts';
