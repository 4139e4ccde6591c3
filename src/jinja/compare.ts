import { typeError } from './errors.ts';
import { spendActive } from './limits.ts';
import { EmptyUndefined, requireDefined, Undefined } from './undefined.ts';
import {
  type Dict,
  DictView,
  dictEntries,
  dictGet,
  dictHas,
  dictSize,
  isDict,
  isFloat,
  MISSING,
  PyFloat,
  PyObject,
  Range,
  Tuple,
} from './values.ts';

/** Python's name of a value's type. */
export function typeName(value: unknown): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (isFloat(value)) return 'float';
  if (typeof value === 'number' || typeof value === 'bigint') return 'int';
  if (Array.isArray(value)) return value instanceof Tuple ? 'tuple' : 'list';
  if (isDict(value)) return 'dict';
  if (value instanceof PyObject) return value.typeName;
  if (value instanceof Range) return 'range';
  if (value instanceof DictView) return `dict_${value.kind}`;
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Undefined || value === undefined) return 'Undefined';
  return 'object';
}

/** Python's truth of a value. Throws an UndefinedError for an undefined one. */
export function isTruthy(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return value !== '';
  if (typeof value === 'number') return value !== 0;
  if (value === null) return false;
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'bigint') return value !== 0n;
  if (value instanceof PyFloat) return value.value !== 0;
  if (isDict(value)) return dictSize(value) > 0;
  if (value instanceof PyObject) return value.isTruthy();
  if (value instanceof Range || value instanceof DictView || value instanceof Uint8Array)
    return value.length > 0;
  if (value instanceof EmptyUndefined) return false;
  requireDefined(value);
  return true;
}

/** The number of a value that takes part in arithmetic (True counts as 1), else undefined. */
export function numeric(value: unknown): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value instanceof PyFloat ? value.value : undefined;
}

/** Python's `==`. */
export function equals(a: unknown, b: unknown): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a === b;
  if (a instanceof EmptyUndefined || b instanceof EmptyUndefined)
    return a instanceof Undefined && b instanceof Undefined;
  requireDefined(a);
  requireDefined(b);
  const left = numeric(a);
  if (left !== undefined) {
    const right = numeric(b);
    // biome-ignore lint/suspicious/noDoubleEquals: a bigint equals the same number only loosely
    if (right !== undefined) return left == right;
  }
  if (a instanceof PyObject) return a.equals(b);
  if (b instanceof PyObject) return b.equals(a);
  if (a === b) return true;
  if (Array.isArray(a))
    return Array.isArray(b) && a instanceof Tuple === b instanceof Tuple && itemsEqual(a, b);
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isDict(a)) return isDict(b) && dictsEqual(a, b);
  if (a instanceof Range) return b instanceof Range && itemsEqual([...a], [...b]);
  if (a instanceof Uint8Array) return b instanceof Uint8Array && itemsEqual([...a], [...b]);
  if (a instanceof DictView && b instanceof DictView && a.kind !== 'values') return viewsEqual(a, b);
  return false;
}

function itemsEqual(a: readonly unknown[], b: readonly unknown[]): boolean {
  spendActive(a.length);
  return a.length === b.length && a.every((item, index) => equals(item, b[index]));
}

function dictsEqual(a: Dict, b: Dict): boolean {
  if (dictSize(a) !== dictSize(b)) return false;
  spendActive(dictSize(a));
  return dictEntries(a).every(([key, value]) => dictHas(b, key) && equals(value, dictGet(b, key)));
}

function viewsEqual(a: DictView, b: DictView): boolean {
  const others = [...b];
  return a.length === b.length && [...a].every((item) => others.some((other) => equals(item, other)));
}

export type Ordering = '<' | '<=' | '>' | '>=';

/**
 * Python's order of two values: negative, zero or positive, NaN where neither comes first. Throws a
 * TypeError that names `operator` for values that have no order.
 */
export function compare(a: unknown, b: unknown, operator: Ordering = '<'): number {
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
  requireDefined(a);
  requireDefined(b);
  const left = numeric(a);
  if (left !== undefined) {
    const right = numeric(b);
    if (right !== undefined)
      return left < right ? -1 : left > right ? 1 : left === right ? 0 : compareMixed(left, right);
  }
  if (Array.isArray(a) && Array.isArray(b) && a instanceof Tuple === b instanceof Tuple)
    return compareItems(a, b, operator);
  if (a instanceof PyObject || b instanceof PyObject) {
    const order = a instanceof PyObject ? a.compareTo(b) : MISSING;
    if (order !== MISSING) return order;
    const reversed = b instanceof PyObject ? b.compareTo(a) : MISSING;
    if (reversed !== MISSING) return -reversed;
  }
  throw typeError(`'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

// Only a number against an equal bigint, or NaN, is left here.
function compareMixed(a: number | bigint, b: number | bigint): number {
  // biome-ignore lint/suspicious/noDoubleEquals: a bigint equals the same number only loosely
  return a == b ? 0 : Number.NaN;
}

/** Order by code points: JavaScript's own is by UTF-16 units, which puts emoji before some of plane 0. */
function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return codePointRank(left) - codePointRank(right);
  }
  return a.length - b.length;
}

// Surrogates stand for code points above all of plane 0.
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function compareItems(a: readonly unknown[], b: readonly unknown[], operator: Ordering): number {
  const length = Math.min(a.length, b.length);
  spendActive(length);
  for (let index = 0; index < length; index++) {
    if (!equals(a[index], b[index])) return compare(a[index], b[index], operator);
  }
  return a.length - b.length;
}

/** A sorted copy, in Python's order and stable. */
export function sorted<T>(
  items: readonly T[],
  key: (item: T) => unknown = (item) => item,
  reverse = false,
): T[] {
  const keyed = items.map((item) => ({ item, key: key(item) }));
  if (keyed.length === 1) requireDefined(keyed[0]!.key);
  keyed.sort((a, b) => {
    spendActive(1);
    return reverse ? compare(b.key, a.key) : compare(a.key, b.key);
  });
  return keyed.map(({ item }) => item);
}

/** Python's `in`: substring, member or key. */
export function contains(container: unknown, item: unknown): boolean {
  if (typeof container === 'string') {
    if (typeof item === 'string') return container.includes(item);
    requireDefined(item);
    throw typeError(`'in <string>' requires string as left operand, not ${typeName(item)}`);
  }
  if (Array.isArray(container)) {
    spendActive(container.length);
    return container.some((member) => isSame(member, item));
  }
  if (isDict(container)) {
    requireHashable(item);
    return dictHas(container, item);
  }
  if (container instanceof DictView && container.kind === 'keys') return dictHas(container.dict, item);
  if (container instanceof Range || container instanceof DictView || container instanceof Uint8Array) {
    return [...container].some((member) => isSame(member, item));
  }
  requireDefined(container);
  throw typeError(`argument of type '${typeName(container)}' is not iterable`);
}

// `in` asks for identity before equality, so that a NaN or an undefined value is found in its own list.
function isSame(member: unknown, item: unknown): boolean {
  return (member === item && typeof item !== 'number') || equals(member, item);
}

/** Throws for what Python cannot use as a key: lists, dicts and what holds them. */
export function requireHashable(value: unknown): void {
  requireDefined(value);
  if (value instanceof Tuple) value.forEach(requireHashable);
  else if (Array.isArray(value) || isDict(value)) throw typeError(`unhashable type: '${typeName(value)}'`);
}
