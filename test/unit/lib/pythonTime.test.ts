import { describe, expect, it } from 'vitest';
import { datetimeText, timedeltaText } from '../../../src/lib/pythonTime.ts';

describe('timedeltaText', () => {
  it.each([
    [0, '0:00:00'],
    [1.5, '0:00:01.500000'],
    [0.000001, '0:00:00.000001'],
    [3661, '1:01:01'],
    [86400, '1 day, 0:00:00'],
    [2 * 86400 + 7325.25, '2 days, 2:02:05.250000'],
  ])('prints %d seconds as Python does', (seconds, text) => {
    expect(timedeltaText(seconds)).toBe(text);
  });
});

describe('datetimeText', () => {
  it('prints local time, with a fraction where there is one', () => {
    const epoch = new Date(2024, 1, 29, 13, 5, 9).getTime() / 1000;
    expect(datetimeText(epoch)).toBe('2024-02-29 13:05:09');
    expect(datetimeText(epoch + 0.25)).toBe('2024-02-29 13:05:09.250000');
  });
});
