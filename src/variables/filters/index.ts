import { createEnvironment, type Environment } from '../../jinja/index.ts';
import { basicFilters } from './basics.ts';
import { dataFilters } from './data.ts';
import { dateFilters } from './dates.ts';
import { hashFilters } from './hashes.ts';
import { jsonFilters } from './json.ts';
import { listFilters } from './lists.ts';
import { numberFilters } from './numbers.ts';
import { passwordFilters } from './passwordHash.ts';
import { pathFilters } from './paths.ts';
import { randomFilters } from './random.ts';
import { regexFilters } from './regex.ts';
import { type Callables, registerAll } from './register.ts';
import { setFilters, uniqueOver } from './sets.ts';
import { textFilters } from './text.ts';
import { yamlFilters } from './yaml.ts';

const TABLES: readonly Callables[] = [
  basicFilters,
  dataFilters,
  dateFilters,
  hashFilters,
  jsonFilters,
  listFilters,
  numberFilters,
  passwordFilters,
  pathFilters,
  randomFilters,
  regexFilters,
  setFilters,
  textFilters,
  yamlFilters,
];

/** Adds Ansible's filters to an environment that has Jinja2's own. */
export function registerFilters(environment: Environment): void {
  const { filters } = environment;
  registerAll(filters, uniqueOver(filters.get('unique')!));
  for (const table of TABLES) registerAll(filters, table);
}

/** Names of all filters, Jinja2's own among them, without their collections. */
export function filterNames(): string[] {
  const environment = createEnvironment();
  registerFilters(environment);
  return [...environment.filters.keys()].sort();
}
