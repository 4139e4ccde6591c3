import { createCache } from './cache.ts';
import { compileAlone, compileProgram } from './compile.ts';
import {
  type Environment,
  type EnvironmentOptions,
  emptyEnvironment,
  type Scope,
  type SyntaxOptions,
} from './environment.ts';
import { locate, SecurityError, type Source, TemplateError } from './errors.ts';
import { filters } from './filters.ts';
import { globals } from './globals.ts';
import { runProgram } from './inheritance.ts';
import { withinBudget } from './limits.ts';
import { plainResult } from './native.ts';
import { parseExpressionSource, parseTemplateSource } from './parser.ts';
import { type Program, type Rendering, Runtime } from './runtime.ts';
import { tests } from './tests.ts';
import { Undefined } from './undefined.ts';

/** Where a template's text stands. */
export interface Place {
  readonly filename: string;
  /** Line of the file at which the text begins; 1 when not given. */
  readonly line?: number;
  /** Column at which the text's first line begins; 1 when not given. */
  readonly column?: number;
  /** Options that differ from the environment's for this template alone. */
  readonly options?: Partial<SyntaxOptions>;
}

/** A compiled template; may be rendered any number of times. */
export interface Template {
  readonly filename: string;
  /** The text. */
  render(scope: Scope): string;
  /**
   * The value: that of the expression where the template is one expression alone, null where a tag
   * puts nothing out, the text otherwise. The text is never read as a literal again. An undefined value throws.
   */
  renderNative(scope: Scope): unknown;
}

/** A compiled expression. */
export interface Expression {
  /** The value; an Undefined where the expression is something undefined. */
  evaluate(scope: Scope): unknown;
}

/** An environment with Jinja2's own filters, tests and globals. */
export function createEnvironment(options: EnvironmentOptions = {}): Environment {
  const environment = emptyEnvironment(options);
  for (const [name, filter] of filters) environment.filters.set(name, filter);
  for (const [name, test] of tests) environment.tests.set(name, test);
  for (const [name, value] of globals) environment.globals.set(name, value);
  return environment;
}

/** Compiles a template, or answers it from the environment's cache. Throws TemplateSyntaxError. */
export function compileTemplate(environment: Environment, source: string, place: Place): Template {
  return cached(environment, 'template', source, place, () => {
    const own = place.options ? withOptions(environment, place.options) : environment;
    const program = compileText(own, source, place);
    return {
      filename: place.filename,
      render: (scope) => renderProgram(own, program, scope, false) as string,
      renderNative: (scope) => renderProgram(own, program, scope, true),
    };
  });
}

/** Compiles an expression, or answers it from the environment's cache. Throws TemplateSyntaxError. */
export function compileExpression(environment: Environment, source: string, place: Place): Expression {
  return cached(environment, 'expression', source, place, () => {
    const text = sourceOf(source, place);
    const evaluate = guardStack(text, () => compileAlone(environment, parseExpressionSource(text)));
    return {
      evaluate: (scope) =>
        rendered(environment, false, text, (rendering) => {
          return plainResult(evaluate(new Runtime(rendering, scope)));
        }),
    };
  });
}

// What the template includes is read with its options too, and so is kept apart.
function withOptions(environment: Environment, options: Partial<SyntaxOptions>): Environment {
  return { ...environment, options: { ...environment.options, ...options }, cache: createCache() };
}

function compileText(environment: Environment, source: string, place: Place): Program {
  const { options } = environment;
  const text = sourceOf(options.keepTrailingNewline ? source : source.replace(/(?:\r\n|\r|\n)$/, ''), place);
  return guardStack(text, () => compileProgram(environment, text, parseTemplateSource(text, options)));
}

function sourceOf(source: string, { filename, line = 1, column = 1 }: Place): Source {
  return { filename, text: source.replace(/\r\n?/g, '\n'), firstLine: line, firstColumn: column };
}

function renderProgram(environment: Environment, program: Program, scope: Scope, native: boolean): unknown {
  return rendered(environment, native, program.source, (rendering) => {
    const runtime = new Runtime(rendering, scope);
    runProgram(runtime, program);
    const result = runtime.result();
    if (!native) return result;
    if (program.source.text === '') return '';
    if (result instanceof Undefined) throw result.toError();
    return plainResult(result);
  });
}

/** Runs a rendering within the limits, and gives an error that comes out of it its place. */
function rendered(
  environment: Environment,
  native: boolean,
  source: Source,
  run: (rendering: Rendering) => unknown,
): unknown {
  return withinBudget(environment.limits, (budget) => {
    const load = (name: string, from: string) => loadProgram(environment, name, from);
    const rendering: Rendering = { environment, budget, native, load, at: undefined };
    try {
      budget.enter();
      try {
        return run(rendering);
      } finally {
        budget.leave();
      }
    } catch (error) {
      const at = rendering.at ?? { source, start: 0, end: source.text.length };
      if (error instanceof TemplateError) locate(error, at);
      const limit = engineLimit(error);
      throw limit === undefined ? error : new SecurityError(limit, at);
    }
  });
}

/** What a limit of JavaScript itself means here, for the errors that it throws. */
function engineLimit(error: unknown): string | undefined {
  if (!(error instanceof RangeError)) return undefined;
  if (error.message.includes('call stack')) return 'the template is nested too deep';
  return /Invalid (?:string|array) length/.test(error.message)
    ? 'a text or list that is too long'
    : undefined;
}

function guardStack<T>(source: Source, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    const limit = engineLimit(error);
    if (limit === undefined) throw error;
    throw new SecurityError(limit, { source, start: 0, end: source.text.length });
  }
}

/** Finds a template that another one names. */
function loadProgram(environment: Environment, name: string, from: string): Program | undefined {
  const found = environment.loader?.(name, from);
  if (!found) return undefined;
  const place = { filename: found.filename };
  return cached(environment, 'program', found.source, place, () =>
    compileText(environment, found.source, place),
  );
}

/** Answers what was compiled before from the same text at the same place. */
function cached<T>(
  environment: Environment,
  kind: string,
  source: string,
  place: Place,
  compile: () => T,
): T {
  if (place.options) return compile();
  const { filename, line = 1, column = 1 } = place;
  const key = { kind, source, filename, line, column };
  const known = environment.cache.get(key) as T | undefined;
  if (known !== undefined) return known;
  const made = compile();
  environment.cache.set(key, made);
  return made;
}
