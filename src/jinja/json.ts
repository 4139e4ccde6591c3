import { compare, typeName } from './compare.ts';
import { typeError } from './errors.ts';
import { checkActive, spendActive } from './limits.ts';
import { floatRepr, toRepr } from './text.ts';
import { requireDefined } from './undefined.ts';
import { dictEntries, isDict, isFloat, isInt } from './values.ts';

/** How JSON is laid out. */
export interface JsonLayout {
  /** What one level is indented with; on one line when undefined. */
  readonly indent: string | undefined;
  readonly sortKeys: boolean;
}

/** JSON as Python's `json.dumps` writes it, with everything beyond ASCII escaped. */
export function toJson(value: unknown, layout: JsonLayout, newline = '\n'): string {
  requireDefined(value);
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return jsonText(value);
  if (isInt(value)) return toRepr(value);
  if (isFloat(value)) return jsonFloat(Number(value));
  if (Array.isArray(value)) {
    const inner = newline + (layout.indent ?? '');
    return enclose(
      '[',
      value.map((item) => toJson(item, layout, inner)),
      ']',
      layout,
      newline,
    );
  }
  if (isDict(value)) {
    const inner = newline + (layout.indent ?? '');
    const entries = dictEntries(value);
    if (layout.sortKeys) entries.sort(([a], [b]) => compare(a, b));
    const members = entries.map(([key, item]) => `${jsonText(jsonKey(key))}: ${toJson(item, layout, inner)}`);
    return enclose('{', members, '}', layout, newline);
  }
  throw typeError(`Object of type ${typeName(value)} is not JSON serializable`);
}

function enclose(
  open: string,
  items: readonly string[],
  close: string,
  { indent }: JsonLayout,
  newline: string,
): string {
  if (items.length === 0) return open + close;
  spendActive(items.length);
  const inner = indent === undefined ? '' : newline + indent;
  const text = indent === undefined ? items.join(', ') : inner + items.join(`,${inner}`) + newline;
  checkActive(text.length);
  return open + text + close;
}

function jsonText(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function jsonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return floatRepr(value);
}

function jsonKey(key: unknown): string {
  if (typeof key === 'string') return key;
  if (key === null) return 'null';
  if (typeof key === 'boolean') return String(key);
  if (isInt(key) || isFloat(key)) return isFloat(key) ? jsonFloat(Number(key)) : toRepr(key);
  throw typeError(`keys must be str, int, float, bool or None, not ${typeName(key)}`);
}
