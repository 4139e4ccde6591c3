import { typeName } from './compare.ts';
import { typeError, valueError } from './errors.ts';
import { formatFloatType, padNumber, padText } from './format-number.ts';
import type { Budget } from './limits.ts';
import { requireInteger, requireNumber, truncateFloat } from './numbers.ts';
import { characterOf, characters } from './sequences.ts';
import { toRepr, toText } from './text.ts';
import { requireDefined } from './undefined.ts';
import { dictGet, isDict, isFloat, MISSING, Tuple } from './values.ts';

const conversion = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?([hlL]?)(.|$)/gs;

/** Python's `format % values`: a tuple for several values, a dict for named ones. */
export function formatPercent(format: string, values: unknown, budget: Budget): string {
  const positional = values instanceof Tuple ? [...values] : [values];
  let used = 0;
  const next = () => {
    if (used >= positional.length) throw typeError('not enough arguments for format string');
    return positional[used++];
  };
  let usedNames = false;
  const result = format.replace(conversion, (match, name, flags, width, precision, _size, type) => {
    if (type === '%') return '%';
    if (type === '') throw valueError('incomplete format');
    const minimum = width === '*' ? requireInteger(next()) : Number(width ?? 0);
    const hasPoint = /\.(?:\*|\d*)[hlL]?.$/s.test(match);
    const digits = !hasPoint
      ? undefined
      : precision === '*'
        ? requireInteger(next())
        : Number(precision ?? 0);
    budget.checkCharacters(Math.max(minimum, digits ?? 0));
    if (name !== undefined) usedNames = true;
    const value = name === undefined ? next() : named(values, name);
    return convert(type, value, { flags, width: minimum, digits });
  });
  if (!usedNames && used < positional.length && !isDict(values) && !isListArgument(values)) {
    throw typeError('not all arguments converted during string formatting');
  }
  return result;
}

// A list is one value and has to be used; only a dict may stay unused.
function isListArgument(values: unknown): boolean {
  return Array.isArray(values) && !(values instanceof Tuple);
}

function named(values: unknown, name: string): unknown {
  if (!isDict(values)) throw typeError('format requires a mapping');
  const value = dictGet(values, name);
  if (value === MISSING) throw typeError(`the format names '${name}', which the dict does not have`);
  return value;
}

interface Conversion {
  readonly flags: string;
  readonly width: number;
  readonly digits: number | undefined;
}

function convert(type: string, value: unknown, { flags, width, digits }: Conversion): string {
  const left = flags.includes('-');
  requireDefined(value);
  if (type === 's' || type === 'r' || type === 'a') {
    const text = type === 's' ? toText(value) : toRepr(value);
    return padText(
      digits === undefined ? text : characters(text).slice(0, digits).join(''),
      width,
      left ? '<' : '>',
    );
  }
  if (type === 'c') return padText(singleCharacter(value), width, left ? '<' : '>');
  const body = 'diouxX'.includes(type)
    ? integerText(type, value, digits, flags)
    : 'eEfFgG'.includes(type)
      ? formatFloatType(requireNumber(value), type, digits ?? 6, flags.includes('#'))
      : undefined;
  if (body === undefined) throw valueError(`unsupported format character '${type}'`);
  const signed = body.startsWith('-')
    ? body
    : flags.includes('+')
      ? `+${body}`
      : flags.includes(' ')
        ? ` ${body}`
        : body;
  return padNumber(signed, width, left ? '<' : flags.includes('0') ? '=0' : '>');
}

function singleCharacter(value: unknown): string {
  if (typeof value === 'string' && characters(value).length === 1) return value;
  if (typeof value === 'string') throw typeError('%c requires int or char');
  return characterOf(requireInteger(value));
}

function integerText(type: string, value: unknown, digits: number | undefined, flags: string): string {
  if (typeof value === 'string' || value === null || (typeof value === 'object' && !isFloat(value))) {
    throw typeError(`%${type} format: a real number is required, not ${typeName(value)}`);
  }
  const whole = isFloat(value) ? truncateFloat(Number(value)) : requireIntegral(value);
  const negative = whole < 0;
  const magnitude = BigInt(whole) * (negative ? -1n : 1n);
  const base = type === 'o' ? 8 : type === 'x' || type === 'X' ? 16 : 10;
  const prefix = !flags.includes('#') || base === 10 ? '' : base === 8 ? '0o' : '0x';
  const body = prefix + magnitude.toString(base).padStart(digits ?? 1, '0');
  return (negative ? '-' : '') + (type === 'X' ? body.toUpperCase() : body);
}

function requireIntegral(value: unknown): number | bigint {
  return typeof value === 'bigint' ? value : requireInteger(value);
}
