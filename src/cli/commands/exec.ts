import { hostsOfPlays } from '../../engine/run.ts';
import { loadConfig } from '../config.ts';
import { describeIntention, mayChange } from '../confirm.ts';
import { exitCodes } from '../exitCodes.ts';
import type { ConnectionFlags, InventoryFlags, OutputFlags } from '../options.ts';
import { givenPasswords } from '../passwords.ts';
import { performRun } from '../performRun.ts';
import { prepareTask } from '../prepareTask.ts';
import { openAdhoc } from '../reports.ts';
import { runOptionsOf } from '../runOptions.ts';
import { canAsk, type Terminal } from '../terminal.ts';

/** Flags of `flotte exec`. */
export interface ExecFlags extends InventoryFlags, ConnectionFlags, OutputFlags {
  moduleName: string;
  args?: string;
  check?: boolean;
  yes?: boolean;
  listHosts?: boolean;
  /** A line for each host. */
  oneLine?: boolean;
}

/** `flotte exec PATTERN -m MODULE -a ARGS`: one task on the hosts of a pattern. Gives the exit code. */
export async function execCommand(pattern: string, flags: ExecFlags, terminal: Terminal): Promise<number> {
  const { settings } = loadConfig(terminal);
  const task = { [flags.moduleName]: flags.args ?? null };
  const prepared = await prepareTask(
    { name: 'flotte exec', hosts: pattern, task },
    flags,
    settings,
    terminal,
  );
  const hosts = hostsOfPlays(prepared).flatMap((play) => play.hosts);
  if (flags.listHosts) {
    terminal.stdout.write(`  hosts (${hosts.length}):\n${hosts.map((host) => `    ${host}\n`).join('')}`);
    return exitCodes.ok;
  }
  const changing = !flags.check && hosts.length > 1 && mayChange(prepared.plays);
  if (changing && !flags.yes && canAsk(terminal)) {
    const what = `${flags.moduleName} ${flags.args ?? ''}`.trim();
    const play = { name: what, hosts, tasks: 1 };
    terminal.stderr.write(
      `${describeIntention({ playbooks: [what], plays: [play], check: false, tags: [] })}\n`,
    );
    const { askYes } = await import('../questions.ts');
    if (!(await askYes(terminal, 'Go on?'))) return exitCodes.ok;
  }
  const options = runOptionsOf(flags, settings, await givenPasswords(flags, settings, terminal));
  const { diff, verbosity } = options;
  const base = { flags, settings, terminal };
  if (flags.output !== undefined) return performRun(prepared, options, base);
  const reports = await openAdhoc(
    { ...base, output: 'lines', diff, verbosity },
    flags.oneLine ? 'line' : 'block',
  );
  return performRun(prepared, options, { ...base, reports });
}
