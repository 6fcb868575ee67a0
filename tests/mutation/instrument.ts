import ts from 'typescript';
import { type Edit, editsOf } from './mutators.ts';

/** A bug in a copy of the source: one small change, which a switch turns on. */
export interface Mutant {
  readonly id: number;
  readonly file: string;
  readonly line: number;
  readonly mutator: string;
  readonly from: string;
  readonly to: string;
}

/** A source in which every mutant waits for its switch. */
export interface Instrumented {
  readonly code: string;
  readonly mutants: readonly Mutant[];
}

/** The switch, as the source calls it: whether a mutant is on. */
const SWITCH = 'globalThis.__mutantOn';

/** Where a mutant is put: a piece of source that can stand in two versions, beside each other. */
interface Host {
  readonly node: ts.Node;
  readonly kind: 'expression' | 'block' | 'clause';
}

/**
 * Plants every mutant of a source at once, each behind a switch, so that it is compiled once for all of them.
 *
 * @param firstId What the mutants are numbered from.
 */
export function instrument(file: string, text: string, firstId: number): Instrumented {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true, ts.ScriptKind.TS);
  const mutants: Mutant[] = [];
  const byHost = new Map<
    ts.Node,
    { readonly host: Host; readonly edits: (Edit & { readonly id: number })[] }
  >();
  const seen = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (isOfTypesOnly(node)) return;
    for (const edit of editsOf(node, source)) {
      const name = `${edit.start} ${edit.end} ${edit.text}`;
      if (seen.has(name)) continue;
      seen.add(name);
      const host = hostOf(node, edit, source);
      if (host === null) continue;
      const id = firstId + mutants.length;
      const known = byHost.get(host.node) ?? { host, edits: [] };
      known.edits.push({ ...edit, id });
      byHost.set(host.node, known);
      mutants.push({
        id,
        file,
        line: source.getLineAndCharacterOfPosition(edit.start).line + 1,
        mutator: edit.mutator,
        from: text.slice(edit.start, edit.end),
        to: edit.text,
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);

  /** A node's text with the mutants of its parts in it. */
  const inner = (node: ts.Node, from: number, to: number): string => {
    let code = '';
    let at = from;
    ts.forEachChild(node, (child) => {
      if (child.getStart(source) < from || child.getEnd() > to) return;
      code += text.slice(at, child.getStart(source)) + render(child);
      at = child.getEnd();
    });
    return code + text.slice(at, to);
  };
  const render = (node: ts.Node): string => {
    const [start, end] = [node.getStart(source), node.getEnd()];
    const known = byHost.get(node);
    if (known === undefined) return inner(node, start, end);
    const { host, edits } = known;
    const [from, to] = host.kind === 'clause' ? [bodyOf(node, source), end] : [start, end];
    const changed = (edit: Edit): string =>
      text.slice(from, edit.start) + edit.text + text.slice(edit.end, to);
    const original = inner(node, from, to);
    if (host.kind === 'expression') {
      const choices = edits.map((edit) => `${SWITCH}(${edit.id}) ? (${changed(edit)}) : `).join('');
      return `(${choices}(${original}))`;
    }
    const choices = edits.map((edit) => `if (${SWITCH}(${edit.id})) {${changed(edit)}} else `).join('');
    const head = inner(node, start, from);
    return host.kind === 'block' ? `{${choices}${original}}` : `${head}${choices}{${original}}`;
  };
  return { code: render(source), mutants };
}

/** The smallest piece around a change that can stand in two versions. `null` where there is none. */
function hostOf(node: ts.Node, edit: Edit, source: ts.SourceFile): Host | null {
  if (ts.isBlock(node)) return { node, kind: 'block' };
  if (ts.isCaseOrDefaultClause(node)) return { node, kind: 'clause' };
  // A condition is changed, not the statement that it belongs to.
  const part = partAt(node, edit, source);
  if (part !== null) return { node: part, kind: 'expression' };
  let at = node;
  while (!canStandTwice(at)) {
    if (at.parent === undefined || ts.isStatement(at)) return null;
    at = at.parent;
  }
  return { node: at, kind: 'expression' };
}

/** The part of a node that a change replaces as a whole. */
function partAt(node: ts.Node, { start, end }: Edit, source: ts.SourceFile): ts.Node | null {
  let found: ts.Node | null = null;
  ts.forEachChild(node, (child) => {
    if (child.getStart(source) === start && child.getEnd() === end && ts.isExpression(child)) found = child;
  });
  return found;
}

function canStandTwice(node: ts.Node): boolean {
  if (!ts.isExpression(node) || isOfTypesOnly(node)) return false;
  const { parent } = node;
  // What a chain of `?.` begins with goes on as a whole; what is called keeps what it is called on.
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false;
  if (isChained(node) && isChained(parent) && (parent as { expression?: ts.Node }).expression === node)
    return false;
  if (ts.isCallExpression(parent) && parent.expression === node) return false;
  if (ts.isPropertyAssignment(parent) && parent.name === node) return false;
  if (ts.isShorthandPropertyAssignment(parent) || ts.isExpressionWithTypeArguments(node)) return false;
  if (ts.isBinaryExpression(parent) && parent.left === node && isAssignment(parent)) return false;
  return !ts.isIdentifier(node) && !ts.isOmittedExpression(node) && !ts.isSpreadElement(node);
}

function isChained(node: ts.Node): boolean {
  return (node.flags & ts.NodeFlags.OptionalChain) !== 0;
}

function isAssignment({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** What is gone once the types are stripped, and what only names modules. */
function isOfTypesOnly(node: ts.Node): boolean {
  return (
    (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isImportDeclaration(node) ||
    (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)
  );
}

function bodyOf(node: ts.Node, source: ts.SourceFile): number {
  return (node as ts.CaseClause).statements[0]?.getStart(source) as number;
}
