import { resolve } from 'node:path';
import {
  type Dict,
  dictEntries,
  dictFrom,
  dictGet,
  dictKeys,
  isDict,
  isList,
  toRepr,
  toText,
  UndefinedError,
} from '../../jinja/index.ts';
import { joinPaths } from '../filters/paths.ts';
import { flagOption, type Lookup, type LookupContext, type LookupOptions, lookupError } from './context.ts';
import { candidates, findFile } from './searchPath.ts';

/** Which subfolder counts for the loop of a task, by its module. */
function kindFor(module: string): string {
  if (module.includes('template')) return 'templates';
  return module.includes('var') ? 'vars' : 'files';
}

/** The paths to try, in their order. Options given as a term count for the terms after it as well. */
function namesOf(terms: readonly unknown[], options: Record<string, unknown>): string[] {
  return terms.flatMap((term) => {
    if (isDict(term)) {
      Object.assign(options, optionsOf(term));
      return withPaths(splitAt(options.files, ',;'), options);
    }
    if (typeof term === 'string') return withPaths(splitAt(term, ',;'), options);
    if (isList(term)) return namesOf(term, options);
    throw lookupError(`a term is a text, a list or a dict, and not ${toRepr(term)}`);
  });
}

function optionsOf(term: Dict): Record<string, unknown> {
  return Object.fromEntries(dictEntries(term).map(([name, value]) => [toText(name), value]));
}

function withPaths(files: readonly string[], options: LookupOptions): string[] {
  const paths = splitAt(options.paths, ',:;');
  return paths.length === 0
    ? [...files]
    : paths.flatMap((path) => files.map((file) => joinPaths([path, file])));
}

function splitAt(value: unknown, marks: string): string[] {
  if (value === undefined || value === null) return [];
  if (isList(value)) return value.flatMap((item) => splitAt(item, marks));
  let parts = [toText(value)];
  for (const mark of marks) parts = parts.flatMap((part) => part.split(mark));
  return parts;
}

/** The first file of several that is there. */
export const firstFound: Lookup = (terms, context, options) => {
  const merged = { ...options };
  const wanted = terms.length > 0 ? terms : splitAt(options.files, '');
  const names = namesOf(wanted, merged);
  const kind = context.module === undefined ? undefined : kindFor(context.module);
  for (const name of names) {
    const found = findFile(context, kind, name);
    if (found !== undefined) return [resolve(found)];
  }
  if (flagOption(merged, 'skip', false)) return [];
  throw lookupError(`no file was found; looked for ${lookedFor(context, kind, names)}`);
};

function lookedFor(context: LookupContext, kind: string | undefined, names: readonly string[]): string {
  return [...new Set(names.flatMap((name) => candidates(context, kind, name)))].join(', ') || 'nothing';
}

/** The terms of a `with_first_found` without those that are undefined, which it passes over. */
export function definedTerms(raw: unknown): unknown {
  if (isList(raw)) return raw.flatMap((_, index) => definedMember(() => definedTerms(raw[index])));
  if (!isDict(raw)) return raw;
  const entries = dictKeys(raw).flatMap((key) =>
    definedMember(() => [key, definedTerms(dictGet(raw, key))] as [unknown, unknown]),
  );
  return dictFrom(entries);
}

function definedMember<T>(read: () => T): T[] {
  try {
    return [read()];
  } catch (error) {
    if (error instanceof UndefinedError) return [];
    throw error;
  }
}
