import {
  type Environment,
  type EnvironmentOptions,
  emptyEnvironment,
  type Scope,
  type SyntaxOptions,
} from './environment.ts';
import { TemplateSyntaxError } from './errors.ts';

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
   * The value: that of the expression where the template is one expression alone, the text otherwise.
   * The text is never read as a literal again.
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
  return emptyEnvironment(options);
}

/** Compiles a template, or answers it from the environment's cache. Throws TemplateSyntaxError. */
export function compileTemplate(environment: Environment, source: string, place: Place): Template {
  throw new TemplateSyntaxError(
    `cannot compile ${place.filename} yet (${source.length}, ${environment.filters.size})`,
  );
}

/** Compiles an expression, or answers it from the environment's cache. Throws TemplateSyntaxError. */
export function compileExpression(environment: Environment, source: string, place: Place): Expression {
  throw new TemplateSyntaxError(
    `cannot compile ${place.filename} yet (${source.length}, ${environment.filters.size})`,
  );
}
