import { addGroup, addHost, createInventory, joinGroup } from '../../inventory/inventory.ts';
import type { Inventory } from '../../inventory/model.ts';
import { matchHosts } from '../../inventory/patterns.ts';
import {
  dictEntries,
  isDict,
  isList,
  MISSING,
  type Scope,
  toText,
  tuple,
  Undefined,
} from '../../jinja/index.ts';
import { translate } from '../../lib/pythonRegex.ts';
import { SourceError } from '../../lib/sourceError.ts';
import { flagOption, identifierTerm, type Lookup, lookupError, textOption } from './context.ts';

const vars: Lookup = (terms, { scope }, options) =>
  terms.map((term) => {
    const name = identifierTerm(term);
    const value = scope.get(name);
    if (value !== MISSING && value !== undefined) return value;
    const { default: fallback = null } = options;
    return fallback === null ? new Undefined(name, `No variable found with this name: ${name}`) : fallback;
  });

const varnames: Lookup = (terms, { scope }) => {
  const names = [...namesOf(scope)];
  return terms.flatMap((term) => {
    const pattern = searchPattern(identifierTerm(term));
    return names.filter((name) => pattern.test(name));
  });
};

function searchPattern(text: string): RegExp {
  try {
    return translate(text);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw lookupError(`Unable to use "${text}" as a search parameter: ${error.message}`);
  }
}

function namesOf(scope: Scope): Iterable<string> {
  return scope.names?.() ?? [];
}

// `groups` is all that is known of the inventory here, which is enough for patterns.
const inventoryHostnames: Lookup = (terms, { scope }) => {
  const groups = scope.get('groups');
  if (!isDict(groups)) throw lookupError('there is no variable groups');
  const inventory = createInventory({ readText: () => '', readYaml: () => null, warn: () => {} } as never);
  for (const [name, hosts] of dictEntries(groups)) fillGroup(inventory, toText(name), hosts);
  try {
    return matchHosts(inventory, terms.map(toText)).hosts.map(({ name }) => name);
  } catch (error) {
    if (error instanceof SourceError) return [];
    throw error;
  }
};

function fillGroup(inventory: Inventory, name: string, hosts: unknown): void {
  const group = addGroup(inventory, name);
  if (!isList(hosts)) return;
  for (const host of hosts) joinGroup(inventory, addHost(inventory, toText(host)), group);
}

const config: Lookup = (terms, { templating }, options) => {
  if (textOption(options, 'plugin_type', '') !== '') throw lookupError('settings of plugins are not known');
  const onMissing = textOption(options, 'on_missing', textOption(options, 'missing', 'error'));
  return terms.flatMap((term) => {
    const name = identifierTerm(term);
    const setting = templating.control.setting(name);
    if (setting !== undefined) {
      return flagOption(options, 'show_origin', false)
        ? [tuple(setting.value, setting.origin)]
        : [setting.value];
    }
    if (onMissing === 'error') throw lookupError(`there is no setting ${name}`);
    if (onMissing === 'warn') templating.control.warn(`there is no setting ${name}`);
    return [];
  });
};

/** Lookups that ask for variables, hosts and settings. */
export const variableLookups: Readonly<Record<string, Lookup>> = {
  vars,
  varnames,
  inventory_hostnames: inventoryHostnames,
  config,
};
