import type { RunOptions } from '../engine/options.ts';
import type { Prepared } from '../engine/prepared.ts';
import { hostsOfPlays } from '../engine/run.ts';
import { hostTarget } from '../engine/targets.ts';
import { TemplateError } from '../jinja/index.ts';
import type { Play } from '../playbook/model.ts';
import type { Target } from '../transport/index.ts';

/** A host of a run, and how it will be reached as far as inventory, play and flags say it. */
export interface HostTarget {
  host: string;
  target: Target;
}

/** Every host that the plays reach, once for each way in which they reach it, as far as that is known. Throws UnreachableError, TemplateError. */
export function targetsOf(prepared: Prepared, options: RunOptions): HostTarget[] {
  const found = new Map<string, HostTarget>();
  for (const [index, { play, hosts }] of hostsOfPlays(prepared).entries()) {
    for (const host of hosts) {
      const target = knownTarget(prepared, options, play, host, index > 0);
      if (target) found.set(`${host} ${JSON.stringify(target)}`, { host, target });
    }
  }
  return [...found.values()];
}

// A later play may be reached by what an earlier one registers or sets.
function knownTarget(
  prepared: Prepared,
  options: RunOptions,
  play: Play,
  host: string,
  later: boolean,
): Target | undefined {
  try {
    return hostTarget(prepared, options, play, host).target;
  } catch (error) {
    if (later && error instanceof TemplateError) return undefined;
    throw error;
  }
}

/** The address that a host will be reached at, for a person to recognise it; undefined where it cannot be told. */
export function addressOf(
  prepared: Prepared,
  options: RunOptions,
  play: Play,
  host: string,
): string | undefined {
  try {
    const { target } = hostTarget(prepared, options, play, host);
    return target.transport === 'local' ? 'this machine' : target.host;
  } catch {
    // What is wrong with it is told where it is used.
    return undefined;
  }
}
