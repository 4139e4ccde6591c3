import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../src/lib/json.ts';
import { UnsafeText, VaultText } from '../../../src/lib/yaml.ts';

class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

const parse = (text: string) => parseJson(text, (value) => new Float(value));

describe('parseJson', () => {
  it('tells floats from integers and keeps long integers', () => {
    expect(parse('[1, 1.0, -2e3, 12345678901234567890, true, null]')).toEqual([
      1,
      new Float(1),
      new Float(-2000),
      12345678901234567890n,
      true,
      null,
    ]);
  });

  it('leaves numbers inside of texts alone', () => {
    expect(parse('["1.0", "\\"2.0", "a 3.0"]')).toEqual(['1.0', '"2.0', 'a 3.0']);
  });

  it('keeps the order of keys that look like numbers', () => {
    expect([...(parse('{"10": 1, "2": 2, "a": 3}') as Map<unknown, unknown>).keys()]).toEqual([
      '10',
      '2',
      'a',
    ]);
  });

  it('is not fooled by texts that look like its own marks', () => {
    expect(parse('["\\ue000f1.0", "\ue000i5", {"\\uE000t": 1}]')).toEqual([
      '\ue000f1.0',
      '\ue000i5',
      { '\ue000t': 1 },
    ]);
  });

  it('reads what Ansible marks as encrypted or unsafe', () => {
    expect(parse('{"a": {"__ansible_vault": "$V"}, "b": {"__ansible_unsafe": "{{ x }}"}}')).toEqual({
      a: new VaultText('$V'),
      b: new UnsafeText('{{ x }}'),
    });
  });

  it('throws for what is no JSON', () => {
    expect(() => parse('{"a": }')).toThrow(SyntaxError);
  });
});
