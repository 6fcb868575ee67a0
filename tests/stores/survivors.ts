import { DatabaseSync } from 'node:sqlite';
import { sqliteStore } from '../../src/adapters/sqlite/index.ts';
import { type Survivors, survivorsIn } from '../../src/testing/index.ts';

/** Reopens a file that `writer.ts` wrote, and looks whether every commit is there whole or not at all. */
export async function survivorsOf(path: string): Promise<Survivors> {
  let store: ReturnType<typeof sqliteStore>;
  try {
    store = sqliteStore(path);
  } catch (error) {
    return { present: new Set(), faults: [`cannot reopen: ${String(error)}`] };
  }
  try {
    const { present, faults } = await survivorsIn(store);
    return { present, faults: [...faults, ...damageIn(path)] };
  } catch (error) {
    return { present: new Set(), faults: [`cannot read: ${String(error)}`] };
  } finally {
    store.close();
  }
}

/** What SQLite itself finds wrong with a file. */
function damageIn(path: string): readonly string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const check = Object.values(database.prepare('PRAGMA integrity_check').get() ?? {})[0];
  database.close();
  return check === 'ok' ? [] : [`integrity check: ${String(check)}`];
}
