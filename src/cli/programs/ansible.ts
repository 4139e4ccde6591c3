import type { ExecFlags } from '../commands/exec.ts';
import { connectionOptions, execOptions, inventoryOptions, verbosityOptions } from '../options.ts';
import { type Describe, quietly, unusedOptions } from './options.ts';

export const describeAnsible: Describe = (program, terminal, end) => {
  program
    .description('Runs one module on hosts as ansible does, by flotte.')
    .argument('<pattern>', 'hosts: names, groups, patterns')
    .action(async (pattern: string, flags: ExecFlags) => {
      const { execCommand } = await import('../commands/exec.ts');
      end(await execCommand(pattern, quietly(flags), terminal));
    });
  execOptions(program).option('-o, --one-line', 'one line for each host');
  inventoryOptions(program);
  verbosityOptions(program);
  connectionOptions(program);
  unusedOptions(program);
};
