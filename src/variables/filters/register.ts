import {
  type Callable,
  type Environment,
  TemplateError,
  TemplateRuntimeError,
  Undefined,
  UndefinedError,
} from '../../jinja/index.ts';

/** A table of filters or tests by name. */
export type Callables = Readonly<Record<string, Callable>>;

/** Filters and tests that get to see undefined values; all others give the undefined value itself. */
const SEES_UNDEFINED = new Set([
  'd',
  'default',
  'defined',
  'mandatory',
  'ternary',
  'type_debug',
  'undefined',
]);

/** Adds callables to a registry; their errors begin with their names. */
export function registerAll(registry: Map<string, Callable>, callables: Callables): void {
  for (const [name, callable] of Object.entries(callables)) registry.set(name, withName(name, callable));
}

function withName(name: string, callable: Callable): Callable {
  return (args, kwargs, context) => {
    try {
      return callable(args, kwargs, context);
    } catch (error) {
      throw namedError(name, error);
    }
  };
}

/** An error of a filter, test or lookup with its name in front; mistakes of ours stay as they are. */
export function namedError(name: string, error: unknown): unknown {
  if (error instanceof TemplateRuntimeError) {
    const named = new TemplateRuntimeError(`${name}: ${error.message}`, error.type, { cause: error.cause });
    named.reason = error.reason;
    return named;
  }
  if (error instanceof TemplateError) return error;
  return isOurMistake(error) || !(error instanceof Error)
    ? error
    : new TemplateRuntimeError(`${name}: ${error.message}`, 'ValueError', { cause: error });
}

// The libraries below say by errors of their own kinds what is wrong with an input.
function isOurMistake(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}

/**
 * Makes all filters and tests of an environment give an undefined value back that they are given, or come upon, so
 * that `name | upper | default('x')` works, as in ansible-core from 2.19 on. Tests named in `judging` answer for it.
 */
export function letUndefinedThrough(environment: Environment, judging: readonly string[] = []): void {
  for (const registry of [environment.filters, environment.tests]) {
    for (const [name, callable] of registry) {
      const caught = catchingUndefined(callable);
      registry.set(
        name,
        SEES_UNDEFINED.has(name) || (registry === environment.tests && judging.includes(name))
          ? caught
          : passingUndefined(caught),
      );
    }
  }
}

function passingUndefined(callable: Callable): Callable {
  return (args, kwargs, context) => {
    for (const arg of args) if (arg instanceof Undefined) return arg;
    for (const name in kwargs) if (kwargs[name] instanceof Undefined) return kwargs[name];
    return callable(args, kwargs, context);
  };
}

function catchingUndefined(callable: Callable): Callable {
  return (args, kwargs, context) => {
    try {
      return callable(args, kwargs, context);
    } catch (error) {
      if (error instanceof UndefinedError) return new CaughtUndefined(error);
      throw error;
    }
  };
}

// Using it throws the first error again, which has its own place.
class CaughtUndefined extends Undefined {
  readonly #error: UndefinedError;

  constructor(error: UndefinedError) {
    super(error.name, error.message, undefined, error);
    this.#error = error;
  }

  override toError(): UndefinedError {
    return this.#error;
  }
}
