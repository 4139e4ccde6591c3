import { type Cache, createCache } from './cache.ts';
import type { Budget, Limits } from './limits.ts';
import { defaultLimits } from './limits.ts';

/** Where a template finds its variables. Each is asked for when it is used, and not before. */
export interface Scope {
  /**
   * The value of a variable, or MISSING. An UndefinedError thrown here (a variable whose own template
   * uses something undefined) makes the variable undefined, with that error's message.
   */
  get(name: string): unknown;
  /** The names that have values, where the scope can tell. */
  names?(): Iterable<string>;
}

/** Keyword arguments by name; an object without a prototype. */
export type Kwargs = Readonly<Record<string, unknown>>;

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
  /** `object.name` as in a template. */
  attribute(object: unknown, name: string): unknown;
  /** `object[key]` as in a template. */
  item(object: unknown, key: unknown): unknown;
  /** Calls a macro, function or method that came as a value. */
  call(value: unknown, args: readonly unknown[], kwargs?: Kwargs): unknown;
}

/**
 * A filter, test or global function. For filters and tests `args[0]` is the value on the left.
 * It throws a TemplateRuntimeError for a mistake of the user; the place in the template is added outside.
 */
export type Callable = (args: readonly unknown[], kwargs: Kwargs, context: CallContext) => unknown;

/** How templates are written; the defaults are Jinja2's. */
export interface SyntaxOptions {
  readonly blockStart: string;
  readonly blockEnd: string;
  readonly variableStart: string;
  readonly variableEnd: string;
  readonly commentStart: string;
  readonly commentEnd: string;
  /** Begins a line that is a statement; none when undefined. */
  readonly lineStatementPrefix: string | undefined;
  readonly lineCommentPrefix: string | undefined;
  /** Drops the first newline after a block or comment. */
  readonly trimBlocks: boolean;
  /** Drops blanks between the start of a line and a block or comment. */
  readonly lstripBlocks: boolean;
  readonly keepTrailingNewline: boolean;
  /** What a newline of the template's text is in the output. */
  readonly newlineSequence: '\n' | '\r\n' | '\r';
  /** Leaves backslashes of string literals within `{{ }}` as they are: YAML has read its own already. */
  readonly keepBackslashes: boolean;
}

const defaultSyntax: SyntaxOptions = {
  blockStart: '{%',
  blockEnd: '%}',
  variableStart: '{{',
  variableEnd: '}}',
  commentStart: '{#',
  commentEnd: '#}',
  lineStatementPrefix: undefined,
  lineCommentPrefix: undefined,
  trimBlocks: false,
  lstripBlocks: false,
  keepTrailingNewline: false,
  newlineSequence: '\n',
  keepBackslashes: false,
};

/**
 * Finds a template that include, import or extends names. `from` is the file that names it. Answers
 * undefined where there is none.
 */
export type Loader = (name: string, from: string) => { source: string; filename: string } | undefined;

/** What all templates of a project share. Filters, tests and globals can be added at any time before use. */
export interface Environment {
  readonly options: SyntaxOptions;
  readonly limits: Limits;
  readonly filters: Map<string, Callable>;
  readonly tests: Map<string, Callable>;
  /** Values and functions that every template sees, below the variables of the scope. */
  readonly globals: Map<string, unknown>;
  readonly loader: Loader | undefined;
  /** Changes a value that is about to become text in the output (as Jinja2's `finalize`); none when undefined. */
  readonly finalize: ((value: unknown) => unknown) | undefined;
  /** Prefixes under which every filter, test and function may be named too, such as `ansible.builtin`. */
  readonly namespaces: readonly string[];
  /** Compiled templates and expressions. */
  readonly cache: Cache;
}

export interface EnvironmentOptions extends Partial<SyntaxOptions> {
  readonly limits?: Partial<Limits>;
  readonly loader?: Loader;
  readonly finalize?: (value: unknown) => unknown;
  readonly namespaces?: readonly string[];
}

/** An environment with nothing registered in it. */
export function emptyEnvironment(options: EnvironmentOptions = {}): Environment {
  const { limits, loader, finalize, namespaces, ...syntax } = options;
  return {
    options: { ...defaultSyntax, ...syntax },
    limits: { ...defaultLimits, ...limits },
    filters: new Map(),
    tests: new Map(),
    globals: new Map(),
    loader,
    finalize,
    namespaces: namespaces ?? ['ansible.builtin', 'ansible.legacy'],
    cache: createCache(),
  };
}

/** The entry of a registry by its name, with or without a namespace in front. */
export function findRegistered<T>(
  environment: Environment,
  registry: Map<string, T>,
  name: string,
): T | undefined {
  const found = registry.get(name);
  if (found !== undefined || !name.includes('.')) return found;
  const cut = name.lastIndexOf('.');
  return environment.namespaces.includes(name.slice(0, cut)) ? registry.get(name.slice(cut + 1)) : undefined;
}
