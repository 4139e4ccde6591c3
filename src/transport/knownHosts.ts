import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { matchesPatternList } from './pattern.ts';

/** One line of a known_hosts file that holds a key. Format: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". */
interface KnownHostLine {
  /** file:line */
  place: string;
  marker: 'revoked' | 'cert-authority' | undefined;
  /** Comma-separated patterns, or the salt and the hash of one name. */
  names: string | { salt: Buffer; hash: Buffer };
  type: string;
  /** The key's blob in base64, which is how keys are compared. */
  key: string;
}

/** All known_hosts files of one host, in the order in which they were named. */
export interface KnownHosts {
  lines: KnownHostLine[];
  byKey: Map<string, KnownHostLine[]>;
  byName: Map<string, KnownHostLine[]>;
  patterns: KnownHostLine[];
  hashed: KnownHostLine[];
  /** Lines that cannot be read, as `file:line: what is wrong`. */
  warnings: string[];
}

/** What known_hosts says of a key that a host has shown. */
export type Verdict =
  | { answer: 'known' }
  | { answer: 'revoked'; place: string }
  | { answer: 'changed'; place: string; expected: string }
  /** `otherTypes`: the host is known, by keys of these types; `authority`: a line that trusts a certificate authority. */
  | { answer: 'unknown'; otherTypes: string[]; authority: string | undefined };

/** The two names a host can have in known_hosts: with its port where that is not 22, and without. */
export interface HostKeyName {
  name: string;
  /** Looked up where `name` has no line, as OpenSSH does for a port other than 22. */
  fallback: string | undefined;
}

/** The name under which a host's key is kept; a HostKeyAlias stands for itself and never gets a port. */
export function hostKeyName(host: string, port: number, alias?: string): HostKeyName {
  if (alias !== undefined) return { name: alias.toLowerCase(), fallback: undefined };
  const plain = host.toLowerCase();
  return port === 22 ? { name: plain, fallback: undefined } : { name: `[${plain}]:${port}`, fallback: plain };
}

/** The fingerprint as `ssh-keygen -l` prints it: `SHA256:` and unpadded base64. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The type a key blob names at its start (`ssh-ed25519`), or an empty text where it names none. */
export function keyType(key: Buffer): string {
  if (key.length < 4) return '';
  const length = key.readUInt32BE(0);
  return length > 64 || key.length < 4 + length ? '' : key.toString('latin1', 4, 4 + length);
}

/** Reads known_hosts files; one that is not there is empty, one that cannot be read is a warning. */
export async function readKnownHosts(files: string[]): Promise<KnownHosts> {
  const known: KnownHosts = {
    lines: [],
    byKey: new Map(),
    byName: new Map(),
    patterns: [],
    hashed: [],
    warnings: [],
  };
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') {
        known.warnings.push(`${file}: cannot be read (${error.code ?? error.message})`);
      }
      return '';
    });
    text.split('\n').forEach((line, index) => {
      addLine(known, line.trim(), `${file}:${index + 1}`);
    });
  }
  return known;
}

function addLine(known: KnownHosts, text: string, place: string): void {
  if (text === '' || text.startsWith('#')) return;
  const line = parseLine(text, place);
  if (typeof line === 'string') {
    known.warnings.push(`${place}: ${line}`);
    return;
  }
  known.lines.push(line);
  push(known.byKey, line.key, line);
  if (typeof line.names !== 'string') known.hashed.push(line);
  else if (/[*?!]/.test(line.names)) known.patterns.push(line);
  else for (const name of line.names.toLowerCase().split(',')) push(known.byName, name, line);
}

function push(map: Map<string, KnownHostLine[]>, key: string, line: KnownHostLine): void {
  const there = map.get(key);
  if (there) there.push(line);
  else map.set(key, [line]);
}

function parseLine(text: string, place: string): KnownHostLine | string {
  const words = text.split(/[ \t]+/);
  let marker: KnownHostLine['marker'];
  if (words[0]?.startsWith('@')) {
    const word = words.shift();
    if (word !== '@revoked' && word !== '@cert-authority') return `the marker ${word} is not known`;
    marker = word === '@revoked' ? 'revoked' : 'cert-authority';
  }
  const [hosts, type, key] = words;
  if (!hosts || !type || !key) return 'a line needs host names, a key type and a key';
  const blob = Buffer.from(key, 'base64');
  if (keyType(blob) !== type) return `the key is not a ${type} key`;
  const names = hosts.startsWith('|') ? hashedName(hosts) : hosts;
  if (names === undefined) return 'the hashed host name is not of the form |1|salt|hash';
  return { place, marker, names, type, key: blob.toString('base64') };
}

function hashedName(text: string): { salt: Buffer; hash: Buffer } | undefined {
  const [empty, version, salt, hash, ...more] = text.split('|');
  if (empty !== '' || version !== '1' || !salt || !hash || more.length > 0) return undefined;
  return { salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
}

function lineNames(line: KnownHostLine, name: string): boolean {
  if (typeof line.names === 'string') return matchesPatternList(line.names.toLowerCase().split(','), name);
  return createHmac('sha1', line.names.salt).update(name).digest().equals(line.names.hash);
}

/** Every line about a name. Costs one HMAC (4 microseconds) for each hashed line. */
function linesAbout(known: KnownHosts, name: string): KnownHostLine[] {
  return [
    ...(known.byName.get(name) ?? []),
    ...known.patterns.filter((line) => lineNames(line, name)),
    ...known.hashed.filter((line) => lineNames(line, name)),
  ];
}

/**
 * Says whether a host may show this key.
 *
 * Lines with this very key are looked at first, because hashed names can only be tried one by one: the usual
 * answer, "known", then costs one HMAC and not one for each line of the file.
 */
export function verifyHostKey(known: KnownHosts, host: HostKeyName, key: Buffer): Verdict {
  const names = host.fallback === undefined ? [host.name] : [host.name, host.fallback];
  const same = (known.byKey.get(key.toString('base64')) ?? []).filter((line) =>
    names.some((name) => lineNames(line, name)),
  );
  const revoked = same.find((line) => line.marker === 'revoked');
  if (revoked) return { answer: 'revoked', place: revoked.place };
  if (same.some((line) => line.marker === undefined)) return { answer: 'known' };
  return verdictOfOtherKeys(linesAbout(known, host.name), keyType(key));
}

function verdictOfOtherKeys(lines: KnownHostLine[], type: string): Verdict {
  const keys = lines.filter((line) => line.marker === undefined);
  const changed = keys.find((line) => line.type === type);
  if (changed) {
    return {
      answer: 'changed',
      place: changed.place,
      expected: fingerprint(Buffer.from(changed.key, 'base64')),
    };
  }
  return {
    answer: 'unknown',
    otherTypes: [...new Set(keys.map((line) => line.type))],
    authority: lines.find((line) => line.marker === 'cert-authority')?.place,
  };
}

/** The key types by which a host is known in lines that are not hashed: those are offered first. */
export function plainKeyTypes(known: KnownHosts, host: HostKeyName): string[] {
  const lines = [host.name, host.fallback ?? host.name].flatMap((name) => [
    ...(known.byName.get(name) ?? []),
    ...known.patterns.filter((line) => lineNames(line, name)),
  ]);
  return [...new Set(lines.filter((line) => line.marker === undefined).map((line) => line.type))];
}

/** Whether any line tells of a host; false means that its key must be asked for. Tries hashed lines one by one. */
export function isListed(known: KnownHosts, host: HostKeyName): boolean {
  return [host.name, host.fallback ?? host.name].some((name) =>
    linesAbout(known, name).some((line) => line.marker === undefined),
  );
}

/** Knows a key from now on, without any file. */
export function learn(known: KnownHosts, name: string, key: Buffer): void {
  addLine(known, `${name} ${keyType(key)} ${key.toString('base64')}`, 'accepted in this run');
}

/**
 * Appends one key to a known_hosts file in a single write, so that runs side by side never mix their lines.
 *
 * @param name as `hostKeyName` gives it; `hash` writes it as HashKnownHosts does
 */
export async function addKnownHost(file: string, name: string, key: Buffer, hash: boolean): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, 'a+', 0o600);
  try {
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    const start = size > 0 && last.toString() !== '\n' ? '\n' : '';
    const names = hash ? hashName(name) : name;
    await handle.appendFile(`${start}${names} ${keyType(key)} ${key.toString('base64')}\n`);
  } finally {
    await handle.close();
  }
}

function hashName(name: string): string {
  const salt = randomBytes(20);
  const hash = createHmac('sha1', salt).update(name).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
}
