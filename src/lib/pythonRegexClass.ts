/** One member of a character class: code points, or one of the sets such as \w. */
export type ClassItem = { from: number; to: number } | { set: SetName; negated: boolean };

export type SetName = keyof typeof SETS;

/** What \d, \s and \w stand for in Python: small letters for bytes (ASCII), capitals for text. */
export const SETS = {
  d: '0-9',
  s: '\\t-\\r\\x20',
  w: '0-9A-Z_a-z',
  D: '\\p{Nd}',
  S: '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000',
  W: '\\p{L}\\p{N}_',
} as const;

// A range wider than this has no use for the other case of each of its letters: it has them both.
const WIDEST_FOLDED = 0x400;

/** A character class of a JavaScript pattern with the `u` flag. `fold`: matches both cases of every letter. */
export function classText(items: ClassItem[], negated: boolean, fold?: 'ascii' | 'unicode'): string {
  // A negated set cannot stand within a class, so it becomes an alternative beside it.
  const inside = items
    .flatMap((item) => ('set' in item && item.negated ? [] : [memberText(item, fold)]))
    .join('');
  const outside = items.flatMap((item) => ('set' in item && item.negated ? [`[^${SETS[item.set]}]`] : []));
  if (outside.length === 0) return `[${negated ? '^' : ''}${inside}]`;
  const any = (inside === '' ? outside : [`[${inside}]`, ...outside]).join('|');
  if (negated) return `(?:(?!${any})[\\s\\S])`;
  return any.includes('|') ? `(?:${any})` : any;
}

/** A character as a pattern has to write it, inside a class and outside. */
export function escapeChar(char: string): string {
  if (/[\\^$.*+?()[\]{}|/-]/.test(char)) return char === '-' ? '\\x2d' : `\\${char}`;
  return char < ' ' ? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}` : char;
}

/** The character and the same in the other case, where it has one that is a single character. */
export function caseVariants(char: string, ascii: boolean): string[] {
  if (ascii && !/[a-zA-Z]/.test(char)) return [char];
  const others = [char.toLowerCase(), char.toUpperCase()].filter((other) => [...other].length === 1);
  return [...new Set([char, ...others])];
}

function memberText(item: ClassItem, fold: 'ascii' | 'unicode' | undefined): string {
  if ('set' in item) return SETS[item.set];
  const { from, to } = item;
  const plain = from === to ? codeText(from) : `${codeText(from)}-${codeText(to)}`;
  if (!fold || to - from > WIDEST_FOLDED) return plain;
  const folded = new Set<string>();
  for (let code = from; code <= to; code++) {
    for (const variant of caseVariants(String.fromCodePoint(code), fold === 'ascii')) folded.add(variant);
  }
  return (
    plain +
    [...folded]
      .filter((char) => !within(char, from, to))
      .map(escapeChar)
      .join('')
  );
}

function within(char: string, from: number, to: number): boolean {
  const code = char.codePointAt(0)!;
  return code >= from && code <= to;
}

function codeText(code: number): string {
  return escapeChar(String.fromCodePoint(code));
}
