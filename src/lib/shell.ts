/** One word of a POSIX shell's command line that stands for exactly `text`; left bare where that is safe. */
export function shellQuote(text: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Words joined to a command line. */
export function shellWords(words: readonly string[]): string {
  return words.map(shellQuote).join(' ');
}
