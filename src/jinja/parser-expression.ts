import type { ArgumentsNode, BinaryOperator, CompareOperator, ExpressionNode, FilterNode } from './ast.ts';
import {
  advance,
  expectOperator,
  expectType,
  fail,
  isOperator,
  isWord,
  nested,
  peek,
  type Stream,
  since,
  skipOperator,
  skipWord,
} from './parser-stream.ts';
import { describeToken } from './tokens.ts';
import { float, int } from './values.ts';

const constants: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);

/** Parses one expression, conditional ones (`a if b else c`) included. */
export function parseExpression(stream: Stream): ExpressionNode {
  return nested(stream, parseConditional);
}

/** Parses an expression in which `if` ends it, as in `for x in y if z`. */
export function parseWithoutConditional(stream: Stream): ExpressionNode {
  return nested(stream, parseOr);
}

function parseConditional(stream: Stream): ExpressionNode {
  const { start } = peek(stream);
  let node = parseOr(stream);
  while (skipWord(stream, 'if')) {
    const test = parseOr(stream);
    const otherwise = skipWord(stream, 'else') ? nested(stream, parseConditional) : undefined;
    node = { kind: 'conditional', test, value: node, otherwise, at: since(stream, start) };
  }
  return node;
}

function parseOr(stream: Stream): ExpressionNode {
  const { start } = peek(stream);
  let left = parseAnd(stream);
  while (skipWord(stream, 'or')) {
    const right = parseAnd(stream);
    left = { kind: 'logical', operator: 'or', left, right, at: since(stream, start) };
  }
  return left;
}

function parseAnd(stream: Stream): ExpressionNode {
  const { start } = peek(stream);
  let left = parseNot(stream);
  while (skipWord(stream, 'and')) {
    const right = parseNot(stream);
    left = { kind: 'logical', operator: 'and', left, right, at: since(stream, start) };
  }
  return left;
}

function parseNot(stream: Stream): ExpressionNode {
  const { start } = peek(stream);
  if (!skipWord(stream, 'not')) return parseCompare(stream);
  const operand = nested(stream, parseNot);
  return { kind: 'unary', operator: 'not', operand, at: since(stream, start) };
}

const compareOperators: readonly string[] = ['==', '!=', '<', '<=', '>', '>='];

function parseCompare(stream: Stream): ExpressionNode {
  const { start } = peek(stream);
  const first = parseSum(stream);
  const rest: [CompareOperator, ExpressionNode][] = [];
  for (;;) {
    const operator = compareOperator(stream);
    if (operator === undefined) break;
    rest.push([operator, parseSum(stream)]);
  }
  return rest.length === 0 ? first : { kind: 'compare', first, rest, at: since(stream, start) };
}

function compareOperator(stream: Stream): CompareOperator | undefined {
  const token = peek(stream);
  if (token.type === 'operator' && compareOperators.includes(token.value)) {
    advance(stream);
    return token.value as CompareOperator;
  }
  if (skipWord(stream, 'in')) return 'in';
  if (!isWord(stream, 'not') || !isWord(stream, 'in', 1)) return undefined;
  stream.index += 2;
  return 'not in';
}

function parseBinary(
  stream: Stream,
  operators: readonly string[],
  operand: (stream: Stream) => ExpressionNode,
): ExpressionNode {
  const { start } = peek(stream);
  let left = operand(stream);
  for (;;) {
    const token = peek(stream);
    if (token.type !== 'operator' || !operators.includes(token.value)) return left;
    advance(stream);
    const right = operand(stream);
    left = { kind: 'binary', operator: token.value as BinaryOperator, left, right, at: since(stream, start) };
  }
}

function parseSum(stream: Stream): ExpressionNode {
  return parseBinary(stream, ['+', '-'], parseConcat);
}

function parseConcat(stream: Stream): ExpressionNode {
  const { start } = peek(stream);
  const items = [parseProduct(stream)];
  while (skipOperator(stream, '~')) items.push(parseProduct(stream));
  return items.length === 1 ? items[0]! : { kind: 'concat', items, at: since(stream, start) };
}

function parseProduct(stream: Stream): ExpressionNode {
  return parseBinary(stream, ['*', '/', '//', '%'], parsePower);
}

// Jinja2 groups powers from the left and lets a sign bind tighter, other than Python.
function parsePower(stream: Stream): ExpressionNode {
  return parseBinary(stream, ['**'], parseUnaryWithFilters);
}

function parseUnaryWithFilters(stream: Stream): ExpressionNode {
  const { start } = peek(stream);
  const sign = skipOperator(stream, '-') ? '-' : skipOperator(stream, '+') ? '+' : undefined;
  if (sign === undefined)
    return parseFilters(stream, start, parsePostfix(stream, start, parsePrimary(stream)));
  const operand = nested(stream, parseUnary);
  const node: ExpressionNode = { kind: 'unary', operator: sign, operand, at: since(stream, start) };
  return parseFilters(stream, start, parsePostfix(stream, start, node));
}

function parseUnary(stream: Stream): ExpressionNode {
  const { start } = peek(stream);
  const sign = skipOperator(stream, '-') ? '-' : skipOperator(stream, '+') ? '+' : undefined;
  if (sign === undefined) return parsePostfix(stream, start, parsePrimary(stream));
  const operand = nested(stream, parseUnary);
  const node: ExpressionNode = { kind: 'unary', operator: sign, operand, at: since(stream, start) };
  return parsePostfix(stream, start, node);
}

function parsePrimary(stream: Stream): ExpressionNode {
  const token = advance(stream);
  const at = () => since(stream, token.start);
  switch (token.type) {
    case 'name':
      if (constants.has(token.value))
        return { kind: 'constant', value: constants.get(token.value), at: at() };
      return { kind: 'name', name: token.value, at: at() };
    case 'string': {
      let value = token.value;
      while (peek(stream).type === 'string') value += advance(stream).value;
      return { kind: 'constant', value, at: at() };
    }
    case 'integer':
      if (token.value.length > 4300) throw fail(stream, 'an integer of more than 4300 digits', token);
      return { kind: 'constant', value: int(BigInt(token.value)), at: at() };
    case 'float':
      return { kind: 'constant', value: float(Number(token.value)), at: at() };
    case 'operator':
      if (token.value === '(') return parseParentheses(stream, token.start);
      if (token.value === '[') return parseList(stream, token.start);
      if (token.value === '{') return parseDict(stream, token.start);
  }
  throw fail(stream, `unexpected '${describeToken(token)}'`, token);
}

function parseParentheses(stream: Stream, start: number): ExpressionNode {
  if (skipOperator(stream, ')')) return { kind: 'tuple', items: [], at: since(stream, start) };
  const node = parseTuple(stream, parseExpression);
  expectOperator(stream, ')');
  return node.kind === 'tuple' ? { ...node, at: since(stream, start) } : node;
}

/**
 * Parses what may be a tuple without parentheses: one expression, or several with commas between.
 * `parseItem` decides whether `if` belongs to an item.
 */
export function parseTuple(stream: Stream, parseItem: (stream: Stream) => ExpressionNode): ExpressionNode {
  const { start } = peek(stream);
  const first = parseItem(stream);
  if (!isOperator(stream, ',')) return first;
  const items = [first];
  while (skipOperator(stream, ',')) {
    if (endsTuple(stream)) break;
    items.push(parseItem(stream));
  }
  return { kind: 'tuple', items, at: since(stream, start) };
}

function endsTuple(stream: Stream): boolean {
  const { type } = peek(stream);
  return (
    type === 'variable_end' ||
    type === 'block_end' ||
    type === 'eof' ||
    isOperator(stream, ')') ||
    isWord(stream, 'recursive')
  );
}

function parseList(stream: Stream, start: number): ExpressionNode {
  const items: ExpressionNode[] = [];
  while (!isOperator(stream, ']')) {
    if (items.length > 0) expectOperator(stream, ',');
    if (isOperator(stream, ']')) break;
    items.push(parseExpression(stream));
  }
  expectOperator(stream, ']');
  return { kind: 'list', items, at: since(stream, start) };
}

function parseDict(stream: Stream, start: number): ExpressionNode {
  const entries: [ExpressionNode, ExpressionNode][] = [];
  while (!isOperator(stream, '}')) {
    if (entries.length > 0) expectOperator(stream, ',');
    if (isOperator(stream, '}')) break;
    const key = parseExpression(stream);
    expectOperator(stream, ':');
    entries.push([key, parseExpression(stream)]);
  }
  expectOperator(stream, '}');
  return { kind: 'dict', entries, at: since(stream, start) };
}

function parsePostfix(stream: Stream, start: number, node: ExpressionNode): ExpressionNode {
  let current = node;
  for (;;) {
    if (skipOperator(stream, '.')) current = parseAttribute(stream, start, current);
    else if (skipOperator(stream, '[')) current = parseItem(stream, start, current);
    else if (isOperator(stream, '(')) current = parseCall(stream, start, current);
    else return current;
  }
}

function parseAttribute(stream: Stream, start: number, object: ExpressionNode): ExpressionNode {
  const token = advance(stream);
  if (token.type === 'name')
    return { kind: 'attribute', object, name: token.value, at: since(stream, start) };
  if (token.type !== 'integer') throw fail(stream, 'expected name or number', token);
  const index: ExpressionNode = {
    kind: 'constant',
    value: Number(token.value),
    at: since(stream, token.start),
  };
  return { kind: 'item', object, index, at: since(stream, start) };
}

function parseItem(stream: Stream, start: number, object: ExpressionNode): ExpressionNode {
  const { start: indexStart } = peek(stream);
  const items: ExpressionNode[] = [parseSubscript(stream)];
  while (skipOperator(stream, ',')) items.push(parseSubscript(stream));
  const index: ExpressionNode =
    items.length === 1 ? items[0]! : { kind: 'tuple', items, at: since(stream, indexStart) };
  expectOperator(stream, ']');
  return { kind: 'item', object, index, at: since(stream, start) };
}

function parseSubscript(stream: Stream): ExpressionNode {
  const { start } = peek(stream);
  const first = isOperator(stream, ':') ? undefined : parseExpression(stream);
  if (first !== undefined && !isOperator(stream, ':')) return first;
  expectOperator(stream, ':');
  const stop = endsSlicePart(stream) ? undefined : parseExpression(stream);
  const step = skipOperator(stream, ':') && !endsSlicePart(stream) ? parseExpression(stream) : undefined;
  return { kind: 'slice', start: first, stop, step, at: since(stream, start) };
}

function endsSlicePart(stream: Stream): boolean {
  return isOperator(stream, ':') || isOperator(stream, ']') || isOperator(stream, ',');
}

function parseCall(stream: Stream, start: number, callee: ExpressionNode): ExpressionNode {
  const args = parseArguments(stream);
  return { kind: 'call', callee, args, at: since(stream, start) };
}

const noArguments: ArgumentsNode = { positional: [], keywords: [], rest: undefined, others: undefined };

function parseArguments(stream: Stream): ArgumentsNode {
  const opening = expectOperator(stream, '(');
  const positional: ExpressionNode[] = [];
  const keywords: [string, ExpressionNode][] = [];
  let rest: ExpressionNode | undefined;
  let others: ExpressionNode | undefined;
  const ensure = (valid: boolean) => {
    if (!valid) throw fail(stream, 'invalid syntax for function call expression', opening);
  };
  while (!isOperator(stream, ')')) {
    if (positional.length + keywords.length > 0 || rest || others) expectOperator(stream, ',');
    if (isOperator(stream, ')')) break;
    if (skipOperator(stream, '*')) {
      ensure(!rest && !others);
      rest = parseExpression(stream);
    } else if (skipOperator(stream, '**')) {
      ensure(!others);
      others = parseExpression(stream);
    } else if (peek(stream).type === 'name' && isOperator(stream, '=', 1)) {
      ensure(!others);
      const name = advance(stream).value;
      advance(stream);
      keywords.push([name, parseExpression(stream)]);
    } else {
      ensure(!rest && !others && keywords.length === 0);
      positional.push(parseExpression(stream));
    }
  }
  expectOperator(stream, ')');
  return { positional, keywords, rest, others };
}

function parseFilters(stream: Stream, start: number, node: ExpressionNode): ExpressionNode {
  let current = node;
  for (;;) {
    if (isOperator(stream, '|')) current = parseFilter(stream, start, current);
    else if (skipWord(stream, 'is')) current = parseTest(stream, start, current);
    else if (isOperator(stream, '(')) current = parseCall(stream, start, current);
    else return current;
  }
}

/** Parses `| name(args)`; in a filter block the first bar is left out. */
export function parseFilter(stream: Stream, start: number, value: ExpressionNode | undefined): FilterNode {
  skipOperator(stream, '|');
  const name = parseDottedName(stream);
  const args = isOperator(stream, '(') ? parseArguments(stream) : noArguments;
  return { kind: 'filter', value, name, args, at: since(stream, start) };
}

function parseDottedName(stream: Stream): string {
  let name = expectType(stream, 'name').value;
  while (skipOperator(stream, '.')) name += `.${expectType(stream, 'name').value}`;
  return name;
}

function parseTest(stream: Stream, start: number, value: ExpressionNode): ExpressionNode {
  const negated = skipWord(stream, 'not');
  const name = parseDottedName(stream);
  const args = isOperator(stream, '(') ? parseArguments(stream) : parseTestOperand(stream);
  const node: ExpressionNode = { kind: 'test', value, name, args, at: since(stream, start) };
  return negated ? { kind: 'unary', operator: 'not', operand: node, at: node.at } : node;
}

const wordsBehindTest: readonly string[] = ['else', 'or', 'and', 'is', 'if', 'in', 'not'];

/** A test takes one argument without parentheses: `6 is divisibleby 3`. */
function parseTestOperand(stream: Stream): ArgumentsNode {
  const token = peek(stream);
  const begins =
    token.type === 'name'
      ? !wordsBehindTest.includes(token.value)
      : token.type === 'string' ||
        token.type === 'integer' ||
        token.type === 'float' ||
        isOperator(stream, '(') ||
        isOperator(stream, '[') ||
        isOperator(stream, '{');
  if (isWord(stream, 'is')) throw fail(stream, 'You cannot chain multiple tests with is');
  if (!begins) return noArguments;
  const operand = parsePostfix(stream, token.start, parsePrimary(stream));
  return { ...noArguments, positional: [operand] };
}
