import { numeric, typeName } from './compare.ts';
import { TemplateRuntimeError, typeError, valueError } from './errors.ts';
import { requireDefined } from './undefined.ts';
import { int, isFloat } from './values.ts';

const digitsOfBase: Readonly<Record<number, RegExp>> = {
  2: /^(?:0b_?)?[01]+(?:_[01]+)*$/,
  8: /^(?:0o_?)?[0-7]+(?:_[0-7]+)*$/,
  10: /^\d+(?:_\d+)*$/,
  16: /^(?:0x_?)?[\da-f]+(?:_[\da-f]+)*$/,
};
const prefixOfBase: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 10: '', 16: '0x' };

// Python's own limit, since reading many more digits takes long.
const MOST_DIGITS = 4300;

/** Python's `int(text, base)`, or undefined where the text is no integer. */
export function parseInteger(text: string, base = 10): number | bigint | undefined {
  if (text.length > MOST_DIGITS)
    throw valueError(`Exceeds the limit (${MOST_DIGITS} digits) for integer string conversion`);
  const trimmed = text.trim().toLowerCase();
  const negative = trimmed.startsWith('-');
  const digits = /^[-+]/.test(trimmed) ? trimmed.slice(1) : trimmed;
  if (base === 0) return parseAnyBase(digits, negative);
  const value = parseDigits(digits, base);
  return value === undefined ? undefined : int(negative ? -value : value);
}

function parseAnyBase(digits: string, negative: boolean): number | bigint | undefined {
  const base = digits.startsWith('0x') ? 16 : digits.startsWith('0o') ? 8 : digits.startsWith('0b') ? 2 : 10;
  const value = parseDigits(digits, base);
  if (value === undefined || (base === 10 && /^0\d*[1-9]/.test(digits))) return undefined;
  return int(negative ? -value : value);
}

function parseDigits(digits: string, base: number): bigint | undefined {
  const pattern = digitsOfBase[base];
  if (!pattern) return parseOddBase(digits, base);
  if (!pattern.test(digits)) return undefined;
  const plain = digits.replaceAll('_', '');
  const prefix = prefixOfBase[base]!;
  return BigInt(prefix !== '' && !plain.startsWith(prefix) ? prefix + plain : plain);
}

function parseOddBase(digits: string, base: number): bigint | undefined {
  if (base < 2 || base > 36 || digits === '') return undefined;
  let value = 0n;
  for (const digit of digits.replaceAll('_', '')) {
    const worth = /[\da-z]/.test(digit) ? Number.parseInt(digit, 36) : Number.NaN;
    if (!(worth < base)) return undefined;
    value = value * BigInt(base) + BigInt(worth);
  }
  return value;
}

const floatText = /^[-+]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[-+]?\d+(?:_\d+)*)?$/i;
const specialFloat = /^([-+]?)(?:(inf|infinity)|nan)$/i;

/** Python's `float(text)`, or undefined where the text is no number. */
export function parseFloatText(text: string): number | undefined {
  const trimmed = text.trim();
  if (floatText.test(trimmed)) return Number(trimmed.replaceAll('_', ''));
  const special = specialFloat.exec(trimmed);
  if (!special) return undefined;
  if (special[2] === undefined) return Number.NaN;
  return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** The int nearest to zero of a float. Throws as Python does for inf and nan. */
export function truncateFloat(value: number): number | bigint {
  if (Number.isNaN(value))
    throw new TemplateRuntimeError('cannot convert float NaN to integer', 'ValueError');
  if (!Number.isFinite(value)) {
    throw new TemplateRuntimeError('cannot convert float infinity to integer', 'OverflowError');
  }
  const whole = Math.trunc(value);
  return Number.isSafeInteger(whole) ? whole + 0 : int(BigInt(whole));
}

/** An argument that has to be an int (True counts as 1), as a JavaScript number. */
export function requireInteger(value: unknown): number {
  const number = isFloat(value) ? undefined : numeric(value);
  if (number !== undefined) return Number(number);
  requireDefined(value);
  throw typeError(`'${typeName(value)}' object cannot be interpreted as an integer`);
}

/** An argument that has to be a number, as a JavaScript number. */
export function requireNumber(value: unknown): number {
  const number = numeric(value);
  if (number !== undefined) return Number(number);
  requireDefined(value);
  throw typeError(`must be real number, not ${typeName(value)}`);
}

/** Python's `round(value, digits)` of a float: to even where it is exactly between. */
export function roundHalfEven(value: number, digits: number): number {
  if (!Number.isFinite(value) || digits > 20) return value;
  if (digits < 0) {
    const unit = 10 ** -digits;
    const rounded = halfEven(Math.abs(value) / unit) * unit;
    return value < 0 ? -rounded : rounded;
  }
  return Number(fixedDigits(value, digits));
}

function halfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * A float with a fixed number of digits behind the point, rounded from its exact binary value and to
 * even in the middle, as C's printf does. (JavaScript's toFixed rounds the middle up and stops at 1e21.)
 */
export function fixedDigits(value: number, digits: number): string {
  const negative = value < 0 || Object.is(value, -0);
  const text = scaled(Math.abs(value), digits)
    .toString()
    .padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  const sign = negative ? '-' : '';
  return digits === 0 ? sign + whole : `${sign}${whole}.${text.slice(-digits)}`;
}

function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const doubled = (dividend % divisor) * 2n;
  if (doubled === divisor) return quotient % 2n === 0n ? quotient : quotient + 1n;
  return doubled > divisor ? quotient + 1n : quotient;
}

/** A finite float as mantissa times a power of two. */
function exactParts(value: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | 0x10000000000000n, exponent: biased - 1075 };
}

/** A finite float with `digits` digits behind the point in exponent notation, rounded as `fixedDigits` does. */
export function exponentDigits(value: number, digits: number): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (value === 0) return `${sign}0${digits > 0 ? `.${'0'.repeat(digits)}` : ''}e+00`;
  let exponent = Number(value.toExponential().split('e')[1]);
  let significant = scaled(Math.abs(value), digits - exponent).toString();
  if (significant.length > digits + 1) {
    exponent++;
    significant = significant.slice(0, -1);
  }
  const fraction = digits > 0 ? `.${significant.slice(1)}` : '';
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `${sign}${significant[0]}${fraction}e${exponent < 0 ? '-' : '+'}${power}`;
}

/** A positive float times a power of ten, rounded to an integer. */
function scaled(value: number, power: number): bigint {
  const { mantissa, exponent } = exactParts(value);
  const dividend = mantissa * 2n ** BigInt(Math.max(exponent, 0)) * 10n ** BigInt(Math.max(power, 0));
  const divisor = 2n ** BigInt(Math.max(-exponent, 0)) * 10n ** BigInt(Math.max(-power, 0));
  return divideHalfEven(dividend, divisor);
}
