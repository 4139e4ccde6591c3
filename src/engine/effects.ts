import { addChild, addGroup, addHost, joinGroup, settle } from '../inventory/inventory.ts';
import type { Effect } from '../module/plan.ts';
import { layerOf } from '../variables/layer.ts';
import type { Lane } from './context.ts';
import { type HostState, learn, learnFacts } from './hostState.ts';

/** Does on the control side what a module wants done there; includes and meta are the lane's own work. */
export function applyEffect(effect: Effect, lane: Lane, host: HostState, why: string | undefined): void {
  const { inventory } = lane.batch.run;
  switch (effect.kind) {
    case 'facts':
      if (effect.origin === 'host') learnFacts(host, effect.facts);
      else for (const [name, value] of Object.entries(effect.facts)) learn(host, name, value, why);
      if (effect.cacheable && effect.origin === 'set_fact') learnFacts(host, effect.facts);
      return;
    case 'variables':
      host.included.unshift(layerOf(effect.variables, 'include_vars', true));
      host.version++;
      return;
    case 'add_host': {
      const added = addHost(inventory, effect.name);
      added.layers.push({ values: effect.variables, origin: 'add_host', trusted: false });
      for (const group of effect.groups) joinGroup(inventory, added, addGroup(inventory, group));
      settle(inventory);
      return;
    }
    case 'group_by': {
      const group = addGroup(inventory, effect.group);
      for (const parent of effect.parents) addChild(inventory, addGroup(inventory, parent), group);
      const member = inventory.hosts.get(host.name);
      if (member) joinGroup(inventory, member, group);
      settle(inventory);
      host.version++;
      return;
    }
  }
}
