import { randomInt } from 'node:crypto';
import {
  type Dict,
  dictEntries,
  dictFrom,
  dictGet,
  dictHas,
  isDict,
  isList,
  isTruthy,
  MISSING,
  toItems,
  toRepr,
  toText,
  tuple,
} from '../../jinja/index.ts';
import { flagOption, type Lookup, lookupError } from './context.ts';

/** One level of lists taken off. */
export function flattenOnce(terms: readonly unknown[]): unknown[] {
  return terms.flatMap((term) => (Array.isArray(term) ? [...term] : [term]));
}

// The texts that templates made of nothing end a list.
function flattenAll(terms: readonly unknown[]): unknown[] {
  const flat: unknown[] = [];
  for (const term of terms) {
    const item = onlyItem(term);
    if (item === 'None' || item === 'null') break;
    if (isList(item)) flat.push(...flattenAll(item));
    else flat.push(item);
  }
  return flat;
}

function onlyItem(term: unknown): unknown {
  return isList(term) && term.length === 1 ? onlyItem(term[0]) : term;
}

const nested: Lookup = (terms) => {
  if (terms.length === 0) throw lookupError('with_nested requires at least one element in the nested list');
  let rows: unknown[][] = toItems(terms[0]).map((item) => [item]);
  for (const term of terms.slice(1))
    rows = rows.flatMap((row) => toItems(term).map((item) => [...row, item]));
  return rows.map(flattenOnce);
};

const together: Lookup = (terms) => {
  if (terms.length === 0) throw lookupError('with_together requires at least one element in each list');
  const lists = terms.map(toItems);
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, row) =>
    flattenOnce(lists.map((list) => (row < list.length ? list[row] : null))),
  );
};

const dict: Lookup = (terms) =>
  terms.flatMap((term) => {
    if (!isDict(term)) throw lookupError(`with_dict expects a dict, and gets ${toRepr(term)}`);
    return dictEntries(term).map(([key, value]) =>
      dictFrom([
        ['key', key],
        ['value', value],
      ]),
    );
  });

const subelements: Lookup = (terms) => {
  const [source, path, flags = new Map()] = terms;
  if (terms.length < 2 || terms.length > 3)
    throw lookupError('subelements lookup expects a list of two or three items: a list, a key, and flags');
  if ((!isList(source) && !isDict(source)) || typeof path !== 'string') {
    const got = `${toRepr(source)} and ${toRepr(path)}`;
    throw lookupError(
      `subelements expects a dictionary: first a dict or a list, second a string; got ${got}`,
    );
  }
  if (!isDict(flags) || dictEntries(flags).some(([name]) => name !== 'skip_missing')) {
    throw lookupError('the optional third item must be a dict, and skip_missing its only key');
  }
  if (isDict(source) && isSkipped(source)) return [];
  const elements = isDict(source) ? dictEntries(source).map(([, value]) => value) : source;
  const skipMissing = flagOption(Object.fromEntries(dictEntries(flags)), 'skip_missing', false);
  return elements.flatMap((element) => innerItems(element, path.split('.'), skipMissing));
};

function isSkipped(result: Dict): boolean {
  const skipped = dictGet(result, 'skipped');
  return skipped !== MISSING && isTruthy(skipped);
}

function innerItems(element: unknown, path: readonly string[], skipMissing: boolean): unknown[] {
  if (!isDict(element)) throw lookupError(`subelements expects a dictionary, got ${toRepr(element)}`);
  if (isSkipped(element)) return [];
  const list = followPath(element, path, skipMissing);
  const rest = withoutPath(element, path);
  return list.map((item) => tuple(rest, item));
}

function followPath(element: Dict, path: readonly string[], skipMissing: boolean): readonly unknown[] {
  let value: unknown = element;
  for (const key of path) {
    if (!isDict(value)) {
      if (skipMissing) return [];
      throw lookupError(`the key ${key} should point to a dictionary, got '${toText(value)}'`);
    }
    if (!dictHas(value, key)) {
      if (skipMissing) return [];
      throw lookupError(`could not find '${key}' key in iterated item '${toText(value)}'`);
    }
    value = dictGet(value, key);
  }
  if (!isList(value))
    throw lookupError(`the key ${path.at(-1)} should point to a list, got '${toText(value)}'`);
  return value;
}

// The outer item is handed out without the list that its inner items are from.
function withoutPath(dict: Dict, [key, ...inner]: readonly string[]): Dict {
  const entries = dictEntries(dict).flatMap(([name, value]): [unknown, unknown][] => {
    if (name !== key) return [[name, value]];
    return inner.length > 0 && isDict(value) ? [[name, withoutPath(value, inner)]] : [];
  });
  return dictFrom(entries);
}

/** Lookups that arrange the items of their terms. */
export const listLookups: Readonly<Record<string, Lookup>> = {
  items: flattenOnce,
  list: (terms) => terms,
  flattened: flattenAll,
  dict,
  nested,
  cartesian: nested,
  together,
  indexed_items: (terms) => flattenOnce(terms).map((item, index) => tuple(index, item)),
  subelements,
  random_choice: (terms) => (terms.length === 0 ? [] : [terms[randomInt(terms.length)]]),
};
