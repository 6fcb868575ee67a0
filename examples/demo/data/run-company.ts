import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { directorySource, localKeys, nodePrimitives } from '../../../src/adapters/node/index.ts';
import { sqliteStore } from '../../../src/adapters/sqlite/index.ts';
import { progressBar } from '../../../src/cli/terminal.ts';
import { createGamekeeper, type Gamekeeper, type Locale, unwrap } from '../../../src/index.ts';
import { verifyDirectory } from '../../../src/ledger/index.ts';
import { manualClock } from '../manual-clock.ts';
import { type History, historyOf } from './calendar-of-events.ts';
import { ADMINISTRATOR, playCompany, profile, TENANT } from './play-company.ts';
import { readCompany } from './read-company.ts';
import { type CompanyReport, placesOf, reportText } from './report.ts';

/** Everything lies in this folder, below where the command was given. */
const OUT = 'out';
const LEDGER = join(OUT, 'ledger');
const DATABASE = join(OUT, 'demo.db');

/**
 * Plays a company's data and leaves its verified ledger in `out/ledger`. Answers 1 when a verification finds
 * something, or the rows do not add up.
 *
 * @throws {Error} whose message names the cure, when the data cannot be read or `out/ledger` holds something else.
 */
export async function runCompany(folder: string, locale: Locale, json: boolean): Promise<0 | 1> {
  const began = performance.now();
  const company = readCompany(folder, locale);
  const history = historyOf(company);
  makeRoom(locale);
  const clock = manualClock('2026-01-01T00:00:00.000Z');
  const store = sqliteStore(DATABASE);
  const keeper = createGamekeeper({ store, profile, clock, keys: await localKeys(join(OUT, 'demo-keys')) });
  const bar = progressBar(locale === 'en' ? 'recording' : '正在记录');
  try {
    clock.set(`${history.days[0]?.on ?? '2026-01-01'}T06:00:00.000Z`);
    const admins = [{ id: ADMINISTRATOR, name: 'Administrator' }];
    await keeper.tenants.create(TENANT, { admins, currency: 'USD', locale });
    const onProgress = (done: number, all: number): void => bar.update(done, all);
    const played = await playCompany(company, history, { keeper, clock, onProgress });
    bar.end();
    const verified = await keeper.verify(TENANT);
    const sample = await sampleOwner(keeper, history);
    const exported = await exportLedger(keeper);
    const report: CompanyReport = {
      company,
      history,
      played,
      sample,
      faults: [...company.faults, ...played.faults],
      verified,
      exported,
      seconds: (performance.now() - began) / 1000,
      // On every platform that Node.js runs on, in kilobytes.
      memoryMb: process.resourceUsage().maxRSS / 1024,
    };
    writeFileSync(join(OUT, 'not-placed.csv'), placesOf(report, locale));
    const { json: answer, text, isFine } = reportText(report, folder, LEDGER, locale);
    process.stdout.write(`${json ? JSON.stringify(answer) : text}\n`);
    return isFine ? 0 : 1;
  } finally {
    bar.end();
    await keeper.close();
    store.close();
  }
}

/** Who owned the most shared customer halfway, to show that the ledger knows. */
async function sampleOwner(
  keeper: Gamekeeper<typeof profile>,
  { days, owners }: History,
): Promise<CompanyReport['sample']> {
  const [customer] = owners.keys();
  const on = days[Math.floor(days.length / 2)]?.on;
  if (customer === undefined || on === undefined) return null;
  const admin = keeper.as({ tenant: TENANT, employee: ADMINISTRATOR });
  const held = unwrap(await admin.ownership.at(customer, `${on}T12:00:00.000Z`));
  return { customer, on, owner: held?.owner ?? null, since: held?.since.slice(0, 10) ?? null };
}

/** Exports the ledger and verifies what was exported, as somebody would who has nothing else. */
async function exportLedger(keeper: Gamekeeper<typeof profile>): Promise<CompanyReport['exported']> {
  const { ledger } = keeper.as({ tenant: TENANT, employee: ADMINISTRATOR });
  const { entries, files, bytes } = unwrap(await ledger.export(LEDGER));
  const { checkpoint, verifierKey } = unwrap(await ledger.checkpoint());
  writeFileSync(join(OUT, 'ledger.vkey'), `${verifierKey}\n`);
  writeFileSync(join(OUT, 'ledger.checkpoint'), checkpoint);
  const { status } = await verifyDirectory(directorySource(LEDGER), {
    keys: [verifierKey],
    hasher: nodePrimitives().sha256,
  });
  return { entries, files, bytes, status };
}

/** Removes what an earlier run left, and nothing else. */
function makeRoom(locale: Locale): void {
  if (existsSync(LEDGER)) {
    const names = readdirSync(LEDGER);
    if (names.length > 0 && !names.includes('manifest')) {
      throw new Error(
        locale === 'en'
          ? `${LEDGER} holds something other than an exported ledger: move it away, or run this elsewhere`
          : `${LEDGER} 中有账本导出以外的内容：请移走，或换一个目录运行`,
      );
    }
  }
  mkdirSync(OUT, { recursive: true });
  for (const path of [LEDGER, DATABASE, `${DATABASE}-wal`, `${DATABASE}-shm`])
    rmSync(path, { recursive: true, force: true });
}
