import { type Edited, linesOf, withEndBefore } from './lineEdit.ts';

/** A block of lines between two marker lines. */
export interface BlockWish {
  /** Empty: the block with its markers is taken out. */
  block: string;
  begin: string;
  end: string;
  /** Where a new block goes: at an end of the file, or by the last line (or match) that the pattern finds. */
  insert: { where: 'end' | 'start' } | { where: 'after' | 'before'; pattern: RegExp; multiline: boolean };
  prependNewline: boolean;
  appendNewline: boolean;
}

/** Makes sure that a block is in a text, or is not, as `blockinfile` does it; `undefined` is no file. */
export function ensureBlock(text: string | undefined, wish: BlockWish): Edited {
  const marked =
    wish.block === '' ? [] : [`${wish.begin}\n`, ...linesOf(withEnd(wish.block)), `${wish.end}\n`];
  const { lines: rest, index } = withoutBlock(text ?? '', wish);
  const lines = [...withEndBefore(rest, index)];
  const before = wish.prependNewline && index > 0 && lines[index - 1] !== '\n' ? ['\n'] : [];
  const after = wish.appendNewline && index < lines.length && lines[index] !== '\n' ? ['\n'] : [];
  const edited = lines.toSpliced(index, 0, ...before, ...marked, ...after).join('');
  if (edited === text) return { text: edited, msg: '' };
  return {
    text: edited,
    msg: text === undefined ? 'File created' : marked.length > 0 ? 'Block inserted' : 'Block removed',
  };
}

function withEnd(block: string): string {
  return block.endsWith('\n') ? block : `${block}\n`;
}

// The lines but for the block, and the index at which it stood or shall stand.
function withoutBlock(text: string, wish: BlockWish): { lines: string[]; index: number } {
  const lines = linesOf(text);
  const begin = lines.lastIndexOf(`${wish.begin}\n`);
  const end = lines.lastIndexOf(`${wish.end}\n`);
  if (begin < 0 || end < 0) return { lines, index: placeFor(text, lines, wish.insert) };
  const [first, last] = begin < end ? [begin, end] : [end, begin];
  return { lines: lines.toSpliced(first, last - first + 1), index: first };
}

function placeFor(text: string, lines: string[], insert: BlockWish['insert']): number {
  if (!('pattern' in insert)) return insert.where === 'start' ? 0 : lines.length;
  const line = insert.multiline
    ? lineOfMatch(text, insert)
    : lines.findLastIndex((one) => insert.pattern.test(one));
  if (line < 0) return lines.length;
  return insert.where === 'after' ? line + 1 : line;
}

// A pattern for several lines is looked for in the whole text.
function lineOfMatch(text: string, { where, pattern }: { where: string; pattern: RegExp }): number {
  const match = pattern.exec(text);
  if (!match) return -1;
  const upTo = text.slice(0, match.index + (where === 'after' ? match[0].length : 0));
  return upTo.split('\n').length - 1;
}
