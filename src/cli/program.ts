import { Command, CommanderError } from 'commander';
import type { ExecFlags } from './commands/exec.ts';
import type { FactsFlags } from './commands/facts.ts';
import type { InventoryCommandFlags } from './commands/inventory.ts';
import type { CompatFlags } from './commands/lintCompat.ts';
import type { RunFlags } from './commands/run.ts';
import { exitCodes } from './exitCodes.ts';
import {
  collect,
  connectionOptions,
  execOptions,
  type InventoryFlags,
  inventoryOptions,
  inventoryViewOptions,
  listingOptions,
  outputOptions,
  questionOptions,
  taskOptions,
  withMainNames,
} from './options.ts';
import { isAnsibleProgram } from './programs/names.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usageError.ts';
import { vaultCommands } from './vaultCommands.ts';
import { version } from './version.ts';

/** The program while its commands are described, and what the one that ran came to. */
interface Description {
  program: Command;
  terminal: Terminal;
  exitCode: number;
}

/** Reads the command line, runs the command it names and gives the exit code. Throws what the command throws. */
export async function runProgram(argv: string[], terminal: Terminal): Promise<number> {
  if (isAnsibleProgram(argv[0])) {
    const { runAnsibleProgram } = await import('./programs/run.ts');
    return runAnsibleProgram(argv[0], argv.slice(1), terminal);
  }
  const described: Description = { program: newProgram(terminal), terminal, exitCode: exitCodes.ok };
  // A command's code is loaded when it is used: nothing of it may be imported up there, but for types.
  describeRun(described);
  describeExec(described);
  describeFacts(described);
  describeInventory(described);
  describeModules(described);
  describeLint(described);
  describeVault(described);
  describeConfig(described);
  describeShims(described);
  try {
    await described.program.parseAsync(withMainNames(argv), { from: 'user' });
  } catch (error) {
    // commander has printed its message already.
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.ok : exitCodes.badInput;
  }
  return described.exitCode;
}

function newProgram(terminal: Terminal): Command {
  return new Command('flotte')
    .description('Runs Ansible playbooks on fleets of Debian hosts over plain SSH.')
    .version(`flotte ${version()}`, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
    })
    .exitOverride();
}

function describeRun(described: Description): void {
  const command = described.program
    .command('run')
    .description('run playbooks')
    .argument('<playbook...>', 'playbook files')
    .action(async (playbooks: string[], flags: RunFlags) => {
      const { runCommand } = await import('./commands/run.ts');
      described.exitCode = await runCommand(playbooks, flags, described.terminal);
    });
  inventoryOptions(command);
  taskOptions(command);
  listingOptions(command);
  questionOptions(command);
  outputOptions(command);
  connectionOptions(command);
}

function describeExec(described: Description): void {
  const command = described.program
    .command('exec')
    .description('run one module on hosts')
    .argument('<pattern>', 'hosts: names, groups, patterns')
    .action(async (pattern: string, flags: ExecFlags) => {
      const { execCommand } = await import('./commands/exec.ts');
      described.exitCode = await execCommand(pattern, flags, described.terminal);
    });
  execOptions(command).option('-y, --yes', 'do not ask before changing several hosts');
  inventoryOptions(command);
  outputOptions(command);
  connectionOptions(command);
}

function describeFacts(described: Description): void {
  const command = described.program
    .command('facts')
    .description('show the facts of hosts as JSON')
    .argument('<pattern>', 'hosts: names, groups, patterns')
    .option('--filter <pattern>', 'only facts whose names match, such as ansible_mem* (repeatable)', collect)
    .option('--gather-subset <name>', 'only this part, such as network or !hardware (repeatable)', collect)
    .action(async (pattern: string, flags: FactsFlags) => {
      const { factsCommand } = await import('./commands/facts.ts');
      described.exitCode = await factsCommand(pattern, flags, described.terminal);
    });
  inventoryOptions(command);
  connectionOptions(command);
}

function describeInventory(described: Description): void {
  const command = described.program
    .command('inventory')
    .description('show hosts, groups and their variables')
    .action(async (flags: InventoryCommandFlags) => {
      const { inventoryCommand } = await import('./commands/inventory.ts');
      described.exitCode = await inventoryCommand(flags, described.terminal);
    });
  inventoryViewOptions(command);
  inventoryOptions(command);
}

function describeModules(described: Description): void {
  described.program
    .command('modules')
    .description('list the modules, or show the parameters of one')
    .argument('[name]', 'a module')
    .action(async (name: string | undefined) => {
      const { modulesCommand } = await import('./commands/modules.ts');
      described.exitCode = await modulesCommand(name, described.terminal);
    });
}

function describeLint(described: Description): void {
  const command = described.program
    .command('lint')
    .description('find mistakes in playbooks, roles and inventory without touching a host')
    .argument('[playbook...]', 'playbook files')
    .option('--compat <folder>', 'report what of a project written for Ansible runs, and what does not')
    .option('-v, --verbose', 'with --compat: show every place', (_, count: number) => count + 1, 0)
    .action(async (playbooks: string[], flags: InventoryFlags & CompatFlags) => {
      if (flags.compat !== undefined) {
        const { lintCompatCommand } = await import('./commands/lintCompat.ts');
        described.exitCode = await lintCompatCommand(flags.compat, flags, described.terminal);
        return;
      }
      if (playbooks.length === 0) throw new UsageError('lint needs playbooks, or --compat with a folder');
      const { lintCommand } = await import('./commands/lint.ts');
      described.exitCode = await lintCommand(playbooks, flags, described.terminal);
    });
  inventoryOptions(command);
}

function describeVault(described: Description): void {
  const vault = described.program
    .command('vault')
    .description('encrypt and decrypt files and values, as ansible-vault does');
  vaultCommands(vault, described.terminal, (exitCode) => {
    described.exitCode = exitCode;
  });
}

function describeConfig(described: Description): void {
  described.program
    .command('config')
    .description('show the settings of ansible.cfg and the environment, and where they come from')
    .option('--changed', 'only those that are not the default')
    .action(async (flags: { changed?: boolean }) => {
      const { configCommand } = await import('./commands/config.ts');
      described.exitCode = configCommand(flags, described.terminal);
    });
}

function describeShims(described: Description): void {
  described.program
    .command('shims')
    .description('write ansible-playbook, ansible, ansible-inventory and ansible-vault that start flotte')
    .argument('<folder>', 'where they go; put it first in PATH')
    .action(async (folder: string) => {
      const { shimsCommand } = await import('./commands/shims.ts');
      described.exitCode = shimsCommand(folder, described.terminal);
    });
}
