import { resolve } from 'node:path';
import { prepare } from '../engine/prepare.ts';
import { type Prepared, ProblemsError } from '../engine/prepared.ts';
import { SourceError } from '../lib/sourceError.ts';
import type { InventoryFlags } from './options.ts';
import type { Settings } from './settings.ts';
import { subjectOf } from './subject.ts';
import type { Terminal } from './terminal.ts';
import { openVault } from './vaults.ts';

/** A play of one task that the command line says. Throws what `prepare` throws, without a place in a file. */
export async function prepareTask(
  play: { name: string; hosts: string; task: Record<string, unknown> },
  flags: InventoryFlags,
  settings: Settings,
  terminal: Terminal,
): Promise<Prepared> {
  const plays = [{ name: play.name, hosts: play.hosts, gather_facts: false, tasks: [play.task] }];
  const vault = await openVault(flags, settings, terminal);
  const subject = { ...subjectOf(flags, settings, vault, terminal), playbooks: [], plays };
  try {
    return await prepare(subject);
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    const nowhere = resolve(terminal.cwd, 'the command line');
    throw new ProblemsError(
      error.problems.map((problem) =>
        problem.place?.file === nowhere ? new SourceError(problem.message, undefined, problem.hint) : problem,
      ),
    );
  }
}
