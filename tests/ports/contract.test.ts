import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  clockCases,
  hostStoreCases,
  idGeneratorCases,
  keyStoreCases,
  notifierCases,
  observerCases,
  primitivesCases,
  signerCases,
  sinkCases,
  storeCases,
  transferCases,
} from '../../src/testing/index.ts';

/** The clauses that hold implementations to each file of ports. */
const SUITES = {
  'src/ports/clock.ts': [...clockCases, ...idGeneratorCases],
  'src/ports/customer-transfer.ts': transferCases,
  'src/ports/event-sink.ts': sinkCases,
  'src/ports/host-store.ts': hostStoreCases,
  'src/ports/keys.ts': [...signerCases, ...keyStoreCases],
  'src/ports/notifier.ts': notifierCases,
  'src/ports/observer.ts': observerCases,
  'src/ports/primitives.ts': primitivesCases,
  'src/ports/store.ts': storeCases.filter(({ claim }) => claim !== 'wholeTenants'),
  'src/ports/tenant-store.ts': storeCases.filter(({ claim }) => claim === 'wholeTenants'),
} as const;

/** A MUST of a doc comment, with the clauses in brackets behind it. */
interface Promised {
  readonly text: string;
  readonly clauses: readonly string[];
}

/** Every MUST of a source file's doc comments, up to the brackets behind it or the next MUST. */
function promisesOf(source: string): Promised[] {
  return [...source.matchAll(/\/\*\*([\s\S]*?)\*\//g)].flatMap(([, comment = '']) => {
    const [, ...parts] = comment.replace(/\n\s*\* ?/g, ' ').split(/\b(?=MUST\b)/);
    return parts.map((part) => ({
      text: part.split('[')[0]?.trim() ?? '',
      clauses: [...part.matchAll(/\[([^\]]*)\]/g)].flatMap(([, ids = '']) => ids.split(' ')),
    }));
  });
}

describe.each(Object.entries(SUITES))('the contract in %s', (file, cases) => {
  const promises = promisesOf(readFileSync(file, 'utf8'));
  const known = new Set(cases.map(({ id }) => id));

  it('has a clause for every MUST', () => {
    const empty = promises.filter(({ text, clauses }) => clauses.length === 0 && !/^MUST names\b/.test(text));
    expect(empty.map(({ text }) => text)).toEqual([]);
    expect(promises.length).toBeGreaterThan(0);
  });

  it('names clauses that exist', () => {
    expect(promises.flatMap(({ clauses }) => clauses).filter((id) => !known.has(id))).toEqual([]);
  });

  it('has a MUST for every clause', () => {
    const named = new Set(promises.flatMap(({ clauses }) => clauses));
    expect([...known].filter((id) => !named.has(id))).toEqual([]);
  });
});

describe('the search for promises', () => {
  it('leaves out no file of ports that promises anything', () => {
    const files = globSync('src/ports/*.ts').filter(
      (file) => promisesOf(readFileSync(file, 'utf8')).length > 0,
    );
    expect(files.sort()).toEqual(Object.keys(SUITES).sort());
  });

  it.each([
    ['/** MUST be so [ST-01 ST-02]. MUST also be so. */ export type A = 1;', [['ST-01', 'ST-02'], []]],
    [
      '/**\n * It MUST be\n * so [ST-03], and MUST\n * not [ST-04].\n */ export type A = 1;',
      [['ST-03'], ['ST-04']],
    ],
    ['export interface A { /** MUST be 1. */ readonly a: 1 }', [[]]],
    ['// MUST be nothing\nexport type A = 1;', []],
  ])('finds what %j promises', (source, clauses) => {
    expect(promisesOf(source).map((promise) => promise.clauses)).toEqual(clauses);
  });
});
