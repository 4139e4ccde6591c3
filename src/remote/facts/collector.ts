import type { Raw } from './raw.ts';

export type Facts = Record<string, unknown>;

/** One group of facts: what must be looked at for it, and what follows from that. Names come without `ansible_`. */
export interface Collector {
  /** As gather_subset names it. */
  name: string;
  /** Part of `min`: always gathered, unless `!min`. */
  minimal?: boolean;
  /** Facts that gather_subset may name instead of the collector. */
  ids?: string[];
  /** Shell patterns of small text files. */
  files?: string[];
  /** Paths of which only it counts whether they are there. */
  exist?: string[];
  /** Names of parts of the script in script.ts. */
  parts?: string[];
  facts(raw: Raw): Facts;
}
