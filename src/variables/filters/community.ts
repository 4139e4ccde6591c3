import { crc32 as crc32Of } from 'node:zlib';
import jmespath from 'jmespath';
import {
  type Dict,
  define,
  defineWithContext,
  dictEntries,
  dictFrom,
  dictGet,
  dictHas,
  dictSet,
  isDict,
  isList,
  isTruthy,
  MISSING,
  sorted,
  TemplateRuntimeError,
  toItems,
  toRepr,
  toText,
  typeError,
  valueError,
} from '../../jinja/index.ts';
import { finalValue, plainValue } from '../templating.ts';
import { compareLoose } from '../tests/versions.ts';
import { combine } from './combine.ts';
import { flatten } from './lists.ts';
import type { Callables } from './register.ts';
import { distinct } from './sets.ts';

function dictOfPairs(pairs: unknown): Dict {
  const made = new Map<unknown, unknown>();
  for (const pair of toItems(pairs)) {
    const items = toItems(pair);
    if (items.length !== 2) throw valueError(`a dict is made of pairs, and one has ${items.length} items`);
    dictSet(made, items[0], items[1]);
  }
  return made;
}

function counter(sequence: unknown): Dict {
  const counts = new Map<unknown, unknown>();
  for (const item of toItems(sequence)) {
    const before = dictHas(counts, item) ? Number(dictGet(counts, item)) : 0;
    dictSet(counts, item, before + 1);
  }
  return counts;
}

function groupbyAsDict(sequence: unknown, attribute: unknown): Dict {
  const groups = new Map<unknown, unknown>();
  for (const [index, item] of toItems(sequence).entries()) {
    if (!isDict(item)) throw typeError(`Sequence element #${index} is not a mapping`);
    const value = dictGet(item, attribute);
    if (value === MISSING) throw valueError(`Attribute not contained in element #${index} of sequence`);
    if (dictHas(groups, value))
      throw valueError(`Multiple sequence entries have attribute value ${toRepr(value)}`);
    dictSet(groups, value, item);
  }
  return groups;
}

// The last term is the name of the key, unless it is given by name.
const listsMergeby = defineWithContext(['*terms', '**options'], (context, given, options) => {
  const terms = [...(given as unknown[])];
  const {
    index = terms.pop(),
    recursive = false,
    list_merge = 'replace',
  } = options as Record<string, unknown>;
  const merged = new Map<unknown, unknown>();
  for (const item of flatten(terms, null, false)) {
    if (!isDict(item)) throw typeError('all elements of the lists must be dicts');
    const key = dictGet(item, index);
    if (key === MISSING) continue;
    const before = dictGet(merged, key);
    const both = before === MISSING ? item : combine([before, item], { recursive, list_merge }, context);
    dictSet(merged, key, both);
  }
  return sorted([...merged.values()], (item) => dictGet(item as Dict, index));
});

type OfLists = (lists: readonly (readonly unknown[])[]) => unknown[];

function ofLists(body: OfLists): Callables[string] {
  return define(['*terms', '**options'], (terms, options) => {
    const given = terms as unknown[];
    const { flatten: flat = false } = options as Record<string, unknown>;
    const lists = isTruthy(flat) ? given.flatMap((each) => toItems(each)) : given;
    return body(lists.map((list) => toItems(list)));
  });
}

const has = (list: readonly unknown[], item: unknown): boolean =>
  distinct([...list, item]).length === distinct(list).length;
const without = (list: readonly unknown[], others: readonly unknown[]): unknown[] =>
  distinct(list.filter((item) => !has(others, item)));
const pairwise =
  (body: (a: readonly unknown[], b: readonly unknown[]) => unknown[]): OfLists =>
  ([first = [], ...rest]) =>
    rest.reduce<unknown[]>((a, b) => body(a, b), distinct(first));

type Matching = (name: string, target: string) => boolean;

const MATCHINGS: Readonly<Record<string, Matching>> = {
  equal: (name, target) => name === target,
  starts_with: (name, target) => name.startsWith(target),
  ends_with: (name, target) => name.endsWith(target),
  regex: (name, target) => new RegExp(target).test(name),
};

function matchingOf(parameter: unknown): Matching {
  const matching = MATCHINGS[toText(parameter)];
  if (!matching)
    throw valueError(
      `matching_parameter is one of ${Object.keys(MATCHINGS).join(', ')}, not ${toText(parameter)}`,
    );
  return matching;
}

function chosenKeys(wanted: boolean): Callables[string] {
  return define(['data', 'target', ['matching_parameter', 'equal']], (data, target, parameter) => {
    const matching = matchingOf(parameter);
    const targets = (isList(target) ? toItems(target) : [target]).map(toText);
    return dictsOf(data).map((item) =>
      dictFrom(
        dictEntries(item).filter(([key]) => targets.some((each) => matching(toText(key), each)) === wanted),
      ),
    );
  });
}

function replaceKeys(data: unknown, target: unknown, parameter: unknown): unknown {
  const matching = matchingOf(parameter);
  const targets = (isList(target) ? toItems(target) : [target]).map((each) => {
    if (!isDict(each) || !dictHas(each, 'before') || !dictHas(each, 'after'))
      throw typeError('each target needs the keys before and after');
    return { before: toText(dictGet(each, 'before')), after: toText(dictGet(each, 'after')) };
  });
  const renamed = (key: unknown): unknown =>
    targets.find(({ before }) => matching(toText(key), before))?.after ?? key;
  return dictsOf(data).map((item) =>
    dictFrom(dictEntries(item).map(([key, value]) => [renamed(key), value])),
  );
}

function dictsOf(data: unknown): Dict[] {
  return toItems(data).map((item) => {
    if (!isDict(item)) throw typeError('the input must be a list of dicts');
    return item;
  });
}

function accumulate(sequence: unknown): unknown[] {
  let sum: unknown;
  return toItems(sequence).map((item, index) => {
    sum = index === 0 ? item : added(sum, item);
    return sum;
  });
}

function added(a: unknown, b: unknown): unknown {
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (isList(a) && isList(b)) return [...a, ...b];
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  throw typeError(`${toRepr(a)} and ${toRepr(b)} cannot be added`);
}

function unicodeNormalize(data: unknown, form: unknown): string {
  const name = toText(form);
  if (!['NFC', 'NFD', 'NFKC', 'NFKD'].includes(name))
    throw valueError("expected one of 'NFC', 'NFD', 'NFKC', 'NFKD' for the form");
  if (typeof data !== 'string') throw typeError('it needs a text');
  return data.normalize(name);
}

/** Dates that are not JSON become texts, floats numbers: the query sees what a JSON file would hold. */
function jsonQuery(data: unknown, expression: unknown): unknown {
  try {
    return jmespath.search(plainValue(finalValue(data)) as object, toText(expression));
  } catch (error) {
    throw new TemplateRuntimeError(
      `the JMESPath query ${toRepr(toText(expression))} fails: ${(error as Error).message}`,
      'ValueError',
    );
  }
}

/** Much-used filters of community.general. */
export const communityFilters: Callables = {
  accumulate: define(['sequence'], accumulate),
  counter: define(['sequence'], counter),
  crc32: define(['value'], (value) => crc32Of(toText(value)).toString(16)),
  dict: define(['sequence'], dictOfPairs),
  dict_kv: define(['value', 'key'], (value, key) => dictFrom([[key, value]])),
  groupby_as_dict: define(['sequence', 'attribute'], groupbyAsDict),
  json_query: define(['data', 'expr'], jsonQuery),
  keep_keys: chosenKeys(true),
  remove_keys: chosenKeys(false),
  replace_keys: define(['data', 'target', ['matching_parameter', 'equal']], replaceKeys),
  lists_mergeby: listsMergeby,
  lists_union: ofLists((lists) => distinct(lists.flat())),
  lists_intersect: ofLists(pairwise((a, b) => distinct(a.filter((item) => has(b, item))))),
  lists_difference: ofLists(pairwise(without)),
  lists_symmetric_difference: ofLists(pairwise((a, b) => [...without(a, b), ...without(b, a)])),
  unicode_normalize: define(['data', ['form', 'NFC']], unicodeNormalize),
  version_sort: define(['value', ['reverse', false]], (value, reverse) => {
    const list = [...toItems(value)].sort((a, b) => compareLoose(toText(a), toText(b)));
    return isTruthy(reverse) ? list.reverse() : list;
  }),
};
