import { expandTemplate } from './pythonReplacement.ts';

/** What a line of a file shall be, and where. */
export interface LineWish {
  line: string;
  /** Finds the line to replace or remove. */
  finds: ((line: string) => RegExpExecArray | boolean | null) | undefined;
  /** Fills the groups of the match into `line`; without a match nothing is done. */
  backrefs: boolean;
  /** Where a new line goes: at an end of the file, or by a line that the pattern finds. */
  insert: { where: 'end' | 'start' } | { where: 'after' | 'before'; pattern: RegExp };
  /** Take the first line that is found, instead of the last. */
  firstMatch: boolean;
}

/** A text after an edit, with Ansible's word for what was done; empty for nothing. */
export interface Edited {
  text: string;
  msg: string;
}

/** Makes sure that a line is in a text, as `lineinfile` does it. */
export function ensureLine(text: string, wish: LineWish): Edited {
  const lines = linesOf(text);
  const match = findLine(lines, wish);
  if (match) {
    const line = wish.backrefs && match.groups ? expandTemplate(wish.line, match.groups) : wish.line;
    return replaced(lines, match.index, line);
  }
  const { same, beside } = findPlace(lines, wish);
  if (same !== undefined) return replaced(lines, same, wish.line);
  if (wish.backrefs) return { text, msg: '' };
  const { where } = wish.insert;
  return inserted(lines, where === 'start' ? 0 : (beside ?? lines.length), wish.line);
}

/** Takes all lines out of a text that are found, or that are the line; `found` counts them. */
export function removeLines(
  text: string,
  { line, finds }: Pick<LineWish, 'line' | 'finds'>,
): Edited & { found: number } {
  const lines = linesOf(text);
  const kept = lines.filter((one) => !(finds ? finds(one) : bare(one) === line));
  const found = lines.length - kept.length;
  return { text: kept.join(''), msg: found > 0 ? `${found} line(s) removed` : '', found };
}

/** The lines of a text, each with the newline that ends it. */
export function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Where lines go that are put in at an index: the line before them must have an end. */
export function withEndBefore(lines: string[], index: number): string[] {
  const before = lines[index - 1];
  return before === undefined || /[\r\n]$/.test(before) ? lines : lines.with(index - 1, `${before}\n`);
}

function bare(line: string): string {
  return line.replace(/[\r\n]+$/, '');
}

function findLine(lines: string[], { finds, firstMatch }: LineWish) {
  if (!finds) return undefined;
  let found: { index: number; groups: RegExpExecArray | undefined } | undefined;
  for (const [index, line] of lines.entries()) {
    const match = finds(line);
    if (!match) continue;
    found = { index, groups: match === true ? undefined : match };
    if (firstMatch) break;
  }
  return found;
}

// A line that is there already counts, unless a place to insert it was found before and the first one is wanted.
function findPlace(
  lines: string[],
  { line, insert, firstMatch }: LineWish,
): { same?: number; beside?: number } {
  const place: { same?: number; beside?: number } = {};
  for (const [index, one] of lines.entries()) {
    if (bare(one) === line) place.same = index;
    else if ('pattern' in insert && insert.pattern.test(one)) {
      place.beside = insert.where === 'after' ? index + 1 : index;
      if (firstMatch) break;
    }
  }
  return place;
}

function replaced(lines: string[], index: number, line: string): Edited {
  const whole = line.endsWith('\n') ? line : `${line}\n`;
  if (lines[index] === whole) return { text: lines.join(''), msg: '' };
  return { text: lines.with(index, whole).join(''), msg: 'line replaced' };
}

function inserted(lines: string[], index: number, line: string): Edited {
  if (lines[index] !== undefined && bare(lines[index]) === line) return { text: lines.join(''), msg: '' };
  return { text: withEndBefore(lines, index).toSpliced(index, 0, `${line}\n`).join(''), msg: 'line added' };
}
