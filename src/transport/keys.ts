import { createPrivateKey } from 'node:crypto';
import type { Stats } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import ssh2, { type ParsedKey } from 'ssh2';
import type { Secret } from '../lib/secret.ts';

/** Asks a person for a secret; undefined where nobody can be asked or they gave none. */
export type Ask = (prompt: string) => Promise<Secret | undefined>;

/** What a key file holds. Exactly one of `privateKey`, `encrypted` and `problem` tells of its private part. */
export interface KeyFile {
  path: string;
  /** The public key's blob, where it can be known without a passphrase. */
  publicKey?: Buffer;
  privateKey?: ParsedKey;
  encrypted?: boolean;
  /** Whether a certificate lies beside it, which ssh2 cannot show. */
  certificate?: boolean;
  /** Why it cannot be used, in a few words; `missing` where there is no such file. */
  problem?: string;
  hint?: string;
}

/** Reads key files and decrypts them, each once in a run however many hosts want it. */
export interface Keyring {
  read(path: string): Promise<KeyFile>;
  /** The file with its private key; asks for a passphrase at the first call for an encrypted one. */
  decrypt(path: string): Promise<KeyFile>;
}

const PASSPHRASE_TRIES = 3;

export function createKeyring(ask: Ask | undefined): Keyring {
  const files = new Map<string, Promise<KeyFile>>();
  const decrypted = new Map<string, Promise<KeyFile>>();
  // Two prompts at once would mix on the screen.
  let lastPrompt: Promise<unknown> = Promise.resolve();
  const read = (path: string) =>
    remember(files, path, async () => {
      const certificate = await access(`${path}-cert.pub`).then(
        () => true,
        () => false,
      );
      return { ...(await readKeyFile(path)), certificate };
    });
  const decrypt = async (path: string) => {
    const file = await read(path);
    if (!file.encrypted) return file;
    const answer = lastPrompt.then(() => askAndDecrypt(file, ask));
    lastPrompt = answer;
    return answer;
  };
  return { read, decrypt: (path) => remember(decrypted, path, () => decrypt(path)) };
}

function remember<T>(map: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let value = map.get(key);
  if (!value) {
    value = make();
    map.set(key, value);
  }
  return value;
}

async function readKeyFile(path: string): Promise<KeyFile> {
  let text: string;
  let file: Stats;
  try {
    text = await readFile(path, 'utf8');
    file = await stat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { path, ...(await publicPart(path)), problem: 'missing' };
    const hint = code === 'EACCES' ? `Let your user read ${path}` : undefined;
    return { path, problem: `cannot be read (${code})`, ...(hint && { hint }) };
  }
  const key = parsePrivateKey(text);
  if (key instanceof Error) return unusable(path, text, file, key);
  if (!key.isPrivateKey()) {
    return { path, publicKey: key.getPublicSSH(), problem: 'holds only a public key' };
  }
  const tooOpen = tooOpenFor(file);
  if (tooOpen) return { path, publicKey: key.getPublicSSH(), problem: tooOpen, hint: `chmod 600 ${path}` };
  return { path, publicKey: key.getPublicSSH(), privateKey: key };
}

/** ssh too refuses an own key that others can read. Windows has no such bits, and gives -1 as the user. */
function tooOpenFor(file: Stats): string | undefined {
  const bits = file.mode & 0o777;
  if ((bits & 0o077) === 0 || file.uid !== userInfo().uid) return undefined;
  return `can be read or written by others (mode ${bits.toString(8).padStart(4, '0')})`;
}

async function unusable(path: string, text: string, file: Stats, error: Error): Promise<KeyFile> {
  if (isEncrypted(error)) {
    const tooOpen = tooOpenFor(file);
    const common = { path, ...(await publicPart(path, text)) };
    return tooOpen
      ? { ...common, problem: tooOpen, hint: `chmod 600 ${path}` }
      : { ...common, encrypted: true };
  }
  if (/\bsk-/.test(error.message)) {
    return {
      path,
      problem: 'is the key of a security token (FIDO)',
      hint: 'Set ansible_connection=openssh: the ssh program can use it',
    };
  }
  return {
    path,
    problem: `is not a key that can be used (${error.message})`,
    hint: `ssh-keygen -p -f ${path} writes it anew in OpenSSH's format`,
  };
}

function isEncrypted(error: Error): boolean {
  return /no passphrase given/.test(error.message);
}

/** The public key that lies beside a private one, or inside it unencrypted as OpenSSH's own format has it. */
async function publicPart(path: string, text?: string): Promise<{ publicKey?: Buffer }> {
  const beside = await readFile(`${path}.pub`, 'utf8').catch(() => undefined);
  const key = beside === undefined ? undefined : ssh2.utils.parseKey(beside);
  if (key && !(key instanceof Error)) return { publicKey: key.getPublicSSH() };
  const inside = text === undefined ? undefined : publicKeyInside(text);
  return inside ? { publicKey: inside } : {};
}

/** Format: OpenSSH's PROTOCOL.key: magic, cipher, kdf, its options, the number of keys, the public key. */
function publicKeyInside(text: string): Buffer | undefined {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]+)-----END/.exec(text)?.[1];
  const data = Buffer.from(body ?? '', 'base64');
  let at = 'openssh-key-v1\0'.length;
  for (const _field of ['cipher', 'kdf', 'options']) {
    if (at + 4 > data.length) return undefined;
    at += 4 + data.readUInt32BE(at);
  }
  at += 4;
  if (at + 4 > data.length) return undefined;
  return data.subarray(at + 4, at + 4 + data.readUInt32BE(at));
}

/** OpenSSH's format and the older PEM ones go to ssh2; PKCS#8, which it does not read, goes through Node. */
function parsePrivateKey(text: string, passphrase?: string): ParsedKey | Error {
  if (!/-----BEGIN (?:ENCRYPTED )?PRIVATE KEY-----/.test(text)) return firstKey(text, passphrase);
  if (text.includes('BEGIN ENCRYPTED') && passphrase === undefined) return new Error('no passphrase given');
  try {
    const key = createPrivateKey({
      key: text,
      format: 'pem',
      ...(passphrase !== undefined && { passphrase }),
    });
    const type = key.asymmetricKeyType;
    if (type !== 'rsa' && type !== 'ec') return new Error(`PKCS#8 with an ${type} key`);
    const pem = key.export({ type: type === 'rsa' ? 'pkcs1' : 'sec1', format: 'pem' });
    return firstKey(pem.toString(), undefined);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return new Error(`${code ?? ''} ${message}`.trim());
  }
}

function firstKey(text: string, passphrase: string | undefined): ParsedKey | Error {
  const parsed: ParsedKey | ParsedKey[] | Error = ssh2.utils.parseKey(text, passphrase);
  return Array.isArray(parsed) ? (parsed[0] ?? new Error('no key in it')) : parsed;
}

async function askAndDecrypt(file: KeyFile, ask: Ask | undefined): Promise<KeyFile> {
  const { encrypted: _, ...rest } = file;
  const hint = `ssh-add ${file.path} lets the agent keep it open`;
  const text = await readFile(file.path, 'utf8');
  for (let tries = 0; tries < PASSPHRASE_TRIES; tries++) {
    const passphrase = await ask?.(`${tries === 0 ? '' : 'Wrong passphrase. '}Passphrase for ${file.path}: `);
    if (passphrase === undefined)
      return { ...rest, problem: 'is encrypted and no passphrase was given', hint };
    const key = parsePrivateKey(text, passphrase.reveal());
    if (!(key instanceof Error)) return { ...rest, publicKey: key.getPublicSSH(), privateKey: key };
  }
  return { ...rest, problem: `is encrypted and ${PASSPHRASE_TRIES} passphrases were wrong`, hint };
}
