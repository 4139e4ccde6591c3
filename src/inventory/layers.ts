import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { groupsOf } from './membership.ts';
import type { Group, Host, Inventory, VariableLayer } from './model.ts';

const groupLayerCache = new WeakMap<readonly Group[], Map<string, readonly VariableLayer[]>>();

/**
 * The variables of all groups of a host, the weakest first, in Ansible's order: what the inventory's sources say of
 * `all`, then of the other groups; then group_vars files for `all` beside the inventory and beside the playbook; then
 * group_vars files for the other groups beside the inventory and beside the playbook.
 * `playbookFolders`: the folders that count as beside the playbook, the weakest first. Throws SourceError.
 * Hosts of the same groups get the same array, so that what is worked out from it can be kept.
 */
export function groupLayers(
  inventory: Inventory,
  host: Host,
  playbookFolders: readonly string[],
): readonly VariableLayer[] {
  const groups = groupsOf(inventory, host);
  const key = playbookFolders.join('\0');
  const cache = groupLayerCache.get(groups) ?? new Map<string, readonly VariableLayer[]>();
  groupLayerCache.set(groups, cache);
  const known = cache.get(key);
  if (known) return known;
  const all = groups.filter((group) => group.name === 'all');
  const others = groups.filter((group) => group.name !== 'all');
  const beside = variableFolders(inventory);
  const files = (folders: readonly string[], of: Group[]) =>
    folders.flatMap((folder) =>
      of.flatMap((group) => inventory.files.find(folder, 'group_vars', group.name)),
    );
  const layers = [
    ...[...all, ...others].flatMap((group) => group.layers),
    ...files(beside, all),
    ...files(playbookFolders, all),
    ...files(beside, others),
    ...files(playbookFolders, others),
  ];
  cache.set(key, layers);
  return layers;
}

/**
 * The variables of a host itself, the weakest first: from the inventory's sources, then from host_vars files beside
 * the inventory, then from those beside the playbook. They are stronger than those of its groups.
 */
export function hostLayers(
  inventory: Inventory,
  host: Host,
  playbookFolders: readonly string[],
): readonly VariableLayer[] {
  const folders = [...variableFolders(inventory), ...playbookFolders];
  const files = folders.flatMap((folder) => inventory.files.find(folder, 'host_vars', host.name));
  return [...host.layers, ...files];
}

/** The variables of one group alone, the weakest first, as `--list --export` shows them. */
export function ownGroupLayers(
  inventory: Inventory,
  group: Group,
  playbookFolders: readonly string[],
): VariableLayer[] {
  const folders = [...variableFolders(inventory), ...playbookFolders];
  return [
    ...group.layers,
    ...folders.flatMap((folder) => inventory.files.find(folder, 'group_vars', group.name)),
  ];
}

const folderCache = new WeakMap<Inventory, { sources: number; folders: string[] }>();

// The folders beside the sources in which group_vars and host_vars are looked for; of two the same the later counts.
function variableFolders(inventory: Inventory): string[] {
  const known = folderCache.get(inventory);
  if (known && known.sources === inventory.sources.length) return known.folders;
  const folders = inventory.sources
    .filter((source) => existsSync(source))
    .map((source) => (statSync(source).isDirectory() ? source : dirname(source)));
  const unique = folders.filter((folder, index) => folders.lastIndexOf(folder) === index);
  folderCache.set(inventory, { sources: inventory.sources.length, folders: unique });
  return unique;
}
