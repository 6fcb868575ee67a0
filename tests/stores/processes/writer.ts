/**
 * Commits until it is killed: `node writer.ts <kind> <path> <run> <most> <acknowledgements>`.
 *
 * `kind` is `classic-level`, or `sqlite-` and a level of durability. Ids are acknowledged as lines in the named file
 * (`-` means the output).
 */
import { openSync, writeSync } from 'node:fs';
import { classicLevelStore } from '../../../examples/classic-level-store/classic-level-store.ts';
import { sqliteStoreAt } from '../../../src/adapters/sqlite/sqlite-store.ts';
import { writeCrashLoad } from '../../../src/testing/index.ts';

const [kind = '', path = '', run = '', most = '', target = '-'] = process.argv.slice(2);
const store =
  kind === 'classic-level'
    ? await classicLevelStore(path)
    : sqliteStoreAt(path, 10_000, kind.replace('sqlite-', '') as 'FULL' | 'NORMAL' | 'OFF');
const acknowledgements = target === '-' ? 1 : openSync(target, 'a');
const acknowledge = (id: string): void => void writeSync(acknowledgements, `${id}\n`);

await writeCrashLoad(store, { run, acknowledge, most: Number(most) });
// No closing: the process ends as if it had been killed.
process.kill(process.pid, 'SIGKILL');
