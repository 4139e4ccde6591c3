/**
 * One word of a POSIX shell's command line that stands for exactly `text`; left bare where that is safe. Throws on a
 * NUL, which no word can hold.
 */
export function shellQuote(text: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(text)) return text;
  if (text.includes('\0')) throw new Error('a NUL character cannot be part of a command line');
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Words joined to a command line. */
export function shellWords(words: readonly string[]): string {
  return words.map(shellQuote).join(' ');
}
