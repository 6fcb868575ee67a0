/**
 * Commits until it is killed: `node writer.ts <file> <run> <synchronous> <most> <acknowledgements>`.
 *
 * Each commit writes a document, the head, a counter and an entry; its id is acknowledged once `commit` has
 * answered, as a line in the named file (`-` means the output). Commits go out one at a time and in eights by turns.
 */
import { openSync, writeSync } from 'node:fs';
import { sqliteStoreAt } from '../../../src/adapters/sqlite/sqlite-store.ts';
import { addOf, batchOf, entryOf, putOf, refOf, tenant } from '../../../src/testing/store-harness.ts';

const [path = '', run = '', synchronous = 'FULL', most = '0', target = '-'] = process.argv.slice(2);
const store = sqliteStoreAt(path, 10_000, synchronous as 'FULL' | 'NORMAL' | 'OFF');
const acknowledgements = target === '-' ? 1 : openSync(target, 'a');

async function commit(at: number): Promise<void> {
  const id = `${run}-${at}`;
  const body = `"${'x'.repeat((at * 379) % 3000)}"`;
  const puts = [putOf(refOf(id), id, [['all', id]], body), putOf(refOf('head'), id, [['head', id]])];
  const batch = batchOf({ adds: [addOf(refOf('n', 'count'), 1, id)], puts, entries: [entryOf(id, ['s'])] });
  const { status } = await store.commit(tenant, batch);
  if (status !== 'committed') throw new Error(`unexpected: ${status}`);
  writeSync(acknowledgements, `${id}\n`);
}

let { size } = await store.sequence(tenant, { size: 0, limit: 0 });
for (let at = 0; at < Number(most); ) {
  const group = at % 3 === 0 ? 8 : 1;
  await Promise.all(Array.from({ length: group }, (_, place) => commit(at + place)));
  at += group;
  if (at % 5 === 0) size = (await store.sequence(tenant, { size, limit: 10 })).size;
}
// No closing: the process ends as if it had been killed.
process.kill(process.pid, 'SIGKILL');
