import { describe, expect, it } from 'vitest';
import { collect } from '../../../src/remote/collected.ts';
import { splitAtMarks } from '../../../src/remote/marks.ts';

const nonce = '0123456789abcdef0123456789abcdef';

/** Feeds a stream in pieces of these lengths, one after the other and again from the first. */
function split(stream: Buffer, lengths: number[]): string[] {
  const seen: string[] = [];
  const feed = splitAtMarks(nonce, {
    data: (bytes) => {
      if (seen.at(-1)?.startsWith('data ')) seen[seen.length - 1] += bytes.toString('latin1');
      else seen.push(`data ${bytes.toString('latin1')}`);
    },
    mark: (id, status) => seen.push(`mark ${id} ${status}`),
  });
  for (let at = 0, turn = 0; at < stream.length; turn += 1) {
    const length = lengths[turn % lengths.length]!;
    feed(stream.subarray(at, at + length));
    at += length;
  }
  return seen;
}

describe('splitAtMarks', () => {
  const stream = Buffer.from(
    `one\n\n${nonce} 1 0\n${nonce} 2 7\n\xff\x000123456789abcdef0123456789abcde ${nonce.slice(0, 31)}${nonce} 3 0 held\ntail`,
    'latin1',
  );
  const whole = [
    'data one\n\n',
    'mark 1 0',
    'mark 2 7',
    `data \xff\x000123456789abcdef0123456789abcde ${nonce.slice(0, 31)}`,
    'mark 3 0 held',
    'data tail',
  ];

  it.each(Array.from({ length: 45 }, (_, i) => i + 1))('finds marks in pieces of %i bytes', (length) => {
    expect(split(stream, [length])).toEqual(whole);
    expect(split(stream, [length, 1, 3])).toEqual(whole);
  });

  it('gives on at once what cannot be part of a mark', () => {
    expect(split(Buffer.from('progress\n'), [100])).toEqual(['data progress\n']);
  });
});

describe('collect', () => {
  it('keeps all up to the limit', () => {
    const output = collect(10);
    for (const text of ['123', '45', '67890']) output.add(Buffer.from(text));
    expect(output.bytes().toString()).toBe('1234567890');
  });

  it('keeps first and last beyond it, in chunks of any size, and says how much is missing', () => {
    for (const size of [1, 3, 7, 40]) {
      const output = collect(20);
      const all = Buffer.from('abcdefghijklmnopqrstuvwxyz'.repeat(4));
      for (let at = 0; at < all.length; at += size) output.add(all.subarray(at, at + size));
      const text = output.bytes().toString();
      const left = Number(/(\d+) bytes of output left out/.exec(text)?.[1]);
      expect(text.startsWith('abcdefghij\n[')).toBe(true);
      expect(text.endsWith('qrstuvwxyz')).toBe(true);
      expect(text.replace(/\n\[.*\]\n/, '').length + left).toBe(all.length);
    }
  });
});
