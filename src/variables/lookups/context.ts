import { isTruthy, type Scope, TemplateRuntimeError, toRepr, toText, typeName } from '../../jinja/index.ts';
import type { Place } from '../../lib/sourceError.ts';
import type { Templating } from '../templating.ts';

/** What a lookup may use besides its terms. */
export interface LookupContext {
  scope: Scope;
  templating: Templating;
  /** Where the lookup is written. */
  place: Place | undefined;
  /** Where the task stands: relative files are looked for from there. */
  task: Place | undefined;
  /** The module of a task whose loop (`with_*`) asks; undefined in a template. */
  module?: string | undefined;
}

/** Options by name, as the template gave them. */
export type LookupOptions = Readonly<Record<string, unknown>>;

/** Answers terms with a list. Throws TemplateRuntimeError. */
export type Lookup = (
  terms: readonly unknown[],
  context: LookupContext,
  options: LookupOptions,
) => readonly unknown[];

/** A mistake in how a lookup is used, or something that it does not find. */
export function lookupError(message: string): TemplateRuntimeError {
  return new TemplateRuntimeError(message, 'LookupError');
}

const TRUE_WORDS = ['y', 'yes', 'on', '1', 'true', 't'];

/** An option that is a boolean, or one of Ansible's words for it. */
export function flagOption(options: LookupOptions, name: string, fallback: boolean): boolean {
  const value = options[name];
  if (value === undefined || value === null) return fallback;
  return typeof value === 'string' ? TRUE_WORDS.includes(value.trim().toLowerCase()) : isTruthy(value);
}

/** An option that is a text. */
export function textOption(options: LookupOptions, name: string, fallback: string): string {
  const value = options[name];
  return value === undefined || value === null ? fallback : toText(value);
}

/** An option that is an integer, or the text of one. */
export function numberOption(options: LookupOptions, name: string, fallback: number): number {
  const value = options[name];
  if (value === undefined || value === null) return fallback;
  const text = toText(value).trim();
  if (!/^[-+]?\d+$/.test(text))
    throw lookupError(`the option ${name} needs an integer, not ${toRepr(value)}`);
  return Number(text);
}

/** A term that has to be a text. */
export function textTerm(term: unknown): string {
  if (typeof term === 'string') return term;
  throw lookupError(`it needs a text, not ${toRepr(term)}`);
}

/** A term that names a variable or a setting. */
export function identifierTerm(term: unknown): string {
  if (typeof term === 'string') return term;
  throw lookupError(
    `Invalid setting identifier, "${toText(term)}" is not a string, it is a ${typeName(term)}`,
  );
}
