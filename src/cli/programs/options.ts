import { type Command, Option } from 'commander';
import { collect, type OutputFlags } from '../options.ts';
import type { Terminal } from '../terminal.ts';

/** Adds a program's arguments and flags, and what to do with them: `end` takes the exit code. */
export type Describe = (program: Command, terminal: Terminal, end: (exitCode: number) => void) => void;

/** The flags of a run without what Ansible does not do: no question whether to go on, no journal in the folder. */
export function quietly<F extends OutputFlags>(flags: F): F & { yes: true } {
  return { ...flags, yes: true, journal: false, usualOutput: 'ansible' };
}

/** Adds flags that Ansible has and that change nothing here: there are no Python modules and no file transfer programs. */
export function unusedOptions(command: Command): Command {
  return command
    .addOption(new Option('-M, --module-path <path>').argParser(collect).hideHelp())
    .addOption(new Option('--scp-extra-args <args>').hideHelp())
    .addOption(new Option('--sftp-extra-args <args>').hideHelp());
}
