/**
 * Another process on the same company: `node rival.ts <address> <keys> [a planted bug]`.
 *
 * Reads one command a line, `{ who, area, verb, input }`, carries it out, and prints the answer as a line of JSON.
 */
import { createInterface } from 'node:readline';
import { localKeys } from '../../../src/adapters/node/index.ts';
import { createGamekeeper } from '../../../src/index.ts';
import { openAddress } from '../../stores/open-address.ts';
import { type Planted, readThenWritten } from '../read-then-written.ts';
import { customerProfile, manualClock, START } from '../world.ts';

const [address = '', keys = '', planted = null] = process.argv.slice(2);
const store = await openAddress(address);
const clock = manualClock(START);
const keeper = createGamekeeper({
  profile: customerProfile,
  store: readThenWritten(store, planted as Planted | null),
  clock,
  keys: await localKeys(keys),
});

type Verbs = Record<string, Record<string, (...input: unknown[]) => Promise<unknown>>>;

async function answer(line: string): Promise<unknown> {
  const { who, area, verb, input } = JSON.parse(line) as Record<string, string> & { input: unknown[] };
  try {
    if (area === 'clock') return clock.set(String(input[0]));
    if (area === 'keeper') return await (keeper as unknown as Verbs[string])[verb as string]?.('acme');
    const acting = keeper.as({ tenant: 'acme', employee: who as string }) as unknown as Verbs;
    return await acting[area as string]?.[verb as string]?.(...input);
  } catch (error) {
    return { thrown: (error as { code?: string }).code ?? String(error) };
  }
}

process.stdout.write('ready\n');
// Lines that come together are carried out together.
const open = new Set<Promise<void>>();
for await (const line of createInterface({ input: process.stdin })) {
  const work = answer(line).then((value) => {
    process.stdout.write(`${JSON.stringify({ line: (JSON.parse(line) as { id: number }).id, value })}\n`);
  });
  open.add(work);
  void work.finally(() => open.delete(work));
}
await Promise.all(open);
await keeper.close();
store.close();
process.exit(0);
