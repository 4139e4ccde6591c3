import { didYouMean } from '../../lib/nearest.ts';
import { namedError } from '../filters/register.ts';
import { type Lookup, type LookupContext, type LookupOptions, lookupError } from './context.ts';
import { csvfile } from './csv.ts';
import { fileLookups } from './files.ts';
import { firstFound } from './firstFound.ts';
import { ini } from './ini.ts';
import { listLookups } from './lists.ts';
import { password } from './password.ts';
import { programLookups } from './programs.ts';
import { sequence } from './sequence.ts';
import { url } from './url.ts';
import { variableLookups } from './variables.ts';

export type { LookupContext } from './context.ts';
export { definedTerms } from './firstFound.ts';

const LOOKUPS: Readonly<Record<string, Lookup>> = {
  ...listLookups,
  ...fileLookups,
  ...programLookups,
  ...variableLookups,
  csvfile,
  first_found: firstFound,
  ini,
  password,
  sequence,
  url,
};

const COLLECTIONS = /^(?:ansible\.(?:builtin|legacy)|community\.general)\./;

/** Names of the lookups there are, without their collections. */
export function lookupNames(): string[] {
  return Object.keys(LOOKUPS).sort();
}

/** Whether a name, with or without a collection, is that of `first_found`, which passes over undefined terms. */
export function isFirstFound(name: string): boolean {
  return name.replace(COLLECTIONS, '') === 'first_found';
}

/** A lookup by its name, with or without a collection; undefined where there is none. */
export function findLookup(name: string): Lookup | undefined {
  const short = name.replace(COLLECTIONS, '');
  return Object.hasOwn(LOOKUPS, short) ? LOOKUPS[short] : undefined;
}

/** The same; throws TemplateRuntimeError where there is none. */
export function requireLookup(name: string): Lookup {
  const lookup = findLookup(name);
  if (lookup) return lookup;
  const short = name.replace(COLLECTIONS, '');
  const hint = didYouMean(short, lookupNames());
  throw lookupError(`The lookup plugin '${name}' was not found.${hint ? ` ${hint}` : ''}`);
}

/** The items that a lookup gives the loop of a task (`with_*`). Throws TemplateRuntimeError. */
export function loopLookup(name: string, terms: readonly unknown[], context: LookupContext): unknown[] {
  return [...requireLookup(name)(terms, context, {})];
}

/** The answer of a lookup in a template: always a list. Throws TemplateRuntimeError that begins with its name. */
export function runLookup(
  name: string,
  terms: readonly unknown[],
  context: LookupContext,
  options: LookupOptions = {},
): unknown[] {
  const lookup = requireLookup(name);
  try {
    return [...lookup(terms, context, options)];
  } catch (error) {
    throw namedError(`lookup ${name}`, error);
  }
}
