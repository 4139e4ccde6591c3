import { equals } from '../jinja/compare.ts';
import { type Dict, dictEntries, dictFrom, dictGet, dictHas } from '../lib/dict.ts';
import { parseAddress } from './address.ts';
import { addChild, addGroup, addHost, findHost, joinGroup, settle } from './inventory.ts';
import type { Group, Host, Inventory } from './model.ts';

/** What an `add_host` task asks for. */
export interface NewHost {
  /** A name or address, perhaps with `:port`. */
  name: string;
  groups: readonly string[];
  variables: Dict;
}

/**
 * Adds a host while plays run, or groups and variables to one that is there. The variables are no longer templated:
 * the task has done so. Gives whether anything changed.
 */
export function addDynamicHost(inventory: Inventory, wanted: NewHost): { host: Host; changed: boolean } {
  const address = parseAddress(wanted.name);
  const name = address && !address.host.includes('[') ? address.host : wanted.name;
  let changed = !inventory.hosts.has(name);
  const host = addHost(inventory, name);
  if (changed) joinGroup(inventory, host, inventory.groups.get('all')!);
  const port = address?.port === undefined ? [] : ([['ansible_port', address.port]] as const);
  const news = new Map(
    [...port, ...dictEntries(wanted.variables)].filter(([key, value]) => !holds(host, key, value)),
  );
  if (news.size > 0) {
    host.layers.push({ values: dictFrom(news), origin: 'add_host', trusted: false });
    changed = true;
  }
  for (const group of wanted.groups)
    changed = joinGroup(inventory, host, addGroup(inventory, group)) || changed;
  if (changed) settle(inventory, [host]);
  return { host, changed };
}

// Whether the host's own variables say the same already.
function holds(host: Host, key: unknown, value: unknown): boolean {
  if (typeof key !== 'string') return false;
  const layer = host.layers.findLast(({ values }) => dictHas(values, key));
  return layer !== undefined && equals(dictGet(layer.values, key), value);
}

/**
 * Puts a host into a group while plays run (`group_by`), the group below its parents; all are made when they are not
 * there. Gives whether anything changed. Throws a SourceError when that would make groups contain each other.
 */
export function addDynamicGroup(
  inventory: Inventory,
  hostName: string,
  wanted: { group: string; parents: readonly string[] },
): boolean {
  const host = findHost(inventory, hostName);
  if (!host) throw new Error(`no host ${hostName}`);
  const made = !inventory.groups.has(wanted.group);
  const group = addGroup(inventory, wanted.group);
  if (made) madeHere.add(group);
  let changed = false;
  for (const parent of wanted.parents) {
    changed = addChild(inventory, addGroup(inventory, parent), group) || changed;
  }
  changed = joinGroup(inventory, host, group) || changed;
  if (madeHere.has(group)) sortHosts(inventory, group);
  if (changed) settle(inventory, [host]);
  return changed;
}

const madeHere = new WeakSet<Group>();

// Hosts come to a task in no certain order; a group that they make has them in that of the inventory.
function sortHosts(inventory: Inventory, group: Group): void {
  const joined = new Set(group.hosts);
  const sorted = [...inventory.hosts.values()].filter((host) => joined.delete(host));
  group.hosts.clear();
  for (const host of [...sorted, ...joined]) group.hosts.add(host);
}
