/** Commits and forgets nothing, until the heap is full: `node --max-old-space-size=24 hoarder.ts <file>`. */
import { writeSync } from 'node:fs';
import { sqliteStore } from '../../../src/adapters/sqlite/index.ts';
import { writeCrashLoad } from '../../../src/testing/index.ts';

const [path = ''] = process.argv.slice(2);
const hoard: number[][] = [];
await writeCrashLoad(sqliteStore(path), {
  run: 'h',
  most: 100_000,
  acknowledge(id) {
    writeSync(1, `${id}\n`);
    hoard.push(Array.from({ length: 5_000 }, (_, at) => at / 3));
  },
});
