import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createInstruments } from '../../src/adapters/opentelemetry/instruments.ts';
import { alertFolds } from '../../src/alerts/index.ts';
import { HEALTH_CODES, healthSentence } from '../../src/app/words/health-sentences.ts';
import { companyFolds } from '../../src/company/index.ts';
import { followUpFolds } from '../../src/followup/index.ts';
import { guardFolds } from '../../src/guard/index.ts';
import { handoverFolds } from '../../src/handover/index.ts';
import {
  CAPABILITIES,
  COLLECTIONS,
  createGamekeeper,
  DEFAULT_POLICY,
  explain,
  LOG_EVENTS,
  publicField,
  REFUSAL_CODES,
} from '../../src/index.ts';
import { ownershipFolds } from '../../src/ownership/index.ts';
import { policyFields } from '../../src/policy/index.ts';
import { PRESETS } from '../../src/policy/presets/index.ts';
import { privacyFolds } from '../../src/privacy/index.ts';
import { SCENARIO } from '../policy/preset-scenario.ts';

const text = (file: string): string => readFileSync(file, 'utf8');

/** The lines between `<!-- name -->` and `<!-- /name -->`. */
function tableOf(file: string, name: string): string {
  return text(file).split(`<!-- ${name} -->\n`)[1]?.split(`\n<!-- /${name} -->`)[0] ?? '';
}

/** The rows of a table, cell by cell, without its head. */
function cellsOf(table: string): string[][] {
  return table
    .split('\n')
    .slice(2)
    .map((row) => row.slice(2, -2).split(' | '));
}

/** What stands in the first column, without the marks of code. */
function namesIn(file: string, name: string): string[] {
  return cellsOf(tableOf(file, name)).map(([first = '']) => first.replaceAll('`', ''));
}

function tableFrom(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A table that the code makes: equal, or written anew with UPDATE_DOCS=1. */
function expectTable(file: string, name: string, table: string): void {
  if (process.env.UPDATE_DOCS === '1') {
    const pattern = new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- /${name} -->`);
    writeFileSync(
      file,
      text(file).replace(pattern, () => `<!-- ${name} -->\n${table}\n<!-- /${name} -->`),
    );
  }
  expect(tableOf(file, name), 'run with UPDATE_DOCS=1 to write the table').toBe(table);
}

/** The members of a union of texts in a source file, such as the kinds of findings. */
function unionIn(file: string, type: string): string[] {
  const [, declaration = ''] = text(file).split(new RegExp(`(?:type|readonly) ${type}(?: =|:)\\n`));
  const members = declaration.split(';\n')[0] ?? '';
  return [...members.matchAll(/^ *\| '([\w-]+)'/gm)].map(([, member = '']) => member);
}

const code = (value: unknown): string => `\`${String(value)}\``;

describe('the tables of the documents', () => {
  it('list every verb of every area in the README', () => {
    const keeper = createGamekeeper({ profile: z.object({ name: publicField(z.string()) }) });
    const areas = Object.entries(keeper.as({ tenant: 'acme', employee: 'ada' }));
    const verbs = (area: object): string => Object.keys(area).sort().join(' ');
    const expected = Object.fromEntries(areas.map(([name, area]) => [name, verbs(area)]));
    const { tenants, deliveries, ...own } = keeper;
    const named = (area: string, verbs: object) =>
      Object.keys(verbs).map((verb) => [`${area}.${verb}`, null]);
    const nested = [...named('tenants', tenants), ...named('deliveries', deliveries)];
    expected['the keeper'] = verbs({ ...own, ...Object.fromEntries(nested) });
    const rows = [...text('README.md').matchAll(/^\| (`\w+`|the keeper) \| ((?:`[\w.]+` ?)+) \|$/gm)];
    const listed = rows.map(([, name = '', cells = '']) => [
      name.replaceAll('`', ''),
      cells.replaceAll('`', '').split(' ').sort().join(' '),
    ]);
    expect(Object.fromEntries(listed)).toEqual(expected);
  });

  it('list every capability', () => {
    expect(namesIn('docs/concepts.md', 'capabilities')).toEqual([...CAPABILITIES]);
  });

  it('list every reason that health gives', () => {
    const asIs = new Proxy<Record<string, string>>({}, { get: (_, name) => `{${String(name)}}` });
    const rows = HEALTH_CODES.map((name) => [
      code(name),
      healthSentence(name, asIs, 'en'),
      healthSentence(name, asIs, 'zh-CN'),
    ]);
    expectTable('docs/observe.md', 'health', tableFrom(['code', 'message', '简体中文'], rows));
  });

  it('list every line that is logged', () => {
    const rows = Object.entries(LOG_EVENTS).map(([name, { level, message }]) => [code(name), level, message]);
    expectTable('docs/observe.md', 'log', tableFrom(['event', 'level', 'message'], rows));
  });

  it('list every metric', async () => {
    const names = new Set<string>();
    const made = (name: string) => names.add(name) as never;
    createInstruments({
      createHistogram: made,
      createCounter: made,
      createObservableGauge: made,
      addBatchObservableCallback: () => undefined,
    } as never).watch(() => ({ entries: 0, failing: 0, oldestMs: null }));
    const listed = [...text('docs/observe.md').matchAll(/^\| (`gamekeeper[^|]+) \|/gm)].flatMap(
      ([, cell = '']) => {
        const [first = '', ...others] = [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
        return [first, ...others.map((name) => name.replace(/^\./, 'gamekeeper.unsealed.'))];
      },
    );
    expect(listed.sort()).toEqual([...names].sort());
  });

  it('list every collection with its class', () => {
    const rows = Object.entries(COLLECTIONS).map(([name, facts]) => [
      code(name),
      facts.class,
      facts.restoredBy,
    ]);
    expectTable('docs/concepts.md', 'collections', tableFrom(['collection', 'class', 'restored by'], rows));
  });

  it('list every field of a policy with its default', () => {
    const rows = policyFields().map(({ path: [area, name], field }) => {
      const value = (DEFAULT_POLICY as unknown as Record<string, Record<string, unknown>>)[area]?.[name];
      const words = typeof value === 'object' ? code(JSON.stringify(value)) : String(value);
      const shown = Array.isArray(value) ? value.map(code).join(' ') : words;
      return [code(`${area}.${name}`), shown, field.looser, field.description];
    });
    const head = ['field', 'default', 'looser', 'meaning'];
    expectTable('docs/concepts.md', 'policy', tableFrom(head, rows));
  });

  it('list every preset, in both languages, with its reasons', () => {
    const presets = Object.entries(PRESETS);
    const titles = presets.map(([name, { en, 'zh-CN': zh }]) => [
      code(name),
      en.title,
      en.description,
      `${zh.title}：${zh.description}`,
    ]);
    const head = ['preset', 'title', 'what it is', '简体中文'];
    expectTable('docs/presets.md', 'presets', tableFrom(head, titles));
    const reasons = presets.flatMap(([name, { en, 'zh-CN': zh }]) =>
      Object.entries(en.why).map(([part, why]) => [
        code(name),
        part,
        why,
        zh.why[part as keyof typeof zh.why],
      ]),
    );
    expectTable('docs/presets.md', 'reasons', tableFrom(['preset', 'part', 'why', '为什么'], reasons));
  });

  it('list what each preset answers in the common scenario, and how far they are apart', () => {
    const presets = Object.entries(PRESETS).map(([name, preset]) => [name, preset()] as const);
    const answers = SCENARIO.map(({ question, answer }) => [
      question,
      ...presets.map(([, policy]) => answer(policy)),
    ]);
    const names = presets.map(([name]) => code(name));
    expectTable('docs/presets.md', 'scenario', tableFrom(['question', ...names], answers));
    const apart = presets.map(([name, left], at) => [
      code(name),
      ...presets.map(([, right], other) =>
        other <= at ? '' : String(SCENARIO.filter(({ answer }) => answer(left) !== answer(right)).length),
      ),
    ]);
    expectTable('docs/presets.md', 'apart', tableFrom(['', ...names], apart));
  });

  it('list every type of entry that changes state, and every one that tells of a read', () => {
    const changing = [
      companyFolds,
      ownershipFolds,
      followUpFolds,
      privacyFolds,
      alertFolds,
      handoverFolds,
      guardFolds,
    ].flatMap(Object.keys);
    const sources = globSync('src/app/**/*.ts').map(text).join('\n');
    const reads = [
      ...sources.matchAll(
        /'([a-z]+(?:-[a-z]+)*-(?:viewed|listed|read|exported|folded|granted|observed|asked|started|finished|rehearsed))'/g,
      ),
    ];
    const expected = new Set([...changing, ...reads.map(([, type = '']) => type)]);
    expect(namesIn('docs/concepts.md', 'entries').sort()).toEqual([...expected].sort());
  });

  it('list every error code', () => {
    const codes = unionIn('src/kernel/error.ts', 'GamekeeperErrorCode');
    expect(codes).toContain('ERR_INVALID_INPUT');
    expect(namesIn('docs/errors.md', 'codes')).toEqual(codes);
  });

  it('list every refusal, as it is said in both languages', () => {
    const cures = new Map(
      cellsOf(tableOf('docs/errors.md', 'refusals')).map(([name = '', ...cells]) => [name, cells.at(-1)]),
    );
    const rows = [...REFUSAL_CODES].sort().map((name) => {
      // A refusal whose every fact is its own name: the sentence with its gaps shown.
      const refusal = new Proxy(
        { code: name },
        { get: (_, fact) => (fact === 'code' ? name : `{${String(fact)}}`) },
      );
      return [
        code(name),
        explain(refusal, 'en'),
        explain(refusal, 'zh-CN'),
        cures.get(code(name)) ?? 'what to do?',
      ];
    });
    const head = ['code', 'English', '简体中文', 'what to do'];
    expectTable('docs/errors.md', 'refusals', tableFrom(head, rows));
    expect(rows.filter(([, , , cure]) => cure === 'what to do?')).toEqual([]);
  });

  it('list every finding of a verification, from within and of an export', () => {
    const within = unionIn('src/app/ledger/verify.ts', 'kind');
    expect(within).toContain('altered-state');
    expect(namesIn('docs/ledger.md', 'findings-within')).toEqual(within);
    const exported = unionIn('src/ledger/finding.ts', 'FindingKind');
    expect(exported).toContain('unlisted-file');
    expect(namesIn('docs/ledger.md', 'findings-export')).toEqual(exported);
  });
});

const documents = ['README.md', ...globSync('docs/**/*.md').filter((file) => !file.startsWith('docs/api'))];

/** The anchors of a document: its headings as GitHub names them. */
function anchorsOf(file: string): Set<string> {
  const headings = [...text(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Links that lead nowhere. */
function brokenLinks(file: string, markdown: string): string[] {
  const prose = markdown.replaceAll(/^```[\s\S]*?^```$/gm, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^https?:/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#');
      const to = path === '' ? file : join(dirname(file), path);
      if (!existsSync(to)) return true;
      return anchor !== undefined && !anchorsOf(to).has(anchor);
    });
}

describe('the links of the documents', () => {
  it.each(documents)('of %s lead somewhere', (file) => {
    expect(brokenLinks(file, text(file))).toEqual([]);
  });

  it('would be noticed otherwise', () => {
    const sample =
      '[a](README.md) [b](#install) [c](gone.md) [d](docs/README.md#nowhere) [e](https://example.invalid)';
    expect(brokenLinks('README.md', sample)).toEqual(['gone.md', 'docs/README.md#nowhere']);
  });

  it('name every document in the index', () => {
    const index = text('docs/README.md');
    const missing = documents
      .filter((file) => file.startsWith('docs/') && file !== 'docs/README.md')
      .filter((file) => !index.includes(`](${file.slice(5)})`));
    expect(missing).toEqual([]);
  });
});
