import { randomBytes } from 'node:crypto';
import { type Place, SourceError } from '../lib/sourceError.ts';
import type { VaultText } from '../lib/yaml.ts';
import {
  decryptEnvelope,
  deriveKeys,
  encryptBytes,
  formatEnvelope,
  isVaultText,
  parseEnvelope,
  type VaultEnvelope,
  VaultFormatError,
  type VaultKeys,
} from './vaultFormat.ts';

/** A password with the name that encrypted texts may call it by; `default` for one without a name. */
export interface VaultSecret {
  id: string;
  /** A function, so that nothing that prints a secret can print the password. */
  password: () => Uint8Array;
}

export interface Vault {
  /** Decrypts a text, and tells which password it was. Throws a SourceError with `place`. */
  open(text: string, place?: Place): { plain: Buffer; id: string };
  /** The text of a `!vault` value; each is decrypted once. Throws a SourceError with the value's place. */
  openValue(value: VaultText): string;
  /** A file's text decrypted, where it is encrypted; otherwise as it is. Throws a SourceError that names the file. */
  openFile(text: string, file: string): string;
  /** Encrypts with the password of an id, or with the first password. Throws a SourceError when there is none. */
  seal(plain: Uint8Array, id?: string): string;
}

export interface VaultOptions {
  /** `matching`: a text that names a password is tried with that one alone; otherwise with all, that one first. */
  candidates?: 'all' | 'matching';
  /** Hears of the text of each `!vault` value, so that it can be kept from all outputs. */
  revealed?: (plain: string) => void;
}

const SALT_BYTES = 32;

/** A vault with these passwords; of several with the same id all are tried, in their order. */
export function createVault(secrets: readonly VaultSecret[], options: VaultOptions = {}): Vault {
  const derived = new Map<string, VaultKeys>();
  const opened = new WeakMap<VaultText, string>();

  const keysOf = (secret: VaultSecret, salt: Buffer): VaultKeys => {
    const key = `${secrets.indexOf(secret)} ${salt.toString('hex')}`;
    const known = derived.get(key);
    if (known) return known;
    const keys = deriveKeys(secret.password(), salt);
    derived.set(key, keys);
    return keys;
  };

  const open = (text: string, place?: Place): { plain: Buffer; id: string } => {
    const envelope = explained(place, () => parseEnvelope(text));
    const candidates = candidatesFor(secrets, envelope.id, options.candidates ?? 'all');
    for (const secret of candidates) {
      const plain = explained(place, () => decryptEnvelope(envelope, keysOf(secret, envelope.salt)));
      if (plain) return { plain, id: secret.id };
    }
    throw cannotOpen(envelope, candidates, secrets, place);
  };

  return {
    open,
    openValue(value) {
      const known = opened.get(value);
      if (known !== undefined) return known;
      const plain = open(value.ciphertext, value.place).plain.toString('utf8');
      opened.set(value, plain);
      options.revealed?.(plain);
      return plain;
    },
    openFile(text, file) {
      return isVaultText(text) ? open(text, { file, line: 1, column: 1 }).plain.toString('utf8') : text;
    },
    seal(plain, id) {
      const secret = id === undefined ? secrets[0] : secrets.find((each) => each.id === id);
      if (!secret) throw noSecretFor(id, secrets);
      const salt = randomBytes(SALT_BYTES);
      return formatEnvelope(encryptBytes(plain, salt, keysOf(secret, salt), secret.id));
    },
  };
}

function candidatesFor(
  secrets: readonly VaultSecret[],
  id: string | undefined,
  which: 'all' | 'matching',
): readonly VaultSecret[] {
  if (id === undefined)
    return which === 'all' ? secrets : secrets.filter((secret) => secret.id === 'default');
  const matching = secrets.filter((secret) => secret.id === id);
  return which === 'matching' ? matching : [...matching, ...secrets.filter((secret) => secret.id !== id)];
}

function explained<T>(place: Place | undefined, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof VaultFormatError)
      throw new SourceError(`this vault cannot be read: ${error.message}`, place);
    throw error;
  }
}

function cannotOpen(
  envelope: VaultEnvelope,
  tried: readonly VaultSecret[],
  secrets: readonly VaultSecret[],
  place: Place | undefined,
): SourceError {
  const { id } = envelope;
  const named = id === undefined ? 'this is encrypted' : `this is encrypted with the password "${id}"`;
  const give = id === undefined ? '--vault-password-file FILE' : `--vault-id ${id}@FILE`;
  if (secrets.length === 0) {
    return new SourceError(
      `${named}, and no vault password is given`,
      place,
      `Give it with ${give} or ask for it with --ask-vault-pass.`,
    );
  }
  if (id !== undefined && !secrets.some((secret) => secret.id === id)) {
    const why = tried.length > 0 ? `, and none of ${idList(tried)} opens it` : ', which is not given';
    return new SourceError(`${named}${why}`, place, `Give it with ${give}.`);
  }
  const what =
    id === undefined
      ? `none of the vault passwords (${idList(tried)}) opens this`
      : `the vault password "${id}" that is given does not open this`;
  return new SourceError(what, place, 'Either the password is wrong, or the encrypted text was changed.');
}

function noSecretFor(id: string | undefined, secrets: readonly VaultSecret[]): SourceError {
  if (id === undefined) return new SourceError('no vault password is given to encrypt with');
  const known = secrets.length > 0 ? `Given are ${idList(secrets)}.` : undefined;
  return new SourceError(`there is no vault password "${id}" to encrypt with`, undefined, known);
}

function idList(secrets: readonly VaultSecret[]): string {
  return [...new Set(secrets.map((secret) => secret.id))].join(', ');
}

/** An encrypted text as a YAML value, as `encrypt-string` prints it: `name: !vault |` and the text indented below. */
export function formatVaultValue(envelope: string, name?: string): string {
  const lines = envelope.trimEnd().split('\n');
  return [
    `${name === undefined ? '' : `${name}: `}!vault |`,
    ...lines.map((line) => `          ${line}`),
  ].join('\n');
}
