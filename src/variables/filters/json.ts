import {
  define,
  dictEntries,
  type dictSize,
  float,
  isDict,
  isFloat,
  isInt,
  isList,
  isTruthy,
  requireInteger,
  sorted,
  Tuple,
  toItems,
  toRepr,
  toText,
  typeError,
  typeName,
} from '../../jinja/index.ts';
import { parseJson } from '../../lib/json.ts';
import { isMoment } from './moments.ts';
import type { Callables } from './register.ts';
import { requireString } from './values.ts';

/** How JSON is written, by the names of Python's `json.dumps`. */
interface JsonStyle {
  /** What one level is indented with; all on one line when null. */
  indent: string | null;
  sortKeys: boolean;
  betweenItems: string;
  afterKey: string;
  ensureAscii: boolean;
}

/** JSON as Python's `json.dumps` writes it; dates in ISO format. */
function toJson(value: unknown, style: JsonStyle, newline = '\n'): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quoted(value, style);
  if (isInt(value)) return toRepr(value);
  if (isFloat(value)) return floatText(Number(value));
  if (isMoment(value)) return quoted(value.isoFormat('T'), style);
  if (isDict(value)) return object(value, style, newline);
  if (isList(value) || value instanceof Tuple || isIterable(value))
    return array(toItems(value), style, newline);
  // Throws where the value is undefined.
  toText(value);
  throw typeError(`Object of type '${typeName(value)}' is not JSON serializable`);
}

function isIterable(value: unknown): boolean {
  const type = typeName(value);
  return type === 'range' || type.startsWith('dict_');
}

function array(items: readonly unknown[], style: JsonStyle, newline: string): string {
  const inner = newline + (style.indent ?? '');
  return enclosed(
    '[',
    items.map((item) => toJson(item, style, inner)),
    ']',
    style,
    newline,
  );
}

function object(dict: Parameters<typeof dictSize>[0], style: JsonStyle, newline: string): string {
  const inner = newline + (style.indent ?? '');
  // Keys that are the same text are one key to JSON.
  const entries = [...new Map(dictEntries(dict).map(([key, item]) => [keyText(key), item]))];
  const ordered = style.sortKeys ? sorted(entries, ([key]) => key) : entries;
  const members = ordered.map(
    ([key, item]) => quoted(key, style) + style.afterKey + toJson(item, style, inner),
  );
  return enclosed('{', members, '}', style, newline);
}

function enclosed(open: string, parts: string[], close: string, style: JsonStyle, newline: string): string {
  if (parts.length === 0) return open + close;
  if (style.indent === null) return open + parts.join(style.betweenItems) + close;
  const inner = newline + style.indent;
  return open + inner + parts.join(style.betweenItems + inner) + newline + close;
}

function quoted(text: string, style: JsonStyle): string {
  const json = JSON.stringify(text);
  // JSON.stringify escapes lone surrogates, which Python leaves alone here; both are no valid text anyway.
  if (!style.ensureAscii) return json;
  return json.replace(/[\x7f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return toRepr(float(value));
}

function keyText(key: unknown): string {
  if (typeof key === 'string') return key;
  if (key === null) return 'null';
  if (typeof key === 'boolean') return String(key);
  if (isInt(key)) return toRepr(key);
  if (isFloat(key)) return floatText(Number(key));
  throw typeError(`Key of type '${typeName(key)}' is not JSON serializable`);
}

function indentOf(value: unknown): string | null {
  if (value === null) return null;
  return typeof value === 'string' ? value : ' '.repeat(Math.max(0, requireInteger(value)));
}

function styleOf(options: Record<string, unknown>): JsonStyle {
  const { indent = null, sort_keys = false, separators = null, ensure_ascii = true, ...others } = options;
  for (const name of Object.keys(others)) {
    if (!IGNORED.includes(name)) throw typeError(`there is no argument '${name}'`);
  }
  const [betweenItems, afterKey] =
    separators === null ? [indent === null ? ', ' : ',', ': '] : toItems(separators);
  return {
    indent: indentOf(indent),
    sortKeys: isTruthy(sort_keys),
    betweenItems: toText(betweenItems),
    afterKey: toText(afterKey),
    ensureAscii: isTruthy(ensure_ascii),
  };
}

// They choose between representations of vault values, of which there is only the text here.
const IGNORED = ['profile', 'vault_to_text', 'preprocess_unsafe'];

/** Filters for JSON. */
export const jsonFilters: Callables = {
  to_json: define(['a', ['profile', null], '**kwargs'], (value, _profile, kwargs) =>
    toJson(value, styleOf(kwargs as Record<string, unknown>)),
  ),
  to_nice_json: define(
    ['a', ['indent', 4], ['sort_keys', true], '**kwargs'],
    (value, indent, sortKeys, kwargs) => {
      const { separators: _, ...others } = kwargs as Record<string, unknown>;
      return toJson(value, styleOf({ indent, sort_keys: sortKeys, separators: [',', ': '], ...others }));
    },
  ),
  from_json: define(['a', ['profile', null]], (value) => {
    try {
      return parseJson(requireString(value), float);
    } catch (error) {
      if (error instanceof SyntaxError) throw new Error(error.message);
      throw error;
    }
  }),
};
