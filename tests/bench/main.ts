import { mkdirSync, writeFileSync } from 'node:fs';
import { run as commands } from './commands.ts';
import { run as decisions } from './decisions.ts';
import { run as handovers } from './handovers.ts';
import { run as hostTransactions } from './host-transactions.ts';
import { run as ledger } from './ledger.ts';
import type { BenchRow } from './row.ts';
import { run as sql } from './sql.ts';
import { run as sqlOnSqlite } from './sql-on-sqlite.ts';
import { run as stores } from './stores.ts';
import { run as tenants } from './tenants.ts';
import { run as transitions } from './transitions.ts';

/** `npm run bench [ledger|stores|commands|decisions|handovers|tenants|transitions|sql|sqlOnSqlite|hostTransactions …]`: prints ratios side by side and writes `out/bench.json`. */
const suites = {
  ledger,
  stores,
  commands,
  decisions,
  handovers,
  tenants,
  transitions,
  sql,
  sqlOnSqlite,
  hostTransactions,
};
const asked = process.argv.slice(2);
const rows: BenchRow[] = [];
for (const [name, run] of Object.entries(suites)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`\n${name}`);
  for (const row of await run()) {
    rows.push(row);
    const { goal, limit, met, ours, ratio, unit } = row;
    console.log(`${met ? 'met ' : 'MISS'} ${row.name}`);
    console.log(
      `     ${figure(ours)} ${unit}; ${row.against}: ${figure(limit)}; ratio ${ratio.toFixed(2)}, goal ${goal}`,
    );
  }
}
mkdirSync('out', { recursive: true });
writeFileSync('out/bench.json', `${JSON.stringify(rows, null, 2)}\n`);
console.log(
  `\n${rows.filter(({ met }) => met).length} of ${rows.length} goals met; written to out/bench.json`,
);

function figure(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
