import { describe, expect, it } from 'vitest';
import { translate } from '../../../src/lib/pythonRegex.ts';
import { expandTemplate, substitute } from '../../../src/lib/pythonReplacement.ts';

// The expected texts are what Python 3.11's re.subn gives.
describe('substitute', () => {
  it.each([
    ['(a)(b)', '\\2\\1', 'ab xab', { text: 'ba xba', count: 2 }],
    ['(?P<k>\\w+)=(?P<v>\\w+)', '\\g<v>=\\g<k>', 'a=1, b=2', { text: '1=a, 2=b', count: 2 }],
    ['(a)', '\\g<1>0\\g<0>', 'a', { text: 'a0a', count: 1 }],
    ['(a)|(b)', '[\\1\\2]', 'ab', { text: '[a][b]', count: 2 }],
    ['x', '\\n\\t\\\\\\.', 'x', { text: '\n\t\\\\.', count: 1 }],
    ['x', '\\101\\0', 'x', { text: 'A\0', count: 1 }],
    ['x', '$1 $& $$', 'x', { text: '$1 $& $$', count: 1 }],
    ['x*', '-', 'abxd', { text: '-a-b--d-', count: 5 }],
    ['b', '', 'abc', { text: 'ac', count: 1 }],
    ['z', 'y', 'abc', { text: 'abc', count: 0 }],
  ])('%j by %j in %j', (pattern, template, text, expected) => {
    expect(substitute(translate(pattern), template, text)).toEqual(expected);
  });

  it('replaces no more than asked', () => {
    expect(substitute(translate('a'), 'b', 'aaa', 2)).toEqual({ text: 'bba', count: 2 });
  });

  it.each([
    ['\\2', 'invalid group reference 2'],
    ['\\g<no>', "unknown group name 'no'"],
    ['\\q', 'bad escape \\q'],
    ['\\', 'bad escape (end of pattern)'],
  ])('refuses the replacement %j', (template, message) => {
    expect(() => substitute(translate('(a)'), template, 'a')).toThrow(message);
  });
});

describe('expandTemplate', () => {
  it('fills in the groups of a match', () => {
    expect(expandTemplate('\\1-\\g<b>', translate('(.)(?P<b>.)').exec('xy')!)).toBe('x-y');
  });
});
