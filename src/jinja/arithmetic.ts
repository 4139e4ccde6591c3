import type { BinaryOperator } from './ast.ts';
import { numeric, typeName } from './compare.ts';
import { TemplateRuntimeError, typeError } from './errors.ts';
import { formatPercent } from './format-percent.ts';
import type { Budget } from './limits.ts';
import { requireDefined } from './undefined.ts';
import { float, int, isFloat, MISSING, type PyFloat, PyObject, Tuple, tupleFrom } from './values.ts';

/** Python's `a + b`, `a * b` and so on, for numbers, and for text and lists where they have them. */
export function calculate(operator: BinaryOperator, a: unknown, b: unknown, budget: Budget): unknown {
  const left = numeric(a);
  const right = left === undefined ? undefined : numeric(b);
  if (left !== undefined && right !== undefined) {
    if (isFloat(a) || isFloat(b)) return calculateFloats(operator, Number(left), Number(right));
    return calculateIntegers(operator, left, right, budget);
  }
  requireDefined(a);
  requireDefined(b);
  const own = a instanceof PyObject ? a.calculate(operator, b, false) : MISSING;
  if (own !== MISSING) return own;
  const others = b instanceof PyObject ? b.calculate(operator, a, true) : MISSING;
  if (others !== MISSING) return others;
  if (operator === '+') return concatenate(a, b, budget);
  if (operator === '*') return repeat(a, b, budget);
  if (operator === '%' && typeof a === 'string') return formatPercent(a, b, budget);
  throw unsupported(operator, a, b);
}

function unsupported(operator: string, a: unknown, b: unknown): TemplateRuntimeError {
  const shown = operator === '**' ? '** or pow()' : operator;
  return typeError(`unsupported operand type(s) for ${shown}: '${typeName(a)}' and '${typeName(b)}'`);
}

function zeroDivision(message = 'division by zero'): TemplateRuntimeError {
  return new TemplateRuntimeError(message, 'ZeroDivisionError');
}

function calculateFloats(operator: BinaryOperator, a: number, b: number): number | PyFloat {
  switch (operator) {
    case '+':
      return float(a + b);
    case '-':
      return float(a - b);
    case '*':
      return float(a * b);
    case '/':
      if (b === 0) throw zeroDivision('float division by zero');
      return float(a / b);
    case '//':
      if (b === 0) throw zeroDivision('float floor division by zero');
      return float(floorDivideFloats(a, b));
    case '%':
      if (b === 0) throw zeroDivision('float modulo');
      return float(moduloFloats(a, b));
    case '**':
      return power(a, b);
  }
}

function moduloFloats(a: number, b: number): number {
  const remainder = a % b;
  if (remainder === 0) return b < 0 ? -0 : 0;
  return remainder < 0 === b < 0 ? remainder : remainder + b;
}

// By way of the remainder, as Python does, so that 1 // 0.1 is 9 and not 10.
function floorDivideFloats(a: number, b: number): number {
  const remainder = a % b;
  const lower = remainder !== 0 && remainder < 0 !== b < 0 ? 1 : 0;
  const quotient = (a - remainder) / b - lower;
  if (quotient === 0) return a / b < 0 || Object.is(a / b, -0) ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

function power(a: number, b: number): number | PyFloat {
  if (a === 0 && b < 0) throw zeroDivision('0.0 cannot be raised to a negative power');
  if (a === 1 || b === 0) return float(1);
  const result = a ** b;
  if (Number.isNaN(result) && !Number.isNaN(a) && !Number.isNaN(b)) {
    throw new TemplateRuntimeError('the result is a complex number', 'ValueError');
  }
  if (!Number.isFinite(result) && Number.isFinite(a) && Number.isFinite(b)) {
    throw new TemplateRuntimeError('Numerical result out of range', 'OverflowError');
  }
  return float(result);
}

function calculateIntegers(
  operator: BinaryOperator,
  a: number | bigint,
  b: number | bigint,
  budget: Budget,
): unknown {
  if (operator === '/') {
    if (Number(b) === 0) throw zeroDivision();
    return float(divideIntegers(a, b));
  }
  if (operator === '**') return integerPower(a, b, budget);
  if ((operator === '//' || operator === '%') && Number(b) === 0) {
    throw zeroDivision(operator === '%' ? 'integer modulo by zero' : 'integer division or modulo by zero');
  }
  if (typeof a === 'number' && typeof b === 'number') {
    const result = smallIntegers(operator, a, b);
    if (Number.isSafeInteger(result)) return result === 0 ? 0 : result;
  }
  const [left, right] = [BigInt(a), BigInt(b)];
  if (operator === '*') budget.checkBits(bitLength(left) + bitLength(right));
  return int(bigIntegers(operator, left, right));
}

/** The float nearest to the quotient of two integers, however large they are. */
function divideIntegers(a: number | bigint, b: number | bigint): number {
  if (typeof a === 'number' && typeof b === 'number') return a / b;
  const [dividend, divisor] = [BigInt(a), BigInt(b)];
  const shift = Math.max(0, 66 + bitLength(divisor) - bitLength(dividend));
  const scaled = dividend << BigInt(shift);
  // A last bit for what is left over rounds the long quotient as the true one would be.
  const quotient = (scaled / divisor) | (scaled % divisor === 0n ? 0n : 1n);
  const result = Number(quotient) / 2 ** shift;
  if (Number.isFinite(result)) return result;
  throw new TemplateRuntimeError('integer division result too large for a float', 'OverflowError');
}

function smallIntegers(operator: BinaryOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '//':
      return Math.floor(a / b);
    default:
      return ((a % b) + b) % b;
  }
}

function bigIntegers(operator: BinaryOperator, a: bigint, b: bigint): bigint {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '//': {
      const quotient = a / b;
      return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
    }
    default:
      return ((a % b) + b) % b;
  }
}

function integerPower(a: number | bigint, b: number | bigint, budget: Budget): unknown {
  if (b < 0) {
    if (Number(a) === 0) throw zeroDivision('0.0 cannot be raised to a negative power');
    return float(Number(a) ** Number(b));
  }
  const base = BigInt(a);
  if (base !== 0n && base !== 1n && base !== -1n) budget.checkBits(bitLength(base) * Number(b));
  return int(base ** BigInt(b));
}

function bitLength(value: bigint): number {
  return (value < 0n ? -value : value).toString(16).length * 4;
}

function concatenate(a: unknown, b: unknown, budget: Budget): unknown {
  if (typeof a === 'string') {
    if (typeof b !== 'string') throw typeError(`can only concatenate str (not "${typeName(b)}") to str`);
    budget.checkLength(a.length + b.length);
    return a + b;
  }
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a instanceof Tuple !== b instanceof Tuple) {
      throw typeError(`can only concatenate ${typeName(a)} (not "${typeName(b)}") to ${typeName(a)}`);
    }
    budget.checkItems(a.length + b.length);
    return a instanceof Tuple ? tupleFrom([...a, ...b]) : [...a, ...b];
  }
  throw unsupported('+', a, b);
}

function repeat(a: unknown, b: unknown, budget: Budget): unknown {
  if (typeof a === 'number' || typeof a === 'bigint' || typeof a === 'boolean')
    return repeatTimes(b, a, a, budget);
  return repeatTimes(a, b, b, budget);
}

function repeatTimes(sequence: unknown, times: unknown, other: unknown, budget: Budget): unknown {
  if (typeof sequence !== 'string' && !Array.isArray(sequence)) throw unsupported('*', sequence, other);
  const number = isFloat(times) ? undefined : numeric(times);
  if (number === undefined)
    throw typeError(`can't multiply sequence by non-int of type '${typeName(times)}'`);
  const count = Math.max(0, Number(number));
  if (typeof sequence === 'string') {
    budget.checkCharacters(sequence.length * count);
    return sequence.repeat(count);
  }
  budget.checkItems(sequence.length * count);
  const items = Array.from({ length: count }, () => sequence).flat();
  return sequence instanceof Tuple ? tupleFrom(items) : items;
}

/** Python's `-a` and `+a`. */
export function negate(operator: '-' | '+', value: unknown): unknown {
  if (isFloat(value)) return float(operator === '-' ? -Number(value) : Number(value));
  const number = numeric(value);
  if (number === undefined) {
    requireDefined(value);
    throw typeError(`bad operand type for unary ${operator}: '${typeName(value)}'`);
  }
  if (operator === '+') return number;
  return typeof number === 'bigint' ? int(-number) : number === 0 ? 0 : -number;
}
