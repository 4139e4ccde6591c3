import { describe, expect, it } from 'vitest';
import { packed, unpacked } from '../../../src/lib/packed.ts';

describe('packed values', () => {
  it('come back equal', () => {
    const value = { list: [1, 2.5, 'ä', null, true], dict: { empty: {}, none: undefined }, big: 2n ** 70n };
    expect(unpacked(packed(value)!)).toEqual(value);
  });

  it('take little room', () => {
    const results = Array.from({ length: 50 }, (_, i) => ({
      path: `/opt/d${i}`,
      mode: '0755',
      exists: true,
    }));
    expect(packed(results)!.length).toBeLessThan(JSON.stringify(results).length / 4);
  });

  it.each([
    ['a value of a class', { date: new Date(0) }],
    ['a map', [new Map()]],
    ['a function', { run: () => 1 }],
    ['an object without a prototype', Object.create(null)],
  ])('are not made of %s', (_, value) => {
    expect(packed(value)).toBeUndefined();
  });
});
