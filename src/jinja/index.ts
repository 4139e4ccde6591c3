/**
 * The Jinja2 language: templates and expressions, with Python's values and printing. Knows nothing of
 * hosts or playbooks; variables come through a Scope, filters and tests through an Environment.
 *
 *     const environment = createEnvironment({ trimBlocks: true });
 *     environment.filters.set('shout', define(['s', ['mark', '!']], (s, mark) => toText(s).toUpperCase() + mark));
 *     const expression = compileExpression(environment, "name | shout", { filename: 'site.yml', line: 12 });
 *     expression.evaluate({ get: (name) => variables.get(name) ?? MISSING });
 *
 * - Values: see values.ts. Results of `evaluate` and `renderNative` hold plain objects for dicts with
 *   string keys that keep their order, a Map otherwise; ranges and views are lists.
 * - Filters, tests and functions: see callable.ts (`define`, `defineWithContext`).
 * - Errors: see errors.ts.
 * - Nothing is HTML-escaped by itself; there is no type for markup, so `e` twice escapes twice.
 * - Filters that are generators in Jinja2 (`map`, `select`, `batch` ...) give lists.
 * - Mutating methods (`append`, `update` ...) change the value they are called on; a Scope that shares
 *   its values hands out copies or frozen ones.
 */

export { define, defineWithContext, PyFunction } from './callable.ts';
export { findNamed, isThere, type Named } from './calls.ts';
export {
  compare,
  contains,
  equals,
  isTruthy,
  numeric,
  sorted,
  typeName,
} from './compare.ts';
export type {
  Callable,
  CallContext,
  Environment,
  EnvironmentOptions,
  Loader,
  Scope,
  SyntaxOptions,
} from './environment.ts';
export {
  SecurityError,
  TemplateError,
  TemplateNotFound,
  TemplateRuntimeError,
  TemplateSyntaxError,
  typeError,
  UndefinedError,
  valueError,
} from './errors.ts';
export { parseHeader } from './header.ts';
export type { Limits } from './limits.ts';
export { parseFloatText, requireInteger } from './numbers.ts';
export { findReferences, isTemplate } from './references.ts';
export { toItems } from './sequences.ts';
export { split, splitLines } from './strings.ts';
export {
  compileExpression,
  compileTemplate,
  createEnvironment,
  type Template,
} from './template.ts';
export { toRepr, toText } from './text.ts';
export { requireDefined, Undefined } from './undefined.ts';
export {
  type Dict,
  DictView,
  dictEntries,
  dictFrom,
  dictGet,
  dictHas,
  dictKeys,
  dictSet,
  dictSize,
  float,
  int,
  isDict,
  isFloat,
  isInt,
  isList,
  MISSING,
  PyFloat,
  PyObject,
  Range,
  Tuple,
  tuple,
  tupleFrom,
} from './values.ts';
