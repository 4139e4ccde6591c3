/** A mapping of YAML or JSON: a plain object, or a Map where an object could not keep its keys as they are. */
export type Dict = Record<string, unknown> | Map<unknown, unknown>;

/**
 * The mapping with these entries: a plain object if all keys are texts that an object keeps in order,
 * else a Map. An object would move keys such as "80" to its front, and make texts of 80 and true.
 */
export function dictFrom(entries: Map<unknown, unknown>): Dict {
  for (const key of entries.keys()) {
    if (typeof key !== 'string' || key === '__proto__' || isIndex(key)) return entries;
  }
  return Object.fromEntries(entries);
}

function isIndex(key: string): boolean {
  const first = key.charCodeAt(0);
  return first >= 0x30 && first <= 0x39 && /^(?:0|[1-9]\d{0,9})$/.test(key);
}

/** Whether a value is a mapping: a Map or a plain object, not a list nor an instance of a class. */
export function isDict(value: unknown): value is Dict {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof Map) return true;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The entries of a mapping in its order; the keys of an object are texts. */
export function dictEntries(dict: Dict): Iterable<[unknown, unknown]> {
  return dict instanceof Map ? dict.entries() : Object.entries(dict);
}

/** The value of a key, undefined when there is none. */
export function dictGet(dict: Dict, key: string): unknown {
  if (dict instanceof Map) return dict.get(key);
  return Object.hasOwn(dict, key) ? dict[key] : undefined;
}

/** Whether the mapping has the key. */
export function dictHas(dict: Dict, key: string): boolean {
  return dict instanceof Map ? dict.has(key) : Object.hasOwn(dict, key);
}
