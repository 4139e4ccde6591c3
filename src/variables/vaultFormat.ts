import { createCipheriv, createDecipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';

/**
 * The format of Ansible's vault, versions 1.1 and 1.2 (source: "Format of files encrypted with Ansible Vault" in
 * Ansible's documentation): a header line, then lines of 80 hexadecimal digits of three hexadecimal texts, each
 * on a line: salt, HMAC-SHA256 of the ciphertext, ciphertext (AES-256 in counter mode, padded to 16 bytes).
 * Password and salt give both keys and the first counter by PBKDF2 (HMAC-SHA256, 10,000 rounds).
 */
export interface VaultEnvelope {
  /** The name of the password; undefined in version 1.1. */
  id: string | undefined;
  salt: Buffer;
  hmac: Buffer;
  ciphertext: Buffer;
}

/** What a password and a salt give. */
export interface VaultKeys {
  cipherKey: Buffer;
  hmacKey: Buffer;
  counter: Buffer;
}

const HEADER = '$ANSIBLE_VAULT';
const ROUNDS = 10_000;
const KEY_BYTES = 32;
const BLOCK_BYTES = 16;
const LINE_LENGTH = 80;

/** Why a text is no vault that can be read. */
export class VaultFormatError extends Error {}

/** Whether a text is encrypted by the vault. */
export function isVaultText(text: string): boolean {
  return text.startsWith(HEADER);
}

/** Takes an encrypted text apart. Throws a VaultFormatError. */
export function parseEnvelope(text: string): VaultEnvelope {
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const [mark, version, cipher, id] = header.split(';').map((part) => part.trim());
  if (mark !== HEADER) throw new VaultFormatError(`it does not begin with ${HEADER}`);
  if (version !== '1.1' && version !== '1.2')
    throw new VaultFormatError(`version ${version} is not known, only 1.1 and 1.2 are`);
  if (cipher !== 'AES256') throw new VaultFormatError(`the cipher ${cipher} is not known, only AES256 is`);
  const parts = fromHex(lines.map((line) => line.trim()).join(''))
    .toString('latin1')
    .split('\n');
  if (parts.length !== 3)
    throw new VaultFormatError('it is cut off or changed: it has not the three parts of a vault');
  const [salt, hmac, ciphertext] = parts.map(fromHex);
  return { id: id === '' ? undefined : id, salt: salt!, hmac: hmac!, ciphertext: ciphertext! };
}

function fromHex(text: string): Buffer {
  if (text.length % 2 === 1 || !/^[0-9a-fA-F]*$/.test(text)) {
    throw new VaultFormatError('it is cut off or changed: not all of it are pairs of hexadecimal digits');
  }
  return Buffer.from(text, 'hex');
}

/** The encrypted text with its header, ending in a newline. Version 1.2 where it has an id other than `default`. */
export function formatEnvelope({ id, salt, hmac, ciphertext }: VaultEnvelope): string {
  const header = id === undefined || id === 'default' ? `${HEADER};1.1;AES256` : `${HEADER};1.2;AES256;${id}`;
  const inner = [salt, hmac, ciphertext].map((part) => part.toString('hex')).join('\n');
  const digits = Buffer.from(inner, 'latin1').toString('hex');
  const lines = digits.match(new RegExp(`.{1,${LINE_LENGTH}}`, 'g')) ?? [];
  return `${[header, ...lines].join('\n')}\n`;
}

/** The keys of a password and a salt. Takes some milliseconds, by intention. */
export function deriveKeys(password: Uint8Array, salt: Uint8Array): VaultKeys {
  const bytes = pbkdf2Sync(password, salt, ROUNDS, 2 * KEY_BYTES + BLOCK_BYTES, 'sha256');
  return {
    cipherKey: bytes.subarray(0, KEY_BYTES),
    hmacKey: bytes.subarray(KEY_BYTES, 2 * KEY_BYTES),
    counter: bytes.subarray(2 * KEY_BYTES),
  };
}

/** The plain bytes, or undefined when the keys are not those that it was encrypted with. */
export function decryptEnvelope(envelope: VaultEnvelope, keys: VaultKeys): Buffer | undefined {
  const hmac = createHmac('sha256', keys.hmacKey).update(envelope.ciphertext).digest();
  if (envelope.hmac.length !== hmac.length || !timingSafeEqual(envelope.hmac, hmac)) return undefined;
  const decipher = createDecipheriv('aes-256-ctr', keys.cipherKey, keys.counter);
  const padded = Buffer.concat([decipher.update(envelope.ciphertext), decipher.final()]);
  const padding = padded.at(-1) ?? 0;
  if (padding < 1 || padding > BLOCK_BYTES || padding > padded.length) {
    throw new VaultFormatError('its padding is wrong');
  }
  return padded.subarray(0, padded.length - padding);
}

/** Encrypts bytes under keys that were derived with `salt`. */
export function encryptBytes(
  plain: Uint8Array,
  salt: Buffer,
  keys: VaultKeys,
  id: string | undefined,
): VaultEnvelope {
  const padding = BLOCK_BYTES - (plain.length % BLOCK_BYTES);
  const padded = Buffer.concat([plain, Buffer.alloc(padding, padding)]);
  const cipher = createCipheriv('aes-256-ctr', keys.cipherKey, keys.counter);
  const ciphertext = Buffer.concat([cipher.update(padded), cipher.final()]);
  const hmac = createHmac('sha256', keys.hmacKey).update(ciphertext).digest();
  return { id, salt, hmac, ciphertext };
}
