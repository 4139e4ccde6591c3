import { Command, CommanderError } from 'commander';
import type { ExecFlags } from './commands/exec.ts';
import type { FactsFlags } from './commands/facts.ts';
import type { InventoryCommandFlags } from './commands/inventory.ts';
import type { RunFlags } from './commands/run.ts';
import { exitCodes } from './exitCodes.ts';
import {
  collect,
  connectionOptions,
  type InventoryFlags,
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

  const exec = program
    .command('exec')
    .description('run one module on hosts')
    .argument('<pattern>', 'hosts: names, groups, patterns')
    .option('-m, --module-name <module>', 'the module', 'command')
    .option('-a, --args <args>', 'its arguments: KEY=VALUE ..., or the command to run')
    .option('-C, --check', 'change nothing; show what would change')
    .option('-y, --yes', 'do not ask before changing several hosts')
    .option('--list-hosts', 'list the hosts that would be reached')
    .action(async (pattern: string, flags: ExecFlags) => {
      const { execCommand } = await import('./commands/exec.ts');
      finished.exitCode = await execCommand(pattern, flags, terminal);
    });
  inventoryOptions(exec);
  outputOptions(exec);
  connectionOptions(exec);

  const facts = program
    .command('facts')
    .description('show the facts of hosts as JSON')
    .argument('<pattern>', 'hosts: names, groups, patterns')
    .option('--filter <pattern>', 'only facts whose names match, such as ansible_mem* (repeatable)', collect)
    .option('--gather-subset <name>', 'only this part, such as network or !hardware (repeatable)', collect)
    .action(async (pattern: string, flags: FactsFlags) => {
      const { factsCommand } = await import('./commands/facts.ts');
      finished.exitCode = await factsCommand(pattern, flags, terminal);
    });
  inventoryOptions(facts);
  connectionOptions(facts);

  const inventory = program
    .command('inventory')
    .description('show hosts, groups and their variables')
    .option('--list', 'everything, as JSON')
    .option('--graph [group]', 'the tree of groups and hosts')
    .option('--host <name>', 'the variables of one host')
    .option('--vars', 'with --graph: show variables, too')
    .option('--export', 'leave variables of groups with their groups')
    .option('--yaml', 'YAML instead of JSON')
    .option('--playbook-dir <folder>', 'folder whose group_vars and host_vars count, too')
    .action(async (flags: InventoryCommandFlags) => {
      const { inventoryCommand } = await import('./commands/inventory.ts');
      finished.exitCode = await inventoryCommand(flags, terminal);
    });
  inventoryOptions(inventory);

  const lint = program
    .command('lint')
    .description('find mistakes in playbooks, roles and inventory without touching a host')
    .argument('<playbook...>', 'playbook files')
    .action(async (playbooks: string[], flags: InventoryFlags) => {
      const { lintCommand } = await import('./commands/lint.ts');
      finished.exitCode = await lintCommand(playbooks, flags, terminal);
    });
  inventoryOptions(lint);

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
