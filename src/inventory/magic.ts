import { dirname } from 'node:path';
import { isIpAddress } from './address.ts';
import { groupNames } from './membership.ts';
import type { Host, Inventory } from './model.ts';

/** The variables that say what a host is called, which groups it is in and where it comes from. */
export interface MagicHostVariables {
  inventory_hostname: string;
  /** Up to the first dot; a whole IP address. */
  inventory_hostname_short: string;
  /** Sorted, without `all`. */
  group_names: string[];
  /** The source that named the host first; null for a host that a task added. */
  inventory_file: string | null;
  inventory_dir: string | null;
}

/** A host's magic variables as they are now; groups change while plays run. */
export function magicHostVariables(inventory: Inventory, host: Host): MagicHostVariables {
  const source = host.source ?? null;
  return {
    inventory_hostname: host.name,
    inventory_hostname_short: isIpAddress(host.name) ? host.name : host.name.split('.')[0]!,
    group_names: groupNames(inventory, host),
    inventory_file: source,
    inventory_dir: source === null || source.includes(',') ? null : dirname(source),
  };
}
