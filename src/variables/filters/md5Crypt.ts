import { createHash } from 'node:crypto';
import { crypt64 } from './crypt64.ts';

const GROUPS = [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5], [11]];
const ROUNDS = 1000;
const SIZE = 16;

/** What `$1$` hashes end in: Poul-Henning Kamp's scheme for crypt(3). */
export function md5Crypt(password: Buffer, saltText: string): string {
  const md5 = (...parts: Uint8Array[]) => createHash('md5').update(Buffer.concat(parts)).digest();
  const salt = Buffer.from(saltText, 'latin1');
  const alternate = md5(password, salt, password);
  const parts: Uint8Array[] = [password, Buffer.from('$1$'), salt];
  for (let length = password.length; length > 0; length -= SIZE) parts.push(alternate.subarray(0, length));
  // The odd choice of bytes is part of the scheme.
  for (let length = password.length; length > 0; length >>= 1) {
    parts.push(length & 1 ? Buffer.from([0]) : password.subarray(0, 1));
  }
  let digest = md5(...parts);
  for (let round = 0; round < ROUNDS; round++) {
    const odd = (round & 1) === 1;
    digest = md5(
      odd ? password : digest,
      round % 3 ? salt : Buffer.alloc(0),
      round % 7 ? password : Buffer.alloc(0),
      odd ? digest : password,
    );
  }
  return crypt64(digest, GROUPS);
}
