import { DictView, Range, Tuple, tupleFrom } from './values.ts';

/**
 * A result as code outside of templates expects it: ranges and views are lists, and dicts that templates
 * made are plain objects, unless an object would lose the type or the order of a key. Values that came
 * from outside are handed back as they are, and not looked into.
 */
export function plainResult(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Range || value instanceof DictView) return Array.from(value, plainResult);
  if (value instanceof Map && Object.getPrototypeOf(value) === Map.prototype) return plainDict(value);
  return Array.isArray(value) ? plainList(value) : value;
}

function plainDict(dict: Map<unknown, unknown>): unknown {
  const entries = Array.from(dict, ([key, item]): [unknown, unknown] => [key, plainResult(item)]);
  return entries.every(([key]) => keepsAsProperty(key)) ? Object.fromEntries(entries) : new Map(entries);
}

// An object moves keys such as "80" to its front, and `__proto__` is no ordinary property of one.
function keepsAsProperty(key: unknown): boolean {
  return typeof key === 'string' && key !== '__proto__' && !/^(?:0|[1-9]\d{0,9})$/.test(key);
}

function plainList(list: readonly unknown[]): readonly unknown[] {
  // A getter renders a variable when it is asked; that is for the one who uses the list.
  const isLazy = (index: number) => Object.getOwnPropertyDescriptor(list, index)?.get !== undefined;
  let copy: unknown[] | undefined;
  for (let index = 0; index < list.length; index++) {
    if (isLazy(index)) continue;
    const plain = plainResult(list[index]);
    if (plain === list[index]) continue;
    copy ??= [...list];
    copy[index] = plain;
  }
  if (!copy) return list;
  return list instanceof Tuple ? tupleFrom(copy) : copy;
}
