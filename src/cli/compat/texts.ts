import {
  type Environment,
  findNamed,
  isThere,
  type Named,
  parseHeader,
  TemplateSyntaxError,
} from '../../jinja/index.ts';
import { type Dict, dictEntries, isDict } from '../../lib/dict.ts';
import { didYouMean } from '../../lib/nearest.ts';
import { placeOfValue } from '../../lib/places.ts';
import type { Place } from '../../lib/sourceError.ts';
import { findLookup, lookupNames } from '../../variables/lookups/index.ts';
import { describeTemplateError, hasTemplateMark } from '../../variables/templating.ts';
import type { Finding } from './findings.ts';
import { GENERAL } from './replacements.ts';

const LOOKUPS = new Set(['lookup', 'query', 'q']);

/** What the templates in a value name that is not there. Keys in `bare` hold expressions, as `when` does. */
export function findingsIn(
  value: unknown,
  place: Place,
  environment: Environment,
  bare: ReadonlySet<string> = new Set(),
  isBare = false,
): Finding[] {
  if (typeof value === 'string') return ofText(value, place, environment, isBare);
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      findingsIn(item, placeOfValue(value, index) ?? place, environment, bare, isBare),
    );
  }
  if (!isDict(value)) return [];
  return [...dictEntries(value as Dict)].flatMap(([key, item]) =>
    findingsIn(item, placeOfValue(value, key) ?? place, environment, bare, bare.has(String(key))),
  );
}

function ofText(text: string, place: Place, environment: Environment, bare: boolean): Finding[] {
  const kind = hasTemplateMark(text) ? 'template' : bare ? 'expression' : undefined;
  if (kind === undefined || text.trim() === '') return [];
  const start = { filename: place.file, line: place.line, column: place.column };
  return named(environment, text, kind, start, place);
}

/** The same for a template file. */
export function findingsInTemplate(text: string, file: string, environment: Environment): Finding[] {
  const place = { file, line: 1, column: 1 };
  try {
    const { options, source, line } = parseHeader(text, file);
    return named(environment, source, 'template', { filename: file, line, options }, place);
  } catch (error) {
    return [mistake(error, place)];
  }
}

function named(
  environment: Environment,
  text: string,
  kind: 'template' | 'expression',
  start: Parameters<typeof findNamed>[3],
  place: Place,
): Finding[] {
  try {
    return findNamed(environment, text, kind, start).flatMap((one) => missing(one, place.file, environment));
  } catch (error) {
    return [mistake(error, place)];
  }
}

function mistake(error: unknown, place: Place): Finding {
  if (!(error instanceof TemplateSyntaxError)) throw error;
  const told = describeTemplateError(error);
  return { kind: 'syntax', name: told.message, place: told.place ?? place };
}

function missing(one: Named, file: string, environment: Environment): Finding[] {
  const place = { file, line: one.line, column: one.column };
  if (one.kind === 'function') {
    if (!LOOKUPS.has(one.name) || one.argument === undefined) return [];
    return missingLookup(one.argument, place);
  }
  if (isThere(environment, one)) return [];
  const known = one.kind === 'filter' ? environment.filters : environment.tests;
  const near = didYouMean(one.name.split('.').at(-1)!, known.keys());
  return [{ kind: one.kind, name: one.name, place, instead: near ?? GENERAL[one.kind] }];
}

/** A lookup that is not there. */
export function missingLookup(name: string, place: Place): Finding[] {
  if (findLookup(name)) return [];
  const near = didYouMean(name.split('.').at(-1)!, lookupNames());
  return [{ kind: 'lookup', name, place, instead: near ?? GENERAL.lookup }];
}
