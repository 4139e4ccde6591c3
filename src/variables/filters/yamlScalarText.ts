import { newline, type Output, put, putIndent, putIndicator } from './yamlOutput.ts';
import { isBreak, needsEscape } from './yamlScalarStyle.ts';

// Blanks and breaks are folded in the same way in plain and in single-quoted texts.
function putFolded(
  out: Output,
  characters: readonly string[],
  indent: number,
  mayFold: (index: number) => boolean,
): void {
  let afterSpace = false;
  let afterBreak = false;
  characters.forEach((character, index) => {
    if (character === ' ') {
      const fold =
        !afterSpace && out.column > out.layout.width && mayFold(index) && characters[index + 1] !== ' ';
      if (fold) putIndent(out, indent);
      else put(out, ' ');
      afterSpace = true;
    } else if (isBreak(character)) {
      if (!afterBreak && character === '\n') newline(out);
      putBreak(out, character);
      out.atIndentation = true;
      afterBreak = true;
    } else {
      if (afterBreak) putIndent(out, indent);
      put(out, character);
      out.atIndentation = false;
      afterSpace = false;
      afterBreak = false;
    }
  });
  if (afterBreak) putIndent(out, indent);
}

function putBreak(out: Output, character: string): void {
  out.text += character;
  out.column = 0;
}

/** Writes a text as it is. */
export function putPlain(
  out: Output,
  characters: readonly string[],
  indent: number,
  mayBreak: boolean,
): void {
  if (!out.afterBlank && characters.length > 0) put(out, ' ');
  putFolded(out, characters, indent, () => mayBreak);
  out.afterBlank = false;
  out.atIndentation = false;
}

/** Writes a text within single quotes. */
export function putSingleQuoted(
  out: Output,
  characters: readonly string[],
  indent: number,
  mayBreak: boolean,
): void {
  putIndicator(out, "'", true);
  const doubled = characters.map((character) => (character === "'" ? "''" : character));
  const last = characters.length - 1;
  putFolded(out, doubled, indent, (index) => mayBreak && index > 0 && index < last);
  putIndicator(out, "'", false);
  out.afterBlank = false;
  out.atIndentation = false;
}

/** Writes a text within double quotes, with escapes. */
export function putDoubleQuoted(
  out: Output,
  characters: readonly string[],
  indent: number,
  mayBreak: boolean,
): void {
  putIndicator(out, '"', true);
  const last = characters.length - 1;
  let afterSpace = false;
  characters.forEach((character, index) => {
    if (needsEscape(character)) {
      put(out, escapeText(character));
      afterSpace = false;
    } else if (character === ' ') {
      const fold = mayBreak && !afterSpace && out.column > out.layout.width && index > 0 && index < last;
      if (fold) {
        putIndent(out, indent);
        if (characters[index + 1] === ' ') put(out, '\\');
      } else put(out, ' ');
      afterSpace = true;
    } else {
      put(out, character);
      out.atIndentation = false;
      afterSpace = false;
    }
  });
  putIndicator(out, '"', false);
  out.afterBlank = false;
  out.atIndentation = false;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function escapeText(character: string): string {
  const short = ESCAPES[character];
  if (short !== undefined) return short;
  const digits = character.codePointAt(0)!.toString(16).toUpperCase();
  if (digits.length <= 2) return `\\x${digits.padStart(2, '0')}`;
  return digits.length <= 4 ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`;
}

/** Writes a text of several lines below a `|` or `>`. */
export function putBlock(
  out: Output,
  characters: readonly string[],
  indent: number,
  style: 'literal' | 'folded',
): void {
  putIndicator(out, style === 'literal' ? '|' : '>', true);
  putBlockHints(out, characters);
  newline(out);
  out.atIndentation = true;
  out.afterBlank = true;
  if (style === 'literal') putLiteral(out, characters, indent);
  else putFoldedBlock(out, characters, indent);
}

function putBlockHints(out: Output, characters: readonly string[]): void {
  const [first] = characters;
  out.openEnded = false;
  if (first === ' ' || isBreak(first)) putIndicator(out, String(out.layout.indent), false);
  if (!isBreak(characters.at(-1))) putIndicator(out, '-', false);
  else if (characters.length === 1 || isBreak(characters.at(-2))) {
    putIndicator(out, '+', false);
    out.openEnded = true;
  }
}

function putLiteral(out: Output, characters: readonly string[], indent: number): void {
  let afterBreak = true;
  for (const character of characters) {
    if (isBreak(character)) {
      putBreak(out, character);
      out.atIndentation = true;
      afterBreak = true;
    } else {
      if (afterBreak) putIndent(out, indent);
      put(out, character);
      out.atIndentation = false;
      afterBreak = false;
    }
  }
}

function putFoldedBlock(out: Output, characters: readonly string[], indent: number): void {
  let afterBreak = true;
  let afterLeadingSpace = true;
  characters.forEach((character, index) => {
    if (isBreak(character)) {
      if (!afterBreak && !afterLeadingSpace && character === '\n') {
        let next = index;
        while (isBreak(characters[next])) next++;
        const following = characters[next];
        if (following !== undefined && following !== ' ' && following !== '\t') newline(out);
      }
      putBreak(out, character);
      out.atIndentation = true;
      afterBreak = true;
      return;
    }
    if (afterBreak) {
      putIndent(out, indent);
      afterLeadingSpace = character === ' ' || character === '\t';
    }
    const next = characters[index + 1];
    if (!afterBreak && character === ' ' && next !== ' ' && out.column > out.layout.width)
      putIndent(out, indent);
    else put(out, character);
    out.atIndentation = false;
    afterBreak = false;
  });
}
