import { type Dict, dictFrom } from './dict.ts';
import type { MakeFloat } from './yamlScalar.ts';

interface Cursor {
  text: string;
  at: number;
  float: MakeFloat;
}

/** Thrown inside of this file alone: the text is no literal. */
class NoLiteral extends Error {}

const BLANK = /(?:[ \t\f]|#[^\n]*$)*/y;
const NUMBER =
  /(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.\d(?:_?\d)*(?:[eE][-+]?\d(?:_?\d)*)?[jJ]?|\d(?:_?\d)*\.?(?:[eE][-+]?\d(?:_?\d)*)?[jJ]?)/y;
const STRING_START = /([rRuUbB]|[rR][bB]|[bB][rR])?("""|'''|"|')/y;
const NAME = /[A-Za-z_]\w*/y;
const ESCAPE = /\\(\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[xuUN]|[\s\S])/g;
const SIMPLE_ESCAPES: Record<string, string> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const CONSTANTS: Record<string, unknown> = { True: true, False: false, None: null };

/**
 * The value of one line of Python that is a literal, as `ast.literal_eval` of Python 3.11 gives it: numbers
 * (bigint beyond 2^53), texts, bytes (as text), True, False, None, and lists, tuples and sets (all as arrays) and
 * dicts of such. undefined for everything else. `float` makes the floats. Not read are complex numbers and `\N{...}`.
 */
export function parsePythonLiteral(text: string, float: MakeFloat): unknown {
  const cursor: Cursor = { text: text.replace(/^[ \t]+/, ''), at: 0, float };
  try {
    const value = tupleOrValue(cursor, '');
    if (cursor.at < cursor.text.length) throw new NoLiteral();
    return value;
  } catch (error) {
    if (error instanceof NoLiteral || error instanceof RangeError) return undefined;
    throw error;
  }
}

function skipBlank(cursor: Cursor): void {
  match(cursor, BLANK);
}

function match(cursor: Cursor, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text);
  if (found) cursor.at += found[0].length;
  return found;
}

function peek(cursor: Cursor): string {
  return cursor.text[cursor.at] ?? '';
}

// Values with commas between them are a tuple, also without parentheses; `end` is what may follow.
function tupleOrValue(cursor: Cursor, end: string): unknown {
  const first = value(cursor);
  if (peek(cursor) !== ',') return first;
  const items = [first];
  while (peek(cursor) === ',') {
    cursor.at++;
    skipBlank(cursor);
    if (peek(cursor) === end) break;
    items.push(value(cursor));
  }
  return items;
}

function value(cursor: Cursor): unknown {
  skipBlank(cursor);
  const result = bareValue(cursor);
  skipBlank(cursor);
  return result;
}

function bareValue(cursor: Cursor): unknown {
  const first = peek(cursor);
  if (first === '[') return list(cursor);
  if (first === '{') return braces(cursor);
  if (first === '(') return parentheses(cursor);
  if (first === '-' || first === '+') return signed(cursor);
  if (/[\d.]/.test(first)) return number(cursor);
  return strings(cursor) ?? constant(cursor);
}

function constant(cursor: Cursor): unknown {
  const name = match(cursor, NAME)?.[0];
  if (name === undefined) throw new NoLiteral();
  if (name === 'set' && /^\s*\(\s*\)/.test(cursor.text.slice(cursor.at))) {
    cursor.at = cursor.text.indexOf(')', cursor.at) + 1;
    return [];
  }
  if (!Object.hasOwn(CONSTANTS, name)) throw new NoLiteral();
  return CONSTANTS[name];
}

function list(cursor: Cursor): unknown[] {
  cursor.at++;
  return itemsUntil(cursor, ']', value);
}

function itemsUntil<T>(cursor: Cursor, end: string, item: (cursor: Cursor) => T): T[] {
  const items: T[] = [];
  skipBlank(cursor);
  while (peek(cursor) !== end) {
    items.push(item(cursor));
    if (peek(cursor) === ',') {
      cursor.at++;
      skipBlank(cursor);
    } else if (peek(cursor) !== end) throw new NoLiteral();
  }
  cursor.at++;
  return items;
}

function parentheses(cursor: Cursor): unknown {
  cursor.at++;
  skipBlank(cursor);
  const inside = peek(cursor) === ')' ? [] : tupleOrValue(cursor, ')');
  if (peek(cursor) !== ')') throw new NoLiteral();
  cursor.at++;
  return inside;
}

function braces(cursor: Cursor): Dict | unknown[] {
  cursor.at++;
  skipBlank(cursor);
  const start = cursor.at;
  if (peek(cursor) === '}') return dictFrom(new Map(itemsUntil(cursor, '}', entry)));
  value(cursor);
  const isDict = peek(cursor) === ':';
  cursor.at = start;
  return isDict ? dictFrom(new Map(itemsUntil(cursor, '}', entry))) : itemsUntil(cursor, '}', hashable);
}

function entry(cursor: Cursor): [unknown, unknown] {
  const key = hashable(cursor);
  if (peek(cursor) !== ':') throw new NoLiteral();
  cursor.at++;
  return [key, value(cursor)];
}

function hashable(cursor: Cursor): unknown {
  const key = value(cursor);
  if (typeof key === 'object' && key !== null && (Array.isArray(key) || isPlain(key))) throw new NoLiteral();
  return key;
}

function isPlain(key: object): boolean {
  return key instanceof Map || Object.getPrototypeOf(key) === Object.prototype;
}

function signed(cursor: Cursor): unknown {
  const minus = peek(cursor) === '-';
  cursor.at++;
  skipBlank(cursor);
  return number(cursor, minus);
}

function number(cursor: Cursor, minus = false): unknown {
  const digits = match(cursor, NUMBER)?.[0].replaceAll('_', '');
  if (digits === undefined || /[jJ]$/.test(digits) || /[\w.]/.test(peek(cursor))) throw new NoLiteral();
  const based = /^0[xXoObB]/.test(digits);
  if (!based && /[.eE]/.test(digits)) return cursor.float(minus ? -Number(digits) : Number(digits));
  if (!based && /^0+[1-9]/.test(digits)) throw new NoLiteral();
  const size = BigInt(digits);
  const result = minus ? -size : size;
  const safe = size <= BigInt(Number.MAX_SAFE_INTEGER);
  return safe ? Number(result) : result;
}

// Strings next to each other are one.
function strings(cursor: Cursor): string | undefined {
  let text: string | undefined;
  let start = match(cursor, STRING_START);
  while (start) {
    const [, prefix = '', quote] = start;
    text = (text ?? '') + stringBody(cursor, prefix.toLowerCase(), quote!);
    skipBlank(cursor);
    start = match(cursor, STRING_START);
  }
  return text;
}

function stringBody(cursor: Cursor, prefix: string, quote: string): string {
  const start = cursor.at;
  while (!cursor.text.startsWith(quote, cursor.at)) {
    const char = peek(cursor);
    if (char === '' || (char === '\n' && quote.length === 1)) throw new NoLiteral();
    cursor.at += char === '\\' ? 2 : 1;
  }
  const body = cursor.text.slice(start, cursor.at);
  cursor.at += quote.length;
  return prefix.includes('r') ? body : body.replace(ESCAPE, escaped);
}

function escaped(written: string, code: string): string {
  if (Object.hasOwn(SIMPLE_ESCAPES, code)) return SIMPLE_ESCAPES[code]!;
  if (/^[xuUN]$/.test(code)) throw new NoLiteral();
  const number = /^[0-7]/.test(code) ? Number.parseInt(code, 8) : Number.parseInt(code.slice(1), 16);
  // A backslash before any other character stays.
  return /^[0-7xuU]/.test(code) ? String.fromCodePoint(number) : written;
}
