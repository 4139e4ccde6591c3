import type {
  Body,
  CallBlockNode,
  ExpressionNode,
  FilterNode,
  ForNode,
  FromImportNode,
  IfNode,
  NameNode,
  Signature,
  StatementNode,
  TargetNode,
  WithNode,
} from './ast.ts';
import { isTruthy } from './compare.ts';
import { type Compilation, compileFilter, compileNode } from './compile-expression.ts';
import { TemplateRuntimeError, valueError } from './errors.ts';
import { importModule, include } from './imports.ts';
import { extend, runBlock } from './inheritance.ts';
import { Loop } from './loop.ts';
import { Macro, type MacroPlan } from './macro.ts';
import { Namespace } from './namespace.ts';
import type { Evaluate, Execute, Frame, Runtime } from './runtime.ts';
import { toItems } from './sequences.ts';
import { usesName } from './walk.ts';

/** Compiles a body to one closure that runs its statements in turn. */
export function compileBody(body: Body, on: Compilation): Execute {
  const statements = body.map((node) => compileStatement(node, on));
  if (statements.length === 1) return statements[0]!;
  return (runtime) => {
    for (const statement of statements) {
      const signal = statement(runtime);
      if (signal) return signal;
    }
    return undefined;
  };
}

/** A statement that never ends a loop. */
function plain(run: (runtime: Runtime) => void): Execute {
  return (runtime) => {
    run(runtime);
    return undefined;
  };
}

function compileStatement(node: StatementNode, on: Compilation): Execute {
  switch (node.kind) {
    case 'text': {
      const { newlineSequence } = on.environment.options;
      const text = newlineSequence === '\n' ? node.text : node.text.replaceAll('\n', newlineSequence);
      return plain((runtime) => runtime.emitText(text));
    }
    case 'output': {
      const value = compileNode(node.value, on);
      return plain((runtime) => {
        const result = value(runtime);
        runtime.rendering.at = node.at;
        runtime.emit(result);
      });
    }
    case 'for':
      return compileFor(node, on);
    case 'if':
      return compileIf(node, on);
    case 'set':
      return compileAssignment(node.target, compileNode(node.value, on));
    case 'setBlock':
      return compileAssignment(node.target, compileFiltered(node.filters, captured(node.body, on), on));
    case 'macro': {
      const plan = compileMacro(node.name, node.signature, node.body, on);
      return plain((runtime) => runtime.assign(node.name, new Macro(plan, runtime, runtime.frame)));
    }
    case 'callBlock':
      return compileCallBlock(node, on);
    case 'filterBlock':
      return compileOutput(compileFiltered(node.filters, captured(node.body, on), on), node);
    case 'include': {
      const template = compileNode(node.template, on);
      return plain((runtime) => include(runtime, template(runtime), node));
    }
    case 'import': {
      const template = compileNode(node.template, on);
      return plain((runtime) =>
        runtime.frame.set(node.target, importModule(runtime, template(runtime), node)),
      );
    }
    case 'fromImport':
      return compileFromImport(node, on);
    case 'extends': {
      const template = compileNode(node.template, on);
      return plain((runtime) => extend(runtime, template(runtime), node.at));
    }
    case 'block':
      return (runtime) => runBlock(runtime, node.name);
    case 'with':
      return compileWith(node, on);
    case 'do': {
      const value = compileNode(node.value, on);
      return plain(value);
    }
    case 'break':
    case 'continue':
      return () => node.kind;
  }
}

function compileOutput(value: Evaluate, node: StatementNode): Execute {
  return plain((runtime) => {
    const result = value(runtime);
    runtime.rendering.at = node.at;
    runtime.emit(result);
  });
}

/** The output of a body as a value. */
function captured(nodes: Body, on: Compilation): Evaluate {
  const body = compileBody(nodes, on);
  return (runtime) => runtime.capture(() => void runtime.within(runtime.frame, () => body(runtime)));
}

function compileFiltered(filters: readonly FilterNode[], value: Evaluate, on: Compilation): Evaluate {
  return filters.reduce((inner, filter) => compileFilter(filter, on, inner), value);
}

type Assign = (runtime: Runtime, value: unknown) => void;

function compileAssignment(target: TargetNode, value: Evaluate): Execute {
  const assign = compileTarget(target);
  return plain((runtime) => assign(runtime, value(runtime)));
}

function compileTarget(target: TargetNode): Assign {
  if (target.kind === 'name') return (runtime, value) => runtime.assign(target.name, value);
  if (target.kind === 'namespaceTarget') {
    return (runtime, value) => {
      runtime.rendering.at = target.at;
      const namespace = runtime.resolve(target.namespace, target.at);
      if (!(namespace instanceof Namespace)) {
        throw new TemplateRuntimeError(
          'cannot assign attribute on non-namespace object',
          'TemplateRuntimeError',
        );
      }
      namespace.setAttribute(target.attribute, value);
    };
  }
  const parts = target.items.map(compileTarget);
  return (runtime, value) => {
    runtime.rendering.at = target.at;
    const items = toItems(value);
    if (items.length < parts.length) {
      throw valueError(`not enough values to unpack (expected ${parts.length}, got ${items.length})`);
    }
    if (items.length > parts.length) throw valueError(`too many values to unpack (expected ${parts.length})`);
    for (const [index, assign] of parts.entries()) assign(runtime, items[index]);
  };
}

function compileIf(node: IfNode, on: Compilation): Execute {
  on.conditional++;
  const branches = node.branches.map(
    ([test, body]) => [compileTruth(test, on), compileBody(body, on)] as const,
  );
  const otherwise = compileBody(node.otherwise, on);
  on.conditional--;
  return (runtime) => {
    for (const [holds, body] of branches) if (holds(runtime)) return body(runtime);
    return otherwise(runtime);
  };
}

function compileTruth(node: ExpressionNode, on: Compilation): (runtime: Runtime) => boolean {
  const test = compileNode(node, on);
  return (runtime) => {
    const value = test(runtime);
    runtime.rendering.at = node.at;
    return isTruthy(value);
  };
}

function compileFor(node: ForNode, on: Compilation): Execute {
  const iterable = compileNode(node.iterable, on);
  const assign = compileTarget(node.target);
  const holds = node.condition && compileTruth(node.condition, on);
  const body = compileBody(node.body, on);
  const otherwise = compileBody(node.otherwise, on);

  const select = (runtime: Runtime, parent: Frame, value: unknown): readonly unknown[] => {
    runtime.rendering.at = node.iterable.at;
    const items = toItems(value);
    if (!holds) return items;
    const kept: unknown[] = [];
    for (const item of items) {
      runtime.budget.spend(1);
      runtime.within(parent, () => {
        assign(runtime, item);
        if (holds(runtime)) kept.push(item);
        return undefined;
      });
    }
    return kept;
  };

  const run = (runtime: Runtime, parent: Frame, value: unknown, depth: number): void => {
    const items = select(runtime, parent, value);
    const recurse = !node.recursive
      ? undefined
      : (inner: unknown) => nestedLoop(runtime, () => run(runtime, parent, inner, depth + 1));
    const loop = new Loop(items, depth, recurse);
    // As in Jinja2, `else` also follows a loop of which no round came to its end.
    let completed = false;
    runtime.within(parent, (around) => {
      around.set('loop', loop);
      for (let index = 0; index < items.length; index++) {
        loop.index0 = index;
        runtime.budget.spend(1);
        const signal = runtime.within(around, () => {
          assign(runtime, items[index]);
          return body(runtime);
        });
        if (signal === 'break') break;
        if (!signal) completed = true;
      }
      return undefined;
    });
    if (!completed) runtime.within(parent, () => otherwise(runtime));
  };

  return plain((runtime) => run(runtime, runtime.frame, iterable(runtime), 1));
}

function nestedLoop(runtime: Runtime, run: () => void): unknown {
  runtime.budget.enter();
  try {
    return runtime.capture(run);
  } finally {
    runtime.budget.leave();
  }
}

function compileMacro(name: string, signature: Signature, nodes: Body, on: Compilation): MacroPlan {
  const required = signature.names.length - signature.defaults.length;
  return {
    name,
    names: signature.names,
    defaults: signature.names.map((_, index) => {
      const fallback = signature.defaults[index - required];
      return fallback && compileNode(fallback, on);
    }),
    body: compileBody(nodes, on),
    takesRest: usesName(nodes, 'varargs'),
    takesOthers: usesName(nodes, 'kwargs'),
    takesCaller: usesName([nodes, signature.defaults], 'caller'),
  };
}

// No template can write this name, so that arguments of the call still see the caller around it.
const ownCaller = ' caller';

function compileCallBlock(node: CallBlockNode, on: Compilation): Execute {
  const plan = compileMacro('caller', node.signature, node.body, on);
  const caller: NameNode = { kind: 'name', name: ownCaller, at: node.at };
  const { args } = node.call;
  const call = { ...node.call, args: { ...args, keywords: [...args.keywords, ['caller', caller] as const] } };
  const value = compileNode(call, { ...on, isLocal: (name) => name === ownCaller || on.isLocal(name) });
  return plain((runtime) => {
    let result: unknown;
    const around = runtime.frame;
    runtime.within(around, (frame) => {
      frame.set(ownCaller, new Macro(plan, runtime, around));
      result = value(runtime);
      return undefined;
    });
    runtime.rendering.at = node.at;
    runtime.emit(result);
  });
}

function compileFromImport(node: FromImportNode, on: Compilation): Execute {
  const template = compileNode(node.template, on);
  return plain((runtime) => {
    const module = importModule(runtime, template(runtime), node);
    for (const [name, alias] of node.names) runtime.frame.set(alias, module.exportOf(name, node.at));
  });
}

function compileWith(node: WithNode, on: Compilation): Execute {
  const assignments = node.assignments.map(
    ([target, value]) => [compileTarget(target), compileNode(value, on)] as const,
  );
  const body = compileBody(node.body, on);
  return (runtime) => {
    const values = assignments.map(([, value]) => value(runtime));
    return runtime.within(runtime.frame, () => {
      for (const [index, [assign]] of assignments.entries()) assign(runtime, values[index]);
      return body(runtime);
    });
  };
}
