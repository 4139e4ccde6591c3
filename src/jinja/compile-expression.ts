import { calculate, negate } from './arithmetic.ts';
import type {
  ArgumentsNode,
  BinaryNode,
  CallNode,
  CompareNode,
  CompareOperator,
  ConditionalNode,
  DictNode,
  ExpressionNode,
  FilterNode,
  NameNode,
  TestNode,
} from './ast.ts';
import { getAttribute, getItem } from './attributes.ts';
import { NO_KWARGS } from './callable.ts';
import { compare, contains, equals, isTruthy, requireHashable, typeName } from './compare.ts';
import { type Callable, type Environment, findRegistered, type Kwargs } from './environment.ts';
import { type Location, TemplateAssertionError, TemplateRuntimeError, typeError } from './errors.ts';
import { methodOf } from './methods.ts';
import type { Evaluate, Runtime } from './runtime.ts';
import { Slice, toItems } from './sequences.ts';
import { toText } from './text.ts';
import { EmptyUndefined, Undefined } from './undefined.ts';
import { dictEntries, dictSet, isDict, tupleFrom } from './values.ts';

/** What the compiler knows while it goes through a template. */
export interface Compilation {
  readonly environment: Environment;
  /** Names that the template may set itself; all others are asked of the scope at once. */
  readonly isLocal: (name: string) => boolean;
  /** Depth of branches that may not be taken: an unknown filter in one is an error only when it is. */
  conditional: number;
}

/** Compiles an expression to a closure. */
export function compileNode(node: ExpressionNode, on: Compilation): Evaluate {
  switch (node.kind) {
    case 'constant': {
      const { value } = node;
      return () => value;
    }
    case 'name':
      return compileName(node, on);
    case 'list': {
      const items = node.items.map((item) => compileNode(item, on));
      return (runtime) => items.map((item) => item(runtime));
    }
    case 'tuple': {
      const items = node.items.map((item) => compileNode(item, on));
      return (runtime) => tupleFrom(items.map((item) => item(runtime)));
    }
    case 'dict':
      return compileDict(node, on);
    case 'attribute': {
      const object = compileNode(node.object, on);
      const { name, at } = node;
      return (runtime) => getAttribute(object(runtime), name, at);
    }
    case 'item': {
      const object = compileNode(node.object, on);
      const index = compileNode(node.index, on);
      const { at } = node;
      return (runtime) => {
        const container = object(runtime);
        const key = index(runtime);
        runtime.rendering.at = at;
        return getItem(container, key, at);
      };
    }
    case 'slice': {
      const [start, stop, step] = [node.start, node.stop, node.step].map((part) =>
        part ? compileNode(part, on) : undefined,
      );
      return (runtime) => new Slice(start?.(runtime), stop?.(runtime), step?.(runtime));
    }
    case 'call':
      return compileCall(node, on);
    case 'filter':
      return compileFilter(node, on, compileNode(node.value!, on));
    case 'test':
      return compileTest(node, on);
    case 'unary': {
      const operand = compileNode(node.operand, on);
      const { operator, at } = node;
      if (operator === 'not') return (runtime) => !isTruthy(operand(runtime));
      return (runtime) => {
        const value = operand(runtime);
        runtime.rendering.at = at;
        return negate(operator, value);
      };
    }
    case 'binary':
      return compileBinary(node, on);
    case 'logical': {
      const left = compileNode(node.left, on);
      const right = compileNode(node.right, on);
      if (node.operator === 'and') {
        return (runtime) => {
          const value = left(runtime);
          return isTruthy(value) ? right(runtime) : value;
        };
      }
      return (runtime) => {
        const value = left(runtime);
        return isTruthy(value) ? value : right(runtime);
      };
    }
    case 'compare':
      return compileCompare(node, on);
    case 'concat': {
      const items = node.items.map((item) => compileNode(item, on));
      const { at } = node;
      return (runtime) => {
        const values = items.map((item) => item(runtime));
        runtime.rendering.at = at;
        let text = '';
        for (const value of values) text += toText(value);
        runtime.budget.checkLength(text.length);
        return text;
      };
    }
    case 'conditional':
      return compileConditional(node, on);
  }
}

function compileName({ name, at }: NameNode, on: Compilation): Evaluate {
  if (on.isLocal(name)) return (runtime) => runtime.resolve(name, at);
  return (runtime) => runtime.resolveOuter(name, at);
}

function compileDict(node: DictNode, on: Compilation): Evaluate {
  const entries = node.entries.map(([key, value]) => [compileNode(key, on), compileNode(value, on)] as const);
  const { at } = node;
  return (runtime) => {
    const dict = new Map<unknown, unknown>();
    for (const [key, value] of entries) {
      const name = key(runtime);
      if (typeof name !== 'string') {
        runtime.rendering.at = at;
        requireHashable(name);
      }
      dictSet(dict, name, value(runtime));
    }
    return dict;
  };
}

function compileBinary(node: BinaryNode, on: Compilation): Evaluate {
  const left = compileNode(node.left, on);
  const right = compileNode(node.right, on);
  const { operator, at } = node;
  return (runtime) => {
    const a = left(runtime);
    const b = right(runtime);
    runtime.rendering.at = at;
    return calculate(operator, a, b, runtime.budget);
  };
}

type Comparison = (a: unknown, b: unknown) => boolean;

const comparisons: Readonly<Record<CompareOperator, Comparison>> = {
  '==': equals,
  '!=': (a, b) => !equals(a, b),
  '<': (a, b) => compare(a, b, '<') < 0,
  '<=': (a, b) => compare(a, b, '<=') <= 0,
  '>': (a, b) => compare(a, b, '>') > 0,
  '>=': (a, b) => compare(a, b, '>=') >= 0,
  in: (a, b) => contains(b, a),
  'not in': (a, b) => !contains(b, a),
};

function compileCompare(node: CompareNode, on: Compilation): Evaluate {
  const first = compileNode(node.first, on);
  const rest = node.rest.map(
    ([operator, operand]) => [comparisons[operator], compileNode(operand, on)] as const,
  );
  const { at } = node;
  if (rest.length === 1) {
    const [holds, operand] = rest[0]!;
    return (runtime) => {
      const a = first(runtime);
      const b = operand(runtime);
      runtime.rendering.at = at;
      return holds(a, b);
    };
  }
  return (runtime) => {
    let left = first(runtime);
    for (const [holds, operand] of rest) {
      const right = operand(runtime);
      runtime.rendering.at = at;
      if (!holds(left, right)) return false;
      left = right;
    }
    return true;
  };
}

function compileConditional(node: ConditionalNode, on: Compilation): Evaluate {
  on.conditional++;
  const test = compileNode(node.test, on);
  const value = compileNode(node.value, on);
  const otherwise = node.otherwise ? compileNode(node.otherwise, on) : undefined;
  on.conditional--;
  const { at } = node;
  if (otherwise) return (runtime) => (isTruthy(test(runtime)) ? value(runtime) : otherwise(runtime));
  const hint = 'the condition of the inline if is false and it has no else';
  return (runtime) => (isTruthy(test(runtime)) ? value(runtime) : new EmptyUndefined(null, hint, at));
}

interface Arguments {
  /** Adds the positional arguments to those that are there. */
  readonly positional: (runtime: Runtime, values: unknown[]) => unknown[];
  readonly keywords: (runtime: Runtime) => Kwargs;
}

const noPositional = (_: Runtime, values: unknown[]): unknown[] => values;
const noKeywords = (): Kwargs => NO_KWARGS;

/** Compiles what stands between the parentheses of a call. */
function compileArguments(args: ArgumentsNode, on: Compilation): Arguments {
  const positional = args.positional.map((item) => compileNode(item, on));
  const rest = args.rest && compileNode(args.rest, on);
  const named = args.keywords.map(([name, item]) => [name, compileNode(item, on)] as const);
  const others = args.others && compileNode(args.others, on);
  const addPositional = (runtime: Runtime, values: unknown[]) => {
    for (const item of positional) values.push(item(runtime));
    if (rest) values.push(...toItems(rest(runtime)));
    return values;
  };
  const makeKeywords = (runtime: Runtime) => {
    const values = Object.create(null) as Record<string, unknown>;
    for (const [name, item] of named) putKeyword(values, name, item(runtime));
    if (others) spreadKeywords(values, others(runtime));
    return values;
  };
  return {
    positional: positional.length === 0 && !rest ? noPositional : addPositional,
    keywords: named.length === 0 && !others ? noKeywords : makeKeywords,
  };
}

function spreadKeywords(values: Record<string, unknown>, dict: unknown): void {
  if (dict instanceof Undefined) throw dict.toError();
  if (!isDict(dict)) throw typeError(`argument after ** must be a mapping, not ${typeName(dict)}`);
  for (const [key, value] of dictEntries(dict)) {
    if (typeof key !== 'string') throw typeError('keywords must be strings');
    putKeyword(values, key, value);
  }
}

function putKeyword(values: Record<string, unknown>, name: string, value: unknown): void {
  if (name in values) throw typeError(`got multiple values for keyword argument '${name}'`);
  values[name] = value;
}

function compileCall(node: CallNode, on: Compilation): Evaluate {
  const { positional, keywords } = compileArguments(node.args, on);
  const { callee, at } = node;
  if (callee.kind !== 'attribute') {
    const target = compileNode(callee, on);
    return (runtime) => {
      const value = target(runtime);
      const args = positional(runtime, []);
      const kwargs = keywords(runtime);
      runtime.rendering.at = at;
      return runtime.call(value, args, kwargs);
    };
  }
  const object = compileNode(callee.object, on);
  const { name } = callee;
  return (runtime) => {
    const self = object(runtime);
    const args = positional(runtime, [self]);
    const kwargs = keywords(runtime);
    runtime.rendering.at = at;
    const method = methodOf(self, name);
    if (method) return counted(method(args, kwargs, runtime), runtime);
    return runtime.call(getAttribute(self, name, at), args.slice(1), kwargs);
  };
}

/** Counts a text that a filter or method made. */
function counted(value: unknown, { budget }: Runtime): unknown {
  if (typeof value === 'string') budget.checkCharacters(value.length);
  return value;
}

/** Compiles a filter that is applied to what `value` gives. */
export function compileFilter(node: FilterNode, on: Compilation, value: Evaluate): Evaluate {
  const { filters } = on.environment;
  const filter = findCallable('filter', filters, node, on);
  const { positional, keywords } = compileArguments(node.args, on);
  const { at } = node;
  return (runtime) => {
    const args = positional(runtime, [value(runtime)]);
    const kwargs = keywords(runtime);
    runtime.rendering.at = at;
    return counted(filter(args, kwargs, runtime), runtime);
  };
}

function compileTest(node: TestNode, on: Compilation): Evaluate {
  const test = findCallable('test', on.environment.tests, node, on);
  const value = compileNode(node.value, on);
  const { positional, keywords } = compileArguments(node.args, on);
  const { at } = node;
  return (runtime) => {
    const args = positional(runtime, [value(runtime)]);
    const kwargs = keywords(runtime);
    runtime.rendering.at = at;
    return isTruthy(test(args, kwargs, runtime));
  };
}

function findCallable(
  kind: 'filter' | 'test',
  registry: Map<string, Callable>,
  node: { readonly name: string; readonly at: Location },
  on: Compilation,
): Callable {
  const found = findRegistered(on.environment, registry, node.name);
  if (found) return found;
  if (on.conditional === 0) throw new TemplateAssertionError(`No ${kind} named '${node.name}'.`, node.at);
  return () => {
    throw new TemplateRuntimeError(`No ${kind} named '${node.name}' found.`, 'TemplateRuntimeError');
  };
}
