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
    const cut = part.indexOf('=');
    if (cut < 1) {
      throw new SourceError(
        `"${part}" is no name=value`,
        place,
        'Write the arguments as a map below the module.',
      );
    }
    args[part.slice(0, cut)] = unquote(part.slice(cut + 1));
  }
  return args;
}

function parseFreeForm(
  text: string,
  freeForm: { parameter: string; options: readonly string[] },
  place: Place,
): Record<string, unknown> {
  const args: Record<string, unknown> = {};
  let rest = text;
  for (const part of splitOptions(text, place)) {
    const cut = part.indexOf('=');
    const name = part.slice(0, cut);
    if (cut < 1 || !freeForm.options.includes(name) || name === freeForm.parameter) continue;
    args[name] = unquote(part.slice(cut + 1));
    rest = rest.replace(new RegExp(`(^|\\s)${escapeRegExp(part)}(?=\\s|$)`), '$1');
  }
  const command = rest.trim();
  if (command) args[freeForm.parameter] = command;
  return args;
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
