import { define, isTruthy, numeric, parseFloatText, toText, valueError } from '../../jinja/index.ts';
import { parseTime } from '../../lib/strptime.ts';
import { Datetime, partsAt } from './moments.ts';
import type { Callables } from './register.ts';
import { formatTime } from './strftime.ts';
import { requireString } from './values.ts';

function formatNow(format: unknown, second: unknown, utc: unknown): string {
  const milliseconds = second === null ? Date.now() : epochOf(second) * 1000;
  const { micros: _, ...parts } = partsAt(milliseconds, isTruthy(utc) ? 'utc' : 'local');
  return formatTime(requireString(format), parts);
}

function epochOf(second: unknown): number {
  const number = typeof second === 'string' ? parseFloatText(second) : numeric(second);
  if (number === undefined || !Number.isFinite(Number(number))) {
    throw valueError(`Invalid value for epoch value (${toText(second)})`);
  }
  // What is after the point is cut off, as the C library does.
  return Math.floor(Number(number));
}

/** The present, as `now()` gives it: a datetime without a zone, or a text where there is a format. */
export function now(utc: unknown, format: unknown): unknown {
  const { offset: _, zone: __, ...parts } = partsAt(Date.now(), isTruthy(utc) ? 'utc' : 'local');
  return isTruthy(format) ? formatTime(toText(format), parts) : new Datetime(parts);
}

/** Filters on dates. */
export const dateFilters: Callables = {
  strftime: define(['string_format', ['second', null], ['utc', false]], formatNow),
  to_datetime: define(
    ['string', ['format', '%Y-%m-%d %H:%M:%S']],
    (text, format) => new Datetime(parseTime(requireString(text), requireString(format, 'the format'))),
  ),
};
