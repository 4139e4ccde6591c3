import type { Command } from 'commander';
import type { VaultAction, VaultCommandFlags } from './commands/vault.ts';
import { collect, vaultOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

/** Adds encrypt, decrypt and the other actions on encrypted files; `end` takes the exit code of the one that ran. */
export function vaultCommands(vault: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const action = (name: VaultAction, argument: string, description: string): Command =>
    vaultOptions(vault.command(name).description(description).argument(argument)).action(
      async (files: string | string[], flags: VaultCommandFlags) => {
        const { vaultCommand } = await import('./commands/vault.ts');
        end(await vaultCommand(name, [files].flat(), flags, terminal));
      },
    );
  const password = [
    '--encrypt-vault-id <id>',
    'the password to encrypt with, where several are given',
  ] as const;
  const output = ['--output <file>', 'where the result goes; - is standard output'] as const;
  action('encrypt', '<file...>', 'encrypt files')
    .option(...password)
    .option(...output);
  action('decrypt', '<file...>', 'decrypt files').option(...output);
  action('view', '<file...>', 'print encrypted files');
  action('edit', '<file...>', 'change encrypted files in $EDITOR').option(...password);
  action('create', '<file>', 'write a new encrypted file in $EDITOR').option(...password);
  action('rekey', '<file...>', 'encrypt files with another password')
    .option('--new-vault-id <id>', 'LABEL@SOURCE of the new password')
    .option('--new-vault-password-file <file>', 'file or program that gives the new password');
  action('encrypt-string', '[text...]', 'print texts encrypted, as values for YAML')
    .alias('encrypt_string')
    .option(...password)
    .option('-n, --name <name>', 'name of the variable (repeatable)', collect)
    .option('--stdin-name <name>', 'read the text from standard input, for a variable of this name');
}
