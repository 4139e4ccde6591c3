import { join } from 'node:path';
import type { RunOptions } from '../engine/options.ts';
import type { Prepared } from '../engine/prepared.ts';
import { hostsOfPlays } from '../engine/run.ts';
import { findHost } from '../inventory/inventory.ts';
import { groupNames } from '../inventory/membership.ts';
import type { Host } from '../inventory/model.ts';
import { lastResults } from '../report/lastResults.ts';
import type { HostChoice } from './hostList.ts';
import { RUNS_FOLDER } from './reports.ts';
import { addressOf } from './targets.ts';

/** The hosts that the plays would reach, each once, with what is known of them. */
export function hostChoices(prepared: Prepared, options: RunOptions, cwd: string): HostChoice[] {
  const results = lastResults(join(cwd, RUNS_FOLDER));
  const choices = new Map<string, HostChoice>();
  for (const { play, hosts } of hostsOfPlays(prepared)) {
    for (const name of hosts) {
      if (choices.has(name)) continue;
      const address = addressOf(prepared, options, play, name);
      const last = results.get(name);
      choices.set(name, {
        name,
        groups: groupsOf(prepared, name),
        ...(address !== undefined && { address }),
        ...(last && { last }),
      });
    }
  }
  return [...choices.values()];
}

// The groups that name the host come first: they are what people think of it as.
function groupsOf({ inventory }: Prepared, name: string): string[] {
  const host = findHost(inventory, name);
  if (!host) return [];
  const direct = [...host.groups].map((group) => group.name);
  const all = [...direct, ...groupNames(inventory, host)];
  return [...new Set(all)].filter((group) => group !== 'all' && group !== 'ungrouped');
}

/** The same run, narrowed to these hosts. */
export function withHosts(prepared: Prepared, names: string[]): Prepared {
  const hosts = names
    .map((name) => findHost(prepared.inventory, name))
    .filter((host): host is Host => !!host);
  return {
    ...prepared,
    limit: new Set(hosts),
    subject: { ...prepared.subject, limit: names.join(',') },
  };
}
