import { expect, it } from 'vitest';
import { Secret } from '../../../src/lib/secret.ts';
import { parseTypedJson, typedJson } from '../../../src/lib/typedJson.ts';

it('keeps maps, sets and bytes as they are', () => {
  const value = {
    map: new Map<unknown, unknown>([['a', new Map([[1, [true, null]]])]]),
    set: new Set(['x']),
    bytes: Buffer.from([0, 255, 10]),
    plain: { type: 'Buffer', data: 'no bytes' },
  };
  expect(parseTypedJson(typedJson(value))).toEqual(value);
});

it('does not tell a secret', () => {
  expect(typedJson({ password: new Secret('letmein') })).not.toContain('letmein');
});
