import { parseRequirement, type Requirement, satisfies } from './pep440.ts';

/**
 * Package names as they were before commas cut them apart: what begins with a comparison belongs to the name before
 * it, and so does all up to the end of an open bracket: ['django>1.11', '<2', 'x[a', 'b]'] -> 2 names.
 */
export function rejoinNames(pieces: string[]): string[] {
  const names: string[] = [];
  let inBrackets = false;
  for (const piece of pieces) {
    if (names.length > 0 && (inBrackets || /^\s*[<>=!~]/.test(piece)))
      names[names.length - 1] += `,${piece.trim()}`;
    else names.push(piece.trim());
    inBrackets = (inBrackets || piece.includes('[')) && !piece.includes(']');
  }
  return names.filter((name) => name !== '');
}

/** The lines of a requirements file that ask for something, without comments. */
export function requirementLines(text: string): string[] {
  return text
    .replace(/\\\r?\n/g, '')
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

/**
 * Whether the versions that are there (by normalised name) fulfil what is asked for; undefined where only pip can
 * tell: for URLs, paths, options, extras and markers.
 */
export function fulfilled(asked: string[], installed: Record<string, string>): boolean | undefined {
  const requirements = asked.map(parseRequirement);
  const plain = requirements.filter(isPlain);
  if (plain.some(({ name, specifiers }) => !isThere(installed[name], specifiers))) return false;
  return plain.length === asked.length ? true : undefined;
}

function isPlain(requirement: Requirement | undefined): requirement is Requirement {
  return requirement !== undefined && requirement.extras.length === 0 && requirement.marker === undefined;
}

function isThere(version: string | undefined, specifiers: Requirement['specifiers']): boolean {
  return version !== undefined && satisfies(version, specifiers);
}
