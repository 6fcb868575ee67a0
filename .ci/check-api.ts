/**
 * Compares what the built package promises with the reports in `docs/api`: `node .ci/check-api.ts`. Nobody changes a
 * public name without a reviewer seeing it. `--update` writes the reports anew.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ApiReports, apiReports, differences } from './api-reports.ts';

const { values } = parseArgs({
  options: { package: { type: 'string', default: '.' }, update: { type: 'boolean', default: false } },
});
const home = join(process.cwd(), values.package);
const folder = join(home, 'docs/api');
if (!existsSync(join(home, 'dist'))) {
  console.error('there is no dist: run `npm run build` first');
  process.exit(2);
}
const made = apiReports(home);
const found = differences(kept(), made);
if (values.update) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, report] of made) writeFileSync(join(folder, name), report);
  console.log(`docs/api: ${made.size} reports, ${found.length} lines that differ from before`);
} else if (found.length > 0) {
  console.error(found.join('\n'));
  console.error(
    `\nThe public API is not what docs/api says (${found.length} lines). If that is meant, run \`npm run api:update\`, ` +
      'commit what it writes, and say it in CHANGELOG.md; where a line is gone, also in docs/upgrade.md.',
  );
  process.exitCode = 1;
} else console.log(`docs/api: ${made.size} reports say what the package promises`);

function kept(): ApiReports {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder).filter((name) => name.endsWith('.api.md'));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}
