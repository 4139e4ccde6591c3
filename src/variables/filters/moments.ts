import {
  define,
  float,
  isInt,
  MISSING,
  numeric,
  PyFunction,
  PyObject,
  toText,
  tuple,
  valueError,
} from '../../jinja/index.ts';
import { formatTime, isoWeek, type TimeParts, weekday } from './strftime.ts';

const SECOND = 1_000_000n;
const DAY = 86_400n * SECOND;

const two = (number: number) => String(number).padStart(2, '0');

/** A date or a date with a time, as Python's `datetime` module has them. */
export abstract class Moment extends PyObject {
  abstract override readonly typeName: string;
  /** Its calendar and clock, without a zone. */
  abstract readonly parts: TimeParts;

  /** `isoformat(separator)`. */
  abstract isoFormat(separator: string): string;

  override toText(): string {
    return this.isoFormat(' ');
  }

  /** The attributes that dates with and without a time share. */
  protected sharedAttribute(name: string): unknown {
    const { parts } = this;
    const method = (body: () => unknown) => new PyFunction(name, define([], body));
    if (name === 'year' || name === 'month' || name === 'day') return parts[name];
    if (name === 'weekday') return method(() => (weekday(parts) + 6) % 7);
    if (name === 'isoweekday') return method(() => weekday(parts) || 7);
    if (name === 'strftime')
      return new PyFunction(
        name,
        define(['format'], (format) => formatTime(toText(format), parts)),
      );
    if (name === 'isocalendar') {
      const { year, week } = isoWeek(parts);
      return method(() => tuple(year, week, weekday(parts) || 7));
    }
    return MISSING;
  }
}

/** Whether a value is a date, with or without a time. */
export function isMoment(value: unknown): value is Moment {
  return value instanceof Moment;
}

function dateText({ year, month, day }: TimeParts): string {
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

// Microseconds since the epoch if the clock were UTC's.
function microsOf({ year, month, day, hour, minute, second, micros = 0 }: TimeParts): bigint {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  return BigInt(date.getTime()) * 1000n + BigInt(micros);
}

function partsOf(micros: bigint): TimeParts {
  const milliseconds = Number(floorDivide(micros, 1000n));
  const date = new Date(milliseconds);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    micros: Number(micros - floorDivide(micros, SECOND) * SECOND),
  };
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return quotient * divisor > dividend ? quotient - 1n : quotient;
}

/** A date with a time; `offset` in its parts says the minutes east of UTC, where it has a zone. */
export class Datetime extends Moment {
  readonly typeName = 'datetime';
  readonly parts: TimeParts;

  constructor(parts: TimeParts) {
    super();
    this.parts = { ...parts, micros: parts.micros ?? 0 };
  }

  /** Microseconds since the epoch, as if it were a time of UTC where it has no zone. */
  get micros(): bigint {
    return microsOf(this.parts) - BigInt(this.parts.offset ?? 0) * 60n * SECOND;
  }

  override isoFormat(separator: string): string {
    const { hour, minute, second, micros, offset } = this.parts;
    const fraction = micros === 0 ? '' : `.${String(micros).padStart(6, '0')}`;
    const zone = offset === undefined ? '' : formatTime('%z', this.parts).replace(/(\d\d)$/, ':$1');
    return `${dateText(this.parts)}${separator}${two(hour)}:${two(minute)}:${two(second)}${fraction}${zone}`;
  }

  override toRepr(): string {
    const { year, month, day, hour, minute, second, micros } = this.parts;
    const clock = micros ? [hour, minute, second, micros] : second ? [hour, minute, second] : [hour, minute];
    return `datetime.datetime(${[year, month, day, ...clock].join(', ')})`;
  }

  override getAttribute(name: string): unknown {
    const { parts } = this;
    if (name === 'hour' || name === 'minute' || name === 'second') return parts[name];
    if (name === 'microsecond') return parts.micros;
    if (name === 'date')
      return new PyFunction(
        name,
        define([], () => new PlainDate(parts)),
      );
    if (name === 'timestamp')
      return new PyFunction(
        name,
        define([], () => float(this.timestamp())),
      );
    if (name === 'isoformat')
      return new PyFunction(
        name,
        define([['sep', 'T']], (separator) => this.isoFormat(toText(separator))),
      );
    return this.sharedAttribute(name);
  }

  // Without a zone it is a time of the machine's own.
  private timestamp(): number {
    if (this.parts.offset !== undefined) return Number(this.micros) / 1e6;
    const { year, month, day, hour, minute, second, micros } = this.parts;
    return new Date(year, month - 1, day, hour, minute, second).getTime() / 1000 + micros! / 1e6;
  }

  override equals(other: unknown): boolean {
    return other instanceof Datetime && other.micros === this.micros;
  }

  override compareTo(other: unknown): number | typeof MISSING {
    return other instanceof Datetime ? Number(this.micros - other.micros) : MISSING;
  }

  override calculate(operator: string, other: unknown, reversed: boolean): unknown {
    if (other instanceof Datetime && operator === '-') {
      return new Timedelta(reversed ? other.micros - this.micros : this.micros - other.micros);
    }
    if (!(other instanceof Timedelta) || (operator === '-' ? reversed : operator !== '+')) return MISSING;
    const moved = microsOf(this.parts) + (operator === '+' ? other.micros : -other.micros);
    const { offset, zone } = this.parts;
    return new Datetime({
      ...partsOf(moved),
      ...(offset === undefined ? {} : { offset }),
      ...(zone ? { zone } : {}),
    });
  }
}

/** A date without a time. */
export class PlainDate extends Moment {
  readonly typeName = 'date';
  readonly parts: TimeParts;

  constructor({ year, month, day }: Pick<TimeParts, 'year' | 'month' | 'day'>) {
    super();
    this.parts = { year, month, day, hour: 0, minute: 0, second: 0 };
  }

  override isoFormat(): string {
    return dateText(this.parts);
  }

  override toRepr(): string {
    const { year, month, day } = this.parts;
    return `datetime.date(${year}, ${month}, ${day})`;
  }

  override getAttribute(name: string): unknown {
    if (name === 'isoformat')
      return new PyFunction(
        name,
        define([], () => this.isoFormat()),
      );
    return this.sharedAttribute(name);
  }

  override equals(other: unknown): boolean {
    return other instanceof PlainDate && this.isoFormat() === other.isoFormat();
  }

  override compareTo(other: unknown): number | typeof MISSING {
    return other instanceof PlainDate ? Number(microsOf(this.parts) - microsOf(other.parts)) : MISSING;
  }

  override calculate(operator: string, other: unknown, reversed: boolean): unknown {
    const own = microsOf(this.parts);
    if (other instanceof PlainDate && operator === '-') {
      const others = microsOf(other.parts);
      return new Timedelta(reversed ? others - own : own - others);
    }
    if (!(other instanceof Timedelta) || (operator === '-' ? reversed : operator !== '+')) return MISSING;
    const days = floorDivide(other.micros, DAY) * DAY;
    return new PlainDate(partsOf(own + (operator === '+' ? days : -days)));
  }
}

/** The time between two moments. */
export class Timedelta extends PyObject {
  readonly typeName = 'timedelta';
  readonly micros: bigint;

  constructor(micros: bigint) {
    super();
    this.micros = micros;
  }

  private get fields(): { days: number; seconds: number; microseconds: number } {
    const days = floorDivide(this.micros, DAY);
    const rest = this.micros - days * DAY;
    return { days: Number(days), seconds: Number(rest / SECOND), microseconds: Number(rest % SECOND) };
  }

  override toText(): string {
    const { days, seconds, microseconds } = this.fields;
    const clock = `${Math.floor(seconds / 3600)}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
    const fraction = microseconds === 0 ? '' : `.${String(microseconds).padStart(6, '0')}`;
    const before = days === 0 ? '' : `${days} day${Math.abs(days) === 1 ? '' : 's'}, `;
    return before + clock + fraction;
  }

  override toRepr(): string {
    const fields = Object.entries(this.fields).filter(([, value]) => value !== 0);
    return `datetime.timedelta(${fields.map(([name, value]) => `${name}=${value}`).join(', ') || '0'})`;
  }

  override getAttribute(name: string): unknown {
    const { fields } = this;
    if (name === 'days' || name === 'seconds' || name === 'microseconds') return fields[name];
    if (name === 'total_seconds')
      return new PyFunction(
        name,
        define([], () => float(Number(this.micros) / 1e6)),
      );
    return MISSING;
  }

  override isTruthy(): boolean {
    return this.micros !== 0n;
  }

  override equals(other: unknown): boolean {
    return other instanceof Timedelta && other.micros === this.micros;
  }

  override compareTo(other: unknown): number | typeof MISSING {
    return other instanceof Timedelta ? Number(this.micros - other.micros) : MISSING;
  }

  override calculate(operator: string, other: unknown, reversed: boolean): unknown {
    if (other instanceof Timedelta) return reversed ? MISSING : this.withTimedelta(operator, other.micros);
    const number = numeric(other);
    if (number === undefined) return MISSING;
    if (operator === '*' && isInt(other)) return new Timedelta(this.micros * BigInt(number));
    if (operator === '*') return new Timedelta(BigInt(Math.round(Number(this.micros) * Number(number))));
    if (operator !== '/' || reversed) return MISSING;
    if (Number(number) === 0) throw valueError('a time cannot be divided by zero');
    return new Timedelta(BigInt(Math.round(Number(this.micros) / Number(number))));
  }

  private withTimedelta(operator: string, micros: bigint): unknown {
    if (operator === '+') return new Timedelta(this.micros + micros);
    if (operator === '-') return new Timedelta(this.micros - micros);
    if (operator === '/') return float(Number(this.micros) / Number(micros));
    return operator === '//' ? Number(floorDivide(this.micros, micros)) : MISSING;
  }
}

/** The calendar and clock of an instant (milliseconds since the epoch) in UTC, or in the machine's own zone. */
export function partsAt(milliseconds: number, zone: 'utc' | 'local'): TimeParts {
  const date = new Date(milliseconds);
  if (zone === 'utc') {
    return { ...partsOf(BigInt(Math.floor(milliseconds)) * 1000n), offset: 0, zone: 'GMT' };
  }
  return {
    year: date.getFullYear(),
    month: date.getMonth() + 1,
    day: date.getDate(),
    hour: date.getHours(),
    minute: date.getMinutes(),
    second: date.getSeconds(),
    micros: date.getMilliseconds() * 1000,
    // -0 where there is none.
    offset: -date.getTimezoneOffset() + 0,
    zone: zoneName(date),
  };
}

// In British English zones have the short names that C gives them more often than in American.
function zoneName(date: Date): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' }).formatToParts(date);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
}
