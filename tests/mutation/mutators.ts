import ts from 'typescript';

/** A change of a piece of source text. */
export interface Edit {
  /** What kind of change it is, by the names that Stryker gives them. */
  readonly mutator: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const { SyntaxKind } = ts;

/** Operators and what each becomes. */
const OPERATORS: ReadonlyMap<ts.SyntaxKind, readonly [mutator: string, ...becomes: string[]]> = new Map([
  [SyntaxKind.PlusToken, ['arithmetic', '-']],
  [SyntaxKind.MinusToken, ['arithmetic', '+']],
  [SyntaxKind.AsteriskToken, ['arithmetic', '/']],
  [SyntaxKind.SlashToken, ['arithmetic', '*']],
  [SyntaxKind.PercentToken, ['arithmetic', '*']],
  [SyntaxKind.AmpersandToken, ['arithmetic', '|']],
  [SyntaxKind.BarToken, ['arithmetic', '&']],
  [SyntaxKind.CaretToken, ['arithmetic', '&']],
  [SyntaxKind.LessThanLessThanToken, ['arithmetic', '>>']],
  [SyntaxKind.GreaterThanGreaterThanToken, ['arithmetic', '<<']],
  [SyntaxKind.GreaterThanGreaterThanGreaterThanToken, ['arithmetic', '<<']],
  [SyntaxKind.LessThanToken, ['equality', '<=', '>=']],
  [SyntaxKind.LessThanEqualsToken, ['equality', '<', '>']],
  [SyntaxKind.GreaterThanToken, ['equality', '>=', '<=']],
  [SyntaxKind.GreaterThanEqualsToken, ['equality', '>', '<']],
  [SyntaxKind.EqualsEqualsToken, ['equality', '!=']],
  [SyntaxKind.ExclamationEqualsToken, ['equality', '==']],
  [SyntaxKind.EqualsEqualsEqualsToken, ['equality', '!==']],
  [SyntaxKind.ExclamationEqualsEqualsToken, ['equality', '===']],
  [SyntaxKind.AmpersandAmpersandToken, ['logical', '||']],
  [SyntaxKind.BarBarToken, ['logical', '&&']],
  [SyntaxKind.QuestionQuestionToken, ['logical', '&&']],
  [SyntaxKind.PlusEqualsToken, ['assignment', '-=']],
  [SyntaxKind.MinusEqualsToken, ['assignment', '+=']],
  [SyntaxKind.BarEqualsToken, ['assignment', '&=']],
  [SyntaxKind.QuestionQuestionEqualsToken, ['assignment', '&&=']],
]);

/** Methods and what each becomes; an empty text leaves the call out. */
const METHODS: ReadonlyMap<string, string> = new Map([
  ...(
    [
      ['startsWith', 'endsWith'],
      ['some', 'every'],
      ['min', 'max'],
      ['toUpperCase', 'toLowerCase'],
      ['trimStart', 'trimEnd'],
      ['floor', 'ceil'],
    ] as const
  ).flatMap(([one, other]) => [[one, other] as const, [other, one] as const]),
  ...['trim', 'filter', 'sort', 'toSorted', 'slice', 'reverse', 'toReversed', 'concat'].map(
    (name) => [name, ''] as const,
  ),
]);

const TRUTHS: ReadonlySet<ts.SyntaxKind> = new Set(
  [...OPERATORS].filter(([, [mutator]]) => mutator === 'equality').map(([kind]) => kind),
);

/** Every change that is made of one node itself; those of its parts are theirs. */
export function editsOf(node: ts.Node, source: ts.SourceFile): readonly Edit[] {
  const start = node.getStart(source);
  const edit = (mutator: string, text: string, of: ts.Node = node): Edit => ({
    mutator,
    start: of.getStart(source),
    end: of.getEnd(),
    text,
  });
  const whole = (mutator: string, ...texts: string[]): Edit[] => texts.map((text) => edit(mutator, text));
  if (ts.isBinaryExpression(node)) return ofBinary(node, edit, source);
  if (ts.isPrefixUnaryExpression(node) && node.operator === SyntaxKind.ExclamationToken)
    return whole('boolean', node.operand.getText(source));
  if (ts.isPrefixUnaryExpression(node) && node.operator === SyntaxKind.MinusToken)
    return whole('unary', `+${node.operand.getText(source)}`);
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const becomes = node.operator === SyntaxKind.PlusPlusToken ? '--' : '++';
    return node.operator === SyntaxKind.PlusPlusToken || node.operator === SyntaxKind.MinusMinusToken
      ? whole(
          'update',
          ts.isPrefixUnaryExpression(node)
            ? `${becomes}${node.operand.getText(source)}`
            : `${node.operand.getText(source)}${becomes}`,
        )
      : [];
  }
  if (node.kind === SyntaxKind.TrueKeyword) return whole('boolean', 'false');
  if (node.kind === SyntaxKind.FalseKeyword) return whole('boolean', 'true');
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node))
    return isName(node) ? [] : whole('string', node.text === '' ? "'Something else'" : "''");
  if (ts.isTemplateExpression(node)) return whole('string', '``');
  if (ts.isArrayLiteralExpression(node))
    return isTarget(node) ? [] : whole('array', node.elements.length === 0 ? "['Something else']" : '[]');
  if (ts.isObjectLiteralExpression(node)) return node.properties.length === 0 ? [] : whole('object', '{}');
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) return whole('arrow', '() => undefined');
  if (ts.isBlock(node)) return node.statements.length === 0 ? [] : whole('block', '{}');
  if (ts.isIfStatement(node)) return truths(node.expression, edit);
  if (ts.isConditionalExpression(node)) return truths(node.condition, edit);
  if (ts.isForStatement(node) && node.condition !== undefined)
    return [edit('conditional', 'false', node.condition)];
  if (ts.isWhileStatement(node)) return [edit('conditional', 'false', node.expression)];
  if (ts.isCaseOrDefaultClause(node) && node.statements.length > 0) {
    const from = node.statements[0]?.getStart(source) ?? start;
    return [{ mutator: 'conditional', start: from, end: node.getEnd(), text: '' }];
  }
  if (ts.isCallExpression(node)) return ofCall(node, edit, source);
  if (isOptional(node)) return [withoutQuestion(node, source)];
  if (node.kind === SyntaxKind.RegularExpressionLiteral)
    return whole('regex', ...regexes(node.getText(source)));
  return [];
}

type Make = (mutator: string, text: string, of?: ts.Node) => Edit;

function ofBinary(node: ts.BinaryExpression, edit: Make, source: ts.SourceFile): readonly Edit[] {
  const { kind } = node.operatorToken;
  const known = OPERATORS.get(kind);
  if (known === undefined || (kind === SyntaxKind.PlusToken && isText(node))) return [];
  const [mutator, ...becomes] = known;
  const [left, right] = [node.left.getText(source), node.right.getText(source)];
  const swapped = becomes.map((operator) => {
    // Beside `??` another logical operator needs its parentheses.
    const mixes = mutator === 'logical' && (kind === SyntaxKind.QuestionQuestionToken || left.includes('??'));
    return edit(mutator, mixes ? `(${left}) ${operator} (${right})` : `${left} ${operator} ${right}`);
  });
  return [...swapped, ...(TRUTHS.has(kind) ? truths(node, edit) : [])];
}

/** Always so, never so. */
function truths(node: ts.Expression, edit: Make): Edit[] {
  if (node.kind === SyntaxKind.TrueKeyword || node.kind === SyntaxKind.FalseKeyword) return [];
  return ['true', 'false'].map((text) => edit('conditional', text, node));
}

function ofCall(node: ts.CallExpression, edit: Make, source: ts.SourceFile): readonly Edit[] {
  const callee = node.expression;
  const optional = node.questionDotToken === undefined ? [] : [withoutQuestion(node, source)];
  if (!ts.isPropertyAccessExpression(callee)) return optional;
  const becomes = METHODS.get(callee.name.text);
  if (becomes === undefined) return optional;
  if (becomes === '') return [...optional, edit('method', callee.expression.getText(source))];
  return [...optional, edit('method', becomes, callee.name)];
}

function isOptional(node: ts.Node): node is ts.PropertyAccessExpression | ts.ElementAccessExpression {
  return (
    (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) &&
    node.questionDotToken !== undefined
  );
}

function withoutQuestion(
  { questionDotToken }: { readonly questionDotToken?: ts.QuestionDotToken | undefined } & ts.Node,
  source: ts.SourceFile,
): Edit {
  const token = questionDotToken as ts.QuestionDotToken;
  const next = source.text[token.getEnd()];
  const text = next === '[' || next === '(' ? '' : '.';
  return { mutator: 'optional', start: token.getStart(source), end: token.getEnd(), text };
}

/** Anchors gone, classes turned round, quantifiers gone. */
function regexes(text: string): string[] {
  const variants = [
    text.replace(/^\/\^/, '/'),
    text.replace(/\$\/([a-z]*)$/, '/$1'),
    text.replace('[', '[^'),
    text.replace(/\[(?!.*\[)/, '[^'),
    text.replace(/([\])])[*+]/, '$1'),
  ];
  return [...new Set(variants)].filter((variant) => variant !== text);
}

/** Whether a sum is one of texts. */
function isText(node: ts.Expression): boolean {
  if (ts.isBinaryExpression(node)) return isText(node.left) || isText(node.right);
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}

function isName(node: ts.StringLiteralLike): boolean {
  const { parent } = node;
  return (
    ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent) ||
    (ts.isPropertyAssignment(parent) && parent.initializer !== node)
  );
}

/** An array that is written to: `[left, right] = …`. */
function isTarget({ parent }: ts.ArrayLiteralExpression): boolean {
  return ts.isBinaryExpression(parent) && parent.operatorToken.kind === SyntaxKind.EqualsToken;
}
