import { createHash, hash } from 'node:crypto';
import { crypt64 } from './crypt64.ts';

/** SHA-256 and SHA-512 as crypt(3) uses them. */
interface Variant {
  algorithm: 'sha256' | 'sha512';
  size: number;
  /** Positions of the digest's bytes in the order in which they are written. */
  groups: readonly (readonly number[])[];
}

const SHA256: Variant = {
  algorithm: 'sha256',
  size: 32,
  groups: [
    ...Array.from({ length: 10 }, (_, row) => [0, 10, 20].map((at) => (21 * row + at) % 30)),
    [31, 30],
  ],
};

const SHA512: Variant = {
  algorithm: 'sha512',
  size: 64,
  groups: [...Array.from({ length: 21 }, (_, row) => [0, 21, 42].map((at) => (22 * row + at) % 63)), [63]],
};

/** What `$5$` hashes end in. Source: Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512", 2008. */
export function sha256Crypt(password: Buffer, salt: string, rounds: number): string {
  return shaCrypt(SHA256, password, Buffer.from(salt, 'latin1'), rounds);
}

/** The same for `$6$` hashes. */
export function sha512Crypt(password: Buffer, salt: string, rounds: number): string {
  return shaCrypt(SHA512, password, Buffer.from(salt, 'latin1'), rounds);
}

function shaCrypt(
  { algorithm, size, groups }: Variant,
  password: Buffer,
  salt: Buffer,
  rounds: number,
): string {
  const digest = (...parts: Uint8Array[]) => createHash(algorithm).update(Buffer.concat(parts)).digest();
  const repeated = (bytes: Buffer, length: number) =>
    Buffer.concat(Array.from({ length: Math.ceil(length / size) }, () => bytes)).subarray(0, length);

  const alternate = digest(password, salt, password);
  const parts: Uint8Array[] = [password, salt, repeated(alternate, password.length)];
  for (let length = password.length; length > 0; length >>= 1) parts.push(length & 1 ? alternate : password);
  const first = digest(...parts);

  const times = (bytes: Buffer, count: number) => Array.from({ length: count }, () => bytes);
  const p = repeated(digest(...times(password, password.length)), password.length);
  const s = repeated(digest(...times(salt, 16 + first[0]!)), salt.length);
  return crypt64(roundsOf(algorithm, first, p, s, rounds), groups);
}

// There are hundreds of thousands of rounds: one buffer serves all, and digests come as texts, a character a byte,
// which costs a third of what buffers cost.
function roundsOf(algorithm: string, first: Buffer, p: Buffer, s: Buffer, rounds: number): Buffer {
  const input = Buffer.alloc(2 * p.length + s.length + first.length);
  let digest = first.toString('latin1');
  for (let round = 0; round < rounds; round++) {
    const odd = round & 1;
    let end = odd ? p.copy(input, 0) : input.write(digest, 0, 'latin1');
    if (round % 3) end += s.copy(input, end);
    if (round % 7) end += p.copy(input, end);
    end += odd ? input.write(digest, end, 'latin1') : p.copy(input, end);
    digest = hash(algorithm, input.subarray(0, end), 'binary');
  }
  return Buffer.from(digest, 'latin1');
}
