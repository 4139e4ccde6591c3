import { existsSync } from 'node:fs';
import { jsonFactCache } from '../engine/factCache.ts';
import type { Subject, VaultReader } from '../engine/prepared.ts';
import { type ExtraVariables, readExtraVars } from './extraVars.ts';
import type { InventoryFlags } from './options.ts';
import { settingByConstant } from './settingNotes.ts';
import type { Settings } from './settings.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usageError.ts';

/** What a run is about besides its playbooks: inventory, limit, variables, roles, as flags and settings say. */
export function subjectOf(
  flags: InventoryFlags,
  settings: Settings,
  vault: VaultReader,
  terminal: Terminal,
): Omit<Subject, 'playbooks' | 'plays'> {
  return {
    inventory: inventorySources(flags, settings),
    ...(flags.limit && { limit: flags.limit }),
    extraVars: extraVariables(flags, vault, terminal.cwd),
    rolesPath: settings.roles_path.value,
    collectionsPath: settings.collections_path.value,
    setting: settingByConstant(settings),
    playDefaults: playDefaults(settings),
    ...factCacheOf(settings),
    cwd: terminal.cwd,
    vault,
  };
}

function factCacheOf(settings: Settings): Pick<Subject, 'factCache'> {
  const { fact_caching: kind, fact_caching_connection: folder } = settings;
  if (!kind.value.endsWith('jsonfile')) return {};
  if (folder.value === undefined) {
    throw new UsageError(
      `fact_caching is jsonfile (${kind.origin}), and fact_caching_connection names no folder`,
      'Name one in ansible.cfg, or in ANSIBLE_CACHE_PLUGIN_CONNECTION.',
    );
  }
  const { fact_caching_prefix: prefix, fact_caching_timeout: timeout } = settings;
  return { factCache: jsonFactCache(folder.value, prefix.value, timeout.value) };
}

// Keywords that settings stand for; what ansible-core has for a default needs no keyword.
function playDefaults(settings: Settings): Record<string, unknown> {
  const { any_errors_fatal, no_log, task_timeout, strategy } = settings;
  return {
    ...(any_errors_fatal.value && { any_errors_fatal: true }),
    ...(no_log.value && { no_log: true }),
    ...(task_timeout.value > 0 && { timeout: task_timeout.value }),
    ...(strategy.value !== 'linear' && { strategy: strategy.value }),
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
