import {
  type Callable,
  define,
  equals,
  isDict,
  isList,
  Tuple,
  toItems,
  typeError,
} from '../../jinja/index.ts';
import type { Callables } from './register.ts';

/** Finds equal values: texts by hash, all others one by one. */
class Members {
  readonly #texts = new Set<string>();
  readonly #others: unknown[] = [];

  constructor(items: readonly unknown[] = []) {
    for (const item of items) this.add(item);
  }

  has(item: unknown): boolean {
    return typeof item === 'string'
      ? this.#texts.has(item)
      : this.#others.some((other) => equals(other, item));
  }

  add(item: unknown): void {
    if (typeof item === 'string') this.#texts.add(item);
    else this.#others.push(item);
  }
}

/** The items without those that equal an earlier one, in their order. Python's own sets have no order. */
export function distinct(items: readonly unknown[]): unknown[] {
  const seen = new Members();
  return items.filter((item) => {
    if (seen.has(item)) return false;
    seen.add(item);
    return true;
  });
}

function difference(a: readonly unknown[], b: readonly unknown[]): unknown[] {
  const others = new Members(b);
  return distinct(a.filter((item) => !others.has(item)));
}

function intersect(a: readonly unknown[], b: readonly unknown[]): unknown[] {
  const others = new Members(b);
  return distinct(a.filter((item) => others.has(item)));
}

const ofTwo = (body: (a: readonly unknown[], b: readonly unknown[]) => unknown) =>
  define(['a', 'b'], (a, b) => body(toItems(a), toItems(b)));

function isHashable(value: unknown): boolean {
  if (value instanceof Tuple) return value.every(isHashable);
  return !isList(value) && !isDict(value);
}

/** Whether all items of `a` are among those of `b`. */
export function isSubset(a: unknown, b: unknown): boolean {
  const others = new Members(requireHashables(b));
  return requireHashables(a).every((item) => others.has(item));
}

function requireHashables(value: unknown): readonly unknown[] {
  const items = toItems(value);
  if (!items.every(isHashable)) throw typeError('lists and dicts cannot be members of a set');
  return items;
}

/** Filters that take lists for sets. */
export const setFilters: Callables = {
  union: ofTwo((a, b) => distinct([...a, ...b])),
  intersect: ofTwo(intersect),
  difference: ofTwo(difference),
  symmetric_difference: ofTwo((a, b) => [...difference(a, b), ...difference(b, a)]),
};

/** Ansible's `unique`: Jinja2's own, and by equality alone where items are lists or dicts. */
export function uniqueOver(jinjaUnique: Callable): Callables {
  return {
    unique: (args, kwargs, context) => {
      const { attribute = null, case_sensitive: caseSensitive = null } = kwargs;
      const plain = args.length === 1 && attribute === null && caseSensitive !== false;
      const items = toItems(args[0]);
      if (attribute === null && !items.every(isHashable)) {
        if (plain) return distinct(items);
        throw typeError(
          'lists and dicts have no hash, so we cannot fall back to comparing them: that knows no case_sensitive',
        );
      }
      return jinjaUnique(args, kwargs, context);
    },
  };
}
