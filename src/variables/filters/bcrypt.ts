import { initialBlowfish } from './blowfish.ts';

const ALPHABET = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const SALT_LENGTH = 22;
const LONGEST_PASSWORD = 72;
const TEXT = 'OrpheanBeholderScryDoubt';

/** Characters that bcrypt's salts may have. */
export const BCRYPT_CHARACTERS: string = ALPHABET;

function decode64(text: string): Uint8Array {
  const bits = Array.from(text, (character) => ALPHABET.indexOf(character).toString(2).padStart(6, '0')).join(
    '',
  );
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}

function encode64(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,6}/g) ?? [])
    .map((part) => ALPHABET[Number.parseInt(part.padEnd(6, '0'), 2)])
    .join('');
}

/** A salt whose last character has nothing in the bits that do not count. */
export function repairSalt(salt: string): string {
  return salt.length === SALT_LENGTH ? encode64(decode64(salt)) : salt;
}

// Four bytes at a time, going round, the highest first.
function wordsOf(bytes: Uint8Array, count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, word) => {
    let value = 0;
    for (let at = 0; at < 4; at++) value = (value << 8) | bytes[(word * 4 + at) % bytes.length]!;
    return value;
  });
}

/**
 * What a bcrypt hash ends in, after its salt of 22 characters; 2^cost rounds. Source: N. Provos, D. Mazières, "A
 * Future-Adaptable Password Scheme", 1999.
 */
export function bcrypt(password: Buffer, salt: string, cost: number): string {
  const key = wordsOf(Buffer.concat([password, Buffer.from([0])]).subarray(0, LONGEST_PASSWORD), 18);
  const saltBytes = decode64(salt);
  const saltWords = wordsOf(saltBytes, 4);
  const cipher = initialBlowfish();
  cipher.expand(key, saltWords);
  const saltKey = wordsOf(saltBytes, 18);
  const nothing = new Uint32Array(4);
  for (let round = 2 ** cost; round > 0; round--) {
    cipher.expand(key, nothing);
    cipher.expand(saltKey, nothing);
  }
  const text = wordsOf(Buffer.from(TEXT), 6);
  for (let at = 0; at < text.length; at += 2) {
    for (let times = 0; times < 64; times++) cipher.encrypt(text, at);
  }
  const bytes = Uint8Array.from({ length: 24 }, (_, at) => text[at >> 2]! >>> (24 - 8 * (at % 4)));
  return encode64(bytes.subarray(0, 23));
}
