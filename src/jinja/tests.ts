import { calculate } from './arithmetic.ts';
import { define, defineWithContext } from './callable.ts';
import { compare, contains, equals, typeName } from './compare.ts';
import { type Callable, type CallContext, findRegistered } from './environment.ts';
import { typeError } from './errors.ts';
import { itemsOf, tryLength } from './sequences.ts';
import { hasCase } from './strings.ts';
import { toText } from './text.ts';
import { EmptyUndefined, requireDefined, Undefined } from './undefined.ts';
import { isDict, isFloat, isInt, isNumber, PyFloat, PyObject, Range } from './values.ts';

function holds(body: (value: unknown) => boolean): Callable {
  return define(['value'], body);
}

function binary(body: (a: unknown, b: unknown) => boolean): Callable {
  return define(['a', 'b'], body);
}

function remainder(context: CallContext, value: unknown, divisor: unknown): unknown {
  requireDefined(value);
  if (typeof value === 'string') throw typeError('not all arguments converted during string formatting');
  return calculate('%', value, divisor, context.budget);
}

function divides(divisor: number, rest: number): Callable {
  return defineWithContext(['value'], (context, value) => equals(remainder(context, value, divisor), rest));
}

/** Python's `is` for plain values: no two numbers of different types are the same. */
function isSame(a: unknown, b: unknown): boolean {
  if (a instanceof PyFloat && b instanceof PyFloat) return a.value === b.value;
  return a === b;
}

function isSequence(value: unknown): boolean {
  return tryLength(value) !== undefined && !(value instanceof Set) && !typeName(value).startsWith('dict_');
}

function isIterable(value: unknown): boolean {
  if (!(value instanceof EmptyUndefined)) requireDefined(value);
  return typeof value === 'string' || value instanceof Range || itemsOf(value) !== undefined;
}

function isRegistered(kind: 'filters' | 'tests'): Callable {
  return defineWithContext(['name'], ({ environment }, name) => {
    requireDefined(name);
    return findRegistered(environment, environment[kind], toText(name)) !== undefined;
  });
}

const equal = binary(equals);
const unequal = binary((a, b) => !equals(a, b));
const less = binary((a, b) => compare(a, b, '<') < 0);
const lessOrEqual = binary((a, b) => compare(a, b, '<=') <= 0);
const greater = binary((a, b) => compare(a, b, '>') > 0);
const greaterOrEqual = binary((a, b) => compare(a, b, '>=') >= 0);

/** Jinja2's own tests. */
export const tests: readonly [string, Callable][] = [
  ['boolean', holds((value) => typeof value === 'boolean')],
  ['callable', holds((value) => value instanceof PyObject && value.invoke !== undefined)],
  ['defined', holds((value) => !(value instanceof Undefined))],
  [
    'divisibleby',
    defineWithContext(['value', 'num'], (context, value, divisor) =>
      equals(remainder(context, value, divisor), 0),
    ),
  ],
  ['eq', equal],
  ['equalto', equal],
  ['==', equal],
  ['escaped', holds(() => false)],
  ['even', divides(2, 0)],
  ['false', holds((value) => value === false)],
  ['filter', isRegistered('filters')],
  ['float', holds(isFloat)],
  ['ge', greaterOrEqual],
  ['>=', greaterOrEqual],
  ['gt', greater],
  ['greaterthan', greater],
  ['>', greater],
  ['in', binary((item, container) => contains(container, item))],
  ['integer', holds(isInt)],
  ['iterable', holds(isIterable)],
  ['le', lessOrEqual],
  ['<=', lessOrEqual],
  ['lower', holds((value) => hasCase(toText(value), 'lower'))],
  ['lt', less],
  ['lessthan', less],
  ['<', less],
  ['mapping', holds(isDict)],
  ['ne', unequal],
  ['!=', unequal],
  ['none', holds((value) => value === null)],
  ['number', holds((value) => typeof value === 'boolean' || isNumber(value))],
  ['odd', divides(2, 1)],
  ['sameas', binary(isSame)],
  ['sequence', holds(isSequence)],
  ['string', holds((value) => typeof value === 'string')],
  ['test', isRegistered('tests')],
  ['true', holds((value) => value === true)],
  ['undefined', holds((value) => value instanceof Undefined)],
  ['upper', holds((value) => hasCase(toText(value), 'upper'))],
];
