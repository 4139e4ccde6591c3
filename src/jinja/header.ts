import type { SyntaxOptions } from './environment.ts';
import { TemplateSyntaxError, valueError } from './errors.ts';

const HEADER = '#jinja2:';

/** Names as the header line has them, which are those of Jinja2. */
const optionNames: Readonly<Record<string, keyof SyntaxOptions>> = {
  block_start_string: 'blockStart',
  block_end_string: 'blockEnd',
  variable_start_string: 'variableStart',
  variable_end_string: 'variableEnd',
  comment_start_string: 'commentStart',
  comment_end_string: 'commentEnd',
  line_statement_prefix: 'lineStatementPrefix',
  line_comment_prefix: 'lineCommentPrefix',
  trim_blocks: 'trimBlocks',
  lstrip_blocks: 'lstripBlocks',
  keep_trailing_newline: 'keepTrailingNewline',
  newline_sequence: 'newlineSequence',
};

export interface Header {
  readonly options: Partial<SyntaxOptions>;
  /** The text below the header line; the whole text where there is none. */
  readonly source: string;
  /** Line of the file at which `source` begins. */
  readonly line: number;
}

/**
 * Reads the line `#jinja2: trim_blocks: False, lstrip_blocks: True` that may stand first in a template
 * file, as Ansible's template module does. Throws TemplateSyntaxError for an unknown option or value.
 */
export function parseHeader(text: string, filename: string): Header {
  if (!text.startsWith(HEADER)) return { options: {}, source: text, line: 1 };
  const end = text.indexOf('\n');
  const line = text.slice(0, end < 0 ? undefined : end);
  const options: Record<string, string | boolean> = {};
  try {
    for (const pair of line.slice(HEADER.length).split(',')) readOption(pair, options);
  } catch (error) {
    const at = { source: { filename, text, firstLine: 1, firstColumn: 1 }, start: 0, end: line.length };
    throw new TemplateSyntaxError((error as Error).message, at);
  }
  return { options, source: end < 0 ? '' : text.slice(end + 1), line: 2 };
}

function readOption(pair: string, options: Record<string, string | boolean>): void {
  const colon = pair.indexOf(':');
  if (colon < 0) throw valueError(`'${pair.trim()}' in the #jinja2: line is no 'option: value'`);
  const name = pair.slice(0, colon).trim();
  const option = Object.hasOwn(optionNames, name) ? optionNames[name] : undefined;
  if (option === undefined) {
    throw valueError(
      `unknown option '${name}' in the #jinja2: line (known: ${Object.keys(optionNames).join(', ')})`,
    );
  }
  options[option] = literal(pair.slice(colon + 1).trim(), name);
}

const switches: readonly string[] = ['trim_blocks', 'lstrip_blocks', 'keep_trailing_newline'];

function literal(text: string, name: string): string | boolean {
  const isSwitch = switches.includes(name);
  if (isSwitch && (text === 'True' || text === 'False')) return text === 'True';
  const quoted = isSwitch ? undefined : /^(['"])(.*)\1$/.exec(text);
  if (quoted) return quoted[2]!.replaceAll('\\r', '\r').replaceAll('\\n', '\n');
  const wanted = isSwitch ? 'True or False' : 'a quoted text';
  throw valueError(`'${text}' is no value for ${name} in the #jinja2: line: write ${wanted}`);
}
