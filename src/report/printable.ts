// CSI ... m: colours, which only hide what they are meant to stress once they are written out.
const COLORS = /\x1b\[[0-9;:]*m/g;

// Everything that makes a terminal do something, C1 included, and the marks that turn the direction of writing.
const UNSAFE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * A text that a host, a file or a variable said, made safe for a terminal: colours are taken out, any other control
 * character is written out as `\x1b` or `\u202e`. Newlines and tabs stay, `\r\n` becomes `\n`.
 */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(COLORS, '').replace(UNSAFE, writtenOut);
}

/** The same on one line: newlines become a space. */
export function oneLine(text: string): string {
  return printable(text.trim().replace(/\s*\n\s*/g, ' ')).replaceAll('\t', ' ');
}

/** JSON for a terminal: what JSON.stringify leaves as it is though a terminal obeys it becomes `\uXXXX`. */
export function printableJson(json: string): string {
  return json.replace(UNSAFE, (c) =>
    c === '\n' ? c : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function writtenOut(character: string): string {
  const code = character.charCodeAt(0);
  const hex = code.toString(16);
  return code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
