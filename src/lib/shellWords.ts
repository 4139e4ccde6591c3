const WORD_PART = /([^\s'"\\]+)|\\([\s\S])|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|([ \t\r\n]+)|([\s\S])/gu;

/**
 * The words of a command line, split as Python's `shlex.split` does it (and so Ansible's `command`): blanks separate,
 * quotes and backslashes keep together; nothing is expanded. Throws where a quote is never closed.
 */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const [whole, bare, escaped, single, double, blank] of text.matchAll(WORD_PART)) {
    if (blank === undefined) {
      word = (word ?? '') + (bare ?? escaped ?? single ?? unescaped(double) ?? odd(whole));
    } else {
      if (word !== undefined) words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}

// Within double quotes a backslash escapes only the quote and itself.
function unescaped(text: string | undefined): string | undefined {
  return text?.replace(/\\(["\\])/g, '$1');
}

// What fits nothing else: an open quote, a backslash at the end, or a blank that Python's shlex takes for a letter.
function odd(char: string): string {
  if (char === '\\') throw new Error('a backslash at the end escapes nothing');
  if (char === "'" || char === '"') throw new Error(`a quotation is opened by ${char} and never closed`);
  return char;
}
