import type { Callable } from './environment.ts';

/**
 * How Python's values look in JavaScript.
 *
 * | Python          | JavaScript                                                                  |
 * | --------------- | --------------------------------------------------------------------------- |
 * | None, bool, str | null, boolean, string                                                       |
 * | int             | an integral number; a bigint beyond 2^53                                    |
 * | float           | a number that is not integral (also Infinity, NaN); PyFloat where it is one  |
 * | list, tuple     | array; Tuple, which is an array too                                         |
 * | dict            | Map, or a plain object (string keys); templates make Maps                   |
 * | range, views    | Range, DictView                                                             |
 * | bytes           | Uint8Array                                                                  |
 * | objects         | PyObject                                                                    |
 *
 * So a number that YAML or JSON gave is right as it is, except for an integral float (`1.0`), which has
 * to be made with `float(1)`. Every function here accepts all of these forms.
 */

/** A float whose value is integral (`1.0`), the one kind that a JavaScript number cannot tell from an int. */
export class PyFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  valueOf(): number {
    return this.value;
  }

  toJSON(): number {
    return this.value;
  }
}

/** The float with this value: PyFloat where it is integral, else the number itself. */
export function float(value: number): number | PyFloat {
  return Number.isInteger(value) ? new PyFloat(value) : value;
}

/** An int from a bigint: a number where that is exact. */
export function int(value: bigint): number | bigint {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

/** An immutable sequence; an array in every other respect, so that code outside may ignore the difference. */
export class Tuple extends Array<unknown> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

/** A tuple of these items. */
export function tuple(...items: unknown[]): Tuple {
  return tupleFrom(items);
}

/** A tuple of an array's items. */
export function tupleFrom(items: readonly unknown[]): Tuple {
  const made = new Tuple();
  for (const item of items) made.push(item);
  return made;
}

/** What groupby gives for each group: a tuple whose two items have names too. */
export class GroupTuple extends Tuple {
  /** A group of this key. */
  static ofGroup(grouper: unknown, list: unknown[]): GroupTuple {
    const made = new GroupTuple();
    made.push(grouper, list);
    return made;
  }
}

/** Python's range: counts without holding its items. */
export class Range {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  readonly length: number;

  constructor(start: number, stop: number, step: number) {
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.length = Math.max(0, Math.ceil((stop - start) / step));
  }

  /** The item at an index that is within the length. */
  at(index: number): number {
    return this.start + index * this.step;
  }

  *[Symbol.iterator](): Generator<number> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }
}

/** What `keys()`, `values()` and `items()` of a dict give: a live view of it. */
export class DictView {
  readonly kind: 'keys' | 'values' | 'items';
  readonly dict: Dict;

  constructor(kind: DictView['kind'], dict: Dict) {
    this.kind = kind;
    this.dict = dict;
  }

  get length(): number {
    return dictSize(this.dict);
  }

  *[Symbol.iterator](): Generator<unknown> {
    for (const key of dictKeys(this.dict)) {
      if (this.kind === 'keys') yield key;
      else if (this.kind === 'values') yield dictGet(this.dict, key);
      else yield tuple(key, dictGet(this.dict, key));
    }
  }
}

/** Stands for "there is no such variable / attribute". */
export const MISSING: unique symbol = Symbol('missing');

/**
 * An object with attributes of its own, for what is no plain data: a date, a macro, a namespace. Only
 * what `getAttribute` gives can be reached by a template.
 */
export abstract class PyObject {
  /** Python's name of the type, for messages and reprs. */
  abstract readonly typeName: string;

  /** What calling it does; without it, it cannot be called. */
  readonly invoke?: Callable;

  /** The value of an attribute, or MISSING. */
  getAttribute(_name: string): unknown {
    return MISSING;
  }

  /** `str()` of it. */
  toText(): string {
    return this.toRepr();
  }

  /** `repr()` of it. */
  toRepr(): string {
    return `<${this.typeName} object>`;
  }

  /** Whether it counts as true. */
  isTruthy(): boolean {
    return true;
  }

  /** Whether it equals another value. */
  equals(other: unknown): boolean {
    return this === other;
  }

  /** Negative, zero or positive as against another value, or MISSING where the two have no order. */
  compareTo(_other: unknown): number | typeof MISSING {
    return MISSING;
  }

  /** `this operator other`, or `other operator this` where `reversed`; MISSING where there is no such operation. */
  calculate(_operator: string, _other: unknown, _reversed: boolean): unknown {
    return MISSING;
  }
}

export type Dict = Map<unknown, unknown> | Record<string, unknown>;

/** Whether a value is a dict: a Map, or an object without a class. */
export function isDict(value: unknown): value is Dict {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  if (value instanceof Map) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Whether a value is a list (and no tuple). */
export function isList(value: unknown): value is unknown[] {
  return Array.isArray(value) && !(value instanceof Tuple);
}

/** Whether a value is a Python int (True and False are not counted). */
export function isInt(value: unknown): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
}

/** Whether a value is a Python float. */
export function isFloat(value: unknown): value is number | PyFloat {
  return value instanceof PyFloat || (typeof value === 'number' && !Number.isInteger(value));
}

/** Whether a value is an int or a float (True and False are not counted). */
export function isNumber(value: unknown): value is number | bigint | PyFloat {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof PyFloat;
}

/** Number of entries. */
export function dictSize(dict: Dict): number {
  return dict instanceof Map ? dict.size : Object.keys(dict).length;
}

/** The keys in their order. */
export function dictKeys(dict: Dict): unknown[] {
  return dict instanceof Map ? [...dict.keys()] : Object.keys(dict);
}

/** The entries in their order. */
export function dictEntries(dict: Dict): [unknown, unknown][] {
  return dict instanceof Map ? [...dict] : Object.entries(dict);
}

/** The value of a key, or MISSING. Own keys only. Equal keys of other types count (`1`, `1.0`, `True`). */
export function dictGet(dict: Dict, key: unknown): unknown {
  if (!(dict instanceof Map)) {
    return typeof key === 'string' && Object.hasOwn(dict, key) ? dict[key] : MISSING;
  }
  const own = findKey(dict, key);
  return own === MISSING ? MISSING : dict.get(own);
}

/** Whether a dict has a key. */
export function dictHas(dict: Dict, key: unknown): boolean {
  if (!(dict instanceof Map)) return typeof key === 'string' && Object.hasOwn(dict, key);
  return findKey(dict, key) !== MISSING;
}

/** Sets a key in place. A plain object takes string keys only and answers false for others. */
export function dictSet(dict: Dict, key: unknown, value: unknown): boolean {
  if (dict instanceof Map) {
    const own = findKey(dict, key);
    dict.set(own === MISSING ? key : own, value);
    return true;
  }
  if (typeof key !== 'string') return false;
  Object.defineProperty(dict, key, { value, writable: true, enumerable: true, configurable: true });
  return true;
}

/** Removes a key in place; whether it was there. */
export function dictDelete(dict: Dict, key: unknown): boolean {
  if (!(dict instanceof Map)) return typeof key === 'string' && Object.hasOwn(dict, key) && delete dict[key];
  const own = findKey(dict, key);
  return own !== MISSING && dict.delete(own);
}

/** A dict of entries; later entries win. */
export function dictFrom(entries: Iterable<readonly [unknown, unknown]>): Map<unknown, unknown> {
  const made = new Map<unknown, unknown>();
  for (const [key, value] of entries) dictSet(made, key, value);
  return made;
}

/** The key of a map that equals `key` as Python's hashes see it, or MISSING. */
function findKey(map: Map<unknown, unknown>, key: unknown): unknown {
  if (map.has(key)) return key;
  if (typeof key === 'string' || key === null) return MISSING;
  for (const candidate of map.keys())
    if (typeof candidate !== 'string' && sameKey(candidate, key)) return candidate;
  return MISSING;
}

function sameKey(a: unknown, b: unknown): boolean {
  if (a instanceof Tuple && b instanceof Tuple) {
    return a.length === b.length && a.every((item, index) => sameKey(item, b[index]));
  }
  if (a instanceof PyObject) return a.equals(b);
  const left = keyNumber(a);
  return left === undefined ? a === b : left === keyNumber(b);
}

function keyNumber(value: unknown): number | bigint | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof PyFloat) return value.value;
  return typeof value === 'number' || typeof value === 'bigint' ? value : undefined;
}
