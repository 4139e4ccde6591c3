import { DictView, dictSet, Range, Tuple, tupleFrom } from './values.ts';

/**
 * A result as code outside of templates expects it: ranges and views are lists, and dicts that templates
 * made are plain objects, unless an object would lose the type or the order of a key. Values that came
 * from outside are handed back as they are, and not looked into.
 */
export function plainResult(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? plain(value, new Map()) : value;
}

/** Containers that were met already, with what they became; a value may hold one many times, or itself. */
type Met = Map<object, unknown>;

function plain(value: unknown, met: Met): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (met.has(value)) return met.get(value);
  if (value instanceof Range || value instanceof DictView)
    return Array.from(value, (item) => plain(item, met));
  if (value instanceof Map && Object.getPrototypeOf(value) === Map.prototype) return plainDict(value, met);
  return Array.isArray(value) ? plainList(value, met) : value;
}

function plainDict(dict: Map<unknown, unknown>, met: Met): unknown {
  const keeps = [...dict.keys()].every(keepsAsProperty);
  const made: Map<unknown, unknown> | Record<string, unknown> = keeps ? {} : new Map();
  met.set(dict, made);
  for (const [key, item] of dict) dictSet(made, key, plain(item, met));
  return made;
}

// An object moves keys such as "80" to its front, and `__proto__` is no ordinary property of one.
function keepsAsProperty(key: unknown): boolean {
  return typeof key === 'string' && key !== '__proto__' && !/^(?:0|[1-9]\d{0,9})$/.test(key);
}

function plainList(list: readonly unknown[], met: Met): readonly unknown[] {
  met.set(list, list);
  // A getter renders a variable when it is asked; that is for the one who uses the list.
  const isLazy = (index: number) => Object.getOwnPropertyDescriptor(list, index)?.get !== undefined;
  let copy: unknown[] | undefined;
  for (let index = 0; index < list.length; index++) {
    if (isLazy(index)) continue;
    const item = plain(list[index], met);
    if (item === list[index]) continue;
    copy ??= [...list];
    copy[index] = item;
  }
  if (!copy) return list;
  const made = list instanceof Tuple ? tupleFrom(copy) : copy;
  met.set(list, made);
  return made;
}
