import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { printable } from '../../report/printable.ts';
import { compatReport } from '../compat/report.ts';
import { scanProject } from '../compat/scan.ts';
import { exitCodes } from '../exitCodes.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usageError.ts';

/** Flags of `flotte lint` for the report of a project. */
export interface CompatFlags {
  compat?: string;
  verbose?: number;
}

/** `flotte lint --compat FOLDER`: what of a project written for Ansible runs here, what does not, and what to use instead. */
export async function lintCompatCommand(
  folder: string,
  { verbose }: CompatFlags,
  terminal: Terminal,
): Promise<number> {
  const root = resolve(terminal.cwd, folder);
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`--compat needs a folder, and ${folder} is none`);
  const findings = await scanProject(root);
  const places = (verbose ?? 0) > 0 ? 'all' : 'few';
  terminal.stdout.write(`${printable(compatReport(findings, root, places))}\n`);
  return findings.list.length === 0 ? exitCodes.ok : exitCodes.badInput;
}
