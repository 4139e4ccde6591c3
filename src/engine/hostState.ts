import { packed, unpacked } from '../lib/packed.ts';
import type { Layer } from '../variables/layer.ts';
import { plainValue } from '../variables/templating.ts';
import type { HostRecap } from './events.ts';
import { type FactCache, GATHERED } from './factCache.ts';

/** What a run knows of one host, from play to play. */
export interface HostState {
  name: string;
  /** With Ansible's names (`ansible_distribution`); what the host said, so never templated. */
  facts: Record<string, unknown>;
  /** Facts were gathered, in this run or before. */
  gathered: boolean;
  /** Registered results and `set_fact`; never templated again. */
  learned: Record<string, unknown>;
  /** `include_vars`, the newest first. */
  included: Layer[];
  /** Variables whose value check mode cannot know, with the reason. */
  unsure: Map<string, string>;
  /** Grows whenever a variable of the host changes. */
  version: number;
  /** Grows whenever a layer of variables comes or goes; see `reshape`. */
  layout: number;
  status: 'active' | 'failed' | 'unreachable' | 'ended';
  recap: HostRecap;
}

/** A host of which only that is known which the cache has. */
export function newHostState(name: string, cache?: FactCache): HostState {
  const { [GATHERED]: gathered, ...facts } = cache?.load(name) ?? {};
  return {
    name,
    facts,
    gathered: gathered === true,
    learned: {},
    included: [],
    unsure: new Map(),
    version: 0,
    layout: 0,
    status: 'active',
    recap: { ok: 0, changed: 0, unreachable: 0, failed: 0, skipped: 0, rescued: 0, ignored: 0, unknown: 0 },
  };
}

/**
 * Keeps what a host has said in little room until somebody asks for it again: of thousands of hosts that are done, the
 * facts and results would fill the memory, and hardly a play looks at them.
 */
export function packAway(host: HostState): void {
  for (const name of ['facts', 'learned'] as const) {
    const bytes = packed(host[name]);
    if (bytes) unpackWhenAsked(host, name, bytes);
  }
}

function unpackWhenAsked(host: HostState, name: 'facts' | 'learned', bytes: Buffer): void {
  const hold = (value: unknown): void => {
    Object.defineProperty(host, name, { value, writable: true, enumerable: true, configurable: true });
  };
  Object.defineProperty(host, name, {
    enumerable: true,
    configurable: true,
    set: hold,
    get() {
      hold(unpacked(bytes));
      return host[name];
    },
  });
}

/** Says that a layer of the host's variables has come or gone. */
export function reshape(host: HostState): void {
  host.version++;
  host.layout++;
}

/** Remembers a variable; `why` says that check mode does not know its true value. */
export function learn(host: HostState, name: string, value: unknown, why: string | undefined): void {
  host.learned[name] = value;
  host.version++;
  doubt(host, name, why);
}

/** Notes why check mode does not know the true value of a variable, or that it does. */
export function doubt(host: HostState, name: string, why: string | undefined): void {
  if (why === undefined) host.unsure.delete(name);
  else host.unsure.set(name, why);
}

/** Takes over facts; `ansible_local` and other maps are replaced whole. */
export function learnFacts(host: HostState, facts: Record<string, unknown>, cache?: FactCache): void {
  Object.assign(host.facts, facts);
  host.version++;
  const known = plainValue(host.facts) as Record<string, unknown>;
  cache?.save(host.name, { ...known, ...(host.gathered && { [GATHERED]: true }) });
}

/** Forgets all facts, the cached ones too. */
export function forgetFacts(host: HostState, cache?: FactCache): void {
  for (const name of Object.keys(host.facts)) delete host.facts[name];
  host.gathered = false;
  host.version++;
  cache?.forget(host.name);
}
