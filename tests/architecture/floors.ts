import { dirname, join } from 'node:path/posix';
import ts from 'typescript';

/** Floor 2: the rules. They do not import each other. */
const RULES = [
  'company',
  'ownership',
  'followup',
  'handover',
  'guard',
  'risk',
  'alerts',
  'privacy',
  'reports',
] as const;

/** Floors 0 to 3, ground first: no clock, no chance, no input or output. The shell has them from ports alone. */
export const PURE_FLOORS: readonly string[] = ['kernel', 'model', 'policy', 'ledger', ...RULES, 'ports'];
const PUBLIC_ENTRIES = ['src/index.ts', 'src/ledger/index.ts', 'src/ports/index.ts'];

/** Stands for every folder in `src/adapters`. */
const ADAPTERS = 'adapters/*';

/** What a folder of `src` may import beside itself. `.` are the files directly in `src`. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  model: ['kernel'],
  policy: ['kernel', 'model'],
  ledger: ['kernel'],
  ...each(RULES, ['kernel', 'model', 'policy']),
  ports: [],
  [ADAPTERS]: PURE_FLOORS,
  testing: [...PURE_FLOORS, ADAPTERS],
  cli: [],
  app: PURE_FLOORS,
  '.': [...PURE_FLOORS, ADAPTERS, 'app'],
};

/** What a folder may name in types only. */
const MAY_IMPORT_TYPES: Readonly<Record<string, readonly string[]>> = {
  ...each(RULES, ['ledger']),
  ports: ['kernel', 'model', 'policy', 'ledger'],
};

/** Folders that see the library as a host does, beside what `MAY_IMPORT` gives them. */
const MAY_IMPORT_PUBLIC: Readonly<Record<string, readonly string[]>> = {
  cli: [
    ...PUBLIC_ENTRIES,
    'src/adapters/sqlite/index.ts',
    'src/adapters/sql/index.ts',
    'src/adapters/node/index.ts',
  ],
  testing: ['src/index.ts'],
};

/** One home for each dependency. What is not named here has none. */
const HOMES: readonly { readonly package: RegExp; readonly homes: RegExp }[] = [
  { package: /^zod(\/|$)/, homes: /^src\/(model|policy)\// },
  { package: /^(date-fns|@date-fns\/tz)(\/|$)/, homes: /^src\/model\/calendar\.ts$/ },
  { package: /^eventemitter3$/, homes: /^src\/app\/delivery\/emitter\.ts$/ },
  { package: /^node:sqlite$/, homes: /^src\/adapters\/(sqlite|sql)\// },
  { package: /^kysely$/, homes: /^src\/adapters\/sql\// },
  { package: /^@nats-io\/(jetstream|transport-node)$/, homes: /^src\/adapters\/nats\// },
  { package: /^@opentelemetry\/api$/, homes: /^src\/adapters\/opentelemetry\// },
  { package: /^node:crypto$/, homes: /^src\/adapters\/node\// },
  {
    package: /^node:async_hooks$/,
    homes: /^src\/adapters\/(node\/timers|sql\/within)\.ts$/,
  },
  { package: /^node:(fs|fs\/promises|path|os|url)$/, homes: /^src\/(adapters\/node|cli)\// },
  { package: /^node:(util|process|readline|readline\/promises)$/, homes: /^src\/cli\// },
];

const IMPURE_GLOBALS = new Set([
  'process',
  'console',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'fetch',
  'performance',
  'crypto',
  'globalThis',
]);
const IMPURE_MEMBERS = new Set(['Date.now', 'Math.random']);
const LONGEST = 300;

/** The folder of a file in `src`: `kernel`, `adapters/sqlite`, or `.` for the files on top. */
export function folderOf(file: string): string {
  const [, first, second, third] = file.split('/');
  if (first === undefined || second === undefined) return '.';
  return first === 'adapters' && third !== undefined ? `adapters/${second}` : first;
}

/** Adapters are all alike; every other folder stands for itself. */
function floorOf(folder: string): string {
  return folder.startsWith('adapters/') ? ADAPTERS : folder;
}

function each(folders: readonly string[], may: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(folders.map((folder) => [folder, may]));
}

/** Everything in which a source file breaks the architecture; `file` is its path from the top, `src/…`. */
export function floorFaults(file: string, source: string): string[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const from = folderOf(file);
  if (MAY_IMPORT[floorOf(from)] === undefined) return [`${from}: no floor is known for this folder`];
  const faults: string[] = [];
  if (source.replace(/\n$/, '').split('\n').length > LONGEST) faults.push(`longer than ${LONGEST} lines`);
  if (from === 'ports') faults.push(...runtimeFaults(tree));
  const visit = (node: ts.Node): void => {
    const link = linkOf(node);
    if (link !== undefined) faults.push(...linkFaults(file, from, link), ...weightFaults(node, link));
    faults.push(...wordFaults(file, node));
    if (PURE_FLOORS.includes(from) || from === 'app') faults.push(...impureFaults(node));
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return faults;
}

/** An import in any of its forms. */
interface Link {
  readonly specifier: string | null;
  readonly typeOnly: boolean;
}

function linkOf(node: ts.Node): Link | undefined {
  if (ts.isImportDeclaration(node)) {
    return { specifier: textOf(node.moduleSpecifier), typeOnly: isTypeImport(node.importClause) };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    return { specifier: textOf(node.moduleSpecifier), typeOnly: isTypeExport(node) };
  }
  if (ts.isImportTypeNode(node)) {
    const { argument } = node;
    return { specifier: ts.isLiteralTypeNode(argument) ? textOf(argument.literal) : null, typeOnly: true };
  }
  if (ts.isExternalModuleReference(node)) return { specifier: textOf(node.expression), typeOnly: false };
  if (ts.isCallExpression(node)) {
    const dynamic = node.expression.kind === ts.SyntaxKind.ImportKeyword;
    const required = ts.isIdentifier(node.expression) && node.expression.text === 'require';
    if (dynamic || required) return { specifier: textOf(node.arguments[0]), typeOnly: false };
  }
  return undefined;
}

function textOf(node: ts.Node | undefined): string | null {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : null;
}

function isTypeImport(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  return (
    clause.name === undefined &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.length > 0 &&
    named.elements.every((element) => element.isTypeOnly)
  );
}

function isTypeExport(node: ts.ExportDeclaration): boolean {
  if (node.isTypeOnly) return true;
  const named = node.exportClause;
  return (
    named !== undefined && ts.isNamedExports(named) && named.elements.every((element) => element.isTypeOnly)
  );
}

/** The one file that lets the demonstration into the command line. */
const DEMO_DOOR = 'src/cli/demo.ts';

function linkFaults(file: string, from: string, { specifier, typeOnly }: Link): string[] {
  if (specifier === null) return ['import of a computed name'];
  if (!specifier.startsWith('.')) return packageFaults(file, specifier);
  const faults: string[] = [];
  if (!specifier.endsWith('.ts')) faults.push(`${specifier}: a relative import ends in .ts`);
  const target = join(dirname(file), specifier);
  if (file === DEMO_DOOR && target === 'examples/demo/run.ts') return faults;
  if (!target.startsWith('src/')) return [...faults, `${specifier}: leaves src`];
  const to = folderOf(target);
  if (to === from) return faults;
  if (MAY_IMPORT_PUBLIC[from]?.includes(target)) return faults;
  const runtime = MAY_IMPORT[floorOf(from)]?.includes(floorOf(to)) ?? false;
  const types = MAY_IMPORT_TYPES[from]?.includes(to) ?? false;
  if (!runtime && !types) faults.push(`${specifier}: ${from} may not import ${to}`);
  else if (!runtime && !typeOnly) faults.push(`${specifier}: ${from} may import types only from ${to}`);
  if (!target.endsWith('/index.ts')) faults.push(`${specifier}: go through the folder's index.ts`);
  return faults;
}

function packageFaults(file: string, specifier: string): string[] {
  const rules = HOMES.filter((rule) => rule.package.test(specifier));
  if (rules.length === 0) return [`${specifier}: this dependency has no home in src`];
  return rules.some((rule) => rule.homes.test(file)) ? [] : [`${specifier}: is at home elsewhere`];
}

/** Zod's object `z` drags every locale into a bundle, 92 kB; its namespace leaves them out, 25 kB. */
function weightFaults(node: ts.Node, { specifier, typeOnly }: Link): string[] {
  if (!/^zod(\/mini)?$/.test(specifier ?? '') || typeOnly || !ts.isImportDeclaration(node)) return [];
  const named = node.importClause?.namedBindings;
  const whole = node.importClause?.name !== undefined || (named !== undefined && ts.isNamedImports(named));
  return whole ? [`${specifier}: write import * as z from '${specifier}', which bundlers can shake`] : [];
}

/** Words that are nowhere in `src`: `any`, enums, default exports, classes but the one error. */
function wordFaults(file: string, node: ts.Node): string[] {
  if (node.kind === ts.SyntaxKind.AnyKeyword) return [`any at line ${lineOf(node)}`];
  if (ts.isEnumDeclaration(node)) return [`enum ${node.name.text}`];
  if (ts.isExportAssignment(node)) return ['default export'];
  if (ts.canHaveModifiers(node)) {
    const modifiers = ts.getModifiers(node) ?? [];
    if (modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)) return ['default export'];
  }
  if (ts.isExportSpecifier(node) && node.name.text === 'default') return ['default export'];
  if (ts.isClassLike(node)) {
    const theError = node.name?.text === 'GamekeeperError' && file === 'src/kernel/error.ts';
    return theError ? [] : [`class ${node.name?.text ?? 'without a name'}`];
  }
  return [];
}

/** What reads a clock, draws a number or reaches out of the process. */
function impureFaults(node: ts.Node): string[] {
  if (ts.isNewExpression(node) && isNamed(node.expression, 'Date') && (node.arguments ?? []).length === 0) {
    return [`impure: new Date() at line ${lineOf(node)}`];
  }
  if (ts.isCallExpression(node) && isNamed(node.expression, 'Date')) {
    return [`impure: Date() at line ${lineOf(node)}`];
  }
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const member = `${node.expression.text}.${node.name.text}`;
    if (IMPURE_MEMBERS.has(member)) return [`impure: ${member} at line ${lineOf(node)}`];
  }
  if (ts.isIdentifier(node) && IMPURE_GLOBALS.has(node.text) && isValue(node)) {
    return [`impure: ${node.text} at line ${lineOf(node)}`];
  }
  return [];
}

/** Whether an identifier is read as a value, rather than being the name of a member or of a parameter. */
function isValue(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return true;
  if (ts.isElementAccessExpression(parent)) return parent.expression === node;
  if (ts.isVariableDeclaration(parent)) return parent.initializer === node;
  if (ts.isBinaryExpression(parent) || ts.isTypeOfExpression(parent)) return true;
  return ts.isPropertyAssignment(parent) && parent.initializer === node;
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}

/** A port is a contract: what would leave code behind has no place there. */
function runtimeFaults(tree: ts.SourceFile): string[] {
  const silent = (node: ts.Statement): boolean =>
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    (ts.isImportDeclaration(node) && isTypeImport(node.importClause)) ||
    (ts.isVariableStatement(node) &&
      (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword));
  return tree.statements
    .filter((node) => !silent(node))
    .map((node) => `runtime code at line ${lineOf(node)}`);
}

function lineOf(node: ts.Node): number {
  const tree = node.getSourceFile();
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
}
