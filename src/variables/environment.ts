import {
  type Callable,
  createEnvironment,
  define,
  defineWithContext,
  type Environment,
  PyFunction,
  Range,
  type Scope,
  TemplateError,
  TemplateRuntimeError,
  toText,
  Undefined,
} from '../jinja/index.ts';
import type { VaultText } from '../lib/yaml.ts';
import { now } from './filters/dates.ts';
import { registerFilters } from './filters/index.ts';
import { letUndefinedThrough } from './filters/register.ts';
import { requireLookup, runLookup } from './lookups/index.ts';
import { templateLoader } from './templateFile.ts';
import {
  type ControlSide,
  createTemplating,
  finalValue,
  plainControlSide,
  type Templating,
} from './templating.ts';
import { registerTests } from './tests/index.ts';

// Collections whose filters, tests and functions are known.
const NAMESPACES = [
  'ansible.builtin',
  'ansible.legacy',
  'ansible.netcommon',
  'ansible.utils',
  'community.general',
];

/**
 * A templating with everything that Ansible's templates know. `decrypt` opens `!vault` values; `control` is what
 * templates may ask of this machine besides files.
 */
export function ansibleTemplating(
  decrypt: (vault: VaultText) => string,
  control: Partial<ControlSide> = {},
): Templating {
  const side = { ...plainControlSide(decrypt), ...control };
  const environment = createEnvironment({
    trimBlocks: true,
    keepBackslashes: true,
    finalize: printed,
    namespaces: NAMESPACES,
    loader: templateLoader(side.readText),
  });
  const templating = createTemplating(environment, decrypt, side);
  registerFilters(environment);
  registerTests(environment);
  const lenient = side.setting('ALLOW_BROKEN_CONDITIONALS')?.value === true;
  letUndefinedThrough(environment, lenient ? ['boolean', 'false', 'none', 'true'] : []);
  registerGlobals(environment, templating);
  return templating;
}

// What becomes text within more text: nothing of null, and tuples and the views of dicts as lists.
function printed(value: unknown): unknown {
  if (value === null) return '';
  return typeof value !== 'object' || value instanceof Range ? value : finalValue(value);
}

function registerGlobals(environment: Environment, templating: Templating): void {
  const setFunction = (name: string, callable: Callable) =>
    environment.globals.set(name, new PyFunction(name, callable));
  // The lookup's name is no keyword: `name` may be an option of the lookup.
  const parameters = ['*terms', '**options'] as const;
  const query = defineWithContext(parameters, ({ scope }, terms, options) =>
    ask(templating, scope, terms as unknown[], { ...(options as object), wantlist: true }),
  );
  setFunction('query', query);
  setFunction('q', query);
  setFunction(
    'lookup',
    defineWithContext(parameters, ({ scope }, terms, options) =>
      ask(templating, scope, terms as unknown[], options as Record<string, unknown>),
    ),
  );
  setFunction(
    'now',
    define(
      [
        ['utc', false],
        ['fmt', null],
      ],
      now,
    ),
  );
  setFunction(
    'undef',
    define([['hint', null]], (hint) => new Undefined(null, hint === null ? undefined : toText(hint))),
  );
}

// These see undefined terms and defaults themselves.
const SEES_UNDEFINED = /^(?:ansible\.(?:builtin|legacy)\.)?(?:env|first_found)$/;

function ask(
  templating: Templating,
  scope: Scope,
  [first, ...terms]: readonly unknown[],
  { wantlist = false, errors = 'strict', ...options }: Record<string, unknown>,
): unknown {
  if (first === undefined) throw new TemplateRuntimeError('a lookup needs its name', 'TypeError');
  const name = toText(first);
  if (!SEES_UNDEFINED.test(name)) {
    const missing = [...terms, ...Object.values(options)].find((value) => value instanceof Undefined);
    if (missing !== undefined) return missing;
  }
  requireLookup(name);
  try {
    const answers = runLookup(name, terms, { scope, templating, place: undefined, task: undefined }, options);
    return wantlist === true ? answers : joined(answers);
  } catch (error) {
    if (errors === 'strict' || !(error instanceof TemplateError)) throw error;
    if (errors === 'warn') templating.control.warn(error.message);
    return wantlist === true ? [] : null;
  }
}

// One answer stands for itself, texts are joined by commas.
function joined(answers: readonly unknown[]): unknown {
  if (answers.length === 1) return answers[0];
  return answers.length > 1 && answers.every((answer) => typeof answer === 'string')
    ? answers.join(',')
    : answers;
}
