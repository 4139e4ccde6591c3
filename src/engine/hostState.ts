import type { Layer } from '../variables/layer.ts';
import type { HostRecap } from './events.ts';

/** What a run knows of one host, from play to play. */
export interface HostState {
  name: string;
  /** With Ansible's names (`ansible_distribution`); what the host said, so never templated. */
  facts: Record<string, unknown>;
  /** Registered results and `set_fact`; never templated again. */
  learned: Record<string, unknown>;
  /** `include_vars`, the newest first. */
  included: Layer[];
  /** Variables whose value check mode cannot know, with the reason. */
  unsure: Map<string, string>;
  /** Grows whenever a variable of the host changes. */
  version: number;
  status: 'active' | 'failed' | 'unreachable' | 'ended';
  recap: HostRecap;
}

/** A host that nothing is known of. */
export function newHostState(name: string): HostState {
  return {
    name,
    facts: {},
    learned: {},
    included: [],
    unsure: new Map(),
    version: 0,
    status: 'active',
    recap: { ok: 0, changed: 0, unreachable: 0, failed: 0, skipped: 0, rescued: 0, ignored: 0, unknown: 0 },
  };
}

/** Remembers a variable; `why` says that check mode does not know its true value. */
export function learn(host: HostState, name: string, value: unknown, why: string | undefined): void {
  host.learned[name] = value;
  host.version++;
  if (why === undefined) host.unsure.delete(name);
  else host.unsure.set(name, why);
}

/** Takes over facts; `ansible_local` and other maps are replaced whole. */
export function learnFacts(host: HostState, facts: Record<string, unknown>): void {
  Object.assign(host.facts, facts);
  host.version++;
}
