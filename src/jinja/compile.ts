import type { BlockNode, Body, ExpressionNode } from './ast.ts';
import { type Compilation, compileNode } from './compile-expression.ts';
import { compileBody } from './compile-statement.ts';
import type { Environment } from './environment.ts';
import { type Source, TemplateAssertionError } from './errors.ts';
import type { Block, Evaluate, Program } from './runtime.ts';
import { assignedNames, walk } from './walk.ts';

/** Compiles a parsed template. */
export function compileProgram(environment: Environment, source: Source, body: Body): Program {
  const nodes = blockNodes(body);
  const names = assignedNames(body);
  const inherits = nodes.length > 0 || extendsAnother(body);
  // The templates of a chain share what they set, so each has to look for every name among it.
  const on: Compilation = { environment, conditional: 0, isLocal: (name) => inherits || names.has(name) };
  const blocks = new Map<string, Block>();
  for (const node of nodes) {
    if (blocks.has(node.name))
      throw new TemplateAssertionError(`block '${node.name}' defined twice`, node.at);
    const { name, scoped, required, at } = node;
    blocks.set(name, { name, scoped, required, at, body: compileBody(node.body, on) });
  }
  return { source, root: compileBody(body, on), blocks };
}

/** Compiles a parsed expression that stands alone. */
export function compileAlone(environment: Environment, node: ExpressionNode): Evaluate {
  return compileNode(node, { environment, conditional: 0, isLocal: () => false });
}

function blockNodes(body: Body): BlockNode[] {
  const nodes: BlockNode[] = [];
  walk(body, (node) => {
    if (node.kind === 'block') nodes.push(node);
    return true;
  });
  return nodes;
}

function extendsAnother(body: Body): boolean {
  let found = false;
  walk(body, (node) => {
    found ||= node.kind === 'extends';
    return !found;
  });
  return found;
}
