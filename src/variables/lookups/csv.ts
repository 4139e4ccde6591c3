import { readFileSync } from 'node:fs';
import { decode } from '../filters/bytes.ts';
import {
  type Lookup,
  type LookupOptions,
  lookupError,
  numberOption,
  textOption,
  textTerm,
} from './context.ts';
import { parseKeyValues } from './keyValues.ts';
import { requireFile } from './searchPath.ts';

/** Rows and fields of a text in the form of Python's csv module for Excel: quotes are doubled within quotes. */
function parseCsv(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  // A quote opens only where a field begins.
  let isStarted = false;
  const endField = () => {
    row.push(field);
    field = '';
    isStarted = false;
  };
  const endRow = () => {
    if (row.length > 0 || isStarted) {
      endField();
      rows.push(row);
    }
    row = [];
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') field += text[++at];
      else quoted = false;
    } else if (character === '"' && !isStarted) {
      quoted = true;
      isStarted = true;
    } else if (character === delimiter) {
      endField();
    } else if (character === '\n' || character === '\r') {
      if (character === '\r' && text[at + 1] === '\n') at++;
      endRow();
    } else {
      field += character;
      isStarted = true;
    }
  }
  endRow();
  return rows;
}

function optionsOf(inline: ReadonlyMap<string, string>, options: LookupOptions): LookupOptions {
  const known = ['col', 'keycol', 'default', 'delimiter', 'file', 'encoding'];
  const odd = [...inline.keys()].find((name) => !known.includes(name));
  if (odd !== undefined) throw lookupError(`'${odd}' is not a valid option (known: ${known.join(', ')})`);
  return { ...options, ...Object.fromEntries(inline) };
}

function fieldOf(row: readonly string[], options: LookupOptions, title: string): string {
  const column = numberOption(options, 'col', 1);
  const field = row.at(column);
  if (field === undefined) throw lookupError(`${title} has no column ${column}`);
  return field;
}

/** A field of the row whose key field is the term. */
export const csvfile: Lookup = (terms, context, options) => {
  if (terms.length === 0) throw lookupError('Search key is required but was not found');
  return terms.flatMap((term) => {
    const { values, raw } = parseKeyValues(textTerm(term));
    if (raw === '') throw lookupError('Search key is required but was not found');
    const own = optionsOf(values, options);
    const delimiter = textOption(own, 'delimiter', 'TAB');
    const path = requireFile(context, 'files', textOption(own, 'file', 'ansible.csv'));
    const text = decode(readFileSync(path), textOption(own, 'encoding', 'utf-8'));
    const keyColumn = numberOption(own, 'keycol', 0);
    const found = parseCsv(text, delimiter === 'TAB' ? '\t' : delimiter).find(
      (row) => row[keyColumn] === raw,
    );
    const value = found ? fieldOf(found, own, `the row of "${raw}" in ${path}`) : (own.default ?? null);
    return Array.isArray(value) ? value : value === null ? [] : [value];
  });
};
