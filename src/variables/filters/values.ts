import {
  type Dict,
  dictKeys,
  isDict,
  Range,
  toItems,
  toText,
  typeError,
  typeName,
} from '../../jinja/index.ts';

/** The dict that a filter needs. */
export function requireDict(value: unknown, otherwise = 'it needs a dict'): Dict {
  if (isDict(value)) return value;
  // Asked first, so that an undefined value says its name.
  toText(value);
  throw typeError(`${otherwise}, got ${typeName(value)} instead.`);
}

/** Whether a value is what Ansible takes for a list: lists, tuples and ranges, but no text. */
export function isSequence(value: unknown): value is readonly unknown[] | Range {
  return Array.isArray(value) || value instanceof Range;
}

/** The items of a list. */
export function requireList(value: unknown, otherwise = 'it needs a list'): readonly unknown[] {
  if (isSequence(value)) return [...value];
  toText(value);
  throw typeError(`${otherwise}, got ${typeName(value)} instead.`);
}

/** A text. */
export function requireString(value: unknown, what = 'it'): string {
  if (typeof value === 'string') return value;
  toText(value);
  throw typeError(`${what} needs a text, not ${typeName(value)}`);
}

/** The members of a dict or list as Python's `list()` gives them. */
export function membersOf(value: unknown): readonly unknown[] {
  return isDict(value) ? dictKeys(value) : toItems(value);
}
