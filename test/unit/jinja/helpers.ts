import {
  compileExpression,
  compileTemplate,
  createEnvironment,
  type Environment,
  type EnvironmentOptions,
  MISSING,
  type Scope,
} from '../../../src/jinja/index.ts';

/** A scope of these variables. */
export function scopeOf(variables: Record<string, unknown> = {}): Scope {
  return { get: (name) => (Object.hasOwn(variables, name) ? variables[name] : MISSING) };
}

/** An environment that finds these templates by name. */
export function environmentOf(
  templates: Record<string, string>,
  options: EnvironmentOptions = {},
): Environment {
  const loader = (name: string) => {
    const source = templates[name];
    return source === undefined ? undefined : { source, filename: name };
  };
  return createEnvironment({ loader, ...options });
}

const plain = createEnvironment();

export function evaluate(
  source: string,
  variables: Record<string, unknown> = {},
  environment = plain,
): unknown {
  return compileExpression(environment, source, { filename: 'test' }).evaluate(scopeOf(variables));
}

export function render(source: string, variables: Record<string, unknown> = {}, environment = plain): string {
  return compileTemplate(environment, source, { filename: 'test' }).render(scopeOf(variables));
}

export function renderNative(
  source: string,
  variables: Record<string, unknown> = {},
  environment = plain,
): unknown {
  return compileTemplate(environment, source, { filename: 'test' }).renderNative(scopeOf(variables));
}

/** The error that a call throws; fails the test when it throws none. */
export function errorOf<T extends Error>(run: () => unknown, type: abstract new (...args: never[]) => T): T {
  try {
    run();
  } catch (error) {
    if (error instanceof type) return error;
    throw new Error(`${String(error)} is no ${type.name}`, { cause: error });
  }
  throw new Error('nothing was thrown');
}
