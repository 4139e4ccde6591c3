import { expect, test } from 'vitest';
import { diffLines } from '../../../src/report/diffLines.ts';
import { oneLine, printable, printableJson } from '../../../src/report/printable.ts';
import { formatClock, formatSeconds } from '../../../src/report/seconds.ts';

test.each([
  ['colours go', '\x1b[1;31mred\x1b[0m', 'red'],
  ['other sequences are written out', '\x1b]52;c;AAAA\x07', '\\x1b]52;c;AAAA\\x07'],
  ['8-bit sequences are written out', '\x9b2J', '\\x9b2J'],
  ['turned writing is written out', 'a\u202eb', 'a\\u202eb'],
  ['a lone carriage return cannot overwrite', 'ok\rfailed', 'ok\\x0dfailed'],
  ["Windows' line ends are line ends", 'a\r\nb', 'a\nb'],
  ['letters of all kinds stay', 'Grüße 東京 🎉', 'Grüße 東京 🎉'],
])('%s', (_, text, shown) => {
  expect(printable(text)).toBe(shown);
});

test('one line is one line', () => {
  expect(oneLine('  a\n   b\tc\n')).toBe('a b c');
});

test('JSON reads back to the same', () => {
  const value = { 'a\x7f': ['\x9b', '\u202e', '\x1b', 'ü'] };
  const json = printableJson(JSON.stringify(value));
  expect(json).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/);
  expect(JSON.parse(json)).toEqual(value);
});

test.each([
  [0.04, '0.0 s', '0:00'],
  [59.94, '59.9 s', '0:59'],
  [59.96, '1 min 0 s', '0:59'],
  [3599, '59 min 59 s', '59:59'],
  [7384, '2 h 3 min', '2:03:04'],
])('%d seconds', (seconds, text, clock) => {
  expect(formatSeconds(seconds)).toBe(text);
  expect(formatClock(seconds)).toBe(clock);
});

test('a diff of equal texts is empty, and one of a missing last newline says so', () => {
  expect(diffLines({ before: 'a\n', after: 'a\n' })).toEqual([]);
  expect(diffLines({ before: 'a', after: 'a\n' })).toContain('\\ No newline at end of file');
});

test('two large texts without anything in common do not hold up the run', () => {
  const text = (word: string) => Array.from({ length: 30_000 }, (_, i) => `${word}${i * 7919}`).join('\n');
  const started = Date.now();
  const lines = diffLines({ before: text('a'), after: text('b') });
  expect(Date.now() - started).toBeLessThan(10_000);
  expect(lines.at(-1)).toBeDefined();
});
