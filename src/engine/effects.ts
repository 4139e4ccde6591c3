import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { addDynamicGroup, addDynamicHost } from '../inventory/dynamic.ts';
import type { Effect } from '../module/plan.ts';
import { layerOf } from '../variables/layer.ts';
import type { Lane } from './context.ts';
import { doubt, type HostState, learn, learnFacts, reshape } from './hostState.ts';

/** Does on the control side what a module wants done there; includes and meta are the lane's own work. */
export function applyEffect(effect: Effect, lane: Lane, host: HostState, why: string | undefined): void {
  const { inventory, factCache } = lane.batch.run;
  switch (effect.kind) {
    case 'facts':
      host.gathered ||= effect.gathered === true;
      if (effect.origin === 'set_fact')
        for (const [name, value] of Object.entries(effect.facts)) learn(host, name, value, why);
      // What check mode is not sure of outlives no run.
      if (effect.cacheable) learnFacts(host, effect.facts, why === undefined ? factCache : undefined);
      return;
    case 'variables':
      host.included.unshift(layerOf(effect.variables, 'include_vars', true));
      reshape(host);
      for (const name of Object.keys(effect.variables)) doubt(host, name, why);
      return;
    case 'save':
      mkdirSync(dirname(effect.file), { recursive: true });
      writeFileSync(effect.file, effect.content);
      return;
    case 'add_host':
      addDynamicHost(inventory, effect);
      // It may have been there before, with other variables.
      for (const each of lane.batch.run.hosts.values()) reshape(each);
      return;
    case 'group_by':
      addDynamicGroup(inventory, host.name, effect);
      reshape(host);
      return;
  }
}
