import { createVault, type Vault, type VaultSecret } from '../variables/vault.ts';
import {
  parseVaultId,
  readVaultPassword,
  typedVaultPassword,
  type VaultIdentity,
} from '../variables/vaultPasswords.ts';
import type { VaultFlags } from './options.ts';
import type { Settings } from './settings.ts';
import { canAsk, type Terminal } from './terminal.ts';
import { UsageError } from './usageError.ts';

/** The vault with all passwords that flags and settings name; asks for those that are to be asked for. */
export async function openVault(flags: VaultFlags, settings: Settings, terminal: Terminal): Promise<Vault> {
  return vaultOf(await vaultSecrets(flags, settings, terminal), settings);
}

/** A vault with these passwords. */
export function vaultOf(secrets: readonly VaultSecret[], settings: Settings): Vault {
  return createVault(secrets, { candidates: settings.vault_id_match.value ? 'matching' : 'all' });
}

/** The passwords in Ansible's order: those of the settings' list, of --vault-id, of password files, and asked ones. */
export async function vaultSecrets(
  flags: VaultFlags,
  settings: Settings,
  terminal: Terminal,
): Promise<VaultSecret[]> {
  const file = settings.vault_password_file.value;
  const files = flags.vaultPasswordFile ?? (file === undefined ? [] : [file]);
  const ask = flags.askVaultPass ?? settings.ask_vault_pass.value;
  const id = settings.vault_identity.value;
  const identities: VaultIdentity[] = [
    ...settings.vault_identity_list.value.map(parseVaultId),
    ...(flags.vaultId ?? []).map(parseVaultId),
    ...files.map((source) => ({ id, source })),
    ...(ask ? [{ id, source: 'prompt' }] : []),
  ];
  const secrets: VaultSecret[] = [];
  for (const identity of identities) {
    secrets.push(
      identity.source === 'prompt'
        ? await askedSecret(identity.id, terminal, 'once')
        : readVaultPassword(identity, terminal.cwd),
    );
  }
  return secrets;
}

/** A vault password that a person types: `twice`, until both are the same, where something is encrypted with it. */
export async function askedSecret(
  id: string,
  terminal: Terminal,
  times: 'once' | 'twice',
): Promise<VaultSecret> {
  if (!canAsk(terminal)) {
    const hint = 'Without one, give the password with --vault-password-file or --vault-id NAME@FILE.';
    throw new UsageError('the vault password needs a terminal to be asked for', hint);
  }
  const { askVariable } = await import('./questions.ts');
  const name = id === 'default' ? '' : ` (${id})`;
  const message = times === 'twice' ? `New vault password${name}:` : `Vault password${name}:`;
  return typedVaultPassword(
    id,
    await askVariable(terminal, message, { secret: true, confirm: times === 'twice' }),
  );
}
