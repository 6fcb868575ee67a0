import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import type { decide } from '../../src/guard/decide.ts';
import * as model from '../../src/model/index.ts';
import * as policy from '../../src/policy/index.ts';

/** A planted bug: a text of the guard's source, and what it becomes. */
export interface Mutant {
  readonly name: string;
  readonly file: 'decide.ts' | 'operations.ts';
  readonly from: string;
  readonly to: string;
}

/** The guard with a bug planted in a copy of its source. A text that is not there, or there twice, is an error. */
export function planted({ name, file, from, to }: Mutant): typeof decide {
  const load = (wanted: string, modules: Readonly<Record<string, unknown>>): Record<string, unknown> => {
    const source = readFileSync(new URL(`../../src/guard/${wanted}`, import.meta.url), 'utf8');
    if (wanted === file && source.split(from).length !== 2) {
      throw new Error(`${name}: the text to change must stand in ${file} once: ${from}`);
    }
    const code = transformSync(wanted === file ? source.replace(from, () => to) : source, {
      loader: 'ts',
      format: 'cjs',
    }).code;
    const module = { exports: {} as Record<string, unknown> };
    new Function('module', 'require', code)(module, (path: string) => modules[path]);
    return module.exports;
  };
  const shared = { '../model/index.ts': model, '../policy/index.ts': policy };
  const operations = load('operations.ts', shared);
  return load('decide.ts', { ...shared, './operations.ts': operations }).decide as typeof decide;
}
