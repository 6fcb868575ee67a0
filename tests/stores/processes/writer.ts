/**
 * Commits until it is killed: `node writer.ts <kind> <path> <run> <most> <acknowledgements>`.
 *
 * `kind` is `classic-level`, `sqlite-` and a level of durability, or a server, where the path is a schema. Ids are acknowledged as lines in the named file
 * (`-` means the output).
 */
import { openSync, writeSync } from 'node:fs';
import { classicLevelStore } from '../../../examples/classic-level-store/classic-level-store.ts';
import { sqliteStoreAt } from '../../../src/adapters/sqlite/sqlite-store.ts';
import type { Store } from '../../../src/ports/index.ts';
import { writeCrashLoad } from '../../../src/testing/index.ts';
import { openElsewhere } from '../connections.ts';

const [kind = '', path = '', run = '', most = '', target = '-'] = process.argv.slice(2);
const store = await storeOf();
const acknowledgements = target === '-' ? 1 : openSync(target, 'a');
const acknowledge = (id: string): void => void writeSync(acknowledgements, `${id}\n`);

async function storeOf(): Promise<Store> {
  if (kind === 'classic-level') return classicLevelStore(path);
  // Under the name of its schema, so that whoever kills it sees when the server has let go of it.
  if (kind === 'postgresql' || kind === 'mariadb') return openElsewhere(kind, path, { name: path });
  return sqliteStoreAt(path, 10_000, kind.replace('sqlite-', '') as 'FULL' | 'NORMAL' | 'OFF');
}

await writeCrashLoad(store, { run, acknowledge, most: Number(most) });
// No closing: the process ends as if it had been killed.
process.kill(process.pid, 'SIGKILL');
