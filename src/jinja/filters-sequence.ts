import { calculate } from './arithmetic.ts';
import { getItem } from './attributes.ts';
import { define, defineWithContext } from './callable.ts';
import { compare, equals, isTruthy, sorted, typeName } from './compare.ts';
import type { Callable, CallContext } from './environment.ts';
import { TemplateRuntimeError } from './errors.ts';
import { requireInteger } from './numbers.ts';
import { characters, itemsOf, lengthOf, toItems } from './sequences.ts';
import { toText } from './text.ts';
import { requireDefined, Undefined } from './undefined.ts';
import { dictEntries, GroupTuple, isDict, tuple } from './values.ts';

type Key = (item: unknown) => unknown;

/** Text in lower case, so that order and equality ignore case; other values as they are. */
function ignoreCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

/** Reads `a.b.0` of an item; a missing part gives the default where there is one. */
export function attributeGetter(attribute: unknown, fallback: unknown = null): Key {
  if (attribute === null) return (item) => item;
  const path = typeof attribute === 'string' ? attribute.split('.').map(pathPart) : [attribute];
  return (item) => {
    let value = item;
    for (const part of path) {
      value = getItem(value, part);
      if (fallback !== null && value instanceof Undefined) value = fallback;
    }
    return value;
  };
}

function pathPart(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part;
}

/** A key for order: one attribute, or several with commas between. */
function orderKey(attribute: unknown, caseSensitive: boolean): Key {
  const fold = caseSensitive ? (value: unknown) => value : ignoreCase;
  const several =
    typeof attribute === 'string' && attribute.includes(',') ? attribute.split(',') : [attribute];
  const getters = several.map((part) => attributeGetter(part));
  if (getters.length === 1) return (item) => fold(getters[0]!(item));
  return (item) => getters.map((get) => fold(get(item)));
}

function extreme(wanted: 1 | -1): Callable {
  return define(
    ['value', ['case_sensitive', false], ['attribute', null]],
    (value, caseSensitive, attribute) => {
      const key = orderKey(attribute, isTruthy(caseSensitive));
      const items = toItems(value);
      if (items.length === 0) return new Undefined(null, 'No aggregated item, sequence was empty.');
      let best = items[0];
      for (const item of items.slice(1)) {
        const order = compare(key(item), key(best), wanted > 0 ? '>' : '<');
        if (order * wanted > 0) best = item;
      }
      return best;
    },
  );
}

function unique(
  value: unknown,
  caseSensitive: boolean,
  attribute: unknown,
  { budget }: CallContext,
): unknown[] {
  const key = orderKey(attribute, caseSensitive);
  const seenTexts = new Set<string>();
  const seen: unknown[] = [];
  return toItems(value).filter((item) => {
    const own = key(item);
    if (typeof own === 'string') {
      const isNew = !seenTexts.has(own);
      seenTexts.add(own);
      return isNew;
    }
    budget.spend(seen.length);
    if (seen.some((other) => equals(other, own))) return false;
    seen.push(own);
    return true;
  });
}

function groupBy(value: unknown, attribute: unknown, fallback: unknown, caseSensitive: boolean): unknown[] {
  const read = attributeGetter(attribute, fallback);
  const key = caseSensitive ? read : (item: unknown) => ignoreCase(read(item));
  const groups: { key: unknown; items: unknown[] }[] = [];
  for (const item of sorted(toItems(value), key)) {
    const own = key(item);
    const last = groups.at(-1);
    if (last && equals(last.key, own)) last.items.push(item);
    else groups.push({ key: own, items: [item] });
  }
  return groups.map(({ items }) => GroupTuple.ofGroup(read(items[0]), items));
}

function batch(value: unknown, size: number, fill: unknown): unknown[] {
  const items = toItems(value);
  const rows: unknown[][] = [];
  for (let start = 0; start < items.length; start += Math.max(1, size))
    rows.push(items.slice(start, start + Math.max(1, size)));
  const last = rows.at(-1);
  if (fill !== null && last) while (last.length < size) last.push(fill);
  return rows;
}

function slice(value: unknown, count: number, fill: unknown): unknown[] {
  const items = toItems(value);
  if (count < 1) {
    if (count === 0)
      throw new TemplateRuntimeError('integer division or modulo by zero', 'ZeroDivisionError');
    return [];
  }
  const size = Math.floor(items.length / count);
  const longer = items.length % count;
  return Array.from({ length: count }, (_, index) => {
    const start = index * size + Math.min(index, longer);
    const row = items.slice(start, start + size + (index < longer ? 1 : 0));
    return fill !== null && index >= longer ? [...row, fill] : row;
  });
}

function pick(items: readonly unknown[], index: number, what: string): unknown {
  return items.length === 0 ? new Undefined(null, `No ${what} item, sequence was empty.`) : items.at(index);
}

function dictSort(value: unknown, caseSensitive: boolean, by: unknown, reverse: boolean): unknown[] {
  const position = by === 'key' ? 0 : by === 'value' ? 1 : undefined;
  if (position === undefined) {
    throw new TemplateRuntimeError('You can only sort by either "key" or "value"', 'FilterArgumentError');
  }
  const fold = caseSensitive ? (item: unknown) => item : ignoreCase;
  return sorted(itemPairs(value, 'AttributeError'), (pair) => fold((pair as unknown[])[position]), reverse);
}

function itemPairs(value: unknown, type: string): unknown[] {
  if (value instanceof Undefined) throw value.toError();
  if (!isDict(value)) throw new TemplateRuntimeError(`a dict is needed, not ${typeName(value)}`, type);
  return dictEntries(value).map(([key, item]) => tuple(key, item));
}

function sum(context: CallContext, value: unknown, attribute: unknown, start: unknown): unknown {
  const read = attributeGetter(attribute);
  return toItems(value).reduce((total, item) => calculate('+', total, read(item), context.budget), start);
}

function join(context: CallContext, value: unknown, separator: unknown, attribute: unknown): string {
  const read = attributeGetter(attribute);
  const between = toText(separator);
  const items = toItems(value);
  context.budget.spend(items.length);
  let text = '';
  items.forEach((item, index) => {
    text += (index > 0 ? between : '') + toText(read(item));
    context.budget.checkLength(text.length);
  });
  return text;
}

/** Jinja2's filters that work on lists, dicts and whatever else can be gone through. */
export const sequenceFilters: readonly [string, Callable][] = [
  [
    'batch',
    define(['value', 'linecount', ['fill_with', null]], (value, size, fill) =>
      batch(value, requireInteger(size), fill),
    ),
  ],
  ['count', define(['value'], lengthOf)],
  [
    'dictsort',
    define(
      ['value', ['case_sensitive', false], ['by', 'key'], ['reverse', false]],
      (value, caseSensitive, by, reverse) => dictSort(value, isTruthy(caseSensitive), by, isTruthy(reverse)),
    ),
  ],
  ['first', define(['seq'], (seq) => pick(toItems(seq), 0, 'first'))],
  [
    'groupby',
    define(
      ['value', 'attribute', ['default', null], ['case_sensitive', false]],
      (value, attribute, fallback, caseSensitive) =>
        groupBy(value, attribute, fallback, isTruthy(caseSensitive)),
    ),
  ],
  ['items', define(['value'], (value) => (value instanceof Undefined ? [] : itemPairs(value, 'TypeError')))],
  ['join', defineWithContext(['value', ['d', ''], ['attribute', null]], join)],
  ['last', define(['seq'], (seq) => pick(toItems(seq), -1, 'last'))],
  ['length', define(['value'], lengthOf)],
  ['list', define(['value'], (value) => [...toItems(value)])],
  ['max', extreme(1)],
  ['min', extreme(-1)],
  [
    'random',
    define(['seq'], (seq) =>
      pick(toItems(seq), Math.floor(Math.random() * Math.max(1, lengthOf(seq))), 'random'),
    ),
  ],
  [
    'reverse',
    define(['value'], (value) => {
      if (typeof value === 'string') return characters(value).reverse().join('');
      const items = itemsOf(requireDefined(value));
      if (!items) throw new TemplateRuntimeError('argument must be iterable', 'FilterArgumentError');
      return [...items].reverse();
    }),
  ],
  [
    'slice',
    define(['value', 'slices', ['fill_with', null]], (value, count, fill) =>
      slice(value, requireInteger(count), fill),
    ),
  ],
  [
    'sort',
    define(
      ['value', ['reverse', false], ['case_sensitive', false], ['attribute', null]],
      (value, reverse, caseSensitive, attribute) =>
        sorted(toItems(value), orderKey(attribute, isTruthy(caseSensitive)), isTruthy(reverse)),
    ),
  ],
  ['sum', defineWithContext(['iterable', ['attribute', null], ['start', 0]], sum)],
  [
    'unique',
    defineWithContext(
      ['value', ['case_sensitive', false], ['attribute', null]],
      (context, value, caseSensitive, attribute) =>
        unique(value, isTruthy(caseSensitive), attribute, context),
    ),
  ],
];
