import type { Dict } from '../lib/dict.ts';
import type { SourceWarning } from '../lib/sourceError.ts';

/**
 * Variables of one origin, as they were written; `placeOfKey(layer.values, name)` says where. The same
 * layer stands in all hosts that one line or key names. Never changed after it is made.
 */
export interface VariableLayer {
  values: Dict;
  /** The file that they come from, or a description. */
  origin: string;
  /** Whether templates in the values may be rendered. */
  trusted: boolean;
}

export interface Host {
  name: string;
  /** localhost that no inventory names: part of no group, and not of `all`. */
  implicit: boolean;
  /** The inventory source that named it first (`inventory_file`); undefined for hosts added by a task. */
  source: string | undefined;
  /** From the inventory's sources, the weakest first; without those of host_vars files. */
  layers: VariableLayer[];
  /** The groups that name it themselves, in the order in which they did. */
  groups: Set<Group>;
}

export interface Group {
  name: string;
  /** `ansible_group_priority`; 1 where nothing is said. */
  priority: number;
  hosts: Set<Host>;
  children: Set<Group>;
  parents: Set<Group>;
  /** From the inventory's sources, the weakest first; without those of group_vars files. */
  layers: VariableLayer[];
}

/** What follows from hosts and groups and is worked out when asked for; thrown away when they change. */
export interface Derived {
  depths: Map<Group, number>;
  hosts: Map<Group, readonly Host[]>;
  groups: Map<string, readonly Group[]>;
}

export interface Inventory {
  /** In the order in which the sources name them. */
  readonly hosts: Map<string, Host>;
  readonly groups: Map<string, Group>;
  /** The sources as absolute paths and host lists, in their order. */
  readonly sources: string[];
  /** What stands in group_vars and host_vars folders. */
  readonly files: VarsFiles;
  readonly warn: (warning: SourceWarning) => void;
  /** The host that `localhost` means: the one that the inventory has, or the implicit one. */
  localhost: Host | undefined;
  derived: Derived;
}

/** How an inventory reads files and whom it warns. */
export interface InventoryReader {
  /** The text of a file, decrypted where it is encrypted. Throws SourceError. */
  readText(file: string): string;
  warn(warning: SourceWarning): void;
}

/** The variables that stand in `group_vars` and `host_vars` folders. Each file is read when it is first asked for. */
export interface VarsFiles {
  /** The variables of a group's or host's files in a folder, the weakest first. Throws SourceError. */
  find(folder: string, kind: 'group_vars' | 'host_vars', name: string): readonly VariableLayer[];
}
