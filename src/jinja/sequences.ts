import { typeName } from './compare.ts';
import { TemplateRuntimeError, typeError, valueError } from './errors.ts';
import { spendActive } from './limits.ts';
import { EmptyUndefined, requireDefined, Undefined } from './undefined.ts';
import {
  DictView,
  dictKeys,
  dictSize,
  isDict,
  MISSING,
  PyObject,
  Range,
  Tuple,
  tupleFrom,
} from './values.ts';

const surrogates = /[\ud800-\udfff]/;

/** The characters of a text as Python counts them: whole code points. */
export function characters(text: string): string[] {
  spendActive(text.length);
  return surrogates.test(text) ? Array.from(text) : text.split('');
}

/** Python's `len()` of a text. */
export function textLength(text: string): number {
  if (!surrogates.test(text)) return text.length;
  let length = 0;
  for (const _ of text) length++;
  return length;
}

/** The items that a loop over a value meets. Throws for what cannot be gone through. */
export function toItems(value: unknown): readonly unknown[] {
  const items = itemsOf(value);
  if (items !== undefined) {
    spendActive(items.length);
    return items;
  }
  requireDefined(value);
  throw notIterable(value);
}

function notIterable(value: unknown): TemplateRuntimeError {
  return typeError(`'${typeName(value)}' object is not iterable`);
}

/** The items of a value, or undefined where it has none. */
export function itemsOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return characters(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof EmptyUndefined) return [];
  if (isDict(value)) return dictKeys(value);
  if (
    value instanceof Range ||
    value instanceof DictView ||
    value instanceof Uint8Array ||
    value instanceof Set
  ) {
    return [...value];
  }
  return value instanceof PyObject && Symbol.iterator in value
    ? [...(value as unknown as Iterable<unknown>)]
    : undefined;
}

/** Python's `len()`. Throws for what has no length. */
export function lengthOf(value: unknown): number {
  const length = tryLength(value);
  if (length !== undefined) return length;
  requireDefined(value);
  throw typeError(`object of type '${typeName(value)}' has no len()`);
}

/** Python's `len()`, or undefined for what has no length. */
export function tryLength(value: unknown): number | undefined {
  if (typeof value === 'string') return textLength(value);
  if (Array.isArray(value)) return value.length;
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof EmptyUndefined) return 0;
  if (isDict(value)) return dictSize(value);
  if (value instanceof Range || value instanceof DictView || value instanceof Uint8Array) return value.length;
  if (value instanceof Set) return value.size;
  return undefined;
}

/** The item at an integer index, negative ones from the end; MISSING beyond either end. */
export function itemAt(value: unknown, index: number): unknown {
  if (typeof value === 'string' && index >= 0 && !surrogates.test(value)) return value[index] ?? MISSING;
  const items = typeof value === 'string' ? characters(value) : value;
  if (!Array.isArray(items) && !(items instanceof Range) && !(items instanceof Uint8Array)) return MISSING;
  const at = index < 0 ? items.length + index : index;
  if (at < 0 || at >= items.length) return MISSING;
  return items instanceof Range ? items.at(at) : items[at];
}

/** Start, stop and step of a slice as they are written. */
export class Slice {
  readonly start: unknown;
  readonly stop: unknown;
  readonly step: unknown;

  constructor(start: unknown, stop: unknown, step: unknown) {
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
}

/** Python's `value[start:stop:step]`; MISSING for what cannot be sliced. */
export function sliceOf(value: unknown, slice: Slice): unknown {
  if (typeof value === 'string') return sliceText(value, slice);
  if (Array.isArray(value))
    return value instanceof Tuple ? tupleFrom(pick(value, slice)) : pick(value, slice);
  if (value instanceof Uint8Array) return Uint8Array.from(pick([...value], slice));
  if (value instanceof Range) return sliceRange(value, slice);
  return MISSING;
}

function sliceText(text: string, slice: Slice): string {
  if (slice.step === undefined && !surrogates.test(text)) {
    const { start, stop } = bounds(text.length, slice);
    return text.slice(start, Math.max(start, stop));
  }
  return pick(characters(text), slice).join('');
}

function pick<T>(items: readonly T[], slice: Slice): T[] {
  const { start, stop, step } = bounds(items.length, slice);
  if (step === 1) return items.slice(start, Math.max(start, stop));
  const picked: T[] = [];
  for (let index = start; step > 0 ? index < stop : index > stop; index += step) picked.push(items[index]!);
  return picked;
}

function sliceRange(range: Range, slice: Slice): Range {
  const { start, stop, step } = bounds(range.length, slice);
  return new Range(range.at(start), range.at(stop), range.step * step);
}

function bounds(length: number, slice: Slice): { start: number; stop: number; step: number } {
  const step = sliceIndex(slice.step) ?? 1;
  if (step === 0) throw valueError('slice step cannot be zero');
  const lowest = step < 0 ? -1 : 0;
  const highest = step < 0 ? length - 1 : length;
  const clamp = (value: number | undefined, fallback: number) => {
    if (value === undefined) return fallback;
    const index = value < 0 ? value + length : value;
    return Math.min(Math.max(index, lowest), highest);
  };
  return {
    start: clamp(sliceIndex(slice.start), step < 0 ? highest : lowest),
    stop: clamp(sliceIndex(slice.stop), step < 0 ? lowest : highest),
    step,
  };
}

function sliceIndex(value: unknown): number | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (value instanceof Undefined) throw value.toError();
  throw typeError('slice indices must be integers or None or have an __index__ method');
}

/** The character of a code point. Throws for a number that is none. */
export function characterOf(code: number): string {
  if (code >= 0 && code <= 0x10ffff) return String.fromCodePoint(code);
  throw new TemplateRuntimeError('arg not in range(0x110000)', 'OverflowError');
}
