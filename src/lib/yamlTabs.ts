import type { YAMLError } from 'yaml';

/**
 * The text with blanks in place of the tabs that indent the next line of a text in quotes, which PyYAML takes and the
 * parser does not; undefined where that is not what the error is about. All offsets stay as they are.
 */
export function withoutQuotedTab(error: YAMLError | undefined, text: string): string | undefined {
  if (error?.code !== 'MISSING_CHAR' || !error.message.startsWith('Missing closing')) return undefined;
  const start = text.indexOf('\n', error.pos[0]) + 1;
  const indent = /^[ \t]*\t[ \t]*/.exec(start > 0 ? text.slice(start) : '')?.[0];
  if (indent === undefined) return undefined;
  return text.slice(0, start) + ' '.repeat(indent.length) + text.slice(start + indent.length);
}
