import { type Environment, findRegistered, type SyntaxOptions } from './environment.ts';
import { positionOf } from './errors.ts';
import { parseExpressionSource, parseTemplateSource } from './parser.ts';
import { walk } from './walk.ts';

/** A filter, a test or a function that a template names. */
export interface Named {
  kind: 'filter' | 'test' | 'function';
  name: string;
  /** The first argument of a function, where it is a text as it stands: the name of a lookup. */
  argument?: string;
  line: number;
  column: number;
}

/** Where a text begins. */
interface Start {
  filename: string;
  line?: number;
  column?: number;
  options?: Partial<SyntaxOptions>;
}

/**
 * All filters, tests and functions that a template or a bare expression names, those that are not there among them.
 * Throws TemplateSyntaxError.
 */
export function findNamed(
  environment: Environment,
  source: string,
  kind: 'template' | 'expression',
  { filename, line = 1, column = 1, options }: Start,
): Named[] {
  const text = { filename, text: source.replace(/\r\n?/g, '\n'), firstLine: line, firstColumn: column };
  const syntax = { ...environment.options, ...options };
  const tree = kind === 'expression' ? parseExpressionSource(text) : parseTemplateSource(text, syntax);
  const found: Named[] = [];
  walk(tree, (node) => {
    // A filter stands behind its value: its name is looked for from there.
    if (node.kind === 'filter' || node.kind === 'test') {
      const from = node.value?.at.end ?? node.at.start;
      const at = Math.max(from, text.text.indexOf(node.name, from));
      found.push({ kind: node.kind, name: node.name, ...positionOf(text, at) });
    } else if (node.kind === 'call' && node.callee.kind === 'name') {
      const [first] = node.args.positional;
      const argument =
        first?.kind === 'constant' && typeof first.value === 'string' ? first.value : undefined;
      found.push({
        kind: 'function',
        name: node.callee.name,
        ...(argument !== undefined && { argument }),
        ...positionOf(text, node.at.start),
      });
    }
    return true;
  });
  return found;
}

/** Whether an environment has a filter or a test, by its name with or without a collection that holds it. */
export function isThere(environment: Environment, { kind, name }: Pick<Named, 'kind' | 'name'>): boolean {
  if (kind === 'function') return environment.globals.has(name);
  return (
    findRegistered(environment, kind === 'filter' ? environment.filters : environment.tests, name) !==
    undefined
  );
}
