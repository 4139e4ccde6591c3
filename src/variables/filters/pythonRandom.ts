import { createHash, randomInt } from 'node:crypto';
import { isFloat, isInt, valueError } from '../../jinja/index.ts';

/** Draws numbers from 0 up to, but without, a limit. */
export type DrawBelow = (limit: number) => number;

const SIZE = 624;
const PERIOD = 397;

// Mersenne Twister MT19937 with the initialization by an array of its authors, M. Matsumoto and T. Nishimura.
function createTwister(key: readonly number[]): () => number {
  const state = new Uint32Array(SIZE);
  state[0] = 19650218;
  const mixed = (at: number) => state[at - 1]! ^ (state[at - 1]! >>> 30);
  for (let at = 1; at < SIZE; at++) state[at] = Math.imul(1812433253, mixed(at)) + at;
  let at = 1;
  const advance = () => {
    at++;
    if (at < SIZE) return;
    state[0] = state[SIZE - 1]!;
    at = 1;
  };
  for (let step = 0; step < Math.max(SIZE, key.length); step++) {
    state[at] = (state[at]! ^ Math.imul(mixed(at), 1664525)) + key[step % key.length]! + (step % key.length);
    advance();
  }
  for (let step = 0; step < SIZE - 1; step++) {
    state[at] = (state[at]! ^ Math.imul(mixed(at), 1566083941)) - at;
    advance();
  }
  state[0] = 0x80000000;

  let next = SIZE;
  return () => {
    if (next === SIZE) {
      twist(state);
      next = 0;
    }
    let word = state[next++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  };
}

function twist(state: Uint32Array): void {
  for (let at = 0; at < SIZE; at++) {
    const word = (state[at]! & 0x80000000) | (state[(at + 1) % SIZE]! & 0x7fffffff);
    state[at] = state[(at + PERIOD) % SIZE]! ^ (word >>> 1) ^ (word & 1 ? 0x9908b0df : 0);
  }
}

/**
 * The numbers that Python's `random.Random(seed)` draws, in its order. Limits up to 2^53.
 * Source: Python's documentation of `random` and its module's C code; seeds that are texts count by their SHA-512.
 */
export function seededDraw(seed: unknown): DrawBelow {
  const word = createTwister(seedWords(seedNumber(seed)));
  return (limit) => {
    if (limit < 1) throw valueError('there is nothing to choose from');
    const bits = limit.toString(2).length;
    let drawn = drawBits(word, bits);
    while (drawn >= limit) drawn = drawBits(word, bits);
    return drawn;
  };
}

// Words come lowest first; of the last only its highest bits count.
function drawBits(word: () => number, bits: number): number {
  let drawn = 0;
  for (let taken = 0; taken < bits; taken += 32) {
    const wanted = Math.min(32, bits - taken);
    drawn += (word() >>> (32 - wanted)) * 2 ** taken;
  }
  return drawn;
}

function seedNumber(seed: unknown): bigint {
  if (typeof seed === 'string') {
    const bytes = Buffer.from(seed, 'utf8');
    const digest = createHash('sha512').update(bytes).digest('hex');
    return BigInt(`0x${bytes.toString('hex')}${digest}`);
  }
  const number = typeof seed === 'boolean' ? Number(seed) : isFloat(seed) ? Number(seed) : seed;
  if (!isInt(number)) throw valueError('a seed is a text or an integer');
  return number < 0 ? -BigInt(number) : BigInt(number);
}

function seedWords(seed: bigint): number[] {
  const words: number[] = [];
  for (let rest = seed; rest > 0n; rest >>= 32n) words.push(Number(rest & 0xffffffffn));
  return words.length === 0 ? [0] : words;
}

/** Numbers that cannot be foreseen. */
export const secureDraw: DrawBelow = (limit) => {
  if (limit < 1) throw valueError('there is nothing to choose from');
  return randomInt(limit);
};
