import type { RunFlags } from '../commands/run.ts';
import {
  connectionOptions,
  inventoryOptions,
  listingOptions,
  taskOptions,
  verbosityOptions,
} from '../options.ts';
import { type Describe, quietly, unusedOptions } from './options.ts';

export const describePlaybook: Describe = (program, terminal, end) => {
  program
    .description('Runs playbooks as ansible-playbook does, by flotte.')
    .argument('<playbook...>', 'playbook files')
    .action(async (playbooks: string[], flags: RunFlags) => {
      const { runCommand } = await import('../commands/run.ts');
      end(await runCommand(playbooks, quietly(flags), terminal));
    });
  inventoryOptions(program);
  taskOptions(program);
  listingOptions(program);
  verbosityOptions(program);
  connectionOptions(program);
  unusedOptions(program);
};
