import { UnreachableError } from '../remote/connection.ts';
import { describeHost, NetworkFailure } from './failures.ts';
import type { Route } from './socket.ts';
import type { SshClient } from './sshClient.ts';
import type { HostConfig } from './sshConfig.ts';

/** The connections to jump hosts: one stands for all the hosts behind it, as long as one of them needs it. */
export interface Jumps {
  /** A connection to the jump host that stands directly before this host. */
  open(host: HostConfig): Promise<{ ssh: SshClient; release(): void }>;
}

/** What jump connections need of the rest. */
interface JumpSource {
  /** The jump host directly before a host, with its own settings. */
  hopBefore(host: HostConfig): Promise<HostConfig>;
  connect(hop: HostConfig): Promise<SshClient>;
}

export function createJumps({ hopBefore, connect }: JumpSource): Jumps {
  const standing = new Map<string, { ssh: Promise<SshClient>; users: number }>();
  const enter = (hop: HostConfig) => {
    const id = [...hop.proxyJump, `${hop.user}@${hop.hostName}:${hop.port}`].join(',');
    const there = standing.get(id);
    if (there) return { id, entry: there };
    const entry = { ssh: connect(hop), users: 0 };
    standing.set(id, entry);
    const forget = () => {
      if (standing.get(id) === entry) standing.delete(id);
    };
    entry.ssh.then(({ gone }) => gone.then(forget), forget);
    return { id, entry };
  };
  const open = async (host: HostConfig) => {
    const hop = await hopBefore(host);
    const { id, entry } = enter(hop);
    entry.users++;
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      entry.users--;
      if (entry.users > 0) return;
      if (standing.get(id) === entry) standing.delete(id);
      entry.ssh.then(
        (ssh) => ssh.close(),
        () => undefined,
      );
    };
    try {
      return { ssh: await entry.ssh, release };
    } catch (error) {
      release();
      if (!(error instanceof UnreachableError)) throw error;
      // The jump host had its own retries; its failure is final for the hosts behind it.
      throw new UnreachableError(`${error.message} (the jump host before ${host.alias})`, error.hint);
    }
  };
  return { open };
}

/** Reason code of a channel that the server does not allow (RFC 4254, 5.1). */
const ADMINISTRATIVELY_PROHIBITED = 1;

/** A connection to the host's port through its jump hosts, within the given seconds. */
export async function forwardThrough(jumps: Jumps, host: HostConfig, seconds: number): Promise<Route> {
  const { ssh, release } = await jumps.open(host);
  const via = describeHost(ssh.host);
  return new Promise((resolve, reject) => {
    const fail = (error: Error & { reason?: number | string }) => {
      clearTimeout(timer);
      release();
      reject(
        error.reason === ADMINISTRATIVELY_PROHIBITED
          ? new UnreachableError(
              `the jump host ${via} lets no connection through to ${host.hostName}`,
              `Set AllowTcpForwarding yes in sshd_config on ${via}`,
            )
          : new NetworkFailure(
              `the jump host ${via} cannot reach ${host.hostName} port ${host.port}: ${error.message}`,
            ),
      );
    };
    const timer = setTimeout(() => fail(new Error(`no answer within ${seconds} s`)), seconds * 1000);
    try {
      ssh.client.forwardOut('127.0.0.1', 0, host.hostName, host.port, (error, socket) => {
        if (error) return fail(error);
        clearTimeout(timer);
        resolve({ socket, release });
      });
    } catch (error) {
      fail(error as Error);
    }
  });
}
