import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { allFences, fencesOf, keepPromises, onSources, PREAMBLE, publicNames } from './fences.ts';

const folder = resolve('.cache/readme', String(process.pid));
const fences = allFences();
const running = fences.filter((fence) => fence.runs);

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a fence in a folder of its own, so that the files it writes disturb nobody. */
function run(name: string, code: string): string {
  const home = join(folder, name);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(home, 'fence.ts'), PREAMBLE + onSources(keepPromises(code), '../../../../'));
  try {
    const options = { cwd: home, encoding: 'utf8', stdio: 'pipe', timeout: 60_000 } as const;
    return execFileSync(process.execPath, ['--no-warnings', 'fence.ts'], options);
  } catch (cause) {
    throw new Error(`${name}: ${(cause as { readonly stderr?: string }).stderr ?? ''}`, { cause });
  }
}

/** What the compiler says of fences, all of them at once. */
function typeFaults(name: string, codes: readonly string[]): string {
  const home = join(folder, name);
  mkdirSync(home, { recursive: true });
  const paths = Object.fromEntries(Object.entries(publicNames()).map(([key, to]) => [key, [resolve(to)]]));
  const compilerOptions = { noEmit: true, moduleDetection: 'force', paths };
  const config = { extends: resolve('tsconfig.json'), compilerOptions, include: ['*.ts'] };
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(home, 'tsconfig.json'), JSON.stringify(config));
  codes.forEach((code, at) => {
    writeFileSync(join(home, `fence-${at}.ts`), code);
  });
  try {
    const compiler = resolve('node_modules/typescript/bin/tsc');
    return execFileSync(process.execPath, [compiler, '-p', home], {
      cwd: home,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } catch (cause) {
    return (cause as { readonly stdout?: string }).stdout ?? String(cause);
  }
}

describe('the documents', () => {
  it('hold code whose types are right', { timeout: 120_000 }, () => {
    if (fences.length === 0) return;
    const faults = typeFaults(
      'types',
      fences.map(({ code }) => code),
    );
    const named = faults.replaceAll(/fence-(\d+)\.ts/g, (_, at: string) => fences[Number(at)]?.place ?? at);
    expect(named).toBe('');
  });

  it.each(running)('$place runs and keeps its promises', { timeout: 90_000 }, ({ place, code }) => {
    run(place.replaceAll(/[^\w]+/g, '-'), code);
  });
});

describe('the check of documents', () => {
  const sample = [
    '# Sample',
    '```ts',
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
      { place: 'S.md:3', code: `import { toHex } from 'gamekeeper/kernel';\n`, runs: true },
      { place: 'S.md:7', code: 'const a = 1;\n', runs: false },
      { place: 'S.md:10', code: 'const a = 1;\n\nconst b = a + 1;\n', runs: true },
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
    expect(run(`kept ${name}`, code)).toBe('');
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
    expect(() => run(`broken ${name}`, code)).toThrow(/promised/);
  });

  it('fails for a promise without a value, or behind nothing', () => {
    expect(() => keepPromises('a(); // → the answer')).toThrow('"the answer" is not a value');
    expect(() => keepPromises('// → 1')).toThrow('line 1: nothing keeps the promise "1"');
    expect(() => keepPromises('const { a } = b; // → 1')).toThrow('nothing keeps the promise');
  });

  it('reports a wrong type', { timeout: 120_000 }, () => {
    expect(typeFaults('wrong', [`export const a: number = 'text';`])).toMatch(/fence-0\.ts.*TS2322/);
  });
});
