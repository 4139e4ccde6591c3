import { existsSync } from 'node:fs';
import type { Subject, VaultReader } from '../engine/prepared.ts';
import { type ExtraVariables, readExtraVars } from './extraVars.ts';
import type { InventoryFlags } from './options.ts';
import type { Settings } from './settings.ts';
import type { Terminal } from './terminal.ts';

/** What a run is about besides its playbooks: inventory, limit, variables, roles, as flags and settings say. */
export function subjectOf(
  flags: InventoryFlags,
  settings: Settings,
  vault: VaultReader,
  terminal: Terminal,
): Omit<Subject, 'playbooks' | 'plays'> {
  return {
    inventory: inventorySources(flags, settings),
    ...(flags.limit !== undefined && { limit: flags.limit }),
    extraVars: extraVariables(flags, vault, terminal.cwd),
    rolesPath: settings.roles_path.value,
    cwd: terminal.cwd,
    vault,
  };
}

// The default inventory is one that need not be there.
function inventorySources(flags: InventoryFlags, { inventory }: Settings): string[] {
  if (flags.inventory !== undefined) return flags.inventory;
  return inventory.origin === 'default'
    ? inventory.value.filter((file) => existsSync(file))
    : inventory.value;
}

function extraVariables(flags: InventoryFlags, vault: VaultReader, cwd: string): ExtraVariables[] {
  return (flags.extraVars ?? []).map((given) =>
    readExtraVars(given, cwd, (text, file) => vault.openFile(text, file)),
  );
}
