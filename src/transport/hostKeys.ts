import { UnreachableError } from '../remote/connection.ts';
import { describeHost } from './failures.ts';
import {
  addKnownHost,
  fingerprint,
  type HostKeyName,
  hostKeyName,
  type KnownHosts,
  keyType,
  learn,
  readKnownHosts,
  type Verdict,
  verifyHostKey,
} from './knownHosts.ts';
import type { HostConfig } from './sshConfig.ts';

/** The known_hosts files of a run, each list of files read once. */
export interface HostKeys {
  of(host: HostConfig): Promise<KnownHosts>;
  /** Writes a key to the host's first UserKnownHostsFile; later calls of `of` know it. */
  add(host: HostConfig, key: Buffer): Promise<void>;
  warnings(): Promise<string[]>;
}

export function createHostKeys(): HostKeys {
  const read = new Map<string, Promise<KnownHosts>>();
  const filesOf = (host: HostConfig) => [...host.userKnownHostsFiles, ...host.globalKnownHostsFiles];
  const of = (host: HostConfig) => {
    const files = filesOf(host);
    const id = files.join('\0');
    let known = read.get(id);
    if (!known) {
      known = readKnownHosts(files);
      read.set(id, known);
    }
    return known;
  };
  const add = async (host: HostConfig, key: Buffer) => {
    const { name } = nameOf(host);
    const file = host.userKnownHostsFiles[0];
    // Whoever names /dev/null wants no key to be kept; it holds for this run all the same.
    const known = await of(host);
    if (verifyHostKey(known, nameOf(host), key).answer === 'known') return;
    learn(known, name, key);
    if (file !== undefined && file !== '/dev/null') await keep(file, host, name, key);
  };
  const warnings = async () => {
    const all = await Promise.all(read.values());
    return [...new Set(all.flatMap((known) => known.warnings))];
  };
  return { of, add, warnings };
}

async function keep(file: string, host: HostConfig, name: string, key: Buffer): Promise<void> {
  try {
    await addKnownHost(file, name, key, host.hashKnownHosts);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UnreachableError(
      `the host key of ${describeHost(host)} cannot be kept: ${file} cannot be written (${code ?? message})`,
      `Let your user write ${file}`,
    );
  }
}

export function nameOf(host: HostConfig): HostKeyName {
  return hostKeyName(host.hostName, host.port, host.hostKeyAlias);
}

/**
 * Whether a connection may go on: nothing to say, or the reason why not. A changed and a revoked key are refused
 * whatever the settings; StrictHostKeyChecking decides about keys never seen.
 */
export function refusal(verdict: Verdict, host: HostConfig, key: Buffer): UnreachableError | undefined {
  const shown = `${keyType(key)} ${fingerprint(key)}`;
  const who = describeHost(host);
  const { name } = nameOf(host);
  switch (verdict.answer) {
    case 'known':
      return undefined;
    case 'revoked':
      return new UnreachableError(
        `${who} shows a host key that is revoked: ${shown} (${verdict.place})`,
        'Somebody else may have this key. The host needs a new one before anybody connects to it',
      );
    case 'changed':
      return new UnreachableError(
        `the host key of ${who} has changed: it shows ${shown}, but ${verdict.place} expects ${verdict.expected}. ` +
          'Somebody may be between you and the host, or it was installed anew',
        `If it was installed anew, remove the old key: ssh-keygen -R '${name}' -f ${verdict.place.replace(/:\d+$/, '')}`,
      );
    case 'unknown':
      return unknownRefusal(verdict, host, shown);
  }
}

function unknownRefusal(
  verdict: Extract<Verdict, { answer: 'unknown' }>,
  host: HostConfig,
  shown: string,
): UnreachableError | undefined {
  const policy = host.strictHostKeyChecking;
  const others = verdict.otherTypes.length > 0;
  // Whoever sits in between can choose which type of key to show, so another type is not simply new.
  if (policy === 'no' || (policy === 'accept-new' && !others)) return undefined;
  const authority = verdict.authority
    ? `. ${verdict.authority} trusts a certificate authority, which the built-in ssh cannot verify: set ansible_connection=openssh`
    : '';
  const known = others ? `, though keys of another type are (${verdict.otherTypes.join(', ')})` : '';
  const { name } = nameOf(host);
  const port = host.port === 22 ? '' : `-p ${host.port} `;
  return new UnreachableError(
    `the host key of ${describeHost(host)} is not known${known}: ${shown}${authority}`,
    `Compare the fingerprint with the host's own, then add it: ssh-keyscan ${port}${host.hostName} >> ${host.userKnownHostsFiles[0] ?? '~/.ssh/known_hosts'}` +
      (host.hostKeyAlias === undefined ? '' : ` (under the name ${name})`),
  );
}
