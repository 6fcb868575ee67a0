/**
 * Runs the tests of the keeper on every store: `npm run test:stores [-- STORE …]`. A database that is not there is
 * left out, and said so; with `REQUIRE_SERVERS=1` that is a failure.
 */
import { spawnSync } from 'node:child_process';
import { whyMissing } from '../tests/stores/engines.ts';

const STORES = ['memory', 'sqlite', 'kysely-sqlite', 'pglite', 'postgresql', 'mariadb'] as const;
const TESTS = ['tests/app', 'tests/webhook'];

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !STORES.includes(name as never));
if (unknown !== undefined) throw new Error(`${unknown}: expected some of ${STORES.join(', ')}`);
const told: string[] = [];
let failed = false;
for (const name of STORES) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const reason = name === 'postgresql' || name === 'mariadb' ? await whyMissing(name) : null;
  if (reason !== null) {
    told.push(`${name}: skipped, ${reason}`);
    continue;
  }
  console.log(`\n== ${name}`);
  const began = performance.now();
  const { status } = spawnSync(
    'vitest',
    ['run', '--typecheck.enabled=false', '--testTimeout', '120000', ...TESTS],
    {
      stdio: 'inherit',
      env: { ...process.env, STORE: name },
    },
  );
  failed ||= status !== 0;
  const seconds = Math.round((performance.now() - began) / 1000);
  told.push(`${name}: ${status === 0 ? 'passed' : 'FAILED'} in ${seconds} s`);
}
console.log(`\n${told.join('\n')}`);
process.exitCode = failed ? 1 : 0;
