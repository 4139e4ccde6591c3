import {
  DictView,
  define,
  equals,
  isInt,
  isTruthy,
  TemplateRuntimeError,
  toRepr,
  toText,
  typeName,
  Undefined,
} from '../../jinja/index.ts';
import type { Callables } from './register.ts';

const TRUE_TEXTS = new Set(['yes', 'on', 'true', '1']);

function toBool(value: unknown): boolean {
  if (typeof value === 'string') return TRUE_TEXTS.has(value.toLowerCase());
  if (typeof value === 'boolean') return value;
  return isInt(value) ? TRUE_TEXTS.has(String(value)) : equals(value, 1);
}

function mandatory(value: unknown, message: unknown): unknown {
  if (!(value instanceof Undefined)) return value;
  const name = value.name === null ? '' : `${toRepr(value.name)} `;
  const text = message === null ? `Mandatory variable ${name} not defined.` : toText(message);
  throw new TemplateRuntimeError(text, 'FilterError', { cause: value.cause });
}

function typeDebug(value: unknown): string {
  if (value instanceof Undefined) return 'UndefinedMarker';
  // Ansible makes lists of the views of a dict.
  return value instanceof DictView ? 'list' : typeName(value);
}

/** Filters on any value. */
export const basicFilters: Callables = {
  bool: define(['value'], toBool),
  ternary: define(['value', 'true_val', 'false_val', ['none_val', null]], (value, yes, no, none) => {
    if (value === null && none !== null) return none;
    return isTruthy(value) ? yes : no;
  }),
  mandatory: define(['a', ['msg', null]], mandatory),
  type_debug: define(['obj'], typeDebug),
};
