import { shellQuote } from './shell.ts';

const VARIABLE = /\$(?:(\w+)|\{(\w+)\})/;

/** Whether Python's expandvars and expanduser would change one of these words. */
export function needsExpansion(words: readonly string[]): boolean {
  return words.some((word) => word.startsWith('~') || VARIABLE.test(word));
}

/**
 * Shell text that runs these words as a program with its arguments, after what Python's expandvars and expanduser
 * do to each: `$NAME` and `${NAME}` become values of the environment, or stay where there is none; `~` and `~user` at
 * the start become home directories. Nothing else is expanded.
 */
export function expandingCommand(words: readonly string[]): string {
  return `exec ${words.map(expandingWord).join(' ')}`;
}

function expandingWord(word: string): string {
  // A tilde works only outside of quotes.
  const tilde = /^~[A-Za-z0-9_.-]*(?=\/|$)/.exec(word)?.[0] ?? '';
  const rest = word.slice(tilde.length);
  const pieces = rest.split(new RegExp(VARIABLE, 'g'));
  // split() gives the text before, the name of one form or of the other, and so on.
  let text = tilde;
  for (let i = 0; i < pieces.length; i += 3) {
    const [plain = '', bare, braced] = pieces.slice(i, i + 3);
    if (plain !== '') text += shellQuote(plain);
    const name = bare ?? braced;
    if (name !== undefined) text += variable(name, bare === undefined ? `\${${name}}` : `$${name}`);
  }
  return text === '' ? "''" : text;
}

// A name that begins with a digit is none of the environment's.
function variable(name: string, written: string): string {
  return /^\d/.test(name)
    ? shellQuote(written)
    : `"\${${name}-${written.replaceAll('$', '\\$').replaceAll('}', '\\}')}}"`;
}
