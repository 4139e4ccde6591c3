import { createHash, createHmac } from 'node:crypto';

/** A line of a known_hosts file: sshd(8). */
export interface KnownHostLine {
  /** `@cert-authority` or `@revoked`. */
  marker?: string;
  /** Names with commas between, or one hashed name. */
  hosts: string;
  type: string;
  key: string;
}

export function parseKnownHost(line: string): KnownHostLine | undefined {
  const words = line.trim().split(/\s+/);
  const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
  const [hosts, type, key] = words;
  if (!hosts || !type || !key || hosts.startsWith('#')) return undefined;
  return { ...(marker !== undefined && { marker }), hosts, type, key };
}

/** Whether a line is for this host (`name` or `[name]:port`): by patterns, or by its hash. */
export function isForHost({ hosts }: KnownHostLine, host: string): boolean {
  if (hosts.startsWith('|1|')) {
    const [, , salt = ''] = hosts.split('|');
    return hosts === hashedHost(host, Buffer.from(salt, 'base64'));
  }
  const patterns = hosts.split(',');
  if (patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1), host))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && matches(pattern, host));
}

/** The line with its host's name hashed; the salt follows from the line, so that the same line gives the same hash. */
export function withHashedHost(line: string, host: string): string {
  const words = line.trim().split(/\s+/);
  const at = words[0]?.startsWith('@') ? 1 : 0;
  const salt = createHash('sha1').update(line).digest();
  return [...words.slice(0, at), hashedHost(host, salt), ...words.slice(at + 1)].join(' ');
}

function hashedHost(host: string, salt: Buffer): string {
  const hash = createHmac('sha1', salt).update(host.toLowerCase()).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
}

function matches(pattern: string, host: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+(){}[\]]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 'i').test(host);
}
