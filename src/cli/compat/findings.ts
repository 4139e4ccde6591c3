import type { Place } from '../../lib/sourceError.ts';

export const KINDS = [
  'module',
  'parameter',
  'keyword',
  'filter',
  'test',
  'lookup',
  'plugin',
  'connection',
  'syntax',
] as const;

/** Something of a project that does not run here. */
export interface Finding {
  kind: (typeof KINDS)[number];
  /** What it is: the name of a module, the message of a mistake. */
  name: string;
  place: Place;
  /** What to do instead. */
  instead?: string | undefined;
}

/** What was looked at, and what was found. */
export interface Findings {
  list: Finding[];
  /** Encrypted files, which are not looked into. */
  encrypted: string[];
  plays: number;
  tasks: number;
  /** Tasks with all that they name there. */
  running: number;
  /** Uses of each module. */
  modules: Map<string, number>;
}

export function noFindings(): Findings {
  return { list: [], encrypted: [], plays: 0, tasks: 0, running: 0, modules: new Map() };
}
