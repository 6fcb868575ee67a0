import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryStore } from '../../src/adapters/memory/index.ts';
import { type SqliteStore, sqliteStore } from '../../src/adapters/sqlite/index.ts';
import type { Store } from '../../src/ports/index.ts';
import type { StoreHarness } from '../../src/testing/index.ts';

/** A folder of its own under the system's temporary one. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'gamekeeper-'));
}

/** A harness over a store in memory, or over what `wrap` makes of it. */
export async function memoryHarness(wrap: (store: Store) => Store = (store) => store): Promise<StoreHarness> {
  return { store: wrap(memoryStore()), reopen: null, close: async () => undefined };
}

/** A harness over a SQLite file, or over what `wrap` makes of each handle. The folder goes with `clean`. */
export function sqliteHarnesses(wrap: (store: Store) => Store = (store) => store): {
  create(): Promise<StoreHarness>;
  clean(): void;
} {
  const folder = temporaryFolder();
  let count = 0;
  return {
    async create() {
      count += 1;
      const path = join(folder, `${count}.db`);
      const handles: SqliteStore[] = [];
      const reopen = async (): Promise<Store> => {
        const handle = sqliteStore(path);
        handles.push(handle);
        return wrap(handle);
      };
      return {
        store: await reopen(),
        reopen,
        close: async () => {
          for (const handle of handles) handle.close();
        },
      };
    },
    clean: () => rmSync(folder, { recursive: true, force: true }),
  };
}
