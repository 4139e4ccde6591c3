import { describe, expect, it } from 'vitest';
import { SplitError, splitWords } from '../../../src/lib/shellSplit.ts';

// Expected values: Python's shlex.split(line, comments=True).
describe('splitWords', () => {
  it.each([
    ['a  b\tc', ['a', 'b', 'c']],
    ['a="b c" d', ['a=b c', 'd']],
    ["a='b c'd", ['a=b cd']],
    ['a\\ b', ['a b']],
    ['a#b c', ['a']],
    ['"#" a', ['#', 'a']],
    ['"a\\"b\\n"', ['a"b\\n']],
    ["'a\\'", ['a\\']],
    ['a "" b', ['a', '', 'b']],
    ['', []],
  ])('%s', (line, words) => {
    expect(splitWords(line).map((word) => word.text)).toEqual(words);
  });

  it('tells where each word begins', () => {
    expect(splitWords('a  "b c" d').map((word) => word.offset)).toEqual([0, 3, 9]);
  });

  it.each([
    ['a "b', 2],
    ["'", 0],
    ['a\\', 1],
  ])('refuses %s', (line, offset) => {
    expect(() => splitWords(line)).toThrow(SplitError);
    expect(() => splitWords(line)).toThrow(expect.objectContaining({ offset }));
  });
});
