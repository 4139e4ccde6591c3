import { z } from 'zod';
import { toText } from '../jinja/text.ts';
import { dictEntries, isDict, isInt, isList, isNumber, PyFloat } from '../jinja/values.ts';
import { modeBits } from '../lib/fileMode.ts';

const TRUE_WORDS = ['yes', 'on', 'true', 'y', 't', '1'];
const FALSE_WORDS = ['no', 'off', 'false', 'n', 'f', '0'];

/** A truth value in any of the words that Ansible takes: yes, no, on, off, true, false, y, n, t, f, 1, 0. */
export function ansibleBool() {
  return z.preprocess(asBool, z.boolean());
}

/** A whole number, also given as a text: 5, "5". */
export function ansibleInt() {
  return z.preprocess(asInt, z.int({ error: 'must be a whole number' }));
}

/** A number, also given as a text: 0.5, "0.5". */
export function ansibleFloat() {
  return z.preprocess(asFloat, z.number());
}

/** A text; numbers and truth values are taken as Python prints them. */
export function ansibleText() {
  return z.preprocess(asText, z.string());
}

/** One of these words. */
export function choice<const T extends readonly [string, ...string[]]>(words: T) {
  return z.preprocess(asText, z.enum(words));
}

/** A list; one text is taken as a list with commas between, one number as a list of itself. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.preprocess(asList, z.array(item));
}

/** A list; anything else is taken as its one item, whatever commas stand in it. */
export function listOfWhole<T extends z.ZodType>(item: T) {
  return z.preprocess(
    (value) => (isList(value) ? [...value] : value === undefined ? value : [value]),
    z.array(item),
  );
}

/** A dictionary; also JSON in a text, or `key=value` pairs with commas or spaces between. */
export function ansibleDict() {
  return z.preprocess(asDict, z.record(z.string(), z.unknown()));
}

/** Anything at all, as it is. Must be given, unless made optional. */
export function rawValue() {
  return z.unknown().refine((value) => value !== undefined);
}

/**
 * A file mode as Ansible takes it: an octal text ('0644', '644'), a number that YAML read as octal (0644), or symbols
 * ('u=rw,g=r,o=r'). Kept as given, since symbols need the mode that is there. `words` are taken besides.
 */
export function modeParam(...words: string[]) {
  return z.preprocess(
    (value) => (value instanceof PyFloat ? value.value : value),
    z
      .union([z.string(), z.int()])
      .refine(
        (mode) => words.includes(String(mode)) || isMode(mode),
        'must be a mode such as "0644" or "u=rw,g=r"',
      ),
  );
}

function isMode(mode: string | number): boolean {
  try {
    return modeBits(mode, { mode: 0, directory: false, umask: 0 }) >= 0;
  } catch {
    return false;
  }
}

function asBool(value: unknown): unknown {
  if (isNumber(value)) return Number(value) === 1 ? true : Number(value) === 0 ? false : value;
  if (typeof value !== 'string') return value;
  const word = value.trim().toLowerCase();
  return TRUE_WORDS.includes(word) ? true : FALSE_WORDS.includes(word) ? false : value;
}

function asInt(value: unknown): unknown {
  if (isInt(value) || value instanceof PyFloat) return Number(value);
  return typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : value;
}

function asFloat(value: unknown): unknown {
  if (isNumber(value)) return Number(value);
  return typeof value === 'string' && /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value)
    ? Number(value)
    : value;
}

function asText(value: unknown): unknown {
  return isNumber(value) || typeof value === 'boolean' ? toText(value) : value;
}

function asList(value: unknown): unknown {
  if (isList(value)) return [...value];
  if (typeof value === 'string') return value.split(',');
  return isNumber(value) ? [toText(value)] : value;
}

function asDict(value: unknown): unknown {
  if (isDict(value)) return Object.fromEntries(dictEntries(value).map(([key, item]) => [toText(key), item]));
  if (typeof value !== 'string') return value;
  if (value.trimStart().startsWith('{')) return parsedJson(value);
  const pairs = value.split(/,\s*|\s+/).filter((part) => part !== '');
  if (!pairs.every((pair) => pair.includes('='))) return value;
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
