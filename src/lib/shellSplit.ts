/** Why a line cannot be split into words. */
export class SplitError extends Error {
  /** Offset of the quote or backslash that is to blame. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** A word of a line, with its offset there. */
export interface Word {
  text: string;
  offset: number;
}

/**
 * Splits a line into words as Python's `shlex.split(line, comments=True)` does, which Ansible uses: quotes of both
 * kinds, a backslash before any character (inside of double quotes only before `"` and `\`), and a `#` that
 * begins a comment wherever it stands outside of quotes. Throws a SplitError for a quote that is not closed.
 */
export function splitWords(line: string): Word[] {
  const words: Word[] = [];
  let word: Word | undefined;
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!;
    if (/[ \t\r\n]/.test(char)) {
      if (word) words.push(word);
      word = undefined;
      continue;
    }
    if (char === '#') break;
    word ??= { text: '', offset: i };
    if (char === '\\') {
      if (i + 1 === line.length) throw new SplitError('nothing follows the backslash', i);
      word.text += line[++i];
    } else if (char === '"' || char === "'") i = takeQuoted(line, i, word);
    else word.text += char;
  }
  if (word) words.push(word);
  return words;
}

// Gives the offset of the closing quote.
function takeQuoted(line: string, open: number, word: Word): number {
  const quote = line[open]!;
  for (let i = open + 1; i < line.length; i++) {
    const char = line[i]!;
    if (char === quote) return i;
    const escapes = quote === '"' && char === '\\' && (line[i + 1] === '"' || line[i + 1] === '\\');
    word.text += escapes ? line[++i]! : char;
  }
  throw new SplitError('this quote is never closed', open);
}
