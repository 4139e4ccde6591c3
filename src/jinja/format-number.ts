import { exponentDigits, fixedDigits } from './numbers.ts';
import { textLength } from './sequences.ts';

/** Where the fill goes: behind, in front, around, or between sign and digits. */
export type Alignment = '<' | '>' | '^' | '=';

/** Fills a text up to a width, counted in characters. */
export function padText(text: string, width: number, alignment: Alignment, fill = ' '): string {
  const missing = width - textLength(text);
  if (missing <= 0) return text;
  if (alignment === '<') return text + fill.repeat(missing);
  if (alignment !== '^') return fill.repeat(missing) + text;
  const before = Math.floor(missing / 2);
  return fill.repeat(before) + text + fill.repeat(missing - before);
}

/** Fills a number up to a width; with `=` the fill goes behind sign and prefix. */
export function padNumber(text: string, width: number, alignment: Alignment | '=0', fill = ' '): string {
  if (alignment !== '=' && alignment !== '=0') return padText(text, width, alignment, fill);
  const lead = /^[-+ ]?(?:0[xXobB])?/.exec(text)![0];
  const missing = width - text.length;
  return missing <= 0
    ? text
    : lead + (alignment === '=0' ? '0' : fill).repeat(missing) + text.slice(lead.length);
}

/** Puts a separator between groups of digits of the whole part. */
export function groupDigits(text: string, separator: string, size = 3): string {
  const [, sign, whole, rest] = /^([-+ ]?)([\da-fA-F]*)(.*)$/s.exec(text)!;
  const groups: string[] = [];
  for (let end = whole!.length; end > 0; end -= size)
    groups.unshift(whole!.slice(Math.max(0, end - size), end));
  return `${sign}${groups.join(separator)}${rest}`;
}

/**
 * A float by one of the types `e`, `f`, `g` (capital for capital letters) with `digits` digits behind the
 * point, or significant digits for `g`. `alternate` keeps the point and the zeros at the end.
 */
export function formatFloatType(value: number, type: string, digits: number, alternate: boolean): string {
  const lower = type.toLowerCase();
  const text = Number.isFinite(value) ? finiteText(value, lower, digits, alternate) : specialText(value);
  return lower === type ? text : text.toUpperCase();
}

function specialText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  return value > 0 ? 'inf' : '-inf';
}

function finiteText(value: number, type: string, digits: number, alternate: boolean): string {
  if (type === 'f') return withPoint(fixedDigits(value, digits), digits, alternate);
  if (type === 'e') {
    const [mantissa, exponent] = exponentDigits(value, digits).split('e') as [string, string];
    return `${withPoint(mantissa, digits, alternate)}e${exponent}`;
  }
  return generalText(value, Math.max(digits, 1), alternate);
}

function withPoint(text: string, digits: number, alternate: boolean): string {
  return alternate && digits === 0 ? `${text}.` : text;
}

/** A finite float with `digits` significant digits, in exponent notation from `limit` digits before the point on. */
export function generalText(value: number, digits: number, alternate: boolean, limit = digits): string {
  const [mantissa, exponentText] = exponentDigits(value, digits - 1).split('e') as [string, string];
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= limit) {
    return `${alternate ? mantissa : withoutZeros(mantissa)}e${exponentText}`;
  }
  const fixed = fixedDigits(value, digits - 1 - exponent);
  return alternate ? withPoint(fixed, digits - 1 - exponent, true) : withoutZeros(fixed);
}

function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
}
