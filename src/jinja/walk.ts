import type { Body, ExpressionNode, StatementNode, TargetNode } from './ast.ts';

export type AnyNode = ExpressionNode | StatementNode | TargetNode;

/** Calls `visit` for every node of a tree, outer ones first; answering false keeps out of what is inside. */
export function walk(tree: unknown, visit: (node: AnyNode) => boolean): void {
  if (Array.isArray(tree)) {
    for (const item of tree) walk(item, visit);
    return;
  }
  if (typeof tree !== 'object' || tree === null) return;
  if ('kind' in tree && !visit(tree as AnyNode)) return;
  for (const key in tree) {
    const child = (tree as Record<string, unknown>)[key];
    if (key !== 'at' && typeof child === 'object') walk(child, visit);
  }
}

/** Whether a variable of this name is used in a tree. */
export function usesName(tree: unknown, name: string): boolean {
  let found = false;
  walk(tree, (node) => {
    found ||= node.kind === 'name' && node.name === name;
    return !found;
  });
  return found;
}

/** The names that a target gives values. */
export function targetNames(target: TargetNode): string[] {
  if (target.kind === 'name') return [target.name];
  return target.kind === 'targets' ? target.items.flatMap(targetNames) : [];
}

/** Every name that a template may give a value anywhere, those of the language (`loop`, `caller` ...) included. */
export function assignedNames(body: Body): Set<string> {
  const names = new Set<string>(['self']);
  const add = (...more: readonly string[]) => {
    for (const name of more) names.add(name);
  };
  walk(body, (node) => {
    if (node.kind === 'for') add('loop', ...targetNames(node.target));
    else if (node.kind === 'set' || node.kind === 'setBlock') add(...targetNames(node.target));
    else if (node.kind === 'with') add(...node.assignments.flatMap(([target]) => targetNames(target)));
    else if (node.kind === 'macro') add(node.name, 'caller', 'varargs', 'kwargs', ...node.signature.names);
    else if (node.kind === 'callBlock') add('caller', 'varargs', 'kwargs', ...node.signature.names);
    else if (node.kind === 'import') add(node.target);
    else if (node.kind === 'fromImport') add(...node.names.map(([, alias]) => alias));
    else if (node.kind === 'block') add('super');
    return true;
  });
  return names;
}
