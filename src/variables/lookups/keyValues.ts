import { lookupError } from './context.ts';

/** The `key=value` pairs of a term, and what is none of them joined by blanks again. */
export interface KeyValues {
  values: Map<string, string>;
  raw: string;
}

/** Takes a term such as `path/to/file length=12 chars="a b"` apart, as Ansible does; quotes may stand around values. */
export function parseKeyValues(text: string): KeyValues {
  const values = new Map<string, string>();
  const raw: string[] = [];
  for (const word of splitWords(text)) {
    const cut = /^((?:\\.|[^\\=])*?)=(.*)$/s.exec(word);
    if (cut) values.set(cut[1]!.trim(), unquoted(cut[2]!.trim()));
    else raw.push(word);
  }
  return { values, raw: raw.join(' ') };
}

// At blanks outside of quotes; quotes stay.
function splitWords(text: string): string[] {
  const words = text.match(/(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^\s"'])+|["']/g) ?? [];
  if (words.some((word) => word === '"' || word === "'"))
    throw lookupError(`a quote of "${text}" is never closed`);
  return words;
}

function unquoted(text: string): string {
  const quote = text[0];
  const isQuoted = text.length > 1 && (quote === '"' || quote === "'") && text.endsWith(quote);
  return isQuoted ? text.slice(1, -1) : text;
}
