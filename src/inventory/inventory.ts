import { type Dict, dictEntries, dictFrom } from '../lib/dict.ts';
import { entryPlaces, placeOfValue, recordPlaces } from '../lib/places.ts';
import { type Place, SourceError } from '../lib/sourceError.ts';
import type { Derived, Group, Host, Inventory, InventoryReader, VariableLayer } from './model.ts';
import { createVarsFiles } from './varsFiles.ts';

const LOCALHOST = new Set(['localhost', '127.0.0.1', '::1']);

/** An inventory without hosts, with the groups `all` and `ungrouped`. */
export function createInventory(reader: InventoryReader): Inventory {
  const inventory: Inventory = {
    hosts: new Map(),
    groups: new Map(),
    sources: [],
    files: createVarsFiles(reader),
    warn: (warning) => reader.warn(warning),
    localhost: undefined,
    derived: nothingDerived(),
  };
  addChild(inventory, addGroup(inventory, 'all'), addGroup(inventory, 'ungrouped'));
  return inventory;
}

function nothingDerived(): Derived {
  return { depths: new Map(), hosts: new Map(), groups: new Map() };
}

/** The group of this name, made when there is none yet. Throws a SourceError for an empty name. */
export function addGroup(inventory: Inventory, name: string, place?: Place): Group {
  const known = inventory.groups.get(name);
  if (known) return known;
  if (name === '') throw new SourceError('a group has an empty name', place);
  const group: Group = {
    name,
    priority: 1,
    hosts: new Set(),
    children: new Set(),
    parents: new Set(),
    layers: [],
  };
  inventory.groups.set(name, group);
  inventory.derived = nothingDerived();
  return group;
}

/** The host of this name, made when there is none yet. A port counts only for a host that is new. */
export function addHost(
  inventory: Inventory,
  name: string,
  from: { source?: string | undefined; port?: number | undefined; place?: Place | undefined } = {},
): Host {
  const known = inventory.hosts.get(name);
  if (known) return known;
  if (name === '') throw new SourceError('a host has an empty name', from.place);
  const host: Host = { name, implicit: false, source: from.source, layers: [], groups: new Set() };
  if (from.port) {
    host.layers.push({
      values: { ansible_port: from.port },
      origin: from.source ?? 'add_host',
      trusted: true,
    });
  }
  inventory.hosts.set(name, host);
  if (LOCALHOST.has(name)) noteLocalhost(inventory, host);
  inventory.derived = nothingDerived();
  return host;
}

function noteLocalhost(inventory: Inventory, host: Host): void {
  if (inventory.localhost && !inventory.localhost.implicit) {
    inventory.warn({
      message: `${host.name} and ${inventory.localhost.name} are both this machine; "localhost" means ${inventory.localhost.name}`,
    });
  } else inventory.localhost = host;
}

/** Puts a host into a group. Gives whether it was not there before. */
export function joinGroup(inventory: Inventory, host: Host, group: Group): boolean {
  if (group.hosts.has(host)) return false;
  group.hosts.add(host);
  host.groups.add(group);
  inventory.derived = nothingDerived();
  return true;
}

/** Puts a group below another. Gives whether it was not there before. Throws a SourceError for a cycle. */
export function addChild(inventory: Inventory, parent: Group, child: Group, place?: Place): boolean {
  if (parent.children.has(child)) return false;
  const path = pathDown(child, parent);
  if (path) throw cycleError(path, place);
  if (child.name === 'all') throw cycleError([child, parent], place);
  parent.children.add(child);
  child.parents.add(parent);
  inventory.derived = nothingDerived();
  return true;
}

function cycleError(path: Group[], place: Place | undefined): SourceError {
  const names = [...path, path[0]!].map((group) => group.name).join(' > ');
  const hint = `Take ${path[0]!.name} out of the children of ${path.at(-1)!.name}, or the other way round.`;
  return new SourceError(`these groups contain each other: ${names}`, place, hint);
}

// The groups from `from` down to `to`, both included; undefined when there is no way.
function pathDown(from: Group, to: Group, seen = new Set<Group>()): Group[] | undefined {
  if (from === to) return [from];
  if (seen.has(from)) return undefined;
  seen.add(from);
  for (const child of from.children) {
    const rest = pathDown(child, to, seen);
    if (rest) return [from, ...rest];
  }
  return undefined;
}

/** Lays variables of a source on a group. `ansible_group_priority` becomes the group's priority. */
export function addGroupVariables(inventory: Inventory, group: Group, layer: VariableLayer): void {
  const { priority, rest } = splitPriority(layer.values);
  if (priority !== undefined) group.priority = priority;
  group.layers.push(rest === layer.values ? layer : { ...layer, values: rest });
  inventory.derived = nothingDerived();
}

function splitPriority(values: Dict): { priority?: number; rest: Dict } {
  const entries = new Map(dictEntries(values));
  if (!entries.has('ansible_group_priority')) return { rest: values };
  const written = entries.get('ansible_group_priority');
  const priority = Number.parseInt(String(written), 10);
  if (!Number.isFinite(priority)) {
    throw new SourceError(
      `ansible_group_priority is ${JSON.stringify(written)}, which is no whole number`,
      placeOfValue(values, 'ansible_group_priority'),
    );
  }
  entries.delete('ansible_group_priority');
  const rest = dictFrom(entries);
  const source = entryPlaces(values).get('ansible_group_priority');
  if (source) recordPlaces(rest, source[0], source[1], entryPlaces(values));
  return { priority, rest };
}

/**
 * Makes the rules hold that every inventory follows: each group is below `all`, and a host is in `ungrouped`
 * exactly when no group but `all` names it. Called after the sources, and for what a task changed.
 */
export function settle(inventory: Inventory, hosts: Iterable<Host> = inventory.hosts.values()): void {
  const all = inventory.groups.get('all')!;
  const ungrouped = inventory.groups.get('ungrouped')!;
  for (const group of inventory.groups.values()) {
    if (group !== all && group.parents.size === 0) addChild(inventory, all, group);
  }
  for (const host of hosts) {
    const named = [...host.groups].some((group) => group !== all && group !== ungrouped);
    if (!named && !host.implicit) joinGroup(inventory, host, ungrouped);
    else if (named && host.groups.delete(ungrouped)) {
      ungrouped.hosts.delete(host);
      inventory.derived = nothingDerived();
    }
  }
}

/** The host of this name; `localhost`, `127.0.0.1` and `::1` are there also when no source names them. */
export function findHost(inventory: Inventory, name: string): Host | undefined {
  const known = inventory.hosts.get(name);
  if (known || !LOCALHOST.has(name)) return known;
  inventory.localhost ??= implicitLocalhost(name);
  return inventory.localhost;
}

function implicitLocalhost(name: string): Host {
  const values = { ansible_connection: 'local', ansible_python_interpreter: '{{ ansible_playbook_python }}' };
  const layer = { values, origin: 'implicit localhost', trusted: true };
  return { name, implicit: true, source: undefined, layers: [layer], groups: new Set() };
}
