/**
 * One of several processes that race on one database: `node contestant.ts <engine> <schema> <name>`.
 *
 * Says `ready`, then reads heats as lines of JSON, `{ form, from, count, cap }`, and answers each with a line: the
 * numbers of the races it won, and how many attempts ended in which way. The naive forms read first and write then, as
 * a store without checks would have to.
 */
import { createInterface } from 'node:readline';
import type { CommitBatch } from '../../../src/ports/index.ts';
import { addOf, batchOf, entryOf, putOf, refOf, tenant } from '../../../src/testing/store-harness.ts';
import { type EngineName, openElsewhere } from '../connections.ts';
import type { Heat, HeatOutcome, RaceForm } from '../races.ts';

const [engine = '', schema = '', name = ''] = process.argv.slice(2);
const store = openElsewhere(engine as EngineName, schema);
const quota = (heat: Heat) => refOf(`quota-${heat.round}`, 'count');
const prize = (heat: Heat, at: number) => refOf(`prize-${heat.round}-${at}`);

/** How one attempt ends: `committed` has won. */
type Attempt = (heat: Heat, at: number) => Promise<string>;

const commit = async (part: Partial<CommitBatch>): Promise<string> =>
  (await store.commit(tenant, batchOf(part))).status;

const attempts: Readonly<Record<RaceForm, Attempt>> = {
  prize(heat, at) {
    const ref = prize(heat, at);
    const id = `${heat.round}-${at}-${name}`;
    return commit({ checks: [{ ref, version: null }], puts: [putOf(ref, id)], entries: [entryOf(id)] });
  },
  quota(heat, at) {
    const id = `${heat.round}-${at}-${name}`;
    return commit({ adds: [addOf(quota(heat), 1, id, { atMost: heat.cap })], entries: [entryOf(id)] });
  },
  async 'naive prize'(heat, at) {
    const ref = prize(heat, at);
    const [there] = await store.get(tenant, [ref]);
    if (there !== null) return 'conflict';
    const id = `${heat.round}-${at}-${name}`;
    return commit({ puts: [putOf(ref, id)], entries: [entryOf(id)] });
  },
  async 'naive quota'(heat, at) {
    const ref = quota(heat);
    const [counter] = await store.get(tenant, [ref]);
    const used = Number(counter?.body ?? 0);
    if (used >= heat.cap) return 'bound';
    const id = `${heat.round}-${at}-${name}`;
    return commit({ puts: [putOf(ref, id, [], String(used + 1))], entries: [entryOf(id)] });
  },
};

/** So many attempts of one process are under way at a time: all at once, one transaction would win the whole heat. */
const ABREAST = 5;

async function run(heat: Heat): Promise<HeatOutcome> {
  const won: number[] = [];
  const ended: Record<string, number> = {};
  // Each process begins elsewhere: they meet where their ways cross.
  const first = Math.floor(Math.random() * heat.count);
  let begun = 0;
  const hand = async (): Promise<void> => {
    while (begun < heat.count) {
      const at = heat.from + ((first + begun) % heat.count);
      begun += 1;
      const how = await attempts[heat.form](heat, at).catch((error: unknown) => String(error));
      ended[how] = (ended[how] ?? 0) + 1;
      if (how === 'committed') won.push(at);
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, hand));
  return { won, ended };
}

await store.get(tenant, []);
process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(await run(JSON.parse(line) as Heat))}\n`);
await store.end();
