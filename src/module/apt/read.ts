import { isPattern } from '../../lib/fnmatch.ts';
import type { AptSimulation, Reads } from '../reads.ts';
import { aptCommands } from './command.ts';
import { type AptParams, type AptSpec, type AptWanted, namesOf, parseAptSpec } from './spec.ts';

export interface AptNow {
  wanted: AptWanted[];
  /** Patterns that no known name matches. */
  unmatched: string[];
  /** When the lists were updated, seconds since the epoch. */
  updated: number;
  updateDue: boolean;
  /** Whether the download cache holds packages. */
  downloads: boolean;
  /** What apt-get would be asked for, and what it says it would do. */
  commands: { args: string[]; simulation: AptSimulation }[];
}

const DOWNLOADS = '/var/cache/apt/archives';

/** Looks at the packages that are named, and simulates only where something is missing or may be newer. */
export async function readApt(params: AptParams, host: Reads): Promise<AptNow> {
  const [lists, expanded, downloads] = await Promise.all([
    host.aptListsTime({}),
    Promise.all(namesOf(params).map((text) => expand(parseAptSpec(text), host))),
    params.clean ? host.entries({ path: DOWNLOADS }) : [],
  ]);
  const wanted = expanded.flat();
  const commands = aptCommands(params, wanted);
  const simulations = await Promise.all(commands.map((args) => host.aptSimulate({ args })));
  return {
    wanted,
    unmatched: namesOf(params).filter((_, i) => expanded[i]!.length === 0),
    updated: lists.updated,
    updateDue:
      (params.update_cache || params.cache_valid_time > 0) &&
      lists.updated + params.cache_valid_time < lists.now,
    downloads: (downloads ?? []).some(({ path }) => path.endsWith('.deb')),
    commands: commands.map((args, i) => ({ args, simulation: simulations[i]! })),
  };
}

async function expand(spec: AptSpec, host: Reads): Promise<AptWanted[]> {
  const specs = isPattern(spec.name)
    ? (await host.aptNames({ pattern: spec.name })).map((name) => ({ text: name, name }))
    : [spec];
  const states = await Promise.all(specs.map(({ name }) => host.package({ name })));
  return specs.map((one, i) => ({ ...one, state: states[i] }));
}
