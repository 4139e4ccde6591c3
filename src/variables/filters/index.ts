import type { Environment } from '../../jinja/index.ts';
import { basicFilters } from './basics.ts';
import { communityFilters } from './community.ts';
import { dataFilters } from './data.ts';
import { dateFilters } from './dates.ts';
import { hashFilters } from './hashes.ts';
import { hardwareFilters } from './ip/hardware.ts';
import { ipaddrFilters } from './ip/ipaddr.ts';
import { networkFilters } from './ip/networks.ts';
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
import { timeUnitFilters } from './timeUnits.ts';
import { yamlFilters } from './yaml.ts';

const TABLES: readonly Callables[] = [
  basicFilters,
  communityFilters,
  dataFilters,
  dateFilters,
  hardwareFilters,
  hashFilters,
  ipaddrFilters,
  jsonFilters,
  listFilters,
  networkFilters,
  numberFilters,
  passwordFilters,
  pathFilters,
  randomFilters,
  regexFilters,
  setFilters,
  textFilters,
  timeUnitFilters,
  yamlFilters,
];

/** Adds Ansible's filters to an environment that has Jinja2's own. */
export function registerFilters(environment: Environment): void {
  const { filters } = environment;
  registerAll(filters, uniqueOver(filters.get('unique')!));
  for (const table of TABLES) registerAll(filters, table);
}
