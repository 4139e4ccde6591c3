import { UnreachableError } from '../remote/connection.ts';
import { describeHost } from './failures.ts';
import { handshake } from './handshake.ts';
import { nameOf } from './hostKeys.ts';
import { fingerprint, isListed, keyType } from './knownHosts.ts';
import { openRoute, type SshContext, secondsFor } from './ssh2.ts';
import type { HostConfig } from './sshConfig.ts';

/** A host's key that a person is asked about. */
export interface UnknownHostKey {
  host: HostConfig;
  /** The host as a person knows it: `web1 (10.0.0.1 port 2222)`. */
  description: string;
  /** `ssh-ed25519` */
  type: string;
  /** `SHA256:...` */
  fingerprint: string;
  key: Buffer;
}

/**
 * Fetches the keys of hosts that known_hosts does not list and whose settings say to ask. Nobody logs in there:
 * the handshake ends when the key was shown. A host that does not answer is left for `connect` to tell about.
 */
export async function scanUnknown(
  context: SshContext,
  hosts: HostConfig[],
  hopBefore: (host: HostConfig) => Promise<HostConfig>,
): Promise<UnknownHostKey[]> {
  const asked = new Map<string, Promise<UnknownHostKey | undefined>>();
  const once = (host: HostConfig) => {
    const id = [...host.proxyJump, nameOf(host).name].join(',');
    let answer = asked.get(id);
    if (!answer) {
      answer = firstUnknown(host);
      asked.set(id, answer);
    }
    return answer;
  };
  const firstUnknown = async (host: HostConfig): Promise<UnknownHostKey | undefined> => {
    if (host.proxyJump.length > 0) {
      const hop = await hopBefore(host).catch(() => undefined);
      const unknownHop = hop && (await once(hop));
      if (!hop || unknownHop) return unknownHop;
    }
    if (host.strictHostKeyChecking !== 'ask') return undefined;
    if (isListed(await context.hostKeys.of(host), nameOf(host))) return undefined;
    return fetchKey(context, host);
  };
  const found = await Promise.all(hosts.map(once));
  return [...new Set(found)].filter((key): key is UnknownHostKey => key !== undefined);
}

async function fetchKey(context: SshContext, host: HostConfig): Promise<UnknownHostKey | undefined> {
  let shown: Buffer | undefined;
  const verify = (key: Buffer) => {
    shown = key;
    return new UnreachableError('only the key was wanted');
  };
  const options = {
    host,
    attempts: { list: [], skipped: [] },
    seconds: secondsFor(host),
    knownTypes: [],
    shortened: false,
    verify,
  };
  try {
    const route = await openRoute(context, host);
    await context.handshakes(() => handshake(route.socket, options)).finally(route.release);
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
  }
  if (!shown) return undefined;
  return {
    host,
    description: describeHost(host),
    type: keyType(shown),
    fingerprint: fingerprint(shown),
    key: shown,
  };
}
