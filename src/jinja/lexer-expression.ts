import { type Source, TemplateSyntaxError } from './errors.ts';
import { type ReadString, unescapeString } from './lexer-string.ts';
import type { Token } from './tokens.ts';

const blank = /\s+/y;
const floatPattern = /(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy;
const integerPattern = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
const namePattern = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}_]*/uy;
const stringPattern = /'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*"/sy;
const operatorPattern = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}<>=.:|,;]/y;

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/**
 * Reads the tokens of an expression from `at` on into `tokens`, up to `ending` (which counts only outside
 * of brackets). `readString` gives the value of a string literal. Answers the offset behind the ending, or undefined when the text ends before it.
 */
export function lexExpression(
  source: Source,
  at: number,
  tokens: Token[],
  ending?: RegExp,
  readString: ReadString = unescapeString,
): number | undefined {
  const text = source.text;
  const open: string[] = [];
  let offset = at;
  while (offset < text.length) {
    if (ending && open.length === 0) {
      const end = matchEnd(ending, text, offset);
      if (end !== undefined) return end;
    }
    const skipped = matchEnd(blank, text, offset);
    if (skipped !== undefined) {
      offset = skipped;
      continue;
    }
    const token = readToken(source, offset, readString);
    if (token.type === 'operator') balance(source, token, open);
    tokens.push(token);
    offset = token.end;
  }
  return undefined;
}

function readToken(source: Source, start: number, readString: ReadString): Token {
  const { text } = source;
  const float = matchEnd(floatPattern, text, start);
  if (float !== undefined) return number('float', text, start, float);
  const integer = matchEnd(integerPattern, text, start);
  if (integer !== undefined) return number('integer', text, start, integer);
  const name = matchEnd(namePattern, text, start);
  if (name !== undefined) return { type: 'name', value: text.slice(start, name), start, end: name };
  const string = matchEnd(stringPattern, text, start);
  if (string !== undefined) {
    return { type: 'string', value: readString(source, start, string), start, end: string };
  }
  const operator = matchEnd(operatorPattern, text, start);
  if (operator !== undefined)
    return { type: 'operator', value: text.slice(start, operator), start, end: operator };
  const character = String.fromCodePoint(text.codePointAt(start)!);
  throw new TemplateSyntaxError(unexpectedCharacter(character, start), {
    source,
    start,
    end: start + character.length,
  });
}

function unexpectedCharacter(character: string, offset: number): string {
  const shown = character === "'" ? `"'"` : `'${character}'`;
  const hint = character === "'" || character === '"' ? ' (the text that begins here has no end)' : '';
  return `unexpected char ${shown} at ${offset}${hint}`;
}

function number(type: 'float' | 'integer', text: string, start: number, end: number): Token {
  return { type, value: text.slice(start, end).replaceAll('_', ''), start, end };
}

function balance(source: Source, token: Token, open: string[]): void {
  const closer = closers[token.value];
  if (closer !== undefined) open.push(closer);
  else if (token.value === ')' || token.value === ']' || token.value === '}') {
    const expected = open.pop();
    if (expected === token.value) return;
    const message =
      expected === undefined
        ? `unexpected '${token.value}'`
        : `unexpected '${token.value}', expected '${expected}'`;
    throw new TemplateSyntaxError(message, { source, start: token.start, end: token.end });
  }
}

/** The offset behind a sticky pattern's match at `offset`, or undefined. */
function matchEnd(pattern: RegExp, text: string, offset: number): number | undefined {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
