import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';

/**
 * A piece of TypeScript in a document.
 *
 * Its first line may say ` ```ts no-run ` (its types are checked, it is not run) or ` ```ts continued ` (it
 * stands below the fence before it, as in one file). When its code begins with `// name.ts`, the other fences
 * of the document may import it by that name.
 */
export interface Fence {
  readonly document: string;
  /** `README.md:12`, the line on which the code begins. */
  readonly place: string;
  /** The name of the file, without folders: its own, or one of its line. */
  readonly file: string;
  readonly code: string;
  readonly runs: boolean;
}

/** The fences of a Markdown text, in order. */
export function fencesOf(document: string, markdown: string): Fence[] {
  const fences: Fence[] = [];
  for (const match of markdown.matchAll(/^```ts([^\n]*)\n([\s\S]*?)^```$/gm)) {
    const words = (match[1] ?? '').trim().split(/\s+/);
    const before = words.includes('continued') ? fences.at(-1) : undefined;
    const line = markdown.slice(0, match.index).split('\n').length + 1;
    const own = match[2] ?? '';
    const file = /^\/\/ ([\w.-]+\.ts)\n/.exec(own)?.[1] ?? `line-${line}.ts`;
    const code = before === undefined ? own : `${before.code}\n${own}`;
    fences.push({ document, place: `${document}:${line}`, file, code, runs: !words.includes('no-run') });
  }
  return fences;
}

/** The fences of the README and of the documents; decisions tell of the past and are not run. */
export function allFences(): Fence[] {
  return globSync(['README.md', 'docs/*.md'])
    .sort()
    .flatMap((file) => fencesOf(file, readFileSync(file, 'utf8')));
}

/** Where each public name of the package lies in `src`: `gamekeeper/sqlite` to `src/adapters/sqlite/index.ts`. */
export function publicNames(): Readonly<Record<string, string>> {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly exports: Readonly<Record<string, { readonly import?: { readonly default: string } }>>;
  };
  const names: Record<string, string> = {};
  for (const [subpath, target] of Object.entries(exports)) {
    const built = target.import?.default;
    if (built === undefined) continue;
    names[`gamekeeper${subpath.slice(1)}`] = built.replace('./dist/', 'src/').replace(/\.js$/, '.ts');
  }
  return names;
}

/** Lets a fence import the sources instead of the built package; `up` leads from its folder to the top. */
export function onSources(code: string, up: string, names = publicNames()): string {
  return code.replaceAll(
    /(\bfrom\s+|\bimport\s*\(?\s*)'(gamekeeper(?:\/[\w-]+)?)'/g,
    (whole, before: string, name: string) => {
      const source = names[name];
      return source === undefined ? whole : `${before}'${up}${source}'`;
    },
  );
}

/**
 * Turns each `// → value` behind a statement into a check of the expression, the declared name, or the
 * argument of `console.log`. `…` as the last member of an object means that it may have others; as the last
 * letter of a text, that it may go on.
 *
 * @throws {Error} for a promise that stands behind nothing that has a value.
 */
export function keepPromises(code: string): string {
  const tree = ts.createSourceFile('fence.ts', code, ts.ScriptTarget.Latest, true);
  const promises = new Map<number, string>();
  code.split('\n').forEach((line, at) => {
    const promise = /\/\/ → (.*)$/.exec(line)?.[1];
    if (promise !== undefined) promises.set(at, promise.trim());
  });
  const edits: { readonly from: number; readonly to: number; readonly text: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isExpressionStatement(node) || ts.isVariableStatement(node)) {
      const line = tree.getLineAndCharacterOfPosition(node.getEnd()).line;
      const promise = promises.get(line);
      const value = promise === undefined ? undefined : expressionOf(node, tree);
      if (promise !== undefined && value !== undefined) {
        promises.delete(line);
        const check = `__keeps(${value}, ${expected(promise)}, ${JSON.stringify(promise)});`;
        const text = ts.isVariableStatement(node) ? `${node.getText(tree)} ${check}` : check;
        edits.push({ from: node.getStart(tree), to: node.getEnd(), text });
        return;
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  const [left] = promises;
  if (left !== undefined) throw new Error(`line ${left[0] + 1}: nothing keeps the promise "${left[1]}"`);
  return edits.reduceRight((text, { from, to, text: by }) => text.slice(0, from) + by + text.slice(to), code);
}

/** The text of what a statement stands for. */
function expressionOf(
  node: ts.ExpressionStatement | ts.VariableStatement,
  tree: ts.SourceFile,
): string | undefined {
  if (ts.isVariableStatement(node)) {
    const name = node.declarationList.declarations.at(-1)?.name;
    return name !== undefined && ts.isIdentifier(name) ? name.text : undefined;
  }
  const { expression } = node;
  const logged = ts.isCallExpression(expression) && expression.expression.getText(tree) === 'console.log';
  if (logged) return expression.arguments.length === 1 ? expression.arguments[0]?.getText(tree) : undefined;
  return expression.getText(tree);
}

/** The promised value as an expression: `{ ok: true, … }` becomes `{ ok: true, [__more]: true }`. */
function expected(promise: string): string {
  const text = promise.replace(
    /,?\s*…\s*\}/g,
    (ending) => `${ending.startsWith(',') ? ',' : ''} [__more]: true }`,
  );
  const { parseDiagnostics } = ts.createSourceFile(
    'value.ts',
    `(${text});`,
    ts.ScriptTarget.Latest,
  ) as unknown as {
    readonly parseDiagnostics: readonly unknown[];
  };
  if (parseDiagnostics.length > 0) throw new Error(`"${promise}" is not a value`);
  return `(${text})`;
}

/** What a program of promises begins with. */
export const PREAMBLE = `
import { inspect as __inspect } from 'node:util';
const __more = Symbol('more');
function __same(is: unknown, want: unknown): boolean {
  if (typeof want === 'string' && want.endsWith('…')) return typeof is === 'string' && is.startsWith(want.slice(0, -1));
  if (typeof want !== 'object' || want === null) return Object.is(is, want);
  if (typeof is !== 'object' || is === null || Array.isArray(is) !== Array.isArray(want)) return false;
  const left = is as Record<string, unknown>;
  const right = want as Record<string, unknown>;
  const enough = __more in want || Object.keys(left).length === Object.keys(right).length;
  return enough && Object.keys(right).every((key) => key in left && __same(left[key], right[key]));
}
function __keeps(is: unknown, want: unknown, promise: string): void {
  if (!__same(is, want)) throw new Error('promised ' + promise + '\\n  but is ' + __inspect(is, { depth: 9 }));
}
`;
