import type { Environment } from './environment.ts';
import { TemplateSyntaxError } from './errors.ts';

/** Whether a text may hold template syntax: a cheap test before compiling it. */
export function isTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%') || text.includes('{#');
}

/** What a template or expression asks its scope for. */
export interface References {
  /**
   * Each free variable with the constant attributes and keys that follow it: `result.stdout` is
   * `['result', 'stdout']`, `hostvars[h].ip` is `['hostvars']`. No path is given twice.
   */
  readonly paths: readonly (readonly string[])[];
  /** False where a template that is included, imported or extended is not known before rendering. */
  readonly complete: boolean;
}

/** Finds what a template, or a bare expression, refers to, without evaluating it. Throws TemplateSyntaxError. */
export function findReferences(
  environment: Environment,
  source: string,
  kind: 'template' | 'expression' = 'template',
): References {
  throw new TemplateSyntaxError(
    `cannot read the ${kind} yet (${source.length}, ${environment.filters.size})`,
  );
}
