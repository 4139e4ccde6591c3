import type { Environment } from './environment.ts';
import { type TemplateRuntimeError, typeError } from './errors.ts';
import type { Budget } from './limits.ts';
import { MISSING, PyObject } from './values.ts';

/** Where a template finds its variables. Each is asked for when it is used, and not before. */
export interface Scope {
  /**
   * The value of a variable, or MISSING. An UndefinedError thrown here (a variable whose own template
   * uses something undefined) makes the variable undefined, with that error's message.
   */
  get(name: string): unknown;
}

/** Keyword arguments by name; an object without a prototype. */
export type Kwargs = Readonly<Record<string, unknown>>;

export const NO_KWARGS: Kwargs = Object.freeze(Object.create(null) as Record<string, unknown>);

/** What a filter, test or function is given of the template that calls it. */
export interface CallContext {
  readonly environment: Environment;
  /** Sees the template's own variables (set, for, macro arguments) before those of the outer scope. */
  readonly scope: Scope;
  /** Limits that code which loops or makes long texts has to ask. */
  readonly budget: Budget;
  /** Applies a filter by name, as `map('name')` does; `args[0]` is the value. */
  filter(name: string, args: readonly unknown[], kwargs?: Kwargs): unknown;
  /** Applies a test by name, as `select('name')` does; `args[0]` is the value. */
  test(name: string, args: readonly unknown[], kwargs?: Kwargs): boolean;
  /** Calls a macro, function or method that came as a value. */
  call(value: unknown, args: readonly unknown[], kwargs?: Kwargs): unknown;
}

/**
 * A filter, test or global function. For filters and tests `args[0]` is the value on the left.
 * It throws a TemplateRuntimeError for a mistake of the user; the place in the template is added outside.
 */
export type Callable = (args: readonly unknown[], kwargs: Kwargs, context: CallContext) => unknown;

/**
 * One parameter of a Callable: `'name'` is required, `['name', value]` has a default, `'*name'` takes the
 * other positional arguments as an array, `'**name'` the other keyword arguments.
 */
export type Parameter = string | readonly [name: string, fallback: unknown];

/**
 * Declares a callable by its Python signature. The body gets the arguments by position, in the order of
 * the parameters, whichever way the template passed them.
 *
 *     filters.set('shout', define(['s', ['mark', '!'], ['times', 1]], (s, mark, times) => ...));
 */
export function define(parameters: readonly Parameter[], body: (...args: unknown[]) => unknown): Callable {
  const bind = binder(parameters);
  return (args, kwargs) => body(...bind(args, kwargs));
}

/** The same as `define`, for a body that needs the context: it is the first argument. */
export function defineWithContext(
  parameters: readonly Parameter[],
  body: (context: CallContext, ...args: unknown[]) => unknown,
): Callable {
  const bind = binder(parameters);
  return (args, kwargs, context) => body(context, ...bind(args, kwargs));
}

/** A function that a template may call: a global, a bound method, a macro. */
export class PyFunction extends PyObject {
  readonly typeName: string = 'function';
  readonly name: string;
  readonly invoke: Callable;

  constructor(name: string, invoke: Callable) {
    super();
    this.name = name;
    this.invoke = invoke;
  }

  override toRepr(): string {
    return `<${this.typeName} ${this.name}>`;
  }
}

type Binder = (args: readonly unknown[], kwargs: Kwargs) => readonly unknown[];

function binder(parameters: readonly Parameter[]): Binder {
  const named = parameters.filter((parameter) => typeof parameter !== 'string' || !parameter.startsWith('*'));
  const names = named.map((parameter) => (typeof parameter === 'string' ? parameter : parameter[0]));
  const fallbacks = named.map((parameter) => (typeof parameter === 'string' ? MISSING : parameter[1]));
  const takesRest = parameters.some(
    (parameter) => typeof parameter === 'string' && /^\*[^*]/.test(parameter),
  );
  const takesOthers = parameters.some(
    (parameter) => typeof parameter === 'string' && parameter.startsWith('**'),
  );
  return (args, kwargs) => {
    if (args.length === names.length && kwargs === NO_KWARGS && !takesRest && !takesOthers) return args;
    if (args.length > names.length && !takesRest) throw tooMany(names, args.length);
    const bound = names.map((name, index) => {
      if (index < args.length) {
        if (name in kwargs) throw typeError(`argument '${name}' is given twice`);
        return args[index];
      }
      const value = name in kwargs ? kwargs[name] : fallbacks[index];
      if (value === MISSING) throw typeError(`required argument '${name}' is missing`);
      return value;
    });
    if (takesRest) bound.push(args.slice(names.length));
    const others = Object.keys(kwargs).filter((name) => !names.includes(name));
    if (takesOthers) bound.push(Object.fromEntries(others.map((name) => [name, kwargs[name]])));
    else if (others.length > 0)
      throw typeError(`there is no argument '${others[0]}' (known: ${names.join(', ')})`);
    return bound;
  };
}

function tooMany(names: readonly string[], count: number): TemplateRuntimeError {
  return typeError(`${count} arguments where ${names.length} are expected (${names.join(', ')})`);
}
