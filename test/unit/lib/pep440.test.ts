import { describe, expect, it } from 'vitest';
import { compareVersions, normalizedName, parseRequirement, satisfies } from '../../../src/lib/pep440.ts';

// Oldest first.
const ORDER =
  '1.0.dev1 1.0a1.dev1 1.0a1 1.0a2 1.0b1 1.0rc1 1.0 1.0+abc 1.0+abc.5 1.0+5 1.0.post1.dev1 1.0.post1 1.0.1 1.1.dev1 1.1 1.10 2.0 1!0.5'.split(
    ' ',
  );

describe('compareVersions', () => {
  it('orders releases as PEP 440 does', () => {
    const shuffled = [...ORDER].reverse().sort((a, b) => compareVersions(a, b)!);
    expect(shuffled).toEqual(ORDER);
  });

  it.each([
    ['1.0', '1'],
    ['1.0-3', '1.0.post3'],
    ['1.2.preview4', '1.2rc4'],
    ['v1.2', '1.2.0'],
    ['1.0-ALPHA.1', '1.0a1'],
  ])('takes %s for %s', (a, b) => expect(compareVersions(a, b)).toBe(0));

  it('knows no order for what is no version', () => expect(compareVersions('1.0', 'latest')).toBeUndefined());
});

describe('satisfies', () => {
  it.each([
    ['1.4.5', '~=1.4.4', true],
    ['1.5', '~=1.4.4', false],
    ['1.5', '~=1.4', true],
    ['2.0', '~=1.4', false],
    ['1.0.7', '==1.0.*', true],
    ['1.1', '==1.0.*', false],
    ['1.0+local', '==1.0', true],
    ['1.0', '==1.0+local', false],
    ['2.0b1', '<2.0', false],
    ['2.0b1', '>=1.0', true],
    ['1.0.post1', '>1.0', false],
    ['1.0.1', '>1.0', true],
    ['3.1', '>=2,<4,!=3.0', true],
    ['3.0', '>=2,<4,!=3.0', false],
    ['1.0', '===1.0.0', false],
  ])('%s %s: %s', (version, text, expected) => {
    expect(satisfies(version, parseRequirement(`x${text}`)!.specifiers)).toBe(expected);
  });
});

describe('parseRequirement', () => {
  it('reads a name with extras, versions and a marker', () => {
    expect(parseRequirement('Flask_Login[async, x] >=2, <4 ; python_version > "3.8"')).toEqual({
      name: 'flask-login',
      extras: ['async', 'x'],
      specifiers: [
        { operator: '>=', version: '2' },
        { operator: '<', version: '4' },
      ],
      marker: 'python_version > "3.8"',
    });
  });

  it.each(['git+https://example.org/x.git', 'x @ https://example.org/x.whl', './x', 'x=1', '-e .'])(
    'leaves %s to pip',
    (text) => expect(parseRequirement(text)).toBeUndefined(),
  );

  it('knows one spelling of a name', () =>
    expect(normalizedName('Zope.Interface__x')).toBe('zope-interface-x'));
});
