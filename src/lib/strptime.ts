const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const short = (names: string[]) => names.map((name) => name.slice(0, 3));

const FIELDS: Record<string, string> = {
  Y: '(?<year>\\d{4})',
  y: '(?<shortYear>\\d{2})',
  m: '(?<month>1[0-2]|0?[1-9])',
  B: `(?<monthName>${MONTHS.join('|')})`,
  b: `(?<shortMonth>${short(MONTHS).join('|')})`,
  d: '(?<day>3[01]|[12]\\d|0?[1-9]| [1-9])',
  j: '(?<dayOfYear>36[0-6]|3[0-5]\\d|[12]\\d\\d|0?[1-9]\\d|0?0?[1-9])',
  H: '(?<hour>2[0-3]|[01]?\\d)',
  I: '(?<hour12>1[0-2]|0?[1-9]| [1-9])',
  p: '(?<half>am|pm)',
  M: '(?<minute>[0-5]?\\d)',
  S: '(?<second>6[01]|[0-5]?\\d)',
  f: '(?<fraction>\\d{1,6})',
  z: '(?<zone>z|[-+]\\d\\d:?[0-5]\\d)',
  A: `(?:${DAYS.join('|')})`,
  a: `(?:${short(DAYS).join('|')})`,
  Z: '(?:utc|gmt)',
  '%': '%',
};

// These stand for several others, as in the C locale.
const COMPOSED: Record<string, string> = {
  c: '%a %b %d %H:%M:%S %Y',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  R: '%H:%M',
  T: '%H:%M:%S',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
};

/** A date and time, without a time zone unless the format has one. */
export interface PlainTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** Microseconds, where the format has %f. */
  micros?: number;
  /** Minutes east of UTC, where the format has %z. */
  offset?: number;
}

/**
 * Reads a time by a format of Python's `strptime`: all of its fields but those of weeks, with English names in any case.
 * Throws where they do not fit.
 */
export function parseTime(text: string, format: string): PlainTime {
  const found = new RegExp(`^${patternOf(format)}$`, 'i').exec(text)?.groups;
  if (!found) throw new Error(`time data "${text}" does not match format "${format}"`);
  const number = (field: string, fallback: number) => Number(found[field] ?? fallback);
  const year = number('year', found.shortYear === undefined ? 1900 : centuryOf(Number(found.shortYear)));
  const time: PlainTime = {
    year,
    ...dateOf(found, year),
    hour: found.hour12 === undefined ? number('hour', 0) : hourOf(Number(found.hour12), found.half),
    minute: number('minute', 0),
    second: number('second', 0),
  };
  if (found.fraction !== undefined) time.micros = Number(found.fraction.padEnd(6, '0'));
  if (found.zone !== undefined) time.offset = offsetOf(found.zone);
  return time;
}

function patternOf(format: string): string {
  const whole = format.replace(/%([cDFRTxX])/g, (_, field: string) => COMPOSED[field]!);
  return whole.replace(/%(.)|\s+|[^%]/gs, (literal, field) => {
    if (field === undefined)
      return /\s/.test(literal) ? '\\s+' : literal.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
    const known = FIELDS[field];
    if (known === undefined)
      throw new Error(`the time format "${format}" has %${field}, which is not supported`);
    return known;
  });
}

function centuryOf(year: number): number {
  return year + (year < 69 ? 2000 : 1900);
}

function dateOf(found: Record<string, string>, year: number): { month: number; day: number } {
  if (found.dayOfYear !== undefined) {
    const date = new Date(Date.UTC(year, 0, Number(found.dayOfYear)));
    return { month: date.getUTCMonth() + 1, day: date.getUTCDate() };
  }
  const name = (found.monthName ?? found.shortMonth)?.toLowerCase();
  const named = MONTHS.findIndex((month) => name !== undefined && month.startsWith(name)) + 1;
  const month = Number(found.month ?? (named || 1));
  const day = Number(found.day ?? 1);
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) throw new Error('day is out of range for month');
  return { month, day };
}

function hourOf(hour: number, half: string | undefined): number {
  return (hour % 12) + (half?.toLowerCase() === 'pm' ? 12 : 0);
}

function offsetOf(zone: string): number {
  if (zone.toLowerCase() === 'z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith('-') ? -minutes : minutes;
}
