import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { reasonOf } from '../../lib/readText.ts';
import { formatVaultValue, type Vault, type VaultSecret } from '../../variables/vault.ts';
import { isVaultText } from '../../variables/vaultFormat.ts';
import { parseVaultId, readVaultPassword } from '../../variables/vaultPasswords.ts';
import { loadConfig } from '../config.ts';
import { editText } from '../editText.ts';
import { exitCodes } from '../exitCodes.ts';
import type { VaultFlags } from '../options.ts';
import { replaceFile } from '../replaceFile.ts';
import type { Settings } from '../settings.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usageError.ts';
import { askedSecret, vaultOf, vaultSecrets } from '../vaults.ts';

/** What `flotte vault` does with files. */
export type VaultAction = 'encrypt' | 'decrypt' | 'view' | 'edit' | 'create' | 'rekey' | 'encrypt-string';

/** Flags of all `flotte vault` commands. */
export interface VaultCommandFlags extends VaultFlags {
  output?: string;
  encryptVaultId?: string;
  newVaultId?: string;
  newVaultPasswordFile?: string;
  name?: string[];
  stdinName?: string;
}

interface Work {
  flags: VaultCommandFlags;
  settings: Settings;
  terminal: Terminal;
}

const STANDARD_INPUT = '-';

/** `flotte vault ACTION FILE...`: what ansible-vault does, with the same files. Gives the exit code. */
export async function vaultCommand(
  action: VaultAction,
  names: string[],
  flags: VaultCommandFlags,
  terminal: Terminal,
): Promise<number> {
  const work: Work = { flags, settings: loadConfig(terminal).settings, terminal };
  if (flags.output !== undefined && names.length > 1) {
    throw new UsageError(
      '--output takes the result of one file',
      'Leave it out to change the files themselves.',
    );
  }
  const files = names.map((name) => (name === STANDARD_INPUT ? name : resolve(terminal.cwd, name)));
  switch (action) {
    case 'encrypt-string':
      return encryptStrings(names, work);
    case 'encrypt':
      return encryptFiles(files, work);
    case 'create':
      return createFile(files[0]!, work);
    case 'rekey':
      return rekeyFiles(files, work);
    default:
      return openFiles(action, files, work);
  }
}

async function encryptFiles(files: string[], work: Work): Promise<number> {
  const { vault, id } = await sealing(work);
  for (const file of files) {
    const plain = readPlain(file);
    if (isVaultText(plain.toString('latin1'))) throw new UsageError(`${file} is encrypted already`);
    deliver(vault.seal(plain, id), file, work);
  }
  return exitCodes.ok;
}

async function openFiles(action: 'decrypt' | 'view' | 'edit', files: string[], work: Work): Promise<number> {
  const secrets = await knownSecrets(work);
  const vault = vaultOf(secrets, work.settings);
  for (const file of files) {
    const { plain, id } = vault.open(readVault(file), { file, line: 1, column: 1 });
    if (action === 'decrypt') deliver(plain, file, work);
    else if (action === 'view') work.terminal.stdout.write(plain);
    else {
      const edited = editText(plain, file, work.terminal);
      if (!edited.equals(plain)) replaceFile(file, vault.seal(edited, work.flags.encryptVaultId ?? id));
    }
  }
  return exitCodes.ok;
}

async function createFile(file: string, work: Work): Promise<number> {
  if (existsSync(file)) throw new UsageError(`${file} is there already`, 'Change it with flotte vault edit.');
  const { vault, id } = await sealing(work);
  replaceFile(file, vault.seal(editText(new Uint8Array(), file, work.terminal), id));
  return exitCodes.ok;
}

async function rekeyFiles(files: string[], work: Work): Promise<number> {
  const vault = vaultOf(await knownSecrets(work), work.settings);
  const opened = files.map((file) => ({
    file,
    ...vault.open(readVault(file), { file, line: 1, column: 1 }),
  }));
  const secret = await newSecret(work);
  const sealing = vaultOf([secret], work.settings);
  // All were opened before the first is changed: a wrong password must not leave them with two.
  for (const { file, plain } of opened) replaceFile(file, sealing.seal(plain));
  return exitCodes.ok;
}

async function encryptStrings(texts: string[], work: Work): Promise<number> {
  const { vault, id } = await sealing(work);
  const { name = [], stdinName } = work.flags;
  const given: { text: Uint8Array; name: string | undefined }[] = texts.map((text, i) => ({
    text: Buffer.from(text),
    name: name[i],
  }));
  if (texts.length === 0 || stdinName !== undefined) {
    given.push({ text: readPlain(STANDARD_INPUT), name: stdinName ?? name[0] });
  }
  for (const each of given) {
    work.terminal.stdout.write(`${formatVaultValue(vault.seal(each.text, id), each.name)}\n`);
  }
  return exitCodes.ok;
}

// With what something new is encrypted: of several passwords one has to be named.
async function sealing(work: Work): Promise<{ vault: Vault; id: string }> {
  const { flags, settings, terminal } = work;
  const given = await vaultSecrets(flags, settings, terminal);
  const wanted = flags.encryptVaultId ?? settings.vault_encrypt_identity.value;
  const secrets = given.length > 0 ? given : [await askedSecret(wanted ?? 'default', terminal, 'twice')];
  const ids = [...new Set(secrets.map((secret) => secret.id))];
  if (wanted === undefined && ids.length > 1) {
    throw new UsageError(
      `several vault passwords are given: ${ids.join(', ')}`,
      'Name one with --encrypt-vault-id.',
    );
  }
  return { vault: vaultOf(secrets, settings), id: wanted ?? ids[0]! };
}

async function knownSecrets({ flags, settings, terminal }: Work): Promise<VaultSecret[]> {
  const given = await vaultSecrets(flags, settings, terminal);
  return given.length > 0 ? given : [await askedSecret('default', terminal, 'once')];
}

async function newSecret({ flags, terminal }: Work): Promise<VaultSecret> {
  if (flags.newVaultPasswordFile !== undefined) {
    return readVaultPassword({ id: 'default', source: flags.newVaultPasswordFile }, terminal.cwd);
  }
  const identity = parseVaultId(flags.newVaultId ?? 'default@prompt');
  if (identity.source === 'prompt') return askedSecret(identity.id, terminal, 'twice');
  return readVaultPassword(identity, terminal.cwd);
}

function deliver(content: string | Uint8Array, file: string, { flags, terminal }: Work): void {
  const target = flags.output ?? file;
  if (target === STANDARD_INPUT) terminal.stdout.write(content);
  else replaceFile(resolve(terminal.cwd, target), content);
}

function readVault(file: string): string {
  const text = readPlain(file).toString('latin1');
  if (isVaultText(text)) return text;
  throw new UsageError(`${file} is not encrypted`);
}

function readPlain(file: string): Buffer {
  try {
    return readFileSync(file === STANDARD_INPUT ? 0 : file);
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${reasonOf(error)}`);
  }
}
