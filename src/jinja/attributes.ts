import { typeName } from './compare.ts';
import { type Location, UndefinedError } from './errors.ts';
import { findMethod } from './methods.ts';
import { itemAt, Slice, sliceOf } from './sequences.ts';
import { toRepr } from './text.ts';
import { Undefined } from './undefined.ts';
import { type Dict, dictGet, isDict, MISSING, PyObject } from './values.ts';

/** `object.name`: an attribute or method, else the item of that name. Undefined where there is neither. */
export function getAttribute(object: unknown, name: string, at?: Location): unknown {
  if (object instanceof Undefined) return object;
  const method = findMethod(object, name);
  if (method !== undefined) return method;
  const value = attributeOrItem(object, name);
  return value === MISSING ? noAttribute(object, name, at) : value;
}

/** `object[index]`: an item, else the attribute or method of that name. Undefined where there is neither. */
export function getItem(object: unknown, index: unknown, at?: Location): unknown {
  if (object instanceof Undefined) return object;
  if (index instanceof Undefined) throw index.toError();
  const value = item(object, index);
  if (value !== MISSING) return value;
  if (typeof index === 'string') {
    const method = findMethod(object, index);
    if (method !== undefined) return method;
  }
  return noAttribute(object, index, at);
}

function attributeOrItem(object: unknown, name: string): unknown {
  if (isDict(object)) return readDict(object, name);
  return object instanceof PyObject ? object.getAttribute(name) : MISSING;
}

function item(object: unknown, index: unknown): unknown {
  if (isDict(object)) return readDict(object, index);
  if (index instanceof Slice) return sliceOf(object, index);
  if (typeof index === 'number' && Number.isInteger(index)) return itemAt(object, index);
  if (typeof index === 'boolean') return itemAt(object, Number(index));
  return object instanceof PyObject && typeof index === 'string' ? object.getAttribute(index) : MISSING;
}

/** A value of a dict; one that throws because something inside is undefined is undefined itself. */
export function readDict(dict: Dict, key: unknown): unknown {
  try {
    return dictGet(dict, key);
  } catch (error) {
    return undefinedFrom(error, typeof key === 'string' ? key : null);
  }
}

/** The undefined value for an UndefinedError that a lazy value threw; other errors go on. */
export function undefinedFrom(error: unknown, name: string | null, at?: Location): Undefined {
  if (!(error instanceof UndefinedError)) throw error;
  return new Undefined(error.name === '' ? name : error.name, error.message, at, error);
}

function noAttribute(object: unknown, key: unknown, at?: Location): Undefined {
  const shown = object === null ? 'None' : `${typeName(object)} object`;
  if (typeof key === 'string') return new Undefined(key, `'${shown}' has no attribute '${key}'`, at);
  if (key instanceof Slice) return new Undefined(null, `${shown} cannot be sliced`, at);
  return new Undefined(null, `${shown} has no element ${toRepr(key)}`, at);
}
