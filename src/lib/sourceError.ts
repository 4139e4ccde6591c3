import { readFileSync } from 'node:fs';
import { maskedLine } from './maskedLine.ts';

/** Where something stands in a text file. `line` and `column` count from 1. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

/**
 * A mistake of the user's in something that has a source: a playbook, an inventory, a variables file.
 * `message` says what is wrong and `hint` what to do; neither repeats the place. Never shown with a stack.
 */
export class SourceError extends Error {
  readonly place: Place | undefined;
  readonly hint: string | undefined;

  constructor(message: string, place?: Place, hint?: string) {
    super(message);
    this.name = 'SourceError';
    this.place = place;
    this.hint = hint;
  }
}

/** Something odd in a source that stops nothing, such as a key given twice. */
export interface SourceWarning {
  message: string;
  place?: Place | undefined;
  hint?: string | undefined;
}

/** `file:line:column`, as editors and terminals make it clickable. */
export function formatPlace(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`;
}

/**
 * The error as a person reads it: message, place, the source line with a caret under the column, the line
 * before it, and the hint. Several lines, no trailing newline.
 * `readText` gives a file's text; where it throws, the lines are left out.
 */
export function formatSourceError(
  error: SourceWarning,
  readText: (file: string) => string = (file) => readFileSync(file, 'utf8'),
): string {
  const lines = [error.message];
  if (error.place) {
    lines.push(`  at ${formatPlace(error.place)}`);
    const excerpt = excerptAt(error.place, readText);
    if (excerpt.length > 0) lines.push('', ...excerpt, '');
  }
  if (error.hint) lines.push(error.hint);
  return lines.join('\n');
}

function excerptAt(place: Place, readText: (file: string) => string): string[] {
  const source = sourceLines(place.file, readText);
  const line = source[place.line - 1];
  if (line === undefined) return [];
  const width = String(place.line).length;
  const numbered = (n: number) => `${String(n).padStart(width + 2)} | ${shown(source[n - 1]!)}`;
  const before = place.line > 1 ? [numbered(place.line - 1)] : [];
  const caret = `${' '.repeat(width + 2)} | ${' '.repeat(Math.max(0, place.column - 1))}^`;
  return [...before, numbered(place.line), caret];
}

function sourceLines(file: string, readText: (file: string) => string): string[] {
  try {
    const text = readText(file);
    // The places in an encrypted file are those of its plain text, which is not to be shown.
    return text.startsWith('$ANSIBLE_VAULT') ? [] : text.split(/\r\n|\n|\r/);
  } catch {
    return [];
  }
}

// One cell for each character keeps the caret below what it points at; control characters stay off the screen.
function shown(line: string): string {
  return maskedLine(line)
    .replace(/\t/g, ' ')
    .replace(/[\x00-\x1f\x7f-\x9f]/g, '?');
}
