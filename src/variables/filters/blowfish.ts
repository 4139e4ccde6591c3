const ROUNDS = 16;
const SUBKEYS = ROUNDS + 2;
const BOXES = 4 * 256;

/** The cipher Blowfish of B. Schneier, with the key schedule that bcrypt uses. */
export interface Blowfish {
  /** Mixes a key of 18 words and a salt of 4 into the state. */
  expand(key: Uint32Array, salt: Uint32Array): void;
  /** Encrypts two words in place. */
  encrypt(words: Uint32Array, at: number): void;
}

// The cipher's tables are the fraction of pi; by Machin's formula, with some bits to spare for rounding.
function fractionOfPi(words: number): Uint32Array {
  const bits = BigInt(words * 32);
  const spare = 64n;
  const one = 1n << (bits + spare);
  const inverseTangent = (denominator: bigint): bigint => {
    const square = denominator * denominator;
    let power = one / denominator;
    let sum = 0n;
    for (let odd = 1n, sign = 1n; power > 0n; odd += 2n, sign = -sign) {
      sum += (sign * power) / odd;
      power /= square;
    }
    return sum;
  };
  const pi = 4n * (4n * inverseTangent(5n) - inverseTangent(239n));
  const digits = ((pi - 3n * one) >> spare).toString(16).padStart(words * 8, '0');
  return Uint32Array.from({ length: words }, (_, at) =>
    Number.parseInt(digits.slice(at * 8, at * 8 + 8), 16),
  );
}

let tables: Uint32Array | undefined;

/** The cipher before any key. */
export function initialBlowfish(): Blowfish {
  tables ??= fractionOfPi(SUBKEYS + BOXES);
  const subkeys = tables.slice(0, SUBKEYS);
  const boxes = tables.slice(SUBKEYS);
  const block = new Uint32Array(2);

  const encrypt = (words: Uint32Array, at: number): void => {
    let left = words[at]! ^ subkeys[0]!;
    let right = words[at + 1]!;
    for (let round = 1; round <= ROUNDS; round += 2) {
      right ^= mixed(boxes, left) ^ subkeys[round]!;
      left ^= mixed(boxes, right) ^ subkeys[round + 1]!;
    }
    words[at] = right ^ subkeys[SUBKEYS - 1]!;
    words[at + 1] = left;
  };

  return {
    encrypt,
    expand(key, salt) {
      for (let at = 0; at < SUBKEYS; at++) subkeys[at] = subkeys[at]! ^ key[at]!;
      block.fill(0);
      let used = 0;
      for (const table of [subkeys, boxes]) {
        for (let at = 0; at < table.length; at += 2) {
          block[0] = block[0]! ^ salt[used]!;
          block[1] = block[1]! ^ salt[used + 1]!;
          used ^= 2;
          encrypt(block, 0);
          table[at] = block[0]!;
          table[at + 1] = block[1]!;
        }
      }
    },
  };
}

function mixed(boxes: Uint32Array, word: number): number {
  const sum = (boxes[word >>> 24]! + boxes[256 + ((word >>> 16) & 0xff)]!) | 0;
  return ((sum ^ boxes[512 + ((word >>> 8) & 0xff)]!) + boxes[768 + (word & 0xff)]!) | 0;
}
