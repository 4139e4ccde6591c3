/** A replacement that Python would refuse, or one for another pattern. */
export class ReplacementError extends Error {}

/** The parts of a replacement: texts, and groups by number or name. */
type Part = string | { group: number | string };

const CONTROL: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};
const PIECE = /\\(?:g<([^>]*)>|(0[0-7]{0,2}|[0-3][0-7]{2})|([1-9]\d?)|([\s\S]))/gu;

/**
 * The replacement template of Python's `re.sub` and `match.expand` (`\1`, `\g<name>`, `\g<0>`, `\n`) filled in for
 * a match; a group that took no part gives nothing. Throws for a group that the pattern does not have and for an
 * escape that Python does not know.
 */
export function expandTemplate(template: string, match: RegExpMatchArray): string {
  return filledIn(partsOf(template), match);
}

function filledIn(parts: Part[], match: RegExpMatchArray): string {
  return parts.map((part) => (typeof part === 'string' ? part : groupText(part.group, match))).join('');
}

/**
 * Python's `re.subn`: the text with the matches of a pattern replaced (all, or the first `count`), and how many
 * there were.
 */
export function substitute(
  pattern: RegExp,
  template: string,
  text: string,
  count = 0,
): { text: string; count: number } {
  let done = 0;
  // Python refuses a wrong template also where nothing is found.
  const parts = partsOf(template);
  const replaced = text.replace(global(pattern), (...found: unknown[]) => {
    if (count > 0 && done >= count) return found[0] as string;
    done++;
    return filledIn(parts, matchOf(found));
  });
  return { text: replaced, count: done };
}

/** The same pattern, finding all matches. */
export function global(pattern: RegExp): RegExp {
  return pattern.global ? pattern : new RegExp(pattern.source, `${pattern.flags}g`);
}

// What replace() hands to its function: the match, its groups, offset, text and, where there are any, named groups.
function matchOf(found: unknown[]): RegExpMatchArray {
  const groups = typeof found.at(-1) === 'object' ? (found.at(-1) as Record<string, string>) : undefined;
  const plain = found.slice(0, groups ? -3 : -2) as string[];
  return Object.assign(plain as unknown as RegExpMatchArray, groups ? { groups } : {});
}

function partsOf(template: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const found of template.matchAll(PIECE)) {
    parts.push(template.slice(end, found.index));
    end = found.index + found[0].length;
    parts.push(partOf(found));
  }
  if (template.indexOf('\\', end) >= 0)
    throw new ReplacementError('bad escape (end of pattern) in the replacement');
  return [...parts, template.slice(end)];
}

function partOf([whole, name, octal, number, letter]: RegExpMatchArray): Part {
  if (name !== undefined) return { group: /^\d+$/.test(name) ? Number(name) : name };
  if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
  if (number !== undefined) return { group: Number(number) };
  if (letter! in CONTROL) return CONTROL[letter!]!;
  if (/[a-zA-Z]/.test(letter!)) throw new ReplacementError(`bad escape \\${letter} in the replacement`);
  return whole;
}

function groupText(group: number | string, match: RegExpMatchArray): string {
  if (typeof group === 'number') {
    if (group >= match.length)
      throw new ReplacementError(`invalid group reference ${group} in the replacement`);
    return match[group] ?? '';
  }
  if (!match.groups || !(group in match.groups))
    throw new ReplacementError(`unknown group name '${group}' in the replacement`);
  return match.groups[group] ?? '';
}
