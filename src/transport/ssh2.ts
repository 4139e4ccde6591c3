import { Socket } from 'node:net';
import type { LimitFunction } from 'p-limit';
import type { ClientChannel, ExecOptions } from 'ssh2';
import type { Secret } from '../lib/secret.ts';
import { type Connection, type ExecChannel, UnreachableError } from '../remote/connection.ts';
import { type Attempts, attemptsFor, type Identities } from './attempts.ts';
import { execChannel } from './channel.ts';
import { describeHost, LoginCut } from './failures.ts';
import { type Authenticated, handshake } from './handshake.ts';
import { type HostKeys, nameOf, refusal } from './hostKeys.ts';
import { forwardThrough, type Jumps } from './jump.ts';
import { plainKeyTypes, type Verdict, verifyHostKey } from './knownHosts.ts';
import { retrying } from './retry.ts';
import { onceAsked } from './shortcuts.ts';
import { openProxyCommand, openTcp, type Route } from './socket.ts';
import type { SshClient } from './sshClient.ts';
import type { HostConfig } from './sshConfig.ts';

/** What all connections of a run share. */
export interface SshContext {
  hostKeys: HostKeys;
  identities: Identities;
  /** Limits how many handshakes run at once: more of them at a time only hold up the event loop. */
  handshakes: LimitFunction;
  jumps: Jumps;
}

/** Whom to connect to and as whom. */
export interface SshLogin {
  host: HostConfig;
  password: Secret | undefined;
  /** A key file that must be usable. */
  requiredKey: string | undefined;
  /** Further attempts after a network error. */
  retries: number;
}

const DEFAULT_TIMEOUT = 10;
/** Milliseconds that a connection has to end in order. */
const CLOSE_TIMEOUT = 2000;

/** A connection by ssh2, its host key verified. Fails with UnreachableError. */
export async function connectSsh2(context: SshContext, login: SshLogin): Promise<Connection> {
  const ssh = await openClient(context, login);
  return {
    exec: (command) => runProgram(ssh, command),
    close: ssh.close,
    leave: ssh.leave,
    gone: ssh.gone,
  };
}

/** Connects, verifies the host's key and authenticates; tries again after errors of the network alone. */
export async function openClient(context: SshContext, login: SshLogin): Promise<SshClient> {
  const { host, password, requiredKey } = login;
  const attempts = await attemptsFor(host, context.identities, password, requiredKey);
  return retrying(login.retries, () => openEither(context, host, attempts));
}

// A host that does not take the short way may take the long one.
async function openEither(context: SshContext, host: HostConfig, attempts: Attempts): Promise<SshClient> {
  try {
    return await openOnce(context, host, attempts, true);
  } catch (error) {
    if (!(error instanceof LoginCut)) throw error;
    return openOnce(context, host, attempts, false);
  }
}

async function openOnce(
  context: SshContext,
  host: HostConfig,
  attempts: Attempts,
  shortened: boolean,
): Promise<SshClient> {
  const known = await context.hostKeys.of(host);
  const name = nameOf(host);
  let knownTypes = plainKeyTypes(known, name);
  for (;;) {
    const seen: { verdict?: Verdict; key?: Buffer } = {};
    const verify = (key: Buffer) => {
      seen.key = key;
      seen.verdict = verifyHostKey(known, name, key);
      return refusal(seen.verdict, host, key);
    };
    const route = await openRoute(context, host);
    try {
      const options = { host, attempts, seconds: secondsFor(host), knownTypes, shortened, verify };
      const authenticated = await context.handshakes(() => handshake(route.socket, options));
      if (seen.key && seen.verdict?.answer === 'unknown' && host.strictHostKeyChecking === 'accept-new') {
        await context.hostKeys.add(host, seen.key);
      }
      return standing(authenticated, host, route);
    } catch (error) {
      route.release();
      // Hashed lines tell only now that the host is known by another type of key: ask for that one.
      const others = seen.verdict?.answer === 'unknown' ? seen.verdict.otherTypes : [];
      const fresh = others.filter((type) => !knownTypes.includes(type));
      if (fresh.length === 0) throw error;
      knownTypes = [...fresh, ...knownTypes];
    }
  }
}

/** Seconds that a host has to answer. */
export function secondsFor(host: HostConfig): number {
  return host.connectTimeout ?? DEFAULT_TIMEOUT;
}

/** The way to the host's port: through its jump hosts, by its ProxyCommand, or straight. */
export function openRoute(context: SshContext, host: HostConfig): Promise<Route> {
  if (host.proxyJump.length > 0) return forwardThrough(context.jumps, host, secondsFor(host));
  if (host.proxyCommand !== undefined) return openProxyCommand(host.proxyCommand, host);
  return openTcp(host, secondsFor(host));
}

function standing({ client, ended }: Authenticated, host: HostConfig, route: Route): SshClient {
  let closing = false;
  const gone = ended.then((error) => {
    route.release();
    if (closing) return undefined;
    const silence = host.serverAliveInterval * (host.serverAliveCountMax + 1);
    const reason = error?.level === 'client-timeout' ? `no answer for ${silence} s` : error?.message;
    return `the connection to ${describeHost(host)} was lost${reason ? `: ${reason}` : ''}`;
  });
  const close = async () => {
    closing = true;
    client.end();
    const timer = setTimeout(() => client.destroy(), CLOSE_TIMEOUT);
    await gone;
    clearTimeout(timer);
  };
  const leave = async () => {
    // What goes through a jump host or a program is handed on by them only while they are there.
    if (!(route.socket instanceof Socket)) return close();
    closing = true;
    const { socket } = route;
    const timer = setTimeout(() => socket.destroy(), CLOSE_TIMEOUT);
    socket.end(() => socket.destroy());
    await gone;
    clearTimeout(timer);
  };
  return { host, client, gone, close, leave };
}

async function runProgram(ssh: SshClient, command: string): Promise<ExecChannel> {
  const { host } = ssh;
  try {
    if (host.forwardAgent === undefined) return await start(ssh, command, false);
    // A host that does not allow it still runs the program, as with ssh.
    return await start(ssh, command, true).catch((error: Error) => {
      if (!/agent forwarding/.test(error.message)) throw error;
      return start(ssh, command, false);
    });
  } catch (error) {
    throw new UnreachableError(`${describeHost(host)} starts no program: ${(error as Error).message}`);
  }
}

function start({ client, gone }: SshClient, command: string, agentForward: boolean): Promise<ExecChannel> {
  return new Promise((resolve, reject) => {
    const options: ExecOptions & { agentForward: boolean } = { agentForward };
    let refuse = (_reason: string) => {};
    const refused = new Promise<string>((settle) => {
      refuse = settle;
    });
    let given: ExecChannel | undefined;
    const give = (channel: ClientChannel) => {
      given ??= execChannel(channel, Promise.race([gone, refused]));
      resolve(given);
    };
    onceAsked(client, command, give);
    client.exec(command, options, (error, channel) => {
      if (!error) return give(channel);
      reject(error);
      // A lost connection ends the request too, and `gone` tells more of it.
      setImmediate(refuse, `the host starts no program: ${error.message}`);
    });
  });
}
