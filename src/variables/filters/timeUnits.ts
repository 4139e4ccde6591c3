import { define, float, toText, valueError } from '../../jinja/index.ts';
import type { Callables } from './register.ts';

// Milliseconds of each unit; how long months and years are can be said.
const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  mo: 30 * 86_400_000,
  y: 365 * 86_400_000,
};

const WORDS: Readonly<Record<string, string>> = {
  msec: 'ms',
  msecs: 'ms',
  sec: 's',
  secs: 's',
  min: 'm',
  mins: 'm',
  hr: 'h',
  hrs: 'h',
  millisecond: 'ms',
  second: 's',
  minute: 'm',
  hour: 'h',
  day: 'd',
  week: 'w',
  month: 'mo',
  year: 'y',
};

function unitOf(word: string): string {
  const name = word.toLowerCase();
  const unit = WORDS[name] ?? WORDS[name.replace(/s$/, '')] ?? name;
  if (!Object.hasOwn(MILLISECONDS, unit)) throw valueError(`there is no unit of time '${word}'`);
  return unit;
}

function convert(time: unknown, unit: string, options: Record<string, unknown>): unknown {
  const lengths = { ...MILLISECONDS };
  for (const [name, value] of Object.entries(options)) {
    if (name !== 'year' && name !== 'month') throw valueError(`'${name}' is not known; year and month are`);
    lengths[unitOf(name)] = inMilliseconds(value, MILLISECONDS);
  }
  return float(Number((inMilliseconds(time, lengths) / lengths[unit]!).toFixed(12)));
}

function inMilliseconds(time: unknown, lengths: Readonly<Record<string, number>>): number {
  const text = toText(time).trim();
  if (text === '0') return 0;
  const parts = text.split(/\s+/);
  return parts.reduce((sum, part) => {
    const match = /^(-?\d+(?:\.\d+)?)([a-zA-Z]+)$/.exec(part);
    if (!match) throw valueError(`can't interpret '${part}' as a time; write it as in '1d 6h'`);
    return sum + Number(match[1]) * lengths[unitOf(match[2]!)]!;
  }, 0);
}

const to = (unit: string) =>
  define(['human_time', '**options'], (time, options) =>
    convert(time, unit, options as Record<string, unknown>),
  );

/** Filters of community.general that convert durations. */
export const timeUnitFilters: Callables = {
  to_time_unit: define(['human_time', ['unit', 'ms'], '**options'], (time, unit, options) =>
    convert(time, unitOf(toText(unit)), options as Record<string, unknown>),
  ),
  to_milliseconds: to('ms'),
  to_seconds: to('s'),
  to_minutes: to('m'),
  to_hours: to('h'),
  to_days: to('d'),
  to_weeks: to('w'),
  to_months: to('mo'),
  to_years: to('y'),
};
