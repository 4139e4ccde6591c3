import { plainAttribute } from './attributes.ts';
import { define } from './callable.ts';
import { isTruthy, typeName } from './compare.ts';
import type { Callable } from './environment.ts';
import { markupFilters } from './filters-markup.ts';
import { numberFilters } from './filters-number.ts';
import { selectFilters } from './filters-select.ts';
import { sequenceFilters } from './filters-sequence.ts';
import { textFilters } from './filters-text.ts';
import { toJson } from './json.ts';
import { findMethod } from './methods.ts';
import { requireInteger } from './numbers.ts';
import { prettyText } from './pretty.ts';
import { toText } from './text.ts';
import { Undefined } from './undefined.ts';
import { MISSING } from './values.ts';

const orDefault = define(['value', ['default_value', ''], ['boolean', false]], (value, fallback, boolean) => {
  if (value instanceof Undefined) return fallback;
  return isTruthy(boolean) && !isTruthy(value) ? fallback : value;
});

/** Attributes and methods alone, never items. */
function attribute(object: unknown, name: unknown): unknown {
  if (object instanceof Undefined) return object;
  const wanted = toText(name);
  const method = findMethod(object, wanted);
  if (method) return method;
  const value = plainAttribute(object, wanted);
  return value === MISSING
    ? new Undefined(wanted, `'${typeName(object)} object' has no attribute '${wanted}'`)
    : value;
}

// `<`, `>`, `&` and `'` are escaped so that the text can stand in a script of an HTML page.
function scriptJson(value: unknown, indent: unknown): string {
  const layout = {
    indent:
      indent === null ? undefined : typeof indent === 'string' ? indent : ' '.repeat(requireInteger(indent)),
    sortKeys: true,
  };
  return toJson(value, layout).replace(
    /[<>&']/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
}

/** Jinja2's own filters. */
export const filters: readonly [string, Callable][] = [
  ['attr', define(['obj', 'name'], attribute)],
  ['d', orDefault],
  ['default', orDefault],
  ['pprint', define(['value'], (value) => prettyText(value))],
  ['tojson', define(['value', ['indent', null]], scriptJson)],
  ...textFilters,
  ...numberFilters,
  ...sequenceFilters,
  ...selectFilters,
  ...markupFilters,
];
