import { prepare } from '../../engine/prepare.ts';
import { formatSourceError, type SourceWarning } from '../../lib/sourceError.ts';
import { printable } from '../../report/printable.ts';
import { loadConfig } from '../config.ts';
import { exitCodes } from '../exitCodes.ts';
import type { InventoryFlags } from '../options.ts';
import { subjectOf } from '../subject.ts';
import type { Terminal } from '../terminal.ts';
import { openVault } from '../vaults.ts';

/** `flotte lint PLAYBOOK...`: finds all mistakes that can be found without a host. Throws them; 0 means none. */
export async function lintCommand(
  playbooks: string[],
  flags: InventoryFlags,
  terminal: Terminal,
): Promise<number> {
  const { settings } = loadConfig(terminal);
  const vault = await openVault(flags, settings, terminal);
  const prepared = await prepare({ ...subjectOf(flags, settings, vault, terminal), playbooks });
  for (const warning of prepared.warnings) terminal.stderr.write(`${warningText(warning)}\n`);
  const count = prepared.warnings.length;
  const also = count === 0 ? '' : `, ${count === 1 ? '1 warning' : `${count} warnings`}`;
  terminal.stdout.write(`no mistakes found${also}\n`);
  return exitCodes.ok;
}

function warningText(warning: SourceWarning): string {
  return `warning: ${printable(formatSourceError(warning))}`;
}
