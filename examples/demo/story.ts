import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localKeys } from '../../src/adapters/node/index.ts';
import { sqliteStore } from '../../src/adapters/sqlite/index.ts';
import { columnsOf, padded, toned } from '../../src/cli/terminal.ts';
import { createGamekeeper, type Locale } from '../../src/index.ts';
import { approval } from './approval.ts';
import { editedRow } from './edited-row.ts';
import { followUp } from './follow-up.ts';
import { manualClock } from './manual-clock.ts';
import { type Chapter, profile, type Scene, type Step } from './scene.ts';
import { transfer } from './transfer.ts';

/** The story, in its order. */
const CHAPTERS: readonly Chapter[] = [approval, followUp, transfer, editedRow];

const WORDS = {
  en: {
    title: 'One customer, four people, and a ledger that nobody edits quietly',
    setting: 'Ada administers · Ben leads the team · Dana and Eric sell · everything lies in one SQLite file',
    end: 'Your own data: gamekeeper demo --data DIR     Help: gamekeeper --help',
  },
  'zh-CN': {
    title: '一个客户，四个人，一本无法悄悄改动的账',
    setting: 'Ada 是管理员 · Ben 带团队 · Dana 和 Eric 做销售 · 一切都在一个 SQLite 文件里',
    end: '用自己的数据：gamekeeper demo --data 目录     帮助：gamekeeper --help',
  },
} as const;

/** Tells the story of one customer in a temporary directory, which is gone afterwards. */
export async function runStory(locale: Locale, json: boolean): Promise<0> {
  const directory = mkdtempSync(join(tmpdir(), 'gamekeeper-demo-'));
  try {
    const told = await play(directory, locale);
    process.stdout.write(
      `${json ? JSON.stringify({ status: 'ok', chapters: told }) : printed(told, locale)}\n`,
    );
    return 0;
  } finally {
    rmSync(directory, { recursive: true, force: true });
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
  const keeper = createGamekeeper({ store, profile, clock, keys: await localKeys(join(directory, 'keys')) });
  const steps: Step[] = [];
  const scene: Scene = {
    keeper,
    clock,
    locale,
    database,
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
  const { title, setting, end } = WORDS[locale];
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
  return [...lines, '', toned('quiet', end)].join('\n');
}
