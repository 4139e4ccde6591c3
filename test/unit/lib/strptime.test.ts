import { describe, expect, it } from 'vitest';
import { parseTime } from '../../../src/lib/strptime.ts';

describe('parseTime', () => {
  it('reads the format that file uses', () => {
    const time = { year: 2024, month: 2, day: 29, hour: 13, minute: 5, second: 59 };
    expect(parseTime('202402291305.59', '%Y%m%d%H%M.%S')).toEqual(time);
  });

  it('reads other formats, with the least value for what they leave out', () => {
    const date = { year: 1999, month: 12, day: 1, hour: 0, minute: 0, second: 0 };
    expect(parseTime('12/99 (%)', '%m/%y (%%)')).toEqual(date);
    expect(parseTime('68', '%y').year).toBe(2068);
  });

  it('refuses what does not fit', () => {
    expect(() => parseTime('2024', '%Y%m')).toThrow('time data "2024" does not match format "%Y%m"');
    expect(() => parseTime('202413', '%Y%m')).toThrow('does not match');
    expect(() => parseTime('2023-02-29', '%Y-%m-%d')).toThrow('day is out of range for month');
    expect(() => parseTime('7', '%U')).toThrow('has %U, which is not supported');
  });

  it('reads names of months and halves of the day', () => {
    const time = { year: 2024, month: 3, day: 7, hour: 12, minute: 30, second: 0 };
    expect(parseTime('Thu MAR  7 12:30 PM 2024', '%a %b %d %I:%M %p %Y')).toEqual(time);
    expect(parseTime('March 7, 2024 00:30', '%B %d, %Y %H:%M')).toEqual({ ...time, hour: 0 });
    expect(parseTime('2024-067T00:30', '%Y-%jT%R')).toEqual({ ...time, hour: 0 });
  });

  it('reads fractions and zones', () => {
    const time = { year: 2024, month: 3, day: 7, hour: 1, minute: 2, second: 3 };
    expect(parseTime('2024-03-07T01:02:03.25Z', '%FT%T.%f%z')).toEqual({
      ...time,
      micros: 250_000,
      offset: 0,
    });
    expect(parseTime('2024-03-07 01:02:03 -0130', '%Y-%m-%d %X %z')).toEqual({ ...time, offset: -90 });
  });
});
