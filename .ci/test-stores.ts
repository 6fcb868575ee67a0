/**
 * Runs the tests of the keeper on every store: `npm run test:stores [-- STORE …]`. A database that is not there is
 * left out, and said so; with `REQUIRE_SERVERS=1` that is a failure.
 *
 * `--sample N` runs each file on one of the stores only, on the next one with the next N: so many runs in a row as
 * there are stores have run everything on each.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { whyMissing } from '../tests/stores/engines.ts';

const STORES = ['memory', 'sqlite', 'kysely-sqlite', 'pglite', 'postgresql', 'mariadb'] as const;
const TESTS = ['tests/app', 'tests/webhook'];

const { positionals: asked, values } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: 'string' } },
});
const unknown = asked.find((name) => !STORES.includes(name as never));
if (unknown !== undefined) throw new Error(`${unknown}: expected some of ${STORES.join(', ')}`);
const turn = values.sample === undefined ? null : Number(values.sample);
if (turn !== null && !Number.isSafeInteger(turn)) throw new Error('--sample: expected a whole number');
const stores = asked.length === 0 ? STORES : STORES.filter((name) => asked.includes(name));
const told: string[] = [];
let failed = false;
for (const [at, name] of stores.entries()) {
  const reason = name === 'postgresql' || name === 'mariadb' ? await whyMissing(name) : null;
  if (reason !== null) {
    told.push(`${name}: skipped, ${reason}`);
    continue;
  }
  const part = turn === null ? null : `${((at + Math.abs(turn)) % stores.length) + 1}/${stores.length}`;
  console.log(`\n== ${name}${part === null ? '' : `, part ${part} of the files`}`);
  const began = performance.now();
  const { status } = spawnSync(
    'vitest',
    [
      'run',
      '--typecheck.enabled=false',
      '--testTimeout=120000',
      ...(part === null ? [] : [`--shard=${part}`]),
      ...TESTS,
    ],
    { stdio: 'inherit', env: { ...process.env, STORE: name } },
  );
  failed ||= status !== 0;
  const seconds = Math.round((performance.now() - began) / 1000);
  told.push(`${name}: ${status === 0 ? 'passed' : 'FAILED'} in ${seconds} s`);
}
console.log(`\n${told.join('\n')}`);
process.exitCode = failed ? 1 : 0;
