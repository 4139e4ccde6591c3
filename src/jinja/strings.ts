import { typeName } from './compare.ts';
import { typeError, valueError } from './errors.ts';
import { characters, textLength } from './sequences.ts';
import { requireDefined } from './undefined.ts';

// What Python's str.isspace() holds true; JavaScript's \s lacks some and adds U+FEFF.
const blanks = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const blankRun = new RegExp(`[${blanks}]+`, 'g');
const onlyBlanks = new RegExp(`^[${blanks}]+$`);

/** An argument that has to be a text. */
export function requireText(value: unknown, what = 'argument'): string {
  if (typeof value === 'string') return value;
  requireDefined(value);
  throw typeError(`${what} must be str, not ${typeName(value)}`);
}

/** Whether a text is blanks only, as Python's `isspace()`. */
export function isBlank(text: string): boolean {
  return onlyBlanks.test(text);
}

function isBlankAt(text: string, index: number): boolean {
  return onlyBlanks.test(text[index]!);
}

/** Python's `strip`, `lstrip` and `rstrip`; without `chars` they take off blanks. */
export function strip(text: string, chars: string | undefined, side: 'both' | 'left' | 'right'): string {
  const units = chars === undefined ? undefined : characters(chars);
  if (units?.some((unit) => unit.length > 1)) return stripCharacters(text, units, side);
  const drops = (index: number) =>
    chars === undefined ? isBlankAt(text, index) : chars.includes(text[index]!);
  let start = 0;
  let end = text.length;
  if (side !== 'right') while (start < end && drops(start)) start++;
  if (side !== 'left') while (end > start && drops(end - 1)) end--;
  return text.slice(start, end);
}

function stripCharacters(text: string, drop: readonly string[], side: 'both' | 'left' | 'right'): string {
  const units = characters(text);
  let start = 0;
  let end = units.length;
  if (side !== 'right') while (start < end && drop.includes(units[start]!)) start++;
  if (side !== 'left') while (end > start && drop.includes(units[end - 1]!)) end--;
  return units.slice(start, end).join('');
}

/** Python's `split`: at runs of blanks without a separator; `limit` below zero means no limit. */
export function split(text: string, separator: string | undefined, limit: number): string[] {
  if (separator === '') throw valueError('empty separator');
  if (limit < 0) {
    if (separator !== undefined) return text.split(separator);
    const stripped = strip(text, undefined, 'both');
    return stripped === '' ? [] : stripped.split(blankRun);
  }
  return separator === undefined ? splitBlanks(text, limit) : splitAt(text, separator, limit);
}

function splitAt(text: string, separator: string, limit: number): string[] {
  const parts: string[] = [];
  let from = 0;
  while (parts.length < limit) {
    const at = text.indexOf(separator, from);
    if (at < 0) break;
    parts.push(text.slice(from, at));
    from = at + separator.length;
  }
  parts.push(text.slice(from));
  return parts;
}

function splitBlanks(text: string, limit: number): string[] {
  const parts: string[] = [];
  let rest = strip(text, undefined, 'left');
  while (rest !== '' && parts.length < limit) {
    blankRun.lastIndex = 0;
    const match = blankRun.exec(rest);
    if (!match) break;
    parts.push(rest.slice(0, match.index));
    rest = rest.slice(match.index + match[0].length);
  }
  if (rest !== '') parts.push(rest);
  return parts;
}

/** Python's `rsplit`: as `split`, counting from the end. */
export function splitFromEnd(text: string, separator: string | undefined, limit: number): string[] {
  if (limit < 0) return split(text, separator, limit);
  if (separator === '') throw valueError('empty separator');
  const reversed = characters(text).reverse().join('');
  const backwards = separator === undefined ? undefined : characters(separator).reverse().join('');
  return split(reversed, backwards, limit)
    .map((part) => characters(part).reverse().join(''))
    .reverse();
}

const lineBreak = /\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]/g;

/** Python's `splitlines`. */
export function splitLines(text: string, keepEnds: boolean): string[] {
  const lines: string[] = [];
  let from = 0;
  for (const match of text.matchAll(lineBreak)) {
    const end = match.index + match[0].length;
    lines.push(text.slice(from, keepEnds ? end : match.index));
    from = end;
  }
  if (from < text.length) lines.push(text.slice(from));
  return lines;
}

/** Python's `replace`; `limit` below zero means no limit. */
export function replace(text: string, old: string, by: string, limit: number): string {
  if (limit < 0)
    return old === ''
      ? by +
          characters(text)
            .map((unit) => unit + by)
            .join('')
      : text.replaceAll(old, () => by);
  if (old === '') {
    const units = characters(text);
    const filled = units.map((unit, index) => (index < limit ? by : '') + unit).join('');
    return limit > units.length ? filled + by : filled;
  }
  return splitAt(text, old, limit).join(by);
}

/** How many times `part` is in a text without overlapping. */
export function countOf(text: string, part: string): number {
  return part === '' ? textLength(text) + 1 : text.split(part).length - 1;
}

const cased = /[\p{Lu}\p{Ll}\p{Lt}]/u;

/** A character as it begins a word: of letters that become two (ß), only the first is a capital. */
function titleCharacter(unit: string): string {
  const upper = unit.toUpperCase();
  return upper.length > 1 && /^\p{Lu}/u.test(upper) ? upper[0] + upper.slice(1).toLowerCase() : upper;
}

/** Python's `capitalize`. */
export function capitalize(text: string): string {
  const [first, ...rest] = characters(text);
  return first === undefined ? '' : titleCharacter(first) + rest.join('').toLowerCase();
}

/** Python's `title`: a capital after everything that has no case. */
export function titleCase(text: string): string {
  let previousCased = false;
  let result = '';
  for (const unit of text) {
    result += previousCased ? unit.toLowerCase() : titleCharacter(unit);
    previousCased = cased.test(unit);
  }
  return result;
}

/** Python's `istitle`. */
export function isTitleCase(text: string): boolean {
  let previousCased = false;
  let found = false;
  for (const unit of text) {
    const upper = /[\p{Lu}\p{Lt}]/u.test(unit);
    const lower = /\p{Ll}/u.test(unit);
    if (upper ? previousCased : lower && !previousCased) return false;
    previousCased = upper || lower;
    found ||= previousCased;
  }
  return found;
}

/** Python's `swapcase`. */
export function swapCase(text: string): string {
  return Array.from(text, (unit) => (/\p{Lu}/u.test(unit) ? unit.toLowerCase() : unit.toUpperCase())).join(
    '',
  );
}

/** Whether every letter with a case is of the case that `change` makes, and there is one. */
export function hasCase(text: string, change: 'upper' | 'lower'): boolean {
  return change === 'upper'
    ? /[\p{Lu}]/u.test(text) && !/[\p{Ll}\p{Lt}]/u.test(text)
    : /[\p{Ll}]/u.test(text) && !/[\p{Lu}\p{Lt}]/u.test(text);
}
