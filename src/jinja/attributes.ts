import { typeName } from './compare.ts';
import { type Location, typeError, UndefinedError } from './errors.ts';
import { findMethod } from './methods.ts';
import { itemAt, Slice, sliceOf } from './sequences.ts';
import { toRepr } from './text.ts';
import { EmptyUndefined, Undefined } from './undefined.ts';
import {
  type Dict,
  dictGet,
  float,
  GroupTuple,
  isDict,
  isFloat,
  isInt,
  MISSING,
  PyObject,
  Range,
} from './values.ts';

/** `object.name`: an attribute or method, else the item of that name. Undefined where there is neither. */
export function getAttribute(object: unknown, name: string, at?: Location): unknown {
  if (object instanceof Undefined) return chained(object);
  const method = findMethod(object, name);
  if (method !== undefined) return method;
  const value = attributeOrItem(object, name);
  return value === MISSING ? noAttribute(object, name, at) : value;
}

/** What an attribute or item of something undefined is. */
function chained(object: Undefined): Undefined {
  if (object instanceof EmptyUndefined) throw object.toError();
  return object;
}

/** `object[index]`: an item, else the attribute or method of that name. Undefined where there is neither. */
export function getItem(object: unknown, index: unknown, at?: Location): unknown {
  if (object instanceof Undefined) return chained(object);
  if (index instanceof Undefined) {
    if (isDict(object)) throw index.toError();
    return index;
  }
  const value = item(object, index);
  if (value !== MISSING) return value;
  if (index instanceof Slice) throw typeError(`'${typeName(object)}' object cannot be sliced`);
  if (typeof index === 'string') {
    const method = findMethod(object, index);
    if (method !== undefined) return method;
  }
  return noAttribute(object, index, at);
}

function attributeOrItem(object: unknown, name: string): unknown {
  if (isDict(object)) return readDict(object, name);
  return plainAttribute(object, name);
}

/** An attribute that is no method, or MISSING. */
export function plainAttribute(object: unknown, name: string): unknown {
  if (object instanceof PyObject) return object.getAttribute(name);
  if (object instanceof GroupTuple)
    return name === 'grouper' ? object[0] : name === 'list' ? object[1] : MISSING;
  if (object instanceof Range)
    return name === 'start' || name === 'stop' || name === 'step' ? object[name] : MISSING;
  if (isInt(object) || typeof object === 'boolean') return integerAttribute(object, name);
  if (isFloat(object)) return name === 'real' ? object : name === 'imag' ? float(0) : MISSING;
  return MISSING;
}

function integerAttribute(value: number | bigint | boolean, name: string): unknown {
  if (name === 'real' || name === 'numerator') return typeof value === 'boolean' ? Number(value) : value;
  return name === 'imag' ? 0 : name === 'denominator' ? 1 : MISSING;
}

function item(object: unknown, index: unknown): unknown {
  if (index instanceof Slice) return sliceOf(object, index);
  if (isDict(object)) return readDict(object, index);
  if (typeof index === 'number' && Number.isInteger(index)) return readItem(object, index);
  if (typeof index === 'boolean') return readItem(object, Number(index));
  return typeof index === 'string' ? plainAttribute(object, index) : MISSING;
}

/** A value of a dict; one that throws because something inside is undefined is undefined itself. */
function readDict(dict: Dict, key: unknown): unknown {
  try {
    return dictGet(dict, key);
  } catch (error) {
    return undefinedFrom(error, typeof key === 'string' ? key : null);
  }
}

function readItem(object: unknown, index: number): unknown {
  try {
    return itemAt(object, index);
  } catch (error) {
    return undefinedFrom(error, null);
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
  return new Undefined(null, `${shown} has no element ${toRepr(key)}`, at);
}
