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
    expect(() => parseTime('Jan', '%b')).toThrow('has %b, which is not supported');
  });
});
