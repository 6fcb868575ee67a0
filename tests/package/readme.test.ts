import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { allFences, type Fence, fencesOf, keepPromises, onSources, PREAMBLE, publicNames } from './fences.ts';

const folder = resolve('.cache/readme', String(process.pid));
const UP = '../../../../';
const fences = allFences();
const running = fences.filter((fence) => fence.runs);

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder of this run. Files in it are modules, and reach the top by four steps up. */
function makeHome(name: string): string {
  const home = join(folder, name.replaceAll(/[^\w]+/g, '-'));
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }');
  return home;
}

/** Runs a fence beside its document's others, in a folder of its own, so that what it writes disturbs nobody. */
function run(
  { place, file, code }: Pick<Fence, 'place' | 'file' | 'code'>,
  others: readonly Fence[] = [],
): string {
  const home = makeHome(place);
  for (const other of others) writeFileSync(join(home, other.file), onSources(other.code, UP));
  writeFileSync(join(home, file), PREAMBLE + onSources(keepPromises(code), UP));
  const env = { ...process.env, TMPDIR: home, NODE_TEST_CONTEXT: undefined };
  const options = { cwd: home, env, encoding: 'utf8', stdio: 'pipe', timeout: 60_000 } as const;
  try {
    return execFileSync(process.execPath, ['--no-warnings', file], options);
  } catch (cause) {
    const { stdout, stderr } = cause as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`${place}\n${stdout ?? ''}${stderr ?? ''}`, { cause });
  }
}

/** What the compiler says of fences, all of them at once. */
function typeFaults(name: string, all: readonly Fence[]): string {
  const home = makeHome(name);
  const places = new Map<string, string>();
  for (const { document, file, place, code } of all) {
    const path = `${document.replaceAll(/[^\w]+/g, '-')}/${file}`;
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), code);
    places.set(path, place);
  }
  const paths = Object.fromEntries(Object.entries(publicNames()).map(([key, to]) => [key, [resolve(to)]]));
  const compilerOptions = { noEmit: true, moduleDetection: 'force', paths };
  const config = { extends: resolve('tsconfig.json'), compilerOptions, include: ['**/*.ts'] };
  writeFileSync(join(home, 'tsconfig.json'), JSON.stringify(config));
  try {
    const compiler = resolve('node_modules/typescript/bin/tsc');
    return execFileSync(process.execPath, [compiler, '-p', home], {
      cwd: home,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } catch (cause) {
    const faults = (cause as { readonly stdout?: string }).stdout ?? String(cause);
    return faults.replaceAll(/^[^\s(]+/gm, (path) => places.get(path) ?? path);
  }
}

describe('the documents', () => {
  it('hold code whose types are right', { timeout: 120_000 }, () => {
    expect(fences.length === 0 ? '' : typeFaults('types', fences)).toBe('');
  });

  it.each(running)('$place runs and keeps its promises', { timeout: 90_000 }, (fence) => {
    const others = fences.filter((other) => other.document === fence.document && other !== fence);
    run(fence, others);
  });
});

describe('the check of documents', () => {
  const sample = [
    '# Sample',
    '```ts',
    '// to-hex.ts',
    `import { toHex } from 'gamekeeper/kernel';`,
    '```',
    'and then',
    '```ts no-run',
    'const a = 1;',
    '```',
    '```ts continued',
    'const b = a + 1;',
    '```',
    '```sh',
    'npm test',
    '```',
  ].join('\n');

  it('finds fences, where they stand, and what they continue', () => {
    expect(fencesOf('S.md', sample)).toEqual([
      {
        document: 'S.md',
        place: 'S.md:3',
        file: 'to-hex.ts',
        code: `// to-hex.ts\nimport { toHex } from 'gamekeeper/kernel';\n`,
        runs: true,
      },
      { document: 'S.md', place: 'S.md:8', file: 'line-8.ts', code: 'const a = 1;\n', runs: false },
      {
        document: 'S.md',
        place: 'S.md:11',
        file: 'line-11.ts',
        code: 'const a = 1;\n\nconst b = a + 1;\n',
        runs: true,
      },
    ]);
  });

  it('leads public names to their sources', () => {
    expect(publicNames()).toMatchObject({
      gamekeeper: 'src/index.ts',
      'gamekeeper/sqlite': 'src/adapters/sqlite/index.ts',
    });
    const code = `import { a } from 'gamekeeper';\nimport 'gamekeeper/sqlite';\nawait import('gamekeeper/ledger');`;
    expect(onSources(code, '../')).toBe(
      `import { a } from '../src/index.ts';\nimport '../src/adapters/sqlite/index.ts';\nawait import('../src/ledger/index.ts');`,
    );
  });

  it.each([
    ['an expression', `1 + 1; // → 2`],
    ['a name', `const a = { b: [1, null] }; // → { b: [1, null] }`],
    ['a log', `console.log(await Promise.resolve('x')); // → 'x'`],
    ['several lines', `const a = [\n  1,\n  2,\n]; // → [1, 2]`],
    ['inside a block', `for (const a of [1]) {\n  a; // → 1\n}`],
    ['undefined', `const a = undefined; // → undefined`],
    ['more members', `({ a: 1, b: { c: 2, d: 3 } }); // → { a: 1, b: { d: 3, … } }`],
    ['a longer text', `'abcdef'; // → 'abc…'`],
  ])('holds when %s is as promised', (name, code) => {
    expect(run({ place: `kept ${name}`, file: 'kept.ts', code })).toBe('');
  });

  it.each([
    ['an expression', `1 + 1; // → 3`],
    ['a name', `const a = { b: 1 }; // → { b: 1, c: undefined }`],
    ['a log', `console.log({ a: 1, b: 2 }); // → { a: 1 }`],
    ['null', `const a = null; // → undefined`],
    ['more members', `({ a: 1, b: 2 }); // → { a: 2, … }`],
    ['a shorter text', `'ab'; // → 'abc…'`],
    ['an error', `throw new Error('promised nothing');`],
  ])('fails when %s is not as promised', (name, code) => {
    expect(() => run({ place: `broken ${name}`, file: 'broken.ts', code })).toThrow(/promised/);
  });

  it('fails for a promise without a value, or behind nothing', () => {
    expect(() => keepPromises('a(); // → the answer')).toThrow('"the answer" is not a value');
    expect(() => keepPromises('// → 1')).toThrow('line 1: nothing keeps the promise "1"');
    expect(() => keepPromises('const { a } = b; // → 1')).toThrow('nothing keeps the promise');
  });

  it('reports a wrong type, and lets fences import each other', { timeout: 120_000 }, () => {
    const [first, second] = fencesOf(
      'W.md',
      '```ts\n// one.ts\nexport const one: number = 1;\n```\n```ts\nimport { one } from "./one.ts";\none; // → 1\n```\n',
    ) as [Fence, Fence];
    expect(typeFaults('right', [first, second])).toBe('');
    expect(run(second, [first])).toBe('');
    const wrong = { ...first, code: `export const one: number = 'text';` };
    expect(typeFaults('wrong', [wrong, second])).toMatch(/^W\.md:2\(1,14\): error TS2322/);
  });
});
