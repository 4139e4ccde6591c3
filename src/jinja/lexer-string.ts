import { type Source, TemplateSyntaxError } from './errors.ts';

const escapePattern =
  /\\(?:\n|[\\'"abfnrtv]|[0-7]{1,3}|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[xuUN])/g;

const simpleEscapes: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The value of a string literal between two offsets, its quotes among them. */
export type ReadString = (source: Source, start: number, end: number) => string;

/** The value of a string literal whose backslashes count as themselves. */
export function rawString(source: Source, start: number, end: number): string {
  return source.text.slice(start + 1, end - 1);
}

/** The value of a string literal, by Python's escapes; a backslash before any other character stays. */
export function unescapeString(source: Source, start: number, end: number): string {
  const body = source.text.slice(start + 1, end - 1);
  if (!body.includes('\\')) return body;
  return body.replace(escapePattern, (sequence, offset: number) => {
    const rest = sequence.slice(1);
    const simple = simpleEscapes[rest];
    if (simple !== undefined) return simple;
    const code = /^[0-7]/.test(rest) ? Number.parseInt(rest, 8) : Number.parseInt(rest.slice(1), 16);
    if (Number.isNaN(code) || code > 0x10ffff) {
      const at = start + 1 + offset;
      throw new TemplateSyntaxError(`incomplete or unknown escape '${sequence}' in a string`, {
        source,
        start: at,
        end: at + sequence.length,
      });
    }
    return String.fromCodePoint(code);
  });
}
