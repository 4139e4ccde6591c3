import { Command, CommanderError } from 'commander';
import type { RunFlags } from './commands/run.ts';
import { exitCodes } from './exitCodes.ts';
import {
  connectionOptions,
  inventoryOptions,
  listingOptions,
  outputOptions,
  questionOptions,
  taskOptions,
  withMainNames,
} from './options.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

/** Reads the command line, runs the command it names and gives the exit code. Throws what the command throws. */
export async function runProgram(argv: string[], terminal: Terminal): Promise<number> {
  const finished: { exitCode: number } = { exitCode: exitCodes.ok };
  const program = describeProgram(terminal, finished);
  try {
    await program.parseAsync(withMainNames(argv), { from: 'user' });
  } catch (error) {
    // commander has printed its message already.
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.ok : exitCodes.badInput;
  }
  return finished.exitCode;
}

// All commands and flags. A command's code is loaded when it is used: nothing of it may be imported up there.
function describeProgram(terminal: Terminal, finished: { exitCode: number }): Command {
  const program = new Command('flotte')
    .description('Runs Ansible playbooks on fleets of Debian hosts over plain SSH.')
    .version(`flotte ${version()}`, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
    })
    .exitOverride();

  const run = program
    .command('run')
    .description('run playbooks')
    .argument('<playbook...>', 'playbook files')
    .action(async (playbooks: string[], flags: RunFlags) => {
      const { runCommand } = await import('./commands/run.ts');
      finished.exitCode = await runCommand(playbooks, flags, terminal);
    });
  inventoryOptions(run);
  taskOptions(run);
  listingOptions(run);
  questionOptions(run);
  outputOptions(run);
  connectionOptions(run);

  program
    .command('modules')
    .description('list the modules, or show the parameters of one')
    .argument('[name]', 'a module')
    .action(async (name: string | undefined) => {
      const { modulesCommand } = await import('./commands/modules.ts');
      finished.exitCode = await modulesCommand(name, terminal);
    });

  program
    .command('config')
    .description('show the settings of ansible.cfg and the environment that count, and where they come from')
    .option('--changed', 'only those that are not the default')
    .action(async (flags: { changed?: boolean }) => {
      const { configCommand } = await import('./commands/config.ts');
      finished.exitCode = configCommand(flags, terminal);
    });
  return program;
}
