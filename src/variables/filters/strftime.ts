/** A point in time taken apart, as C's `struct tm` has it. */
export interface TimeParts {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** Minutes east of UTC, and the zone's name; both are left out for a time without a zone. */
  offset?: number;
  zone?: string;
  /** Microseconds, where %f is to give them. */
  micros?: number;
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAY_MS = 86_400_000;

const two = (number: number) => String(number).padStart(2, '0');
const blankTwo = (number: number) => String(number).padStart(2, ' ');

function utc({ year, month, day, hour, minute, second }: TimeParts): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  return date.getTime();
}

/** 0 for Sunday. */
export function weekday(time: TimeParts): number {
  return new Date(utc(time)).getUTCDay();
}

/** 1 for the first of January. */
export function dayOfYear(time: TimeParts): number {
  const first = utc({ ...time, month: 1, day: 1, hour: 0, minute: 0, second: 0 });
  return Math.floor((utc(time) - first) / DAY_MS) + 1;
}

/** The week of ISO 8601 and the year that it belongs to. */
export function isoWeek(time: TimeParts): { year: number; week: number } {
  const fromMonday = (weekday(time) + 6) % 7;
  const thursday = new Date(utc(time) + (3 - fromMonday) * DAY_MS);
  const at = {
    ...time,
    year: thursday.getUTCFullYear(),
    month: thursday.getUTCMonth() + 1,
    day: thursday.getUTCDate(),
  };
  return { year: at.year, week: Math.floor((dayOfYear(at) - 1) / 7) + 1 };
}

function offsetText(offset: number | undefined): string {
  if (offset === undefined) return '';
  const size = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
}

const hour12 = (hour: number) => hour % 12 || 12;

// The C library's conversions in its C locale.
const CONVERSIONS: Readonly<Record<string, (time: TimeParts) => string>> = {
  a: (time) => DAYS[weekday(time)]!.slice(0, 3),
  A: (time) => DAYS[weekday(time)]!,
  b: (time) => MONTHS[time.month - 1]!.slice(0, 3),
  B: (time) => MONTHS[time.month - 1]!,
  c: (time) => formatTime('%a %b %e %H:%M:%S %Y', time),
  C: (time) => two(Math.floor(time.year / 100)),
  d: (time) => two(time.day),
  D: (time) => formatTime('%m/%d/%y', time),
  e: (time) => blankTwo(time.day),
  F: (time) => formatTime('%Y-%m-%d', time),
  g: (time) => two(isoWeek(time).year % 100),
  G: (time) => String(isoWeek(time).year),
  h: (time) => MONTHS[time.month - 1]!.slice(0, 3),
  H: (time) => two(time.hour),
  I: (time) => two(hour12(time.hour)),
  j: (time) => String(dayOfYear(time)).padStart(3, '0'),
  k: (time) => blankTwo(time.hour),
  l: (time) => blankTwo(hour12(time.hour)),
  m: (time) => two(time.month),
  M: (time) => two(time.minute),
  n: () => '\n',
  p: (time) => (time.hour < 12 ? 'AM' : 'PM'),
  P: (time) => (time.hour < 12 ? 'am' : 'pm'),
  r: (time) => formatTime('%I:%M:%S %p', time),
  R: (time) => formatTime('%H:%M', time),
  s: (time) => String(Math.floor(utc(time) / 1000) - (time.offset ?? 0) * 60),
  S: (time) => two(time.second),
  t: () => '\t',
  T: (time) => formatTime('%H:%M:%S', time),
  u: (time) => String(weekday(time) || 7),
  U: (time) => two(Math.floor((dayOfYear(time) + 6 - weekday(time)) / 7)),
  V: (time) => two(isoWeek(time).week),
  w: (time) => String(weekday(time)),
  W: (time) => two(Math.floor((dayOfYear(time) + 6 - ((weekday(time) + 6) % 7)) / 7)),
  x: (time) => formatTime('%m/%d/%y', time),
  X: (time) => formatTime('%H:%M:%S', time),
  y: (time) => two(time.year % 100),
  Y: (time) => String(time.year),
  z: (time) => offsetText(time.offset),
  Z: (time) => time.zone ?? '',
  '%': () => '%',
};

/**
 * Python's `strftime` where the C library is glibc, in English: with its flags `-` (no padding), `_` (blanks), `0`
 * (noughts) and `^` (capitals) before a letter. What is no conversion stays as it is.
 */
export function formatTime(format: string, time: TimeParts): string {
  return format.replace(/%([-_0^]?)([a-zA-Z%])/g, (whole, flag, letter) => {
    if (letter === 'f' && time.micros !== undefined) return String(time.micros).padStart(6, '0');
    const text = CONVERSIONS[letter]?.(time);
    return text === undefined ? whole : flagged(flag, text);
  });
}

function flagged(flag: string, text: string): string {
  if (flag === '^') return text.toUpperCase();
  if (flag === '') return text;
  const digits = text.replace(/^[ 0]+(?=.)/, '');
  if (flag === '-') return digits;
  return digits.padStart(text.length, flag === '_' ? ' ' : '0');
}
