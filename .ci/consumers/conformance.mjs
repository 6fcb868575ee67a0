// A store of the package under the suite of the package, with the test runner that comes with Node.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { memoryStore } from 'gamekeeper';
import { sqliteStore } from 'gamekeeper/sqlite';
import { register, storeCases } from 'gamekeeper/testing';

const folder = mkdtempSync(join(tmpdir(), 'gamekeeper-conformance-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const report = (report) => writeFileSync(`${report.name}.json`, JSON.stringify(report));
let count = 0;

register(
  storeCases,
  { describe, it },
  {
    name: 'memory',
    create: async () => ({ store: memoryStore(), reopen: null, close: async () => undefined }),
    report,
  },
);

register(
  storeCases,
  { describe, it },
  {
    name: 'sqlite',
    async create() {
      count += 1;
      const path = join(folder, `${count}.db`);
      const handles = [sqliteStore(path)];
      return {
        store: handles[0],
        async reopen() {
          const handle = sqliteStore(path);
          handles.push(handle);
          return handle;
        },
        async close() {
          for (const handle of handles) handle.close();
        },
      };
    },
    report,
  },
);
