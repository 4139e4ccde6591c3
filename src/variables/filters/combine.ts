import {
  contains,
  type Dict,
  define,
  dictEntries,
  dictFrom,
  dictGet,
  dictHas,
  dictSet,
  equals,
  isDict,
  isList,
  isTruthy,
  TemplateRuntimeError,
  toText,
  typeName,
} from '../../jinja/index.ts';
import { flatten } from './lists.ts';

type MergeLists = (low: readonly unknown[], high: readonly unknown[]) => readonly unknown[];

const without = (items: readonly unknown[], others: readonly unknown[]) =>
  items.filter((item) => !contains(others, item));

/** What becomes of two lists under the same key, of the weaker and the stronger dict. */
const LIST_MERGES: Readonly<Record<string, MergeLists>> = {
  replace: (_low, high) => high,
  keep: (low) => low,
  append: (low, high) => [...low, ...high],
  prepend: (low, high) => [...high, ...low],
  append_rp: (low, high) => [...without(low, high), ...high],
  prepend_rp: (low, high) => [...high, ...without(low, high)],
};

/** Ansible's `combine`: later dicts win; `recursive` merges dicts within, `list_merge` says how lists meet. */
export const combine = define(['*terms', '**kwargs'], (terms, kwargs) => {
  const {
    recursive = false,
    list_merge: listMerge = 'replace',
    ...others
  } = kwargs as Record<string, unknown>;
  if (Object.keys(others).length > 0) {
    throw new TemplateRuntimeError(
      "'recursive' and 'list_merge' are the only valid keyword arguments",
      'TypeError',
    );
  }
  const name = toText(listMerge);
  const mergeLists = Object.hasOwn(LIST_MERGES, name) ? LIST_MERGES[name]! : undefined;
  if (!mergeLists) {
    throw new TemplateRuntimeError(
      `'list_merge' can only be one of ${Object.keys(LIST_MERGES).join(', ')}`,
      'ValueError',
    );
  }
  const dicts = flatten(terms as unknown[], 1, true);
  if (dicts.length === 0) return new Map();
  const merge = merger(isTruthy(recursive), mergeLists);
  return dicts.reduceRight((high, low) => merge(low, high));
});

function merger(recursive: boolean, mergeLists: MergeLists): (low: unknown, high: unknown) => Dict {
  const mergeValues = (low: unknown, high: unknown): unknown => {
    if (isDict(low) && isDict(high)) return recursive ? merge(low, high) : high;
    return isList(low) && isList(high) ? mergeLists(low, high) : high;
  };
  const merge = (low: unknown, high: unknown): Dict => {
    if (!isDict(low) || !isDict(high)) {
      const types = `a '${typeName(low)}' and a '${typeName(high)}'`;
      throw new TemplateRuntimeError(
        `failed to combine variables, expected dicts but got ${types}`,
        'TypeError',
      );
    }
    // Two dicts that are alike are not merged, so that their lists do not double.
    if (equals(low, high)) return dictFrom(dictEntries(high));
    const merged = dictFrom(dictEntries(low));
    for (const [key, value] of dictEntries(high)) {
      dictSet(merged, key, dictHas(low, key) ? mergeValues(dictGet(low, key), value) : value);
    }
    return merged;
  };
  return merge;
}
