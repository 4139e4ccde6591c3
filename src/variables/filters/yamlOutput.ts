import type { YamlNode } from './yamlText.ts';

/** How a document is laid out, by the names of PyYAML's `dump`. */
export interface Layout {
  indent: number;
  width: number;
  scalarStyle: string | null;
  explicitStart: boolean;
  explicitEnd: boolean;
}

/** A document that is being written, and where in it the end is. */
export interface Output {
  text: string;
  column: number;
  /** Whether a blank or a line's start is last. */
  afterBlank: boolean;
  /** Whether only indentation and dashes are on the line. */
  atIndentation: boolean;
  /** Whether the last scalar keeps the empty lines that it ends with, so that the document's end has to be marked. */
  openEnded: boolean;
  layout: Layout;
  anchors: Map<YamlNode, string>;
  written: Set<YamlNode>;
}

/** Writes a text within a line. */
export function put(out: Output, text: string): void {
  out.text += text;
  out.column += text.length > 1 ? Array.from(text).length : 1;
}

/** Ends the line. */
export function newline(out: Output): void {
  out.text += '\n';
  out.column = 0;
}

/** Goes to the column of a collection, on a new line where the present one has more than indentation on it. */
export function putIndent(out: Output, indent: number): void {
  const column = Math.max(indent, 0);
  if (!out.atIndentation || out.column > column || (out.column === column && !out.afterBlank)) newline(out);
  if (out.column < column) put(out, ' '.repeat(column - out.column));
  out.afterBlank = true;
  out.atIndentation = true;
}

/** Writes a mark. `blankAfter`: it counts as a blank itself; `indents`: what follows may go on in the same line. */
export function putIndicator(
  out: Output,
  text: string,
  blankBefore: boolean,
  blankAfter = false,
  indents = false,
): void {
  if (blankBefore && !out.afterBlank) put(out, ' ');
  put(out, text);
  out.afterBlank = blankAfter;
  out.atIndentation &&= indents;
}
