import { describe, expect, it } from 'vitest';
import { isPattern, patternExpression } from '../../../src/lib/fnmatch.ts';

describe('patternExpression', () => {
  it.each([
    ['1.2*', '1.2.3-1', true],
    ['1.2*', '1x2', false],
    ['lib?', 'libc', true],
    ['lib?', 'lib', false],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[!a-c]x', 'dx', true],
    ['g++', 'g++', true],
    ['[^x', '[^x', true],
    ['a]b', 'a]b', true],
    ['*', 'two\nlines', true],
  ])('%s against %s: %s', (pattern, text, expected) => {
    expect(patternExpression(pattern).test(text)).toBe(expected);
  });

  it('knows what is no pattern', () => {
    expect(isPattern('g++')).toBe(false);
    expect(isPattern('lib[a]')).toBe(true);
  });
});
