import type { Group, Host, Inventory } from './model.ts';

/**
 * All groups of a host, those that contain its groups and `all` among them, in the order in which their variables
 * are laid over each other: the furthest from `all` last, among equals by priority and then by name.
 * Hosts of the same groups get the same array.
 */
export function groupsOf(inventory: Inventory, host: Host): readonly Group[] {
  const key = [...host.groups].map((group) => group.name).join('\0');
  const known = inventory.derived.groups.get(key);
  if (known) return known;
  const groups = new Set([inventory.groups.get('all')!]);
  for (const group of host.groups) collectAncestors(group, groups);
  const sorted = [...groups].sort((a, b) => compareGroups(inventory, a, b));
  inventory.derived.groups.set(key, sorted);
  return sorted;
}

function collectAncestors(group: Group, into: Set<Group>): void {
  if (into.has(group)) return;
  into.add(group);
  for (const parent of group.parents) collectAncestors(parent, into);
}

function compareGroups(inventory: Inventory, a: Group, b: Group): number {
  const byDepth = depthOf(inventory, a) - depthOf(inventory, b);
  if (byDepth !== 0) return byDepth;
  return a.priority - b.priority || (a.name < b.name ? -1 : Number(a.name > b.name));
}

/** The length of the longest way down to the group; 0 for `all`. */
export function depthOf(inventory: Inventory, group: Group): number {
  const known = inventory.derived.depths.get(group);
  if (known !== undefined) return known;
  let depth = 0;
  for (const parent of group.parents) depth = Math.max(depth, depthOf(inventory, parent) + 1);
  inventory.derived.depths.set(group, depth);
  return depth;
}

/** The names of a host's groups as templates see them (`group_names`): sorted, without `all`. */
export function groupNames(inventory: Inventory, host: Host): string[] {
  return groupsOf(inventory, host)
    .map((group) => group.name)
    .filter((name) => name !== 'all')
    .sort();
}

/**
 * The hosts of a group and of all groups below it, each once, in Ansible's order: its own, then those of its
 * children, then of their children. `all` has no implicit localhost.
 */
export function hostsOf(inventory: Inventory, group: Group): readonly Host[] {
  const known = inventory.derived.hosts.get(group);
  if (known) return known;
  const groups = new Set([group]);
  // A Set visits what is added while it is walked, so this goes down level by level.
  for (const each of groups) for (const child of each.children) groups.add(child);
  const hosts = new Set<Host>();
  for (const each of groups) for (const host of each.hosts) hosts.add(host);
  const result = [...hosts].filter((host) => group.name !== 'all' || !host.implicit);
  inventory.derived.hosts.set(group, result);
  return result;
}
