import { define } from './callable.ts';
import { isTruthy, numeric, typeName } from './compare.ts';
import type { Callable } from './environment.ts';
import { TemplateRuntimeError, typeError } from './errors.ts';
import {
  fixedDigits,
  parseFloatText,
  parseInteger,
  requireInteger,
  requireNumber,
  roundHalfEven,
  truncateFloat,
} from './numbers.ts';
import { requireDefined } from './undefined.ts';
import { float, int, isFloat } from './values.ts';

function absolute(value: unknown): unknown {
  const number = numeric(requireDefined(value));
  if (number === undefined) throw typeError(`bad operand type for abs(): '${typeName(value)}'`);
  if (isFloat(value)) return float(Math.abs(Number(number)));
  return number < 0 ? (typeof number === 'bigint' ? int(-number) : -number) : number;
}

function toFloat(value: unknown, fallback: unknown): unknown {
  requireDefined(value);
  const number = typeof value === 'string' ? parseFloatText(value) : numeric(value);
  return number === undefined ? fallback : float(Number(number));
}

function toInt(value: unknown, fallback: unknown, base: number): unknown {
  requireDefined(value);
  if (isFloat(value)) return Number.isNaN(Number(value)) ? fallback : truncateFloat(Number(value));
  if (typeof value !== 'string') return numeric(value) ?? fallback;
  const integer = parseInteger(value, base);
  if (integer !== undefined) return integer;
  const number = parseFloatText(value);
  return number === undefined || !Number.isFinite(number) ? fallback : truncateFloat(number);
}

function round(value: unknown, precision: number, method: unknown): unknown {
  if (method !== 'common' && method !== 'ceil' && method !== 'floor') {
    throw new TemplateRuntimeError('method must be common, ceil or floor', 'FilterArgumentError');
  }
  if (method !== 'common') return roundTo(value, precision, method === 'ceil' ? Math.ceil : Math.floor);
  requireDefined(value);
  if (isFloat(value)) return float(roundHalfEven(Number(value), precision));
  const number = numeric(value);
  if (number === undefined) throw typeError(`type ${typeName(value)} doesn't define __round__ method`);
  return precision >= 0 ? number : int(roundInteger(BigInt(number), 10n ** BigInt(-precision)));
}

function roundTo(value: unknown, precision: number, direction: (value: number) => number): unknown {
  const number = requireNumber(value);
  if (precision >= 0 && !isFloat(value)) return float(number);
  const scale = 10 ** precision;
  // Adding 0 turns -0 into 0, as Python's integers have no other.
  return float((direction(number * scale) + 0) / scale);
}

function roundInteger(value: bigint, unit: bigint): bigint {
  const rest = ((value % unit) + unit) % unit;
  const floor = value - rest;
  if (rest * 2n !== unit) return rest * 2n < unit ? floor : floor + unit;
  return (floor / unit) % 2n === 0n ? floor : floor + unit;
}

function fileSize(value: unknown, binary: boolean): string {
  const number = typeof value === 'string' ? parseFloatText(value) : requireNumber(value);
  if (number === undefined)
    throw new TemplateRuntimeError(`could not convert string to float: '${value}'`, 'ValueError');
  const base = binary ? 1024 : 1000;
  if (number === 1) return '1 Byte';
  if (number < base) return `${truncateFloat(number)} Bytes`;
  const units = binary
    ? ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB']
    : ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
  const fitting = units.findIndex((_, index) => number < base ** (index + 2));
  const index = fitting < 0 ? units.length - 1 : fitting;
  return `${fixedDigits((base * number) / base ** (index + 2), 1)} ${units[index]}`;
}

/** Jinja2's filters that work on numbers, or make them. */
export const numberFilters: readonly [string, Callable][] = [
  ['abs', define(['x'], absolute)],
  [
    'filesizeformat',
    define(['value', ['binary', false]], (value, binary) => fileSize(value, isTruthy(binary))),
  ],
  ['float', define(['value', ['default', float(0)]], toFloat)],
  [
    'int',
    define(['value', ['default', 0], ['base', 10]], (value, fallback, base) =>
      toInt(value, fallback, requireInteger(base)),
    ),
  ],
  [
    'round',
    define(['value', ['precision', 0], ['method', 'common']], (value, precision, method) =>
      round(value, requireInteger(precision), method),
    ),
  ],
];
