import { describe, expect, it } from 'vitest';
import { splitWords } from '../../../src/lib/shellWords.ts';

// The expected words are what Python 3.11's shlex.split gives.
describe('splitWords', () => {
  it.each([
    ['', []],
    ['   ', []],
    ['ls -l  /tmp', ['ls', '-l', '/tmp']],
    ['a\tb\nc\r\nd', ['a', 'b', 'c', 'd']],
    [`echo 'a b' "c d"`, ['echo', 'a b', 'c d']],
    [`a'b'"c"d`, ['abcd']],
    [`'' ""`, ['', '']],
    [`a''`, ['a']],
    ['a\\ b', ['a b']],
    ['a\\\nb', ['a\nb']],
    [`"a\\"b\\\\c\\d\\$e"`, ['a"b\\c\\d\\$e']],
    [`'a\\b'`, ['a\\b']],
    [`"it's"`, ["it's"]],
    ['a#b #c', ['a#b', '#c']],
    ['$HOME;x|y', ['$HOME;x|y']],
    ['a\u00a0b', ['a\u00a0b']],
    ['a\fb', ['a\fb']],
    ['é "ü ö"', ['é', 'ü ö']],
  ])('splits %j', (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });

  it.each([`a 'b`, `"a\\"`, `a "b`, `'a' "`])('refuses the open quotation in %j', (text) => {
    expect(() => splitWords(text)).toThrow('never closed');
  });

  it('refuses a backslash at the end', () => {
    expect(() => splitWords('a \\')).toThrow('a backslash at the end escapes nothing');
  });
});
