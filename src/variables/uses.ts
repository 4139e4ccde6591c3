import { TemplateError, UndefinedError } from '../jinja/index.ts';
import type { Place } from '../lib/sourceError.ts';

/** What used a value whose template failed: a variable's own template, or a template file at a line, where that is known. */
export type Use =
  | { kind: 'variable'; name: string; place?: Place | undefined }
  | { kind: 'file'; file: string; line?: number };

// Beside the errors and not in them: the template language does not know that variables are templates themselves.
const noted = new WeakMap<TemplateError, Use[]>();

/** Remembers which variable's template an error came out of. */
export function noteVariable(error: unknown, name: string, place: Place | undefined): void {
  if (error instanceof TemplateError) note(error, { kind: 'variable', name, place });
}

/** Remembers which template file an error came out of. */
export function noteTemplateFile(error: unknown, file: string): void {
  if (!(error instanceof TemplateError)) return;
  const { filename, line } = error;
  // The error's own place is in this file or in one that it includes, but where a variable failed by itself.
  const itself = filename !== undefined && line !== undefined && !noted.has(error);
  if (itself) note(error, { kind: 'file', file: filename, line });
  if (!itself || filename !== file) note(error, { kind: 'file', file });
}

function note(error: TemplateError, use: Use): void {
  const uses = noted.get(error);
  if (uses) uses.push(use);
  else noted.set(error, [use]);
}

/** Everything that an error passed through, the innermost first. */
export function usesOf(error: TemplateError): Use[] {
  const inner = innerError(error);
  const own = noted.get(error) ?? [];
  return inner ? [...usesOf(inner), ...own] : own;
}

/** The error that was thrown first: a variable that uses something undefined is undefined itself, with an error of its own. */
export function firstError(error: TemplateError): TemplateError {
  const inner = innerError(error);
  return inner ? firstError(inner) : error;
}

function innerError(error: TemplateError): TemplateError | undefined {
  return error instanceof UndefinedError && error.cause instanceof UndefinedError ? error.cause : undefined;
}
