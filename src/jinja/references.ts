import type { Environment } from './environment.ts';
import { parseExpressionSource, parseTemplateSource } from './parser.ts';
import { type ReferenceScan, scanBody, scanExpression } from './references-scan.ts';

/** Whether a text may hold template syntax: a cheap test before compiling it. */
export function isTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%') || text.includes('{#');
}

/** What a template or expression asks its scope for. */
export interface References {
  /**
   * Each free variable with the constant attributes and keys that follow it: `result.stdout` is
   * `['result', 'stdout']`, `hostvars[h].ip` is `['hostvars']`. No path is given twice. Functions that are
   * called (`lookup`, `range`) are among them.
   */
  readonly paths: readonly (readonly string[])[];
  /** False where a template that is included, imported or extended is not known before rendering. */
  readonly complete: boolean;
}

/**
 * Finds what a template, or a bare expression, refers to, without evaluating it. `filename` is told to the
 * loader for the templates that it uses. Throws TemplateSyntaxError.
 */
export function findReferences(
  environment: Environment,
  source: string,
  kind: 'template' | 'expression' = 'template',
  filename = '<template>',
): References {
  const scan: ReferenceScan = { paths: new Map(), complete: true, included: new Set(), environment };
  const text = { filename, text: source.replace(/\r\n?/g, '\n'), firstLine: 1, firstColumn: 1 };
  if (kind === 'expression') scanExpression(parseExpressionSource(text), scan);
  else scanBody(parseTemplateSource(text, environment.options), scan);
  return { paths: [...scan.paths.values()], complete: scan.complete };
}
