import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { prepare } from '../../engine/prepare.ts';
import type { Prepared } from '../../engine/prepared.ts';
import { findHost } from '../../inventory/inventory.ts';
import {
  hostVariables,
  inventoryData,
  inventoryGraph,
  inventoryTree,
  type RenderOptions,
  toJson,
  toYaml,
} from '../../inventory/render.ts';
import { didYouMean } from '../../lib/nearest.ts';
import { printable, printableJson } from '../../report/printable.ts';
import { loadConfig } from '../config.ts';
import { exitCodes } from '../exitCodes.ts';
import type { InventoryFlags } from '../options.ts';
import { subjectOf } from '../subject.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usageError.ts';
import { openVault } from '../vaults.ts';

/** Flags of `flotte inventory`. */
export interface InventoryCommandFlags extends InventoryFlags {
  list?: boolean;
  graph?: string | true;
  host?: string;
  yaml?: boolean;
  vars?: boolean;
  export?: boolean;
  playbookDir?: string;
  /** File to write to instead of standard output. */
  output?: string;
}

/** `flotte inventory --list | --graph [GROUP] | --host NAME`, in the forms of ansible-inventory. */
export async function inventoryCommand(flags: InventoryCommandFlags, terminal: Terminal): Promise<number> {
  const actions = [flags.list, flags.graph, flags.host].filter((action) => action !== undefined);
  if (actions.length !== 1) {
    throw new UsageError(
      'one of --list, --graph and --host is needed',
      'flotte inventory --graph shows all groups.',
    );
  }
  const { settings } = loadConfig(terminal);
  const vault = await openVault(flags, settings, terminal);
  const subject = { ...subjectOf(flags, settings, vault, terminal), playbooks: [] };
  const prepared = await prepare(subject);
  for (const warning of prepared.warnings) terminal.stderr.write(`warning: ${printable(warning.message)}\n`);
  const text = `${inventoryText(prepared, flags, terminal).trimEnd()}\n`;
  if (flags.output === undefined) terminal.stdout.write(text);
  else writeFileSync(resolve(terminal.cwd, flags.output), text);
  return exitCodes.ok;
}

function inventoryText(prepared: Prepared, flags: InventoryCommandFlags, terminal: Terminal): string {
  const { inventory, limit } = prepared;
  const options: RenderOptions = {
    playbookFolders: [flags.playbookDir ?? terminal.cwd],
    ...(limit && { limit }),
    variables: flags.export ? 'export' : 'flatten',
  };
  const shown = (value: unknown) => (flags.yaml ? printable(toYaml(value)) : printableJson(toJson(value)));
  if (flags.host !== undefined) {
    return shown(
      hostVariables(inventory, hostNamed(prepared, flags.host), { ...options, variables: 'flatten' }),
    );
  }
  if (flags.list)
    return flags.yaml ? shown(inventoryTree(inventory, options)) : shown(inventoryData(inventory, options));
  const group = groupNamed(prepared, flags.graph === true ? 'all' : flags.graph!);
  return printable(
    inventoryGraph(inventory, group, flags.vars ? { ...options, variables: 'export' } : undefined),
  );
}

function hostNamed({ inventory }: Prepared, name: string): NonNullable<ReturnType<typeof findHost>> {
  const host = findHost(inventory, name);
  if (host) return host;
  throw new UsageError(`the inventory has no host "${name}"`, didYouMean(name, inventory.hosts.keys()));
}

function groupNamed({ inventory }: Prepared, name: string): Parameters<typeof inventoryGraph>[1] {
  const group = inventory.groups.get(name.replace(/^@/, ''));
  if (group) return group;
  throw new UsageError(`the inventory has no group "${name}"`, didYouMean(name, inventory.groups.keys()));
}
