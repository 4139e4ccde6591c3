import { vaultCommands } from '../vaultCommands.ts';
import type { Describe } from './options.ts';

export const describeVault: Describe = (program, terminal, end) => {
  program.description('Encrypts and decrypts files and values as ansible-vault does, by flotte.');
  vaultCommands(program, terminal, end);
};
