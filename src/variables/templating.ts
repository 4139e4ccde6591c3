import {
  compileExpression,
  compileTemplate,
  DictView,
  type Environment,
  isTruthy,
  PyFloat,
  PyObject,
  Range,
  type Scope,
  type TemplateError,
  TemplateRuntimeError,
  toText,
  typeName,
  Undefined,
} from '../jinja/index.ts';
import { type Dict, dictEntries, dictFrom, isDict } from '../lib/dict.ts';
import { placeOfValue } from '../lib/places.ts';
import { readText } from '../lib/readText.ts';
import type { Place } from '../lib/sourceError.ts';
import { UnsafeText, VaultText } from '../lib/yaml.ts';
import { firstError, noteVariable, usesOf } from './uses.ts';
import { isVaultText } from './vaultFormat.ts';

/** How the values that playbooks and variables hold become what tasks see. */
export interface Templating {
  /** A value for a task: every template in it rendered, natively, down to the last item. Throws TemplateError. */
  value(raw: unknown, scope: Scope, at: Where): unknown;
  /** A variable's value: templates in maps and lists are rendered when an item is asked for. */
  lazy(raw: unknown, scope: Scope, at: Where): unknown;
  /** A bare expression. The answer may be Undefined. */
  expression(text: string, scope: Scope, at: Where): unknown;
  /** A condition as in `when`: a boolean, or the text of an expression that must give one. */
  condition(raw: unknown, scope: Scope, at: Where): boolean;
  environment: Environment;
  control: ControlSide;
  /** `hash_behaviour = merge`: dicts of one name are merged over all layers, where else the strongest counts alone. */
  mergesDicts: boolean;
}

/** What templates may ask of the machine that Flotte runs on. */
export interface ControlSide {
  /** The text of a file, decrypted where it is encrypted. Throws SourceError. */
  readText(file: string): string;
  /** One of Ansible's settings by its name and where it is set; undefined for a name that is not known. */
  setting(name: string): { value: unknown; origin: string } | undefined;
  warn(message: string): void;
}

/** Where a value is written, for messages. */
export interface Where {
  place?: Place | undefined;
  /** What it is when there is no place: 'the command line'. */
  title?: string;
  /** The variable whose value it is, with the way to an item of it: 'vhosts[0].port'. */
  variable?: string | undefined;
}

/** Stands for a parameter that shall be left out (`default(omit)`). */
export class Omit extends PyObject {
  readonly typeName: string = 'omit';

  override toRepr(): string {
    return '<<Omit>>';
  }
}

export const OMIT: Omit = new Omit();

/**
 * A template's result with as many newlines at its end as the template has: Jinja2 takes one off, and Ansible puts back
 * what is missing, also where a block was last.
 */
export function withNewlinesOf(template: string, result: unknown, newline = '\n'): unknown {
  if (typeof result !== 'string') return result;
  const missing = newlinesAtEnd(template) - newlinesAtEnd(result);
  return missing > 0 ? result + newline.repeat(missing) : result;
}

function newlinesAtEnd(text: string): number {
  let at = text.length;
  while (at > 0 && text[at - 1] === '\n') at--;
  return text.length - at;
}

/** A control side without settings; files are decrypted as `!vault` values are. */
export function plainControlSide(decrypt: (vault: VaultText) => string): ControlSide {
  return {
    readText(file) {
      const text = readText(file);
      return isVaultText(text) ? decrypt(new VaultText(text, { file, line: 1, column: 1 })) : text;
    },
    setting: () => undefined,
    warn: () => {},
  };
}

/** Templating with an environment; `decrypt` opens `!vault` values. */
export function createTemplating(
  environment: Environment,
  decrypt: (vault: VaultText) => string,
  control: ControlSide = plainControlSide(decrypt),
): Templating {
  const renderText = (text: string, scope: Scope, at: Where): unknown => {
    try {
      return withNewlinesOf(text, compileTemplate(environment, text, whereOf(at)).renderNative(scope));
    } catch (error) {
      if (at.variable !== undefined) noteVariable(error, at.variable, at.place);
      throw error;
    }
  };

  const lazy = (raw: unknown, scope: Scope, at: Where): unknown => {
    if (typeof raw === 'string') return hasTemplateMark(raw) ? renderText(raw, scope, at) : raw;
    if (typeof raw !== 'object' || raw === null) return raw;
    if (raw instanceof UnsafeText) return raw.text;
    if (raw instanceof VaultText) return decrypt(raw);
    if (!needsTemplating(raw)) return raw;
    return lazyContainer(raw, (value, key) => lazy(value, scope, within(raw, key, at)));
  };

  const value = (raw: unknown, scope: Scope, at: Where): unknown => finalValue(lazy(raw, scope, at));

  const expression = (text: string, scope: Scope, at: Where): unknown =>
    compileExpression(environment, text, whereOf(at)).evaluate(scope);

  const allowsAnyAnswer = (): boolean => control.setting('ALLOW_BROKEN_CONDITIONALS')?.value === true;

  const condition = (raw: unknown, scope: Scope, at: Where): boolean => {
    if (typeof raw === 'boolean') return raw;
    if (raw === null || raw === '') return true;
    if (typeof raw !== 'string') return isTruthy(lazy(raw, scope, at));
    const answer = hasTemplateMark(raw) ? templatedCondition(raw, scope, at) : expression(raw, scope, at);
    if (typeof answer !== 'boolean' && !(answer instanceof Undefined) && allowsAnyAnswer())
      return isTruthy(answer);
    return booleanAnswer(answer, raw);
  };

  // `when: "{{ name }}"`: the template's own answer, and where that is a text again, the text as an expression.
  const templatedCondition = (raw: string, scope: Scope, at: Where): unknown => {
    const rendered = renderText(raw, scope, at);
    const alone = /^\s*\{\{.*\}\}\s*$/s.test(raw);
    if (typeof rendered !== 'string' || alone) return rendered;
    return expression(rendered, scope, at);
  };

  const mergesDicts = control.setting('DEFAULT_HASH_BEHAVIOUR')?.value === 'merge';
  return { value, lazy, expression, condition, environment, control, mergesDicts };
}

function whereOf(at: Where): { filename: string; line?: number; column?: number } {
  const { place } = at;
  return place
    ? { filename: place.file, line: place.line, column: place.column }
    : { filename: at.title ?? '<template>' };
}

function within(container: object, key: unknown, at: Where): Where {
  const place = placeOfValue(container, key);
  const item = Array.isArray(container) ? `[${String(key)}]` : `.${String(key)}`;
  const variable = at.variable === undefined ? undefined : at.variable + item;
  return place ? { place, variable } : { ...at, variable };
}

/** Cheap test whether a text may hold a template. */
export function hasTemplateMark(text: string): boolean {
  const brace = text.indexOf('{');
  return (
    brace >= 0 && (text.includes('{{', brace) || text.includes('{%', brace) || text.includes('{#', brace))
  );
}

const templated = new WeakMap<object, boolean>();

// Containers as written never change, so each is looked through once.
function needsTemplating(raw: object): boolean {
  const known = templated.get(raw);
  if (known !== undefined) return known;
  const found = contentsOf(raw).some((item) => {
    if (typeof item === 'string') return hasTemplateMark(item);
    if (typeof item !== 'object' || item === null) return false;
    return item instanceof UnsafeText || item instanceof VaultText || needsTemplating(item);
  });
  templated.set(raw, found);
  return found;
}

function contentsOf(raw: object): unknown[] {
  if (Array.isArray(raw)) return raw;
  return isDict(raw) ? [...dictEntries(raw)].map(([, value]) => value) : [];
}

// A copy whose items render themselves when they are first asked for.
function lazyContainer(raw: object, render: (value: unknown, key: unknown) => unknown): unknown {
  if (Array.isArray(raw)) {
    const list: unknown[] = new Array(raw.length);
    for (const [index, item] of raw.entries()) defineLazy(list, index, () => render(item, index));
    return list;
  }
  if (raw instanceof Map) return new Map([...raw].map(([key, item]) => [key, render(item, key)]));
  const dict: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(raw)) defineLazy(dict, key, () => render(item, key));
  return dict;
}

/** A property whose value is found when it is first asked for. */
export function defineLazy(holder: object, key: string | number, render: () => unknown): void {
  Object.defineProperty(holder, key, {
    enumerable: true,
    configurable: true,
    get() {
      const value = render();
      Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
      return value;
    },
    set(value: unknown) {
      Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
    },
  });
}

/**
 * A value with nothing left to render: views and ranges are lists, dicts are plain objects where their keys allow it.
 * Throws UndefinedError for anything undefined in it. Omitted entries of maps and lists are left out.
 */
export function finalValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) {
    if (value === undefined) throw new Undefined(null).toError();
    return value;
  }
  if (value instanceof Undefined) throw value.toError();
  if (value instanceof PyFloat || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.filter((item) => item !== OMIT).map(finalValue);
  if (value instanceof Range || value instanceof DictView) return [...value].map(finalValue);
  if (isDict(value)) return finalDict(value);
  return value;
}

function finalDict(dict: Dict): Dict {
  const entries = new Map<unknown, unknown>();
  for (const [key, item] of dictEntries(dict)) if (item !== OMIT) entries.set(key, finalValue(item));
  return dictFrom(entries);
}

/** The value as JSON and module schemas know it: floats are numbers, keys are texts, objects of the language are texts. */
export function plainValue(value: unknown): unknown {
  if (value instanceof PyFloat) return value.value;
  if (typeof value === 'bigint')
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(plainValue);
  if (isDict(value)) {
    return Object.fromEntries([...dictEntries(value)].map(([key, item]) => [toText(key), plainValue(item)]));
  }
  return value instanceof PyObject ? toText(value) : value;
}

function booleanAnswer(answer: unknown, raw: string): boolean {
  if (typeof answer === 'boolean') return answer;
  if (answer instanceof Undefined) throw answer.toError();
  const truth = isTruthy(answer);
  throw new TemplateRuntimeError(
    `the condition \`${raw}\` gives ${typeName(answer)}, which counts as ${truth ? 'true' : 'false'}; a condition must give true or false`,
    'ConditionError',
  );
}

/** Cause and place of a template's error: where it happened first, below all variables and templates that led there. */
export function describeTemplateError(error: TemplateError): { message: string; place?: Place } {
  const first = firstError(error);
  const { expression, filename, line, column } = first;
  // Where it is a variable's name alone, the cause says it already.
  const told = !expression || first.message === `'${expression}' is undefined`;
  const message = told ? first.message : `${first.message} in \`${expression}\``;
  const [use] = usesOf(error);
  if (filename === undefined || line === undefined || (use?.kind === 'variable' && !use.place))
    return { message };
  return { message, place: { file: filename, line, column: column ?? 1 } };
}
