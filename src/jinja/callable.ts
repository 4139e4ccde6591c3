import type { Callable, CallContext, Kwargs } from './environment.ts';
import { type TemplateRuntimeError, typeError } from './errors.ts';
import { MISSING, PyObject } from './values.ts';

export const NO_KWARGS: Kwargs = Object.freeze(Object.create(null) as Record<string, unknown>);

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
  override readonly invoke: Callable;

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
    if (kwargs === NO_KWARGS && !takesRest && !takesOthers && args.length <= names.length) {
      return args.length === names.length ? args : fill(args, names, fallbacks);
    }
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

/** The arguments with the defaults of those that are not there. */
function fill(args: readonly unknown[], names: readonly string[], fallbacks: readonly unknown[]): unknown[] {
  const bound = args.slice();
  for (let index = args.length; index < names.length; index++) {
    if (fallbacks[index] === MISSING) throw typeError(`required argument '${names[index]}' is missing`);
    bound.push(fallbacks[index]);
  }
  return bound;
}

function tooMany(names: readonly string[], count: number): TemplateRuntimeError {
  return typeError(`${count} arguments where ${names.length} are expected (${names.join(', ')})`);
}
