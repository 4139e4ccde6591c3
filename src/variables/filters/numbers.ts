import {
  define,
  float,
  int,
  isTruthy,
  numeric,
  toText,
  typeError,
  typeName,
  valueError,
} from '../../jinja/index.ts';
import type { Callables } from './register.ts';

const UNITS = ['Y', 'Z', 'E', 'P', 'T', 'G', 'M', 'K', 'B'] as const;
const NAMES: Readonly<Record<string, string>> = {
  Y: 'yotta',
  Z: 'zetta',
  E: 'exa',
  P: 'peta',
  T: 'tera',
  G: 'giga',
  M: 'mega',
  K: 'kilo',
  B: '',
};

function sizeOf(unit: string): number {
  return 1024 ** (UNITS.length - 1 - UNITS.indexOf(unit as (typeof UNITS)[number]));
}

function requireNumber(value: unknown, otherwise = 'it can only be used on numbers'): number {
  const number = numeric(value);
  if (number !== undefined) return Number(number);
  // Throws where the value is undefined.
  toText(value);
  throw typeError(`${otherwise}, not on ${typeName(value)}`);
}

// The root of two decimals of C's printf.
function twoDecimals(value: number): string {
  return value.toFixed(2);
}

function humanReadable(value: unknown, isBits: unknown, unit: unknown): string {
  const size = requireNumber(value, 'it failed on bad input: it works on numbers');
  const wanted = unit === null ? undefined : toText(unit).toUpperCase();
  const found = UNITS.find((each) => (wanted === undefined ? size >= sizeOf(each) : wanted === each)) ?? 'B';
  const base = isTruthy(isBits) ? 'bits' : 'Bytes';
  return `${twoDecimals(size / sizeOf(found))} ${found === 'B' ? base : found + base[0]}`;
}

function humanToBytes(value: unknown, defaultUnit: unknown, isBits: unknown): number | bigint {
  const text = toText(value);
  const [, digits, given] = /^(\d*\.?\d+)(?:\s*([A-Za-z]+))?\s*$/.exec(text) ?? [];
  if (digits === undefined) throw valueError(`it cannot interpret "${text}"`);
  const unit = given ?? (defaultUnit === null ? '' : toText(defaultUnit));
  if (unit === '') return rounded(Number(digits));
  const prefix = unit[0]!.toUpperCase();
  if (!(UNITS as readonly string[]).includes(prefix)) {
    throw valueError(`it cannot convert "${text}": a unit begins with one of ${UNITS.join(', ')}`);
  }
  const letter = isTruthy(isBits) ? 'b' : 'B';
  const symbol = prefix === 'B' ? letter : prefix + letter;
  const word = NAMES[prefix] + (isTruthy(isBits) ? 'bit' : 'byte');
  if (unit.length > 1 && unit.toLowerCase() !== word && unit !== symbol) {
    throw valueError(
      `it cannot convert "${text}": the unit ${unit} is none (expected ${prefix}, ${symbol} or ${word})`,
    );
  }
  return rounded(Number(digits) * sizeOf(prefix));
}

// Python rounds to even.
function rounded(value: number): number | bigint {
  const floor = Math.floor(value);
  const rest = value - floor;
  const nearest = rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
  return int(BigInt(nearest));
}

function logarithm(value: unknown, base: unknown): unknown {
  const number = requireNumber(value);
  if (number <= 0) throw valueError('math domain error');
  if (base === null) return float(Math.log(number));
  const of = requireNumber(base);
  if (of === 10) return float(Math.log10(number));
  return float(Math.log(number) / Math.log(of));
}

function power(value: unknown, exponent: unknown): unknown {
  const result = requireNumber(value) ** requireNumber(exponent);
  if (Number.isNaN(result)) throw valueError('math domain error');
  return float(result);
}

function root(value: unknown, degree: unknown): unknown {
  const of = requireNumber(degree);
  const number = requireNumber(value);
  if (number < 0 || of === 0) throw valueError('it can only be used on numbers that have such a root');
  return float(of === 2 ? Math.sqrt(number) : number ** (1 / of));
}

/** Filters on numbers. */
export const numberFilters: Callables = {
  human_readable: define(['size', ['isbits', false], ['unit', null]], humanReadable),
  human_to_bytes: define(['size', ['default_unit', null], ['isbits', false]], humanToBytes),
  log: define(['x', ['base', null]], logarithm),
  pow: define(['x', 'y'], power),
  root: define(['x', ['base', 2]], root),
};
