import { define, PyFunction } from './callable.ts';
import { equals } from './compare.ts';
import type { Callable } from './environment.ts';
import { TemplateRuntimeError, valueError } from './errors.ts';
import { dictMethods, listMethods, tupleMethods } from './methods-container.ts';
import { stringMethods } from './methods-string.ts';
import { requireText } from './strings.ts';
import { isDict, isFloat, isInt, Range, Tuple } from './values.ts';

const intMethods: ReadonlyMap<string, Callable> = new Map<string, Callable>([
  [
    'bit_length',
    define(['self'], (self) => (self === 0 ? 0 : magnitude(self as number | bigint).toString(2).length)),
  ],
  [
    'bit_count',
    define(
      ['self'],
      (self) =>
        magnitude(self as number | bigint)
          .toString(2)
          .replaceAll('0', '').length,
    ),
  ],
  ['conjugate', define(['self'], (self) => self)],
]);

const floatMethods: ReadonlyMap<string, Callable> = new Map<string, Callable>([
  ['is_integer', define(['self'], (self) => Number.isInteger(Number(self)))],
  ['conjugate', define(['self'], (self) => self)],
]);

const bytesMethods: ReadonlyMap<string, Callable> = new Map<string, Callable>([
  [
    'decode',
    define(['self', ['encoding', 'utf-8'], ['errors', 'strict']], (self, encoding) =>
      decode(self as Uint8Array, encoding),
    ),
  ],
  [
    'hex',
    define(['self'], (self) =>
      Array.from(self as Uint8Array, (byte) => byte.toString(16).padStart(2, '0')).join(''),
    ),
  ],
]);

const rangeMethods: ReadonlyMap<string, Callable> = new Map<string, Callable>([
  [
    'count',
    define(
      ['self', 'value'],
      (self, value) => [...(self as Range)].filter((item) => equals(item, value)).length,
    ),
  ],
  [
    'index',
    define(['self', 'value'], (self, value) => {
      const found = [...(self as Range)].findIndex((item) => equals(item, value));
      if (found < 0) throw valueError(`${String(value)} is not in range`);
      return found;
    }),
  ],
]);

function magnitude(value: number | bigint): bigint {
  return value < 0 ? -BigInt(value) : BigInt(value);
}

function decode(bytes: Uint8Array, encoding: unknown): string {
  const name = requireText(encoding).toLowerCase().replaceAll('_', '-');
  try {
    return new TextDecoder(name === 'utf8' ? 'utf-8' : name, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof RangeError)
      throw new TemplateRuntimeError(`unknown encoding: ${encoding}`, 'LookupError');
    throw valueError(`'${name}' codec can't decode these bytes`);
  }
}

function methodsOf(object: unknown): ReadonlyMap<string, Callable> | undefined {
  if (typeof object === 'string') return stringMethods;
  if (Array.isArray(object)) return object instanceof Tuple ? tupleMethods : listMethods;
  if (isDict(object)) return dictMethods;
  if (isInt(object) || typeof object === 'boolean') return intMethods;
  if (isFloat(object)) return floatMethods;
  if (object instanceof Uint8Array) return bytesMethods;
  return object instanceof Range ? rangeMethods : undefined;
}

/** A method of a plain value, to be called with the value first; undefined where it has none of that name. */
export function methodOf(object: unknown, name: string): Callable | undefined {
  return methodsOf(object)?.get(name);
}

/** A method of a plain value, bound to it, or undefined where the value has none of that name. */
export function findMethod(object: unknown, name: string): PyFunction | undefined {
  const method = methodOf(object, name);
  if (!method) return undefined;
  return new PyFunction(name, (args, kwargs, context) => method([object, ...args], kwargs, context));
}
