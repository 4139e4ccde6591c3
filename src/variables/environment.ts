import {
  createEnvironment,
  define,
  defineWithContext,
  type Environment,
  PyFunction,
  Range,
  type Scope,
  toText,
} from '../jinja/index.ts';
import type { Place } from '../lib/sourceError.ts';
import type { VaultText } from '../lib/yaml.ts';
import { now } from './filters/dates.ts';
import { registerFilters } from './filters/index.ts';
import { letUndefinedThrough } from './filters/register.ts';
import { runLookup } from './lookups/index.ts';
import { createTemplating, finalValue, type Templating } from './templating.ts';
import { registerTests } from './tests/index.ts';

/** A templating with everything that Ansible's templates know. `decrypt` opens `!vault` values. */
export function ansibleTemplating(decrypt: (vault: VaultText) => string): Templating {
  // Below Ansible's own limits nothing is gained; a template may be as long as a configuration file gets.
  const environment = createEnvironment({ trimBlocks: true, keepBackslashes: true, finalize: printed });
  const templating = createTemplating(environment, decrypt);
  registerFilters(environment);
  registerTests(environment);
  letUndefinedThrough(environment);
  registerLookups(environment, templating);
  return templating;
}

// `lookup` joins several answers by commas, `query` and `q` give the list.
function registerLookups(environment: Environment, templating: Templating): void {
  const ask = (name: unknown, terms: unknown, options: unknown, scope: Scope): unknown[] => {
    const place: Place | undefined = undefined;
    const context = { scope, templating, place, task: place };
    return runLookup(toText(name), terms as unknown[], context, options as Record<string, unknown>);
  };
  const query = defineWithContext(['name', '*terms', '**options'], (context, name, terms, options) =>
    ask(name, terms, options, context.scope),
  );
  const lookup = defineWithContext(['name', '*terms', '**options'], (context, name, terms, options) => {
    const { wantlist, ...rest } = options as Record<string, unknown>;
    const answers = ask(name, terms, rest, context.scope);
    if (wantlist === true) return answers;
    return answers.every((answer) => typeof answer === 'string')
      ? answers.join(',')
      : answers.length === 1
        ? answers[0]
        : answers;
  });
  environment.globals.set('query', new PyFunction('query', query));
  environment.globals.set('q', new PyFunction('q', query));
  environment.globals.set('lookup', new PyFunction('lookup', lookup));
  environment.globals.set(
    'now',
    new PyFunction(
      'now',
      define(
        [
          ['utc', false],
          ['fmt', null],
        ],
        now,
      ),
    ),
  );
}

// What becomes text within more text: nothing of null, and tuples and the views of dicts as lists.
function printed(value: unknown): unknown {
  if (value === null) return '';
  return typeof value !== 'object' || value instanceof Range ? value : finalValue(value);
}
