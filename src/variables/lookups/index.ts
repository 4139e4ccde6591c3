import { type Scope, tuple } from '../../jinja/index.ts';
import { dictEntries, isDict } from '../../lib/dict.ts';
import { didYouMean } from '../../lib/nearest.ts';
import type { Place } from '../../lib/sourceError.ts';
import { TaskFailure } from '../../module/plan.ts';
import type { Templating } from '../templating.ts';

/** What a lookup may use besides its terms. */
export interface LookupContext {
  scope: Scope;
  templating: Templating;
  /** Where the lookup is written. */
  place: Place | undefined;
  /** Where the task stands: relative files are looked for from there. */
  task: Place | undefined;
}

type Lookup = (
  terms: unknown[],
  context: LookupContext,
  options: Readonly<Record<string, unknown>>,
) => unknown[];

const flatten = (items: unknown[]): unknown[] =>
  items.flatMap((item) => (Array.isArray(item) ? flatten(item) : [item]));

function dictTerms(terms: unknown[]): unknown[] {
  return terms.flatMap((term) => {
    if (!isDict(term)) throw lookupError('with_dict expects a dict');
    return [...dictEntries(term)].map(([key, value]) => ({ key, value }));
  });
}

function nested(terms: unknown[]): unknown[] {
  const lists = terms.map((term) => (Array.isArray(term) ? term : [term]));
  let rows: unknown[][] = [[]];
  for (const list of lists) rows = rows.flatMap((row) => list.map((item) => [...row, item]));
  return rows;
}

function together(terms: unknown[]): unknown[] {
  const lists = terms.map((term) => (Array.isArray(term) ? term : [term]));
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, row) => lists.map((list) => list[row] ?? null));
}

const LOOKUPS: Record<string, Lookup> = {
  items: (terms) => terms.flatMap((term) => (Array.isArray(term) ? term : [term])),
  list: (terms) => terms,
  flattened: (terms) => flatten(terms),
  dict: dictTerms,
  indexed_items: (terms) => flatten(terms).map((item, index) => tuple(index, item)),
  nested,
  cartesian: nested,
  together,
};

function lookupError(msg: string): TaskFailure {
  return new TaskFailure(msg, { msg });
}

/** Names of the lookups there are, without their collections. */
export function lookupNames(): string[] {
  return Object.keys(LOOKUPS).sort();
}

/** The answer of a lookup: always a list. Throws TaskFailure for an unknown name. */
export function runLookup(
  name: string,
  terms: unknown[],
  context: LookupContext,
  options: Readonly<Record<string, unknown>> = {},
): unknown[] {
  const short = name.replace(/^ansible\.(builtin|legacy)\./, '');
  const lookup = Object.hasOwn(LOOKUPS, short) ? LOOKUPS[short] : undefined;
  if (!lookup)
    throw lookupError(
      [`lookup plugin (${name}) not found.`, didYouMean(short, lookupNames())].join(' ').trim(),
    );
  return lookup(terms, context, options);
}
