import { describe, expect, it } from 'vitest';
import { pythonJson } from '../../../src/lib/pythonJson.ts';

// The expected texts are what Python's json.dumps gives.
describe('pythonJson', () => {
  it.each<[unknown, string]>([
    [{ a: 1, b: [true, null, 'x'] }, '{"a": 1, "b": [true, null, "x"]}'],
    [[], '[]'],
    [{}, '{}'],
    ['é😀\n"', '"\\u00e9\\ud83d\\ude00\\n\\""'],
    [1.5, '1.5'],
    [12345678901234567890n, '12345678901234567890'],
    [new Map<unknown, unknown>([[80, 'http']]), '{"80": "http"}'],
  ])('writes as case %# says', (value, text) => {
    expect(pythonJson(value)).toBe(text);
  });
});
