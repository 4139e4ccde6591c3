import { describe, expect, it } from 'vitest';
import { parsePythonLiteral } from '../../../src/lib/pythonLiteral.ts';

class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

const parse = (text: string) => parsePythonLiteral(text, (value) => new Float(value));

// Expected values: ast.literal_eval of Python 3.11, its tuples and sets as arrays.
describe('literals', () => {
  it.each<[string, unknown]>([
    ['1', 1],
    [' \t-1', -1],
    ['- 1', -1],
    ['1_000', 1000],
    ['0x1F', 31],
    ['0o17', 15],
    ['0b11', 3],
    ['00', 0],
    ['12345678901234567890', 12345678901234567890n],
    ['1.', new Float(1)],
    ['-.5', new Float(-0.5)],
    ['1e5', new Float(100000)],
    ['True', true],
    ['None', null],
    ['"a" \'b\'', 'ab'],
    ['"""a"b"""', 'a"b'],
    ['"a\\tb\\x41\\u0042\\101\\q"', 'a\tbABA\\q'],
    ['r"\\n"', '\\n'],
    ['b"x"', 'x'],
    ['[1, [2], ]', [1, [2]]],
    ['1, 2', [1, 2]],
    ['1,', [1]],
    ['(1)', 1],
    ['(1,)', [1]],
    ['()', []],
    ['{1, 2}', [1, 2]],
    ['set()', []],
    ['{}', {}],
    ['{"a": [1, {"b": (2,)}],}', { a: [1, { b: [2] }] }],
    ['1 # one', 1],
    ['"a # b" # c', 'a # b'],
  ])('%s', (text, value) => {
    expect(parse(text)).toEqual(value);
  });

  it('keep the keys of a dict as they are', () => {
    expect([...(parse('{80: "a", True: "b"}') as Map<unknown, unknown>)]).toEqual([
      [80, 'a'],
      [true, 'b'],
    ]);
  });
});

describe('what is no literal', () => {
  it.each([
    '',
    'a',
    'true',
    'a b',
    '1 2',
    '0644',
    '10.0.0.1',
    '1__0',
    '--1',
    '1-2',
    '-True',
    '[1, 2',
    '[1 2]',
    '[,]',
    '[1 # c',
    '(1,2',
    '{"a"',
    '{"a":}',
    '{[1]: 2}',
    '"a',
    'f"a"',
    '"\\x4"',
    '"a".b',
    '{{ x }}',
    'set(1)',
  ])('%s', (text) => {
    expect(parse(text)).toBeUndefined();
  });

  it('is also what is nested without end', () => {
    expect(parse('['.repeat(100_000))).toBeUndefined();
  });
});
