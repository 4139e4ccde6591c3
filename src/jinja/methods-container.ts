import { define, defineWithContext } from './callable.ts';
import { equals, isTruthy, requireHashable, sorted, typeName } from './compare.ts';
import type { Callable, CallContext, Kwargs } from './environment.ts';
import { TemplateRuntimeError, typeError, valueError } from './errors.ts';
import { requireInteger } from './numbers.ts';
import { toItems } from './sequences.ts';
import { toRepr } from './text.ts';
import {
  type Dict,
  DictView,
  dictDelete,
  dictEntries,
  dictFrom,
  dictGet,
  dictHas,
  dictKeys,
  dictSet,
  isDict,
  MISSING,
  tuple,
} from './values.ts';

/** A list that a method is about to change. */
function writable(self: unknown): unknown[] {
  if (Object.isFrozen(self))
    throw typeError('this list cannot be changed here; make a copy of it first (| list)');
  return self as unknown[];
}

function writableDict(self: unknown): Dict {
  if (Object.isFrozen(self))
    throw typeError('this dict cannot be changed here; make a copy of it first (.copy())');
  return self as Dict;
}

function put(dict: Dict, key: unknown, value: unknown): void {
  requireHashable(key);
  if (dictSet(dict, key, value)) return;
  throw typeError(`this dict takes text as keys only, not ${typeName(key)}; start from {} instead`);
}

function indexOf(items: readonly unknown[], value: unknown): number {
  return items.findIndex((item) => item === value || equals(item, value));
}

function insertionIndex(index: number, length: number): number {
  return index < 0 ? Math.max(0, index + length) : Math.min(index, length);
}

function popItem(list: unknown[], index: number): unknown {
  const at = index < 0 ? index + list.length : index;
  if (list.length === 0) throw new TemplateRuntimeError('pop from empty list', 'IndexError');
  if (at < 0 || at >= list.length) throw new TemplateRuntimeError('pop index out of range', 'IndexError');
  return list.splice(at, 1)[0];
}

function grow({ budget }: CallContext, list: unknown[], items: readonly unknown[]): null {
  budget.checkItems(list.length + items.length);
  for (const item of [...items]) list.push(item);
  return null;
}

const sequenceMethods: [string, Callable][] = [
  [
    'count',
    define(
      ['self', 'value'],
      (self, value) => (self as unknown[]).filter((item) => equals(item, value)).length,
    ),
  ],
  [
    'index',
    define(['self', 'value', ['start', 0]], (self, value, start) => {
      const items = self as unknown[];
      const from = insertionIndex(requireInteger(start), items.length);
      const found = indexOf(items.slice(from), value);
      if (found < 0) throw valueError(`${toRepr(value)} is not in ${typeName(self)}`);
      return found + from;
    }),
  ],
];

/** Python's methods of tuple. */
export const tupleMethods: ReadonlyMap<string, Callable> = new Map(sequenceMethods);

/** Python's methods of list; those that change the list do so in place. */
export const listMethods: ReadonlyMap<string, Callable> = new Map<string, Callable>([
  ...sequenceMethods,
  [
    'append',
    defineWithContext(['self', 'value'], (context, self, value) => grow(context, writable(self), [value])),
  ],
  [
    'clear',
    define(['self'], (self) => {
      writable(self).length = 0;
      return null;
    }),
  ],
  ['copy', define(['self'], (self) => [...(self as unknown[])])],
  [
    'extend',
    defineWithContext(['self', 'values'], (context, self, values) =>
      grow(context, writable(self), toItems(values)),
    ),
  ],
  [
    'insert',
    defineWithContext(['self', 'index', 'value'], ({ budget }, self, index, value) => {
      const list = writable(self);
      budget.checkItems(list.length + 1);
      list.splice(insertionIndex(requireInteger(index), list.length), 0, value);
      return null;
    }),
  ],
  ['pop', define(['self', ['index', -1]], (self, index) => popItem(writable(self), requireInteger(index)))],
  [
    'remove',
    define(['self', 'value'], (self, value) => {
      const list = writable(self);
      const found = indexOf(list, value);
      if (found < 0) throw valueError('list.remove(x): x not in list');
      list.splice(found, 1);
      return null;
    }),
  ],
  [
    'reverse',
    define(['self'], (self) => {
      writable(self).reverse();
      return null;
    }),
  ],
  [
    'sort',
    defineWithContext(['self', ['key', null], ['reverse', false]], (context, self, key, reverse) => {
      const list = writable(self);
      const keyOf = key === null ? undefined : (item: unknown) => context.call(key, [item]);
      const ordered = sorted(list, keyOf, isTruthy(reverse));
      list.splice(0, list.length, ...ordered);
      return null;
    }),
  ],
]);

function popKey(dict: Dict, key: unknown, fallback: unknown): unknown {
  const value = dictGet(dict, key);
  if (value === MISSING && fallback === undefined) throw new TemplateRuntimeError(toRepr(key), 'KeyError');
  if (value === MISSING) return fallback;
  dictDelete(dict, key);
  return value;
}

function popLast(dict: Dict): unknown {
  const key = dictKeys(dict).at(-1);
  if (key === undefined) throw new TemplateRuntimeError('popitem(): dictionary is empty', 'KeyError');
  const value = dictGet(dict, key);
  dictDelete(dict, key);
  return tuple(key, value);
}

/** The entries that `dict(x)` and `update(x)` take from a dict or from pairs. */
export function entriesOf(source: unknown): [unknown, unknown][] {
  if (isDict(source)) return dictEntries(source);
  return toItems(source).map((pair, index) => {
    const items = toItems(pair);
    if (items.length !== 2) {
      throw valueError(
        `dictionary update sequence element #${index} has length ${items.length}; 2 is required`,
      );
    }
    return [items[0], items[1]];
  });
}

/** Python's methods of dict; those that change the dict do so in place. */
export const dictMethods: ReadonlyMap<string, Callable> = new Map<string, Callable>([
  [
    'clear',
    define(['self'], (self) => {
      const dict = writableDict(self);
      for (const key of dictKeys(dict)) dictDelete(dict, key);
      return null;
    }),
  ],
  ['copy', define(['self'], (self) => dictFrom(dictEntries(self as Dict)))],
  [
    'get',
    define(['self', 'key', ['default', null]], (self, key, fallback) => {
      requireHashable(key);
      const value = dictGet(self as Dict, key);
      return value === MISSING ? fallback : value;
    }),
  ],
  ['items', define(['self'], (self) => new DictView('items', self as Dict))],
  ['keys', define(['self'], (self) => new DictView('keys', self as Dict))],
  [
    'pop',
    define(['self', 'key', ['default', undefined]], (self, key, fallback) =>
      popKey(writableDict(self), key, fallback),
    ),
  ],
  ['popitem', define(['self'], (self) => popLast(writableDict(self)))],
  [
    'setdefault',
    define(['self', 'key', ['default', null]], (self, key, fallback) => {
      if (dictHas(self as Dict, key)) return dictGet(self as Dict, key);
      put(writableDict(self), key, fallback);
      return fallback;
    }),
  ],
  [
    'update',
    defineWithContext(['self', ['other', []], '**others'], ({ budget }, self, other, others) => {
      const dict = writableDict(self);
      const entries = [...entriesOf(other), ...Object.entries(others as Kwargs)];
      budget.checkItems(entries.length);
      for (const [key, value] of entries) put(dict, key, value);
      return null;
    }),
  ],
  ['values', define(['self'], (self) => new DictView('values', self as Dict))],
]);
