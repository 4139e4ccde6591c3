import { findHost } from '../inventory/inventory.ts';
import { groupLayers, hostLayers } from '../inventory/layers.ts';
import { hostsOf } from '../inventory/membership.ts';
import type { Inventory, VariableLayer } from '../inventory/model.ts';
import { type Layer, layerOf } from '../variables/layer.ts';

const converted = new WeakMap<readonly VariableLayer[], Layer[]>();

/** The inventory's variables of a host, the strongest first; `folder` is the playbook's. */
export function inventoryLayers(inventory: Inventory, name: string, folder: string): Layer[] {
  const host = findHost(inventory, name);
  if (!host) return [];
  const own = strongestFirst(hostLayers(inventory, host, [folder]));
  const ofGroups = groupLayers(inventory, host, [folder]);
  let groups = converted.get(ofGroups);
  if (!groups) {
    groups = strongestFirst(ofGroups);
    converted.set(ofGroups, groups);
  }
  return [...own, ...groups];
}

function strongestFirst(layers: readonly VariableLayer[]): Layer[] {
  return layers.map(({ values, origin, trusted }) => layerOf(values, origin, trusted)).reverse();
}

/** Every group with the names of its hosts (`groups`). */
export function groupsMap(inventory: Inventory): Record<string, string[]> {
  return Object.fromEntries(
    [...inventory.groups.values()].map((group) => [
      group.name,
      hostsOf(inventory, group).map((host) => host.name),
    ]),
  );
}
