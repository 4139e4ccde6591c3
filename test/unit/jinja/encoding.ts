import {
  equals,
  float,
  int,
  isDict,
  isFloat,
  Tuple,
  tupleFrom,
  Undefined,
} from '../../../src/jinja/index.ts';

/** A value as cases.json writes it, as the engine has it. */
export function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== 'object' || value === null) return value;
  const [[tag, content] = ['', undefined]] = Object.entries(value);
  if (tag === '$float') return float(Number(content));
  if (tag === '$int') return int(BigInt(content as string));
  if (tag === '$tuple') return tupleFrom((content as unknown[]).map(decode));
  if (tag === '$undefined') return new Undefined(content as string | null);
  if (tag === '$iter') return (content as unknown[]).map(decode);
  if (tag === '$dict')
    return new Map((content as unknown[][]).map(([key, item]) => [decode(key), decode(item)]));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item)]));
}

/** Whether two values are the same down to their Python types. */
export function isSame(actual: unknown, expected: unknown): boolean {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual instanceof Tuple !== expected instanceof Tuple) return false;
    return actual.length === expected.length && expected.every((item, index) => isSame(actual[index], item));
  }
  if (isDict(expected)) {
    if (!isDict(actual)) return false;
    const [own, other] = [entries(actual), entries(expected)];
    return own.length === other.length && other.every((pair, index) => isSame(own[index], pair));
  }
  if (expected instanceof Undefined || actual instanceof Undefined) {
    return expected instanceof Undefined && actual instanceof Undefined;
  }
  if (typeof actual !== typeof expected && !(isFloat(actual) && isFloat(expected))) return false;
  return isFloat(actual) === isFloat(expected) && equals(actual, expected);
}

function entries(dict: object): unknown[][] {
  return dict instanceof Map ? [...dict] : Object.entries(dict);
}
