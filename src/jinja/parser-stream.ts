import { type Location, type Source, TemplateSyntaxError } from './errors.ts';
import { describeToken, describeType, type Token, type TokenType } from './tokens.ts';

/** Where a parser stands in its tokens. */
export interface Stream {
  readonly source: Source;
  readonly tokens: readonly Token[];
  index: number;
  /** How deep the expression under way is nested. */
  depth: number;
  /** Tags that are open, the innermost last. */
  readonly openTags: string[];
  /** For each open tag, the tags that may follow. */
  readonly awaited: (readonly string[])[];
}

const MAX_NESTING = 200;

export function streamOf(source: Source, tokens: Token[]): Stream {
  const end = source.text.length;
  tokens.push({ type: 'eof', value: '', start: end, end });
  return { source, tokens, index: 0, depth: 0, openTags: [], awaited: [] };
}

export function peek(stream: Stream, ahead = 0): Token {
  return stream.tokens[Math.min(stream.index + ahead, stream.tokens.length - 1)]!;
}

export function advance(stream: Stream): Token {
  const token = peek(stream);
  if (token.type !== 'eof') stream.index++;
  return token;
}

/** Whether the next token is this operator. */
export function isOperator(stream: Stream, operator: string, ahead = 0): boolean {
  const token = peek(stream, ahead);
  return token.type === 'operator' && token.value === operator;
}

/** Whether the next token is this word. */
export function isWord(stream: Stream, word: string, ahead = 0): boolean {
  const token = peek(stream, ahead);
  return token.type === 'name' && token.value === word;
}

export function skipOperator(stream: Stream, operator: string): boolean {
  if (!isOperator(stream, operator)) return false;
  stream.index++;
  return true;
}

export function skipWord(stream: Stream, word: string): boolean {
  if (!isWord(stream, word)) return false;
  stream.index++;
  return true;
}

export function expectOperator(stream: Stream, operator: string): Token {
  if (!isOperator(stream, operator)) throw unexpected(stream, operator);
  return advance(stream);
}

export function expectWord(stream: Stream, word: string): Token {
  if (!isWord(stream, word)) throw unexpected(stream, word);
  return advance(stream);
}

export function expectType(stream: Stream, type: TokenType): Token {
  if (peek(stream).type !== type) throw unexpected(stream, describeType(type));
  return advance(stream);
}

function unexpected(stream: Stream, wanted: string): TemplateSyntaxError {
  const token = peek(stream);
  return fail(stream, `expected token '${wanted}', got '${describeToken(token)}'`, token);
}

/** A syntax error at a token (the next one unless given). */
export function fail(stream: Stream, message: string, token: Token = peek(stream)): TemplateSyntaxError {
  return new TemplateSyntaxError(message, { source: stream.source, start: token.start, end: token.end });
}

/** The range from an offset to the end of what was read last. */
export function since(stream: Stream, start: number): Location {
  const last = stream.tokens[stream.index - 1];
  return { source: stream.source, start, end: Math.max(start, last ? last.end : start) };
}

/** Guards the parser's own recursion. */
export function nested<T>(stream: Stream, parse: (stream: Stream) => T): T {
  stream.depth++;
  if (stream.depth > MAX_NESTING) throw fail(stream, `nested deeper than ${MAX_NESTING} levels`);
  const node = parse(stream);
  stream.depth--;
  return node;
}
