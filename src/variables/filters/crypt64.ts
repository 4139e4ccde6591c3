const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Characters that the salts of crypt(3) may have. */
export const SALT_CHARACTERS: string = ALPHABET;

/** Bytes as crypt(3) writes them: six bits a character, the lowest first, three bytes (the first highest) at a time. */
export function crypt64(bytes: Uint8Array, groups: readonly (readonly number[])[]): string {
  return groups.map((positions) => encodeGroup(bytes, positions)).join('');
}

function encodeGroup(bytes: Uint8Array, positions: readonly number[]): string {
  let word = positions.reduce((sum, position) => sum * 256 + bytes[position]!, 0);
  let text = '';
  for (let count = positions.length + 1; count > 0; count--) {
    text += ALPHABET[word % 64]!;
    word = Math.floor(word / 64);
  }
  return text;
}
