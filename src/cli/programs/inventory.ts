import type { InventoryCommandFlags } from '../commands/inventory.ts';
import { inventoryOptions, inventoryViewOptions, verbosityOptions } from '../options.ts';
import type { Describe } from './options.ts';

export const describeInventory: Describe = (program, terminal, end) => {
  program
    .description('Shows hosts, groups and their variables as ansible-inventory does, by flotte.')
    .argument('[group]', 'the group that --graph begins at')
    .action(async (group: string | undefined, flags: InventoryCommandFlags) => {
      const { inventoryCommand } = await import('../commands/inventory.ts');
      const graph = flags.graph === true && group !== undefined ? { graph: group } : {};
      end(await inventoryCommand({ ...flags, ...graph }, terminal));
    });
  inventoryViewOptions(program).option('--output <file>', 'write it to this file');
  inventoryOptions(program);
  verbosityOptions(program);
};
