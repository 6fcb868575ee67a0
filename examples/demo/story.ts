import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localKeys } from '../../src/adapters/node/index.ts';
import { sqliteStore } from '../../src/adapters/sqlite/index.ts';
import { columnsOf, padded, toned } from '../../src/cli/terminal.ts';
import { createGamekeeper, type Locale, type RoleMap } from '../../src/index.ts';
import { aboutToLeave } from './about-to-leave.ts';
import { approval } from './approval.ts';
import { editedRow } from './edited-row.ts';
import { followUp } from './follow-up.ts';
import { manualClock } from './manual-clock.ts';
import { resignation } from './resignation.ts';
import { type Chapter, profile, type Scene, type Step } from './scene.ts';
import { transfer } from './transfer.ts';
import { withdrawal } from './withdrawal.ts';

/** The story, in its order. */
const CHAPTERS: readonly Chapter[] = [
  approval,
  followUp,
  transfer,
  editedRow,
  resignation,
  aboutToLeave,
  withdrawal,
];

/** Below where the command was given. */
const OUT = 'out';

/** Who signs a handover beside the supervisor. */
const ROLES = {
  HR: ['people.manage', 'handovers.sign.hr'],
  Finance: ['handovers.sign.finance'],
} satisfies RoleMap;

const WORDS = {
  en: {
    title: 'Customers who stay, people who come and go, and a ledger that nobody edits quietly',
    setting: 'Ada administers · Ben leads the team · the others sell · everything lies in one SQLite file',
    left: 'Left in out/: certificate.json and .vkey · pictures: handover.svg, guard-day.svg',
    check: 'Check it: gamekeeper verify --certificate out/certificate.json --key out/certificate.vkey',
    noOut: `the folder ${OUT} cannot be made here: move away what is in its way, or run this elsewhere`,
    end: 'Your own data: gamekeeper demo --data DIR     Help: gamekeeper --help',
  },
  'zh-CN': {
    title: '客户留下，人员来去，一本无法悄悄改动的账',
    setting: 'Ada 是管理员 · Ben 带团队 · 其他人做销售 · 一切都在一个 SQLite 文件里',
    left: '留在 out/ 中：certificate.json 与 .vkey · 图：handover.svg、guard-day.svg',
    check: '核验：gamekeeper verify --certificate out/certificate.json --key out/certificate.vkey',
    noOut: `无法在此创建文件夹 ${OUT}：请移走占用该名称的文件，或换一个目录运行`,
    end: '用自己的数据：gamekeeper demo --data 目录     帮助：gamekeeper --help',
  },
} as const;

/**
 * Tells the story in a temporary directory, which is gone afterwards. A certificate and two pictures stay in `out`.
 */
export async function runStory(locale: Locale, json: boolean): Promise<0> {
  makeOut(locale);
  const directory = mkdtempSync(join(tmpdir(), 'gamekeeper-demo-'));
  try {
    const told = await play(directory, locale);
    process.stdout.write(
      `${json ? JSON.stringify({ status: 'ok', chapters: told, out: OUT }) : printed(told, locale)}\n`,
    );
    return 0;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function makeOut(locale: Locale): void {
  try {
    mkdirSync(OUT, { recursive: true });
  } catch {
    throw new Error(WORDS[locale].noOut);
  }
}

interface Told {
  readonly title: string;
  readonly steps: readonly Step[];
}

async function play(directory: string, locale: Locale): Promise<readonly Told[]> {
  const database = join(directory, 'company.db');
  const clock = manualClock('2026-03-02T08:00:00.000Z');
  const store = sqliteStore(database);
  const keys = await localKeys(join(directory, 'keys'));
  const keeper = createGamekeeper({ store, profile, clock, roles: ROLES, keys });
  const steps: Step[] = [];
  const scene: Scene = {
    keeper,
    clock,
    locale,
    database,
    out: OUT,
    service: (service) => keeper.as({ tenant: 'acme', service }),
    as: (employee) => keeper.as({ tenant: 'acme', employee }),
    tell: (who, what, outcome, tone = 'plain') => {
      const at = new Date(clock.now()).toISOString();
      steps.push({ at, who, what: what[locale], outcome: outcome[locale], tone });
    },
  };
  try {
    await hireEverybody(scene);
    const told: Told[] = [];
    for (const chapter of CHAPTERS) {
      await chapter.play(scene);
      told.push({ title: chapter.title[locale], steps: steps.splice(0) });
    }
    return told;
  } finally {
    await keeper.close();
    store.close();
  }
}

async function hireEverybody({ keeper, as }: Scene): Promise<void> {
  await keeper.tenants.create('acme', { admins: [{ id: 'ada', name: 'Ada' }] });
  const { people } = as('ada');
  await people.hire({ id: 'ben', name: 'Ben', managerId: 'ada' });
  await people.hire({ id: 'dana', name: 'Dana', managerId: 'ben' });
  await people.hire({ id: 'eric', name: 'Eric', managerId: 'ben' });
}

/** The story as a table: day, who, what, what came of it. A day is named once. */
function printed(told: readonly Told[], locale: Locale): string {
  const { title, setting, left, check, end } = WORDS[locale];
  const steps = told.flatMap((chapter) => chapter.steps);
  const widest = (of: (step: Step) => string): number =>
    Math.max(...steps.map((step) => columnsOf(of(step))));
  const day = (step: Step): string =>
    new Date(step.at).toLocaleDateString(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const days = widest(day);
  const names = widest(({ who }) => who);
  const whats = widest(({ what }) => what);
  const lines = [toned('strong', title), toned('quiet', setting)];
  let before = '';
  for (const chapter of told) {
    lines.push('', toned('strong', chapter.title));
    for (const step of chapter.steps) {
      const date = day(step) === before ? '' : day(step);
      before = day(step);
      const [what, outcome] = [padded(step.what, whats), toned(step.tone, step.outcome)];
      lines.push(`  ${toned('quiet', padded(date, days))}  ${padded(step.who, names)}  ${what}  ${outcome}`);
    }
  }
  return [...lines, '', ...[left, check, end].map((line) => toned('quiet', line))].join('\n');
}
