/** Keeps everything in PostgreSQL, PGlite, MariaDB, MySQL or SQLite, through Kysely. */
export type { SqlDialect } from './dialect.ts';
export { type MigrationOptions, sqlMigrations } from './migrate.ts';
export type { Placement } from './names.ts';
export { type NodeSqliteDatabase, type NodeSqliteStatement, nodeSqlite } from './node-sqlite.ts';
export { type SqlStore, type SqlStoreOptions, sqlStore } from './sql-store.ts';
