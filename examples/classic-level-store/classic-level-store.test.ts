// The suite for stores, on a database on the disk: `node --test classic-level-store.test.ts`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { register, storeCases } from 'gamekeeper/testing';
import { classicLevelStore } from './classic-level-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'classic-level-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

register(
  storeCases,
  { describe, it },
  {
    name: 'classic-level',
    async create() {
      count += 1;
      const directory = join(folder, `${count}`);
      let store = await classicLevelStore(directory);
      return {
        store,
        // One process at a time: the suite closes the first handle before it opens the data once more.
        reopen: async () => {
          store = await classicLevelStore(directory);
          return store;
        },
        close: () => store.close(),
      };
    },
  },
);
