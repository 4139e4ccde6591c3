import { Command, CommanderError } from 'commander';
import { explainError } from '../errors.ts';
import { exitCodes } from '../exitCodes.ts';
import { withMainNames } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { withWholeNames } from './abbreviations.ts';
import { programVersion } from './about.ts';
import { describeAnsible } from './ansible.ts';
import { describeInventory } from './inventory.ts';
import type { AnsibleProgram } from './names.ts';
import type { Describe } from './options.ts';
import { describePlaybook } from './playbook.ts';
import { describeVault } from './vault.ts';

const descriptions: Record<AnsibleProgram, Describe> = {
  ansible: describeAnsible,
  'ansible-inventory': describeInventory,
  'ansible-playbook': describePlaybook,
  'ansible-vault': describeVault,
};

// Those of Ansible's programs: a command line that cannot be read, a mistake in a file, any other error.
const BAD_COMMAND_LINE = 2;
const ansibleForm = { label: 'ERROR!', mistake: 4, badInput: 1 };

/** Does what one of Ansible's programs does with this command line, and tells mistakes as it does. Gives the exit code. */
export async function runAnsibleProgram(
  name: AnsibleProgram,
  argv: string[],
  terminal: Terminal,
): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const program = new Command(name)
    .version(programVersion(name, terminal), '--version', 'show the version and what is configured')
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
    })
    .exitOverride();
  descriptions[name](program, terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(withMainNames(withWholeNames(argv, program)), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : BAD_COMMAND_LINE;
    const ended = explainError(error, Boolean(terminal.env.FLOTTE_DEBUG), ansibleForm);
    terminal.stderr.write(`${ended.text}\n`);
    return ended.exitCode;
  }
  return exitCode;
}
