import type { Body, ExpressionNode, ForNode, IfNode, Signature, StatementNode, TargetNode } from './ast.ts';
import type { Environment } from './environment.ts';
import { parseTemplateSource } from './parser.ts';
import { type AnyNode, targetNames, walk } from './walk.ts';

/** What a scan has found so far. */
export interface ReferenceScan {
  /** Paths by their text. */
  readonly paths: Map<string, readonly string[]>;
  complete: boolean;
  /** Names of templates that were scanned already, against circles. */
  readonly included: Set<string>;
  readonly environment: Environment;
}

/** Names that have a value of the template's own at some point, whichever way it was reached. */
type Bound = ReadonlySet<string>;

function withNames(bound: Bound, names: readonly string[]): Set<string> {
  return new Set([...bound, ...names]);
}

/** Adds the free variables of an expression. */
export function scanExpression(node: ExpressionNode, scan: ReferenceScan, bound: Bound = new Set()): void {
  walk(node, (inner: AnyNode) => {
    const path = inner.kind === 'call' ? calleePath(inner.callee) : pathOf(inner);
    if (!path) return true;
    addPath(path, scan, bound);
    // The chain itself is done; what is computed on its way (`a[b].c`) and arguments are not.
    for (const part of partsBeside(inner)) scanExpression(part, scan, bound);
    return false;
  });
}

function addPath(path: readonly string[], scan: ReferenceScan, bound: Bound): void {
  if (!bound.has(path[0]!)) scan.paths.set(path.join('\0'), path);
}

/** The variable that a chain of attributes and items begins with, and its constant part. */
function pathOf(node: AnyNode): string[] | undefined {
  const chain: AnyNode[] = [];
  let root: AnyNode = node;
  while (root.kind === 'attribute' || root.kind === 'item') {
    chain.unshift(root);
    root = root.object;
  }
  if (root.kind !== 'name') return undefined;
  const path = [root.name];
  for (const link of chain) {
    const part = link.kind === 'attribute' ? link.name : constantKey(link);
    if (part === undefined) break;
    path.push(part);
  }
  return path;
}

function constantKey(node: AnyNode): string | undefined {
  if (node.kind !== 'item' || node.index.kind !== 'constant') return undefined;
  return typeof node.index.value === 'string' ? node.index.value : undefined;
}

// In `name.method()` the method is no part of the variable.
function calleePath(callee: ExpressionNode): string[] | undefined {
  return pathOf(callee.kind === 'attribute' ? callee.object : callee);
}

/** The expressions beside a chain of attributes and items: indices, and the arguments of a call. */
function partsBeside(node: AnyNode): ExpressionNode[] {
  const parts: ExpressionNode[] = [];
  let at: AnyNode = node;
  if (at.kind === 'call') {
    const { positional, keywords, rest, others } = at.args;
    parts.push(...positional, ...keywords.map(([, value]) => value));
    if (rest) parts.push(rest);
    if (others) parts.push(others);
    at = at.callee;
  }
  for (; at.kind === 'attribute' || at.kind === 'item'; at = at.object)
    if (at.kind === 'item') parts.push(at.index);
  return parts;
}

/** Adds the free variables of a template's body; answers the names bound behind it. */
export function scanBody(body: Body, scan: ReferenceScan, bound: Bound = new Set(['self'])): Bound {
  let current = bound;
  for (const node of body) current = scanStatement(node, scan, current);
  return current;
}

function scanStatement(node: StatementNode, scan: ReferenceScan, bound: Bound): Bound {
  const expression = (part: ExpressionNode) => scanExpression(part, scan, bound);
  switch (node.kind) {
    case 'output':
    case 'do':
      expression(node.value);
      return bound;
    case 'for':
      scanFor(node, scan, bound);
      return bound;
    case 'if':
      return scanIf(node, scan, bound);
    case 'set':
      expression(node.value);
      return bindTarget(node.target, scan, bound);
    case 'setBlock':
      node.filters.forEach(expression);
      scanBody(node.body, scan, bound);
      return bindTarget(node.target, scan, bound);
    case 'macro':
      scanMacro(node.signature, node.body, scan, withNames(bound, [node.name]));
      return withNames(bound, [node.name]);
    case 'callBlock':
      expression(node.call);
      scanMacro(node.signature, node.body, scan, bound);
      return bound;
    case 'filterBlock':
      node.filters.forEach(expression);
      scanBody(node.body, scan, bound);
      return bound;
    case 'include':
    case 'extends':
      expression(node.template);
      scanTemplate(node.template, scan, node.kind === 'extends' || node.withContext, bound);
      return bound;
    case 'import':
      expression(node.template);
      scanTemplate(node.template, scan, node.withContext, bound);
      return withNames(bound, [node.target]);
    case 'fromImport':
      expression(node.template);
      scanTemplate(node.template, scan, node.withContext, bound);
      return withNames(
        bound,
        node.names.map(([, alias]) => alias),
      );
    case 'block':
      scanBody(node.body, scan, withNames(bound, ['super']));
      return bound;
    case 'with': {
      for (const [, value] of node.assignments) expression(value);
      scanBody(
        node.body,
        scan,
        withNames(
          bound,
          node.assignments.flatMap(([target]) => targetNames(target)),
        ),
      );
      return bound;
    }
    default:
      return bound;
  }
}

function bindTarget(target: TargetNode, scan: ReferenceScan, bound: Bound): Bound {
  if (target.kind === 'namespaceTarget') addPath([target.namespace], scan, bound);
  return withNames(bound, targetNames(target));
}

function scanFor(node: ForNode, scan: ReferenceScan, bound: Bound): void {
  scanExpression(node.iterable, scan, bound);
  const inside = withNames(bound, [...targetNames(node.target), 'loop']);
  if (node.condition) scanExpression(node.condition, scan, inside);
  scanBody(node.body, scan, inside);
  scanBody(node.otherwise, scan, bound);
}

function scanIf(node: IfNode, scan: ReferenceScan, bound: Bound): Bound {
  const ends = node.branches.map(([test, body]) => {
    scanExpression(test, scan, bound);
    return scanBody(body, scan, bound);
  });
  ends.push(scanBody(node.otherwise, scan, bound));
  const [first, ...others] = ends;
  return new Set([...first!].filter((name) => others.every((end) => end.has(name))));
}

function scanMacro(signature: Signature, body: Body, scan: ReferenceScan, bound: Bound): void {
  const inside = withNames(bound, [...signature.names, 'caller', 'varargs', 'kwargs']);
  for (const fallback of signature.defaults) scanExpression(fallback, scan, inside);
  scanBody(body, scan, inside);
}

/** Goes on in a template that this one names, if its name is constant and it can be found. */
function scanTemplate(node: ExpressionNode, scan: ReferenceScan, withContext: boolean, bound: Bound): void {
  if (!withContext) return;
  const names = node.kind === 'list' || node.kind === 'tuple' ? node.items : [node];
  for (const item of names) {
    const name = item.kind === 'constant' && typeof item.value === 'string' ? item.value : undefined;
    const found = name === undefined ? undefined : scan.environment.loader?.(name, item.at.source.filename);
    if (!found) {
      scan.complete = false;
      continue;
    }
    if (scan.included.has(found.filename)) continue;
    scan.included.add(found.filename);
    const source = {
      filename: found.filename,
      text: found.source.replace(/\r\n?/g, '\n'),
      firstLine: 1,
      firstColumn: 1,
    };
    scanBody(parseTemplateSource(source, scan.environment.options), scan, bound);
  }
}
