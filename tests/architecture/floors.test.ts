import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { floorFaults, folderOf, PURE_FLOORS } from './floors.ts';

const files = globSync('src/**/*.ts')
  .map((file) => file.replaceAll('\\', '/'))
  .sort();

describe('every source file keeps to its floor', () => {
  it('finds the sources', () => {
    expect(files).toContain('src/kernel/index.ts');
  });
  it.each(files)('%s', (file) => {
    expect(floorFaults(file, readFileSync(file, 'utf8'))).toEqual([]);
  });
});

/** A violation planted into a file, and what the rule must say of it; `undefined` when it is allowed. */
type Planted = readonly [file: string, source: string, fault: RegExp | undefined];

const imports: readonly Planted[] = [
  ['src/kernel/a.ts', `import { x } from './b.ts';`, undefined],
  ['src/kernel/a.ts', `import { x } from '../model/index.ts';`, /kernel may not import model/],
  ['src/kernel/a.ts', `import type { X } from '../model/index.ts';`, /kernel may not import model/],
  ['src/kernel/a.ts', `export * from '../model/index.ts';`, /kernel may not import model/],
  ['src/kernel/a.ts', `export type X = import('../model/index.ts').X;`, /kernel may not import model/],
  ['src/kernel/a.ts', `export const x = import('../model/index.ts');`, /kernel may not import model/],
  ['src/kernel/a.ts', `const x = 'y'; export const z = import(x);`, /computed name/],
  ['src/model/a.ts', `import { x } from '../kernel/index.ts';`, undefined],
  ['src/model/a.ts', `import { x } from '../kernel/ids.ts';`, /through the folder's index\.ts/],
  ['src/model/a.ts', `import type { X } from '../kernel/ids.ts';`, /through the folder's index\.ts/],
  ['src/model/a.ts', `import { x } from '../ledger/index.ts';`, /model may not import ledger/],
  ['src/model/a.ts', `import { x } from '../policy/index.ts';`, /model may not import policy/],
  ['src/policy/a.ts', `import { x } from '../model/index.ts';`, undefined],
  ['src/policy/a.ts', `import { x } from '../ledger/index.ts';`, /policy may not import ledger/],
  ['src/ledger/a.ts', `import { x } from '../model/index.ts';`, /ledger may not import model/],
  ['src/company/a.ts', `import { x } from '../policy/index.ts';`, undefined],
  ['src/company/a.ts', `import type { X } from '../ledger/index.ts';`, undefined],
  ['src/company/a.ts', `import { type X, type Y } from '../ledger/index.ts';`, undefined],
  ['src/company/a.ts', `import { x, type Y } from '../ledger/index.ts';`, /types only from ledger/],
  ['src/company/a.ts', `import { x } from '../ownership/index.ts';`, /company may not import ownership/],
  [
    'src/ownership/a.ts',
    `import type { X } from '../followup/index.ts';`,
    /ownership may not import followup/,
  ],
  ['src/followup/a.ts', `import type { X } from '../ports/index.ts';`, /followup may not import ports/],
  ['src/ports/a.ts', `import type { X } from '../ledger/index.ts';`, undefined],
  ['src/ports/a.ts', `import { x } from '../kernel/index.ts';`, /types only from kernel/],
  ['src/ports/a.ts', `import type { X } from '../company/index.ts';`, /ports may not import company/],
  ['src/adapters/memory/a.ts', `import type { X } from '../../ports/index.ts';`, undefined],
  ['src/adapters/memory/a.ts', `import { x } from '../sqlite/index.ts';`, /may not import adapters\/sqlite/],
  ['src/adapters/node/a.ts', `import { x } from '../../app/index.ts';`, /may not import app/],
  ['src/adapters/node/a.ts', `import { x } from '../../index.ts';`, /may not import \./],
  ['src/app/a.ts', `import { x } from '../ownership/index.ts';`, undefined],
  ['src/app/a.ts', `import { x } from '../adapters/memory/index.ts';`, /app may not import adapters\/memory/],
  ['src/app/a.ts', `import { x } from '../gamekeeper.ts';`, /app may not import \./],
  ['src/cli/a.ts', `import { x } from '../index.ts';`, undefined],
  ['src/cli/a.ts', `import { x } from '../ledger/index.ts';`, undefined],
  ['src/cli/a.ts', `import { x } from '../gamekeeper.ts';`, /cli may not import \./],
  ['src/cli/a.ts', `import { x } from '../app/index.ts';`, /cli may not import app/],
  ['src/cli/a.ts', `import { x } from '../kernel/index.ts';`, /cli may not import kernel/],
  ['src/testing/a.ts', `import { x } from '../index.ts';`, undefined],
  ['src/testing/a.ts', `import { x } from '../app/index.ts';`, /testing may not import app/],
  ['src/testing/a.ts', `import { x } from '../cli/index.ts';`, /testing may not import cli/],
  ['src/gamekeeper.ts', `import { x } from './app/index.ts';`, undefined],
  ['src/gamekeeper.ts', `import { x } from './adapters/memory/index.ts';`, undefined],
  ['src/gamekeeper.ts', `import { x } from './app/keeper.ts';`, /through the folder's index\.ts/],
  ...['kernel', 'app', 'adapters/node', 'cli', '.'].map((folder): Planted => {
    const up = folder === '.' ? './' : '../'.repeat(folder.split('/').length);
    return [
      `src/${folder}/a.ts`.replace('/./', '/'),
      `import { x } from '${up}testing/index.ts';`,
      /import testing/,
    ];
  }),
  ['src/elsewhere/a.ts', 'export const x = 1;', /no floor is known/],
  ['src/privacy/a.ts', `import { x } from '../policy/index.ts';`, undefined],
  ['src/privacy/a.ts', `import type { X } from '../company/index.ts';`, /privacy may not import company/],
  ['src/model/a.ts', `import { x } from './b';`, /ends in \.ts/],
  ['src/model/a.ts', `import { x } from './b.js';`, /ends in \.ts/],
  ['src/model/a.ts', `import data from '../../package.json';`, /leaves src/],
];

const dependencies: readonly Planted[] = [
  ['src/model/a.ts', `import * as z from 'zod';`, undefined],
  ['src/model/a.ts', `import type { z } from 'zod';`, undefined],
  ['src/model/a.ts', `import { z } from 'zod';`, /bundlers can shake/],
  ['src/model/a.ts', `import z from 'zod';`, /bundlers can shake/],
  ['src/model/a.ts', `import { z } from 'zod/mini';`, /bundlers can shake/],
  ['src/policy/a.ts', `import * as z from 'zod/mini';`, undefined],
  ['src/app/a.ts', `import type { z } from 'zod';`, /zod: is at home elsewhere/],
  ['src/gamekeeper.ts', `import type { z } from 'zod';`, /zod: is at home elsewhere/],
  ['src/model/calendar.ts', `import { addDays } from 'date-fns';`, undefined],
  ['src/model/calendar.ts', `import { tz } from '@date-fns/tz';`, undefined],
  [
    'src/model/a.ts',
    `import { addDays } from 'date-fns/addDays';`,
    /date-fns\/addDays: is at home elsewhere/,
  ],
  ['src/followup/a.ts', `import { tz } from '@date-fns/tz';`, /@date-fns\/tz: is at home elsewhere/],
  ['src/app/delivery/emitter.ts', `import { EventEmitter } from 'eventemitter3';`, undefined],
  [
    'src/app/keeper.ts',
    `import { EventEmitter } from 'eventemitter3';`,
    /eventemitter3: is at home elsewhere/,
  ],
  ['src/adapters/sqlite/a.ts', `import { DatabaseSync } from 'node:sqlite';`, undefined],
  ['src/adapters/sql/a.ts', `import { DatabaseSync } from 'node:sqlite';`, undefined],
  ['src/adapters/sql/a.ts', `import { CompiledQuery } from 'kysely';`, undefined],
  ['src/adapters/sqlite/a.ts', `import { CompiledQuery } from 'kysely';`, /kysely: is at home elsewhere/],
  [
    'src/adapters/node/a.ts',
    `import { DatabaseSync } from 'node:sqlite';`,
    /node:sqlite: is at home elsewhere/,
  ],
  ['src/adapters/opentelemetry/a.ts', `import { trace } from '@opentelemetry/api';`, undefined],
  [
    'src/app/a.ts',
    `import { trace } from '@opentelemetry/api';`,
    /@opentelemetry\/api: is at home elsewhere/,
  ],
  ['src/adapters/node/a.ts', `import { hash } from 'node:crypto';`, undefined],
  ['src/ledger/a.ts', `import { hash } from 'node:crypto';`, /node:crypto: is at home elsewhere/],
  ['src/cli/a.ts', `import { hash } from 'node:crypto';`, /node:crypto: is at home elsewhere/],
  ['src/cli/a.ts', `import { readFile } from 'node:fs/promises';`, undefined],
  ['src/app/a.ts', `import { readFileSync } from 'node:fs';`, /node:fs: is at home elsewhere/],
  ['src/app/a.ts', `import { readFileSync } from 'fs';`, /fs: this dependency has no home/],
  ['src/app/a.ts', `import lodash from 'lodash';`, /lodash: this dependency has no home/],
];

const words: readonly Planted[] = [
  ['src/app/a.ts', 'export const x: any = 1;', /any at line 1/],
  ['src/app/a.ts', 'export const x = 1 as any;', /any at line 1/],
  ['src/app/a.ts', '/** any */ export const any = "any"; // any', undefined],
  ['src/app/a.ts', 'export default 1;', /default export/],
  ['src/app/a.ts', 'export default function x() {}', /default export/],
  ['src/app/a.ts', `export { x as default } from './b.ts';`, /default export/],
  ['src/app/a.ts', 'export enum Colour { Red }', /enum Colour/],
  ['src/app/a.ts', 'export class Manager {}', /class Manager/],
  ['src/app/a.ts', 'export const x = class {};', /class without a name/],
  ['src/app/a.ts', 'export class GamekeeperError {}', /class GamekeeperError/],
  ['src/kernel/error.ts', 'export class GamekeeperError extends Error {}', undefined],
  ['src/app/a.ts', '\n'.repeat(299), undefined],
  ['src/app/a.ts', '// line\n'.repeat(300), undefined],
  ['src/app/a.ts', '// line\n'.repeat(301), /longer than 300 lines/],
];

const purity: readonly Planted[] = [
  ['src/kernel/a.ts', 'export const x = (millis: number) => new Date(millis);', undefined],
  ['src/kernel/a.ts', 'export const x = new Date();', /impure: new Date\(\)/],
  ['src/kernel/a.ts', 'export const x = new Date;', /impure: new Date\(\)/],
  ['src/kernel/a.ts', 'export const x = Date();', /impure: Date\(\)/],
  ['src/model/a.ts', 'export const x = Date.now();', /impure: Date\.now/],
  ['src/model/a.ts', 'export const x = { now: Date.now };', /impure: Date\.now/],
  ['src/policy/a.ts', 'export const x = Math.random();', /impure: Math\.random/],
  ['src/ledger/a.ts', 'export const x = process.env;', /impure: process/],
  ['src/company/a.ts', 'console.log(1);', /impure: console/],
  ['src/ownership/a.ts', 'setTimeout(() => 1, 1);', /impure: setTimeout/],
  ['src/followup/a.ts', 'export const x = fetch("y");', /impure: fetch/],
  ['src/ledger/a.ts', 'export const x = crypto.subtle;', /impure: crypto/],
  ['src/ledger/a.ts', 'export const x = globalThis.process;', /impure: globalThis/],
  ['src/ledger/a.ts', '// process.env\nexport const x = (a: { process: number }) => a.process;', undefined],
  ['src/app/a.ts', 'export const x = Date.now();', /impure: Date\.now/],
  ['src/app/a.ts', 'setTimeout(() => 1, 1);', /impure: setTimeout/],
  ['src/adapters/node/a.ts', 'export const x = Date.now();', undefined],
  ['src/ports/a.ts', 'export interface Clock { now(): number }', undefined],
  ['src/ports/a.ts', 'export type Kind = "a" | "b";', undefined],
  ['src/ports/a.ts', `export * from './b.ts';`, undefined],
  ['src/ports/a.ts', 'export const KINDS = ["a"];', /runtime code at line 1/],
  ['src/ports/a.ts', 'export function now() { return 1; }', /runtime code at line 1/],
];

describe.each([
  ['imports', imports],
  ['dependencies', dependencies],
  ['words', words],
  ['purity', purity],
])('the rule about %s', (_, planted) => {
  it.each(planted)('in %s: %s', (file, source, fault) => {
    const faults = floorFaults(file, source);
    if (fault === undefined) expect(faults).toEqual([]);
    else expect(faults).toContainEqual(expect.stringMatching(fault));
  });
});

describe('folders', () => {
  it('of the pure floors are compiled without the types of any platform', () => {
    const { include } = JSON.parse(readFileSync('.ci/tsconfig.core.json', 'utf8')) as { include: string[] };
    const compiled = include.map((path) => path.replace('../src/', ''));
    const pure = new Set(files.map(folderOf).filter((folder) => PURE_FLOORS.includes(folder)));
    expect(compiled).toEqual(expect.arrayContaining([...pure]));
  });

  it.each([
    ['src/index.ts', '.'],
    ['src/kernel/ids.ts', 'kernel'],
    ['src/adapters/sqlite/index.ts', 'adapters/sqlite'],
    ['src/adapters/sqlite/deep/statement.ts', 'adapters/sqlite'],
    ['src/app/deep/file.ts', 'app'],
  ])('%s lies in %s', (file, folder) => {
    expect(folderOf(file)).toBe(folder);
  });
});
