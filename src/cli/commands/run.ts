import { basename } from 'node:path';
import type { RunOptions } from '../../engine/options.ts';
import { prepare } from '../../engine/prepare.ts';
import type { Prepared } from '../../engine/prepared.ts';
import { hostsOfPlays } from '../../engine/run.ts';
import { SourceError } from '../../lib/sourceError.ts';
import { allTasks } from '../../playbook/load.ts';
import { printable } from '../../report/printable.ts';
import { loadConfig } from '../config.ts';
import { describeIntention, type Intention, mayChange } from '../confirm.ts';
import { exitCodes } from '../exitCodes.ts';
import { type ListingFlags, listings } from '../listings.ts';
import type { ConnectionFlags, InventoryFlags, OutputFlags, QuestionFlags, TaskFlags } from '../options.ts';
import { givenPasswords } from '../passwords.ts';
import { performRun } from '../performRun.ts';
import { runOptionsOf } from '../runOptions.ts';
import type { Settings } from '../settings.ts';
import { subjectOf } from '../subject.ts';
import { canAsk, type Terminal } from '../terminal.ts';
import { UsageError } from '../usageError.ts';
import { openVault } from '../vaults.ts';

/** Flags of `flotte run`. */
export interface RunFlags
  extends InventoryFlags,
    ConnectionFlags,
    TaskFlags,
    OutputFlags,
    QuestionFlags,
    ListingFlags {
  syntaxCheck?: boolean;
}

/** `flotte run PLAYBOOK...`: gives the exit code. All questions are asked before a host is touched. */
export async function runCommand(playbooks: string[], flags: RunFlags, terminal: Terminal): Promise<number> {
  const { settings, warnings } = loadConfig(terminal);
  for (const warning of warnings) terminal.stderr.write(`warning: ${printable(warning)}\n`);
  const vault = await openVault(flags, settings, terminal);
  const subject = { ...subjectOf(flags, settings, vault, terminal), playbooks };
  const prepared = await prepare(subject);
  checkPatterns(prepared, settings);
  if (flags.syntaxCheck) {
    terminal.stdout.write(`${playbooks.map((file) => `\nplaybook: ${printable(file)}`).join('\n')}\n`);
    return exitCodes.ok;
  }
  if (flags.listHosts || flags.listTasks || flags.listTags) {
    const { tags, skipTags } = runOptionsOf(flags, settings, {});
    terminal.stdout.write(`${listings(prepared, flags, { tags, skipTags })}\n`);
    return exitCodes.ok;
  }
  const chosen = flags.select ? await selectHosts(prepared, flags, settings, terminal) : prepared;
  if (!(await confirmed(chosen, flags, settings, terminal))) {
    terminal.stderr.write('nothing was done\n');
    return exitCodes.ok;
  }
  const options = runOptionsOf(flags, settings, await givenPasswords(flags, settings, terminal));
  await addQuestions(options, flags, terminal);
  return performRun(chosen, options, { flags, settings, terminal });
}

// What a play's pattern names and nobody has: a warning, unless the settings say otherwise.
function checkPatterns(prepared: Prepared, settings: Settings): void {
  const { warnings, subject, plays } = prepared;
  const patterns = new Set<unknown>(plays.map((play) => play.hosts.place));
  const mismatches = warnings.filter(({ place }) => patterns.has(place));
  const wanted = settings.host_pattern_mismatch.value;
  const [first] = mismatches;
  if (first && wanted === 'error') throw new SourceError(first.message, first.place, first.hint);
  if (wanted === 'ignore') for (const mismatch of mismatches) warnings.splice(warnings.indexOf(mismatch), 1);
  const nobody = hostsOfPlays(prepared).some(({ hosts }) => hosts.length === 0);
  if (nobody && subject.inventory.length === 0) {
    warnings.push({
      message: 'there is no inventory, so only localhost is known',
      hint: 'Give one with -i.',
    });
  }
}

async function selectHosts(
  prepared: Prepared,
  flags: RunFlags,
  settings: Settings,
  terminal: Terminal,
): Promise<Prepared> {
  if (!canAsk(terminal)) {
    throw new UsageError('--select needs a terminal to ask on', 'Without one, name the hosts with --limit.');
  }
  const { hostChoices, withHosts } = await import('../select.ts');
  const choices = hostChoices(prepared, runOptionsOf(flags, settings, {}), terminal.cwd);
  if (choices.length === 0)
    throw new UsageError('there is no host to select: the patterns of the plays match none');
  const { hostPrompt } = await import('../hostPrompt.ts');
  const { questionStreams } = await import('../questions.ts');
  const pageSize = Math.max(5, (terminal.stderr.rows ?? 24) - 4);
  const config = { message: 'Which hosts?', choices, pageSize, now: Date.now() / 1000 };
  return withHosts(prepared, await hostPrompt(config, questionStreams(terminal)));
}

// Asks once where a person chose the hosts, or where more than one host would be changed.
async function confirmed(
  prepared: Prepared,
  flags: RunFlags,
  settings: Settings,
  terminal: Terminal,
): Promise<boolean> {
  if (flags.yes || !canAsk(terminal)) return true;
  const intention = intentionOf(prepared, flags, settings);
  const hosts = new Set(intention.plays.flatMap((play) => play.hosts));
  const changing = !intention.check && mayChange(prepared.plays);
  if (!flags.select && (!changing || hosts.size < 2)) return true;
  terminal.stderr.write(`${describeIntention(intention)}\n`);
  const { askYes } = await import('../questions.ts');
  return askYes(terminal, 'Go on?');
}

function intentionOf(prepared: Prepared, flags: RunFlags, settings: Settings): Intention {
  return {
    playbooks: prepared.subject.playbooks.map((file) => basename(file)),
    plays: hostsOfPlays(prepared).map(({ play, hosts }) => ({
      name: play.name,
      hosts,
      tasks: allTasks(play).length - play.handlers.length,
    })),
    check: flags.check ?? false,
    tags: flags.tags ?? settings.tags_run.value,
  };
}

async function addQuestions(options: RunOptions, flags: RunFlags, terminal: Terminal): Promise<void> {
  if (!canAsk(terminal)) {
    if (flags.step) throw new UsageError('--step needs a terminal to ask on');
    return;
  }
  options.ask = async ({ text, secret, confirm }) => {
    const { askVariable } = await import('../questions.ts');
    return askVariable(terminal, text, { secret, confirm });
  };
  if (!flags.step) return;
  const { askStep } = await import('../step.ts');
  options.step = (task) => askStep(terminal, task);
}
