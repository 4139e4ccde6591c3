import { type Place, SourceError } from '../lib/sourceError.ts';

/**
 * Splits `k=v k="v w" rest` as Ansible does: at blanks outside of quotes and outside of `{{ }}`, `{% %}` and
 * `{# #}`. Quotes stay in the parts. Throws a SourceError for quotes or braces that do not end.
 */
export function splitArguments(text: string, place: Place): string[] {
  const parts: string[] = [];
  let part = '';
  let quote = '';
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const pair = text.slice(i, i + 2);
    const char = text[i]!;
    if (quote) {
      part += char;
      if (char === '\\' && text[i + 1] === quote) part += text[++i];
      else if (char === quote) quote = '';
    } else if (pair === '{{' || pair === '{%' || pair === '{#') {
      depth++;
      part += pair;
      i++;
    } else if ((pair === '}}' || pair === '%}' || pair === '#}') && depth > 0) {
      depth--;
      part += pair;
      i++;
    } else if ((char === '"' || char === "'") && depth === 0) {
      quote = char;
      part += char;
    } else if (/\s/.test(char) && depth === 0) {
      if (part) parts.push(part);
      part = '';
    } else part += char;
  }
  if (quote || depth > 0) {
    throw new SourceError(
      quote ? `a ${quote} is opened and not closed` : 'a template is opened and not closed',
      place,
      'Write the arguments as a map below the module to be free of quoting.',
    );
  }
  if (part) parts.push(part);
  return parts;
}

/** One pair of quotes around a whole text taken off. */
export function unquote(text: string): string {
  const quote = text[0];
  const quoted = text.length > 1 && (quote === '"' || quote === "'") && text.endsWith(quote);
  return quoted ? text.slice(1, -1) : text;
}

/**
 * The arguments of `module: text`. With a free-form parameter, only its own options (`chdir=`, `creates=` ...) are
 * taken out of the text and the rest is kept as it was written, blanks included.
 */
export function parseArguments(
  text: string,
  freeForm: { parameter: string; options: readonly string[] } | undefined,
  place: Place,
): Record<string, unknown> {
  if (freeForm) return parseFreeForm(text, freeForm, place);
  const args: Record<string, unknown> = {};
  for (const part of splitArguments(text, place)) {
    const cut = cutOf(part);
    if (cut < 1) {
      throw new SourceError(
        `"${part}" is no name=value`,
        place,
        'Write the arguments as a map below the module.',
      );
    }
    args[part.slice(0, cut)] = unquote(withoutEscapes(part.slice(cut + 1)).trim());
  }
  return args;
}

// A value is read as a text of Python's: `\\n` is a newline, `\\"` a quote; what is no escape stays as it is.
const ESCAPE = /\\(?:U([0-9a-fA-F]{8})|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\\'"abfnrtv]))/g;
const NAMED: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function withoutEscapes(text: string): string {
  return text.replace(ESCAPE, (_all, long?: string, short?: string, byte?: string, letter?: string) => {
    if (letter !== undefined) return NAMED[letter] ?? letter;
    return String.fromCodePoint(Number.parseInt((long ?? short ?? byte)!, 16));
  });
}

// Where the name ends: at the first equals sign behind a template that may be the name; one behind a backslash cuts nothing.
function cutOf(part: string): number {
  const start = /^\s*\{\{.*?\}\}/s.exec(part)?.[0].length ?? 0;
  const cut = /(?<!\\)=/.exec(part.slice(start));
  return cut ? start + cut.index : -1;
}

/** Whether a text is one template and nothing besides, which may give all arguments at once. */
export function isOneTemplate(text: string): boolean {
  const inner = /^\{\{(.*)\}\}$/s.exec(text.trim());
  return inner !== null && !inner[1]!.includes('}}');
}

function parseFreeForm(
  text: string,
  freeForm: { parameter: string; options: readonly string[] },
  place: Place,
): Record<string, unknown> {
  const args: Record<string, unknown> = {};
  let rest = text;
  for (const part of splitOptions(text, place)) {
    const cut = cutOf(part);
    const name = part.slice(0, cut);
    if (cut < 1 || !freeForm.options.includes(name) || name === freeForm.parameter) continue;
    args[name] = unquote(withoutEscapes(part.slice(cut + 1)).trim());
    rest = rest.replace(new RegExp(`(^|\\s)${escapeRegExp(part)}(?=\\s|$)`), '$1');
  }
  // The newline at the end of a block scalar is part of the text.
  const command = withLinesJoined(rest.trimStart().replace(/[^\S\n]+$/, ''));
  if (command) args[freeForm.parameter] = command;
  return args;
}

// A backslash alone at the end of a line joins it with the next one, outside of quotes.
const QUOTED_OR_JOINED = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(?<= )\\\n/gs;

function withLinesJoined(text: string): string {
  return text.replace(QUOTED_OR_JOINED, (found) => (found === '\\\n' ? '' : found));
}

// A shell text may have quotes that do not pair in Ansible's eyes; then it holds no options.
function splitOptions(text: string, place: Place): string[] {
  try {
    return splitArguments(text, place);
  } catch {
    return [];
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
