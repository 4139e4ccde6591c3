import {
  type CallContext,
  define,
  defineWithContext,
  isTruthy,
  requireInteger,
  toItems,
  tupleFrom,
  typeError,
  valueError,
} from '../../jinja/index.ts';
import type { Callables } from './register.ts';
import { isSequence } from './values.ts';

/**
 * The items of lists within a list, `levels` deep (all of them where it is null). Leaves out what is null, or is the
 * text that a template makes of it, if `skipNulls`.
 */
export function flatten(list: readonly unknown[], levels: number | null, skipNulls: boolean): unknown[] {
  const flat: unknown[] = [];
  for (const item of list) {
    if (skipNulls && (item === null || item === 'None' || item === 'null')) continue;
    if (isSequence(item) && (levels === null || levels >= 1)) {
      for (const inner of flatten([...item], levels === null ? null : levels - 1, skipNulls))
        flat.push(inner);
    } else {
      flat.push(item);
    }
  }
  return flat;
}

function zip(lists: readonly unknown[][], length: number, fill: unknown): unknown[] {
  return Array.from({ length }, (_, row) =>
    tupleFrom(lists.map((list) => (row < list.length ? list[row] : fill))),
  );
}

function itemLists(first: unknown, others: unknown): unknown[][] {
  return [first, ...(others as unknown[])].map((list) => [...toItems(list)]);
}

function product(context: CallContext, lists: readonly unknown[][]): unknown[] {
  context.budget.checkItems(lists.reduce((count, list) => count * list.length, 1));
  let rows: unknown[][] = [[]];
  for (const list of lists) rows = rows.flatMap((row) => list.map((item) => [...row, item]));
  return rows.map(tupleFrom);
}

/** All choices of `size` positions of `count`; with `ordered`, in every order. */
function* choices(
  count: number,
  size: number,
  ordered: boolean,
  chosen: readonly number[] = [],
): Generator<readonly number[]> {
  if (chosen.length === size) {
    yield chosen;
    return;
  }
  const first = ordered ? 0 : (chosen.at(-1) ?? -1) + 1;
  for (let position = first; position < count; position++) {
    if (!chosen.includes(position)) yield* choices(count, size, ordered, [...chosen, position]);
  }
}

function choose(context: CallContext, value: unknown, size: number, ordered: boolean): unknown[] {
  if (size < 0) throw valueError('r must be non-negative');
  const items = toItems(value);
  const rows: unknown[] = [];
  for (const positions of choices(items.length, size, ordered)) {
    rows.push(tupleFrom(positions.map((position) => items[position])));
    context.budget.spend(size);
    context.budget.checkItems(rows.length);
  }
  return rows;
}

/** Filters that take lists apart and put them together. */
export const listFilters: Callables = {
  flatten: define(['mylist', ['levels', null], ['skip_nulls', true]], (list, levels, skipNulls) => {
    return flatten(toItems(list), levels === null ? null : requireInteger(levels), isTruthy(skipNulls));
  }),
  zip: define(['first', '*others'], (first, others) => {
    const lists = itemLists(first, others);
    return zip(lists, Math.min(...lists.map((list) => list.length)), null);
  }),
  zip_longest: define(['first', '*others', '**options'], (first, others, options) => {
    const { fillvalue = null, ...unknown } = options as Record<string, unknown>;
    for (const name of Object.keys(unknown))
      throw typeError(`there is no argument '${name}' (known: fillvalue)`);
    const lists = itemLists(first, others);
    return zip(lists, Math.max(...lists.map((list) => list.length)), fillvalue);
  }),
  product: defineWithContext(['first', '*others', '**options'], (context, first, others, options) => {
    const { repeat = 1, ...unknown } = options as Record<string, unknown>;
    for (const name of Object.keys(unknown))
      throw typeError(`there is no argument '${name}' (known: repeat)`);
    const lists = itemLists(first, others);
    return product(context, Array.from({ length: requireInteger(repeat) }, () => lists).flat());
  }),
  combinations: defineWithContext(['iterable', 'r'], (context, value, size) =>
    choose(context, value, requireInteger(size), false),
  ),
  permutations: defineWithContext(['iterable', ['r', null]], (context, value, size) =>
    choose(context, value, size === null ? toItems(value).length : requireInteger(size), true),
  ),
};
