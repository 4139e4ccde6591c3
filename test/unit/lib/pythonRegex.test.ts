import { describe, expect, it } from 'vitest';
import { PatternError, translate } from '../../../src/lib/pythonRegex.ts';

// The expected matches are what Python 3.11's re.search gives: the match and its groups, or null.
const MATCHES: [pattern: string, flags: string, text: string, found: (string | null)[] | null][] = [
  ['a.c', '', 'xabc', ['abc']],
  ['a.c', '', 'a\nc', null],
  ['a.c', 's', 'a\nc', ['a\nc']],
  ['a.c', '', 'a\rc', ['a\rc']],
  ['^b', '', 'a\nb', null],
  ['^b', 'm', 'a\nb', ['b']],
  ['^b', 'm', 'a\rb', null],
  ['a$', '', 'a\n', ['a']],
  ['a$', '', 'a\n\n', null],
  ['a$', 'm', 'a\nb', ['a']],
  ['a\\Z', '', 'a\n', null],
  ['\\Ab', 'm', 'a\nb', null],
  ['(?P<key>\\w+)=(?P<value>.*)', '', 'port=80', ['port=80', 'port', '80']],
  ['(?P<q>[\'"]).*(?P=q)', '', `x 'a"b' y`, [`'a"b'`, "'"]],
  ['(a)(b)?\\1', '', 'aa', ['aa', 'a', null]],
  ['(?i)LISTEN', '', 'listen 80', ['listen']],
  ['(?im)^é', '', 'a\nÉ', ['É']],
  ['a(?i:bc)d', '', 'aBCd', ['aBCd']],
  ['a(?i:bc)d', '', 'ABCD', null],
  ['(?i:[a-c]+)', '', 'xAbC', ['AbC']],
  ['(?i:[à-ç]+)', '', 'ÀÇ', ['ÀÇ']],
  ['(?s:.)', '', '\n', ['\n']],
  ['(?x) a \\ b # note\n c', '', 'a bc', ['a bc']],
  ['(?a)\\w+', '', 'é1', ['1']],
  ['\\w+', '', '-é1_', ['é1_']],
  ['\\w+', 'a', '-é1_', ['1_']],
  ['\\d', '', '٣', ['٣']],
  ['\\d', 'a', '٣', null],
  ['\\bé', '', 'a é', ['é']],
  ['\\Bb', '', 'b ab', ['b']],
  ['[^\\W_]+', '', '_ab_', ['ab']],
  ['[\\s\\S]+', '', '\na', ['\na']],
  ['[^\\S\\n]+', '', '\n \t', [' \t']],
  ['[\\S ]+', '', '\na b\n', ['a b']],
  ['[]a]+', '', 'x]a', [']a']],
  ['[^]a]+', '', ']xa', ['x']],
  ['[a\\-z]+', '', 'b-a', ['-a']],
  ['[+-]\\d', '', '-1', ['-1']],
  ['[a[]+', '', 'x[a', ['[a']],
  ['[\\b]', '', '\b', ['\b']],
  ['a{,2}b', '', 'aaab', ['aab']],
  ['a{2}', '', 'aaa', ['aa']],
  ['a{', '', 'a{', ['a{']],
  ['{{ x }}', '', '{{ x }}', ['{{ x }}']],
  ['a{x}', '', 'a{x}', ['a{x}']],
  ['a*?b', '', 'aab', ['aab']],
  ['\\x41\\u00e9\\U0001F600', '', 'Aé😀', ['Aé😀']],
  ['\\101\\0', '', 'A\0', ['A\0']],
  ['^.$', '', '😀', ['😀']],
  ['\\#\\-\\/\\"\\@\\ ', '', '#-/"@ ', ['#-/"@ ']],
  ['(?<=a)b(?=c)', '', 'abc', ['b']],
  ['(?<!a)b(?!c)', '', 'abc bd', ['b']],
  ['(?:(?=a))*a', '', 'a', ['a']],
  ['a(?#note)b', '', 'ab', ['ab']],
  ['a|', '', 'b', ['']],
];

describe('translate', () => {
  it.each(MATCHES)('%j with %j finds in %j: %j', (pattern, flags, text, found) => {
    const match = translate(pattern, flags).exec(text);
    expect(match && [...match].map((part) => part ?? null)).toEqual(found);
  });

  it('keeps the names of groups', () => {
    expect(translate('(?P<a>x)(?P<b>y)').exec('xy')?.groups).toEqual({ a: 'x', b: 'y' });
  });

  it.each([
    ['a)', 'unbalanced parenthesis at position 1'],
    ['(a', 'missing ), unterminated subpattern'],
    ['[a', 'unterminated character set at position 0'],
    ['*a', 'nothing to repeat at position 0'],
    ['a**', 'multiple repeat'],
    ['a\\', 'bad escape (end of pattern)'],
    ['\\q', 'bad escape \\q at position 0'],
    ['[z-a]', 'bad character range'],
    ['(?P<a>x)(?P<a>y)', "redefinition of group name 'a'"],
    ['(?P=a)', "unknown group name 'a'"],
    ['(a)\\2', 'invalid group reference 2'],
    ['a(?i)b', 'global flags not at the start of the expression'],
    ['(?<a>x)', 'unknown extension ?<'],
    ['(?>a)', 'atomic groups are not supported'],
    ['a++', 'possessive quantifiers are not supported'],
    ['(a)(?(1)b|c)', 'conditional groups are not supported'],
    ['a{2,1}', 'numbers out of order'],
  ])('says what is wrong with %j', (pattern, message) => {
    expect(() => translate(pattern)).toThrow(PatternError);
    expect(() => translate(pattern)).toThrow(message);
  });
});
