import type { Body, CallNode, ExpressionNode, FilterNode, Signature, StatementNode } from './ast.ts';
import type { SyntaxOptions } from './environment.ts';
import { type Source, TemplateAssertionError } from './errors.ts';
import { lexTemplate } from './lexer.ts';
import { lexExpression } from './lexer-expression.ts';
import { parseExpression, parseFilter, parseTuple, parseWithoutConditional } from './parser-expression.ts';
import {
  advance,
  expectOperator,
  expectType,
  expectWord,
  fail,
  isOperator,
  isWord,
  nested,
  peek,
  type Stream,
  since,
  skipOperator,
  skipWord,
  streamOf,
} from './parser-stream.ts';
import { parseNameTarget, parseTarget } from './parser-target.ts';
import { describeToken, type Token } from './tokens.ts';
import { targetNames } from './walk.ts';

/** Parses a bare expression. Throws TemplateSyntaxError. */
export function parseExpressionSource(source: Source): ExpressionNode {
  const tokens: Token[] = [];
  lexExpression(source, 0, tokens);
  const stream = streamOf(source, tokens);
  const node = parseExpression(stream);
  if (peek(stream).type !== 'eof') {
    const token = peek(stream);
    throw fail(stream, `chunk after expression: '${describeToken(token)}'`, token);
  }
  return node;
}

/** Parses a template. Throws TemplateSyntaxError. */
export function parseTemplateSource(source: Source, options: SyntaxOptions): Body {
  return parseBody(streamOf(source, lexTemplate(source, options)));
}

/** Parses up to one of the tags of `awaited` (which is left to the caller), or to the end of the text. */
function parseBody(stream: Stream, awaited?: readonly string[]): StatementNode[] {
  const body: StatementNode[] = [];
  if (awaited) stream.awaited.push(awaited);
  for (;;) {
    const token = advance(stream);
    if (token.type === 'data') {
      body.push({ kind: 'text', text: token.value, at: since(stream, token.start) });
    } else if (token.type === 'variable_begin') {
      const { start } = peek(stream);
      const value = parseTuple(stream, parseExpression);
      body.push({ kind: 'output', value, at: since(stream, start) });
      expectType(stream, 'variable_end');
    } else if (token.type === 'block_begin') {
      if (awaited?.some((tag) => isWord(stream, tag))) break;
      body.push(...parseTag(stream));
      expectType(stream, 'block_end');
    } else if (token.type === 'eof') {
      if (awaited) throw unclosed(stream);
      break;
    }
  }
  if (awaited) stream.awaited.pop();
  return body;
}

function unclosed(stream: Stream) {
  return fail(stream, `Unexpected end of template. ${expectation(stream)}`);
}

/** Says which tags would have been right. */
function expectation(stream: Stream): string {
  const awaited = stream.awaited.at(-1);
  if (!awaited) return '';
  const tags = awaited.map((tag) => `'${tag}'`).join(' or ');
  const innermost = `The innermost block that needs to be closed is '${stream.openTags.at(-1)}'.`;
  return `Jinja was looking for the following tags: ${tags}. ${innermost}`;
}

type StatementParser = (stream: Stream, start: number) => StatementNode;

const statements: ReadonlyMap<string, StatementParser> = new Map<string, StatementParser>([
  ['for', parseFor],
  ['if', parseIf],
  ['set', parseSet],
  ['macro', parseMacro],
  ['call', parseCallBlock],
  ['filter', parseFilterBlock],
  ['include', parseInclude],
  ['import', parseImport],
  ['from', parseFromImport],
  ['extends', parseExtends],
  ['block', parseBlock],
  ['with', parseWith],
  ['autoescape', parseAutoescape],
  ['do', parseDo],
  ['break', parseLoopControl],
  ['continue', parseLoopControl],
]);

function parseTag(stream: Stream): StatementNode[] {
  const token = expectTagName(stream);
  const { start } = token;
  if (token.value === 'print') return parsePrint(stream);
  const parse = statements.get(token.value);
  if (!parse) {
    throw fail(stream, `Encountered unknown tag '${token.value}'. ${expectation(stream)}`.trimEnd(), token);
  }
  stream.openTags.push(token.value);
  const node = nested(stream, () => parse(stream, start));
  stream.openTags.pop();
  return [node];
}

function expectTagName(stream: Stream): Token {
  const token = advance(stream);
  if (token.type !== 'name') throw fail(stream, 'tag name expected', token);
  return token;
}

/** The body behind a tag, which may end in a colon as in Python. */
function parseBlockBody(stream: Stream, ...awaited: string[]): StatementNode[] {
  skipOperator(stream, ':');
  expectType(stream, 'block_end');
  return parseBody(stream, awaited);
}

function parsePrint(stream: Stream): StatementNode[] {
  const nodes: StatementNode[] = [];
  while (peek(stream).type !== 'block_end') {
    if (nodes.length > 0) expectOperator(stream, ',');
    const { start } = peek(stream);
    nodes.push({ kind: 'output', value: parseExpression(stream), at: since(stream, start) });
  }
  return nodes;
}

function parseFor(stream: Stream, start: number): StatementNode {
  const target = parseTarget(stream, ['in']);
  if (targetNames(target).includes('loop')) {
    throw new TemplateAssertionError("Can't assign to special loop variable in for-loop target", target.at);
  }
  expectWord(stream, 'in');
  const iterable = parseTuple(stream, parseWithoutConditional);
  const condition = skipWord(stream, 'if') ? parseExpression(stream) : undefined;
  const recursive = skipWord(stream, 'recursive');
  const at = since(stream, start);
  const body = parseBlockBody(stream, 'endfor', 'else');
  const otherwise = skipWord(stream, 'else') ? parseBlockBody(stream, 'endfor') : [];
  expectWord(stream, 'endfor');
  return { kind: 'for', target, iterable, condition, recursive, body, otherwise, at };
}

function parseIf(stream: Stream, start: number): StatementNode {
  const branches: [ExpressionNode, Body][] = [];
  let otherwise: StatementNode[] = [];
  const at = since(stream, start);
  do {
    const test = parseTuple(stream, parseWithoutConditional);
    branches.push([test, parseBlockBody(stream, 'elif', 'else', 'endif')]);
  } while (skipWord(stream, 'elif'));
  if (skipWord(stream, 'else')) otherwise = parseBlockBody(stream, 'endif');
  expectWord(stream, 'endif');
  return { kind: 'if', branches, otherwise, at };
}

function parseSet(stream: Stream, start: number): StatementNode {
  const target = parseTarget(stream, [], true);
  if (skipOperator(stream, '=')) {
    const value = parseTuple(stream, parseExpression);
    return { kind: 'set', target, value, at: since(stream, start) };
  }
  const filters = parseFilterChain(stream);
  const at = since(stream, start);
  const body = parseBlockBody(stream, 'endset');
  expectWord(stream, 'endset');
  return { kind: 'setBlock', target, filters, body, at };
}

function parseFilterChain(stream: Stream): FilterNode[] {
  const filters: FilterNode[] = [];
  while (isOperator(stream, '|')) filters.push(parseFilter(stream, peek(stream).start, undefined));
  return filters;
}

function parseMacro(stream: Stream, start: number): StatementNode {
  const { name } = parseNameTarget(stream);
  const signature = parseSignature(stream);
  const at = since(stream, start);
  const body = parseBlockBody(stream, 'endmacro');
  expectWord(stream, 'endmacro');
  return { kind: 'macro', name, signature, body, at };
}

function parseSignature(stream: Stream): Signature {
  const names: string[] = [];
  const defaults: ExpressionNode[] = [];
  expectOperator(stream, '(');
  while (!isOperator(stream, ')')) {
    if (names.length > 0) expectOperator(stream, ',');
    const { name } = parseNameTarget(stream);
    names.push(name);
    if (skipOperator(stream, '=')) defaults.push(parseExpression(stream));
    else if (defaults.length > 0) throw fail(stream, 'non-default argument follows default argument');
  }
  expectOperator(stream, ')');
  return { names, defaults };
}

function parseCallBlock(stream: Stream, start: number): StatementNode {
  const signature = isOperator(stream, '(') ? parseSignature(stream) : { names: [], defaults: [] };
  const call = parseExpression(stream);
  if (call.kind !== 'call') throw fail(stream, 'expected call');
  const at = since(stream, start);
  const body = parseBlockBody(stream, 'endcall');
  expectWord(stream, 'endcall');
  return { kind: 'callBlock', call: call satisfies CallNode, signature, body, at };
}

function parseFilterBlock(stream: Stream, start: number): StatementNode {
  const filters = [parseFilter(stream, peek(stream).start, undefined), ...parseFilterChain(stream)];
  const at = since(stream, start);
  const body = parseBlockBody(stream, 'endfilter');
  expectWord(stream, 'endfilter');
  return { kind: 'filterBlock', filters, body, at };
}

/** Reads `with context` or `without context`, if either is there. */
function parseContext(stream: Stream, fallback: boolean): boolean {
  if (!isWord(stream, 'context', 1)) return fallback;
  if (!isWord(stream, 'with') && !isWord(stream, 'without')) return fallback;
  const withContext = advance(stream).value === 'with';
  advance(stream);
  return withContext;
}

function parseInclude(stream: Stream, start: number): StatementNode {
  const template = parseExpression(stream);
  const ignoreMissing = isWord(stream, 'ignore') && isWord(stream, 'missing', 1);
  if (ignoreMissing) stream.index += 2;
  const withContext = parseContext(stream, true);
  return { kind: 'include', template, ignoreMissing, withContext, at: since(stream, start) };
}

function parseImport(stream: Stream, start: number): StatementNode {
  const template = parseExpression(stream);
  expectWord(stream, 'as');
  const { name } = parseNameTarget(stream);
  const withContext = parseContext(stream, false);
  return { kind: 'import', template, target: name, withContext, at: since(stream, start) };
}

function parseFromImport(stream: Stream, start: number): StatementNode {
  const template = parseExpression(stream);
  expectWord(stream, 'import');
  const names: [string, string][] = [];
  while (peek(stream).type === 'name' && !isContext(stream)) {
    const { name } = parseNameTarget(stream);
    if (name.startsWith('_')) throw fail(stream, 'names starting with an underline can not be imported');
    names.push([name, skipWord(stream, 'as') ? parseNameTarget(stream).name : name]);
    if (!skipOperator(stream, ',')) break;
  }
  if (names.length === 0) expectType(stream, 'name');
  const withContext = parseContext(stream, false);
  return { kind: 'fromImport', template, names, withContext, at: since(stream, start) };
}

function isContext(stream: Stream): boolean {
  return (isWord(stream, 'with') || isWord(stream, 'without')) && isWord(stream, 'context', 1);
}

function parseExtends(stream: Stream, start: number): StatementNode {
  return { kind: 'extends', template: parseExpression(stream), at: since(stream, start) };
}

function parseBlock(stream: Stream, start: number): StatementNode {
  const name = expectType(stream, 'name').value;
  const scoped = skipWord(stream, 'scoped');
  const required = skipWord(stream, 'required');
  if (isOperator(stream, '-'))
    throw fail(stream, 'Block names may not contain hyphens; use an underscore instead');
  const at = since(stream, start);
  const body = parseBlockBody(stream, 'endblock');
  expectWord(stream, 'endblock');
  skipWord(stream, name);
  if (required && body.some((node) => node.kind !== 'text' || node.text.trim() !== '')) {
    throw fail(stream, 'Required blocks can only contain comments or whitespace');
  }
  return { kind: 'block', name, scoped, required, body, at };
}

function parseWith(stream: Stream, start: number): StatementNode {
  const assignments: [ReturnType<typeof parseTarget>, ExpressionNode][] = [];
  while (peek(stream).type !== 'block_end') {
    if (assignments.length > 0) expectOperator(stream, ',');
    const target = parseTarget(stream, [], false, true);
    expectOperator(stream, '=');
    assignments.push([target, parseExpression(stream)]);
  }
  const at = since(stream, start);
  const body = parseBlockBody(stream, 'endwith');
  expectWord(stream, 'endwith');
  return { kind: 'with', assignments, body, at };
}

// Nothing is ever escaped by itself; what is left of the tag is that it has a scope of its own.
function parseAutoescape(stream: Stream, start: number): StatementNode {
  parseExpression(stream);
  const at = since(stream, start);
  const body = parseBlockBody(stream, 'endautoescape');
  expectWord(stream, 'endautoescape');
  return { kind: 'with', assignments: [], body, at };
}

function parseDo(stream: Stream, start: number): StatementNode {
  return { kind: 'do', value: parseTuple(stream, parseExpression), at: since(stream, start) };
}

function parseLoopControl(stream: Stream, start: number): StatementNode {
  const token = stream.tokens[stream.index - 1]!;
  if (!stream.openTags.slice(0, -1).includes('for'))
    throw fail(stream, `'${token.value}' outside loop`, token);
  return { kind: token.value === 'break' ? 'break' : 'continue', at: since(stream, start) };
}
