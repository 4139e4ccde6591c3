import type { LimitFunction } from 'p-limit';
import type { Client } from 'ssh2';
import type { Secret } from '../lib/secret.ts';
import { type Connection, type ExecChannel, UnreachableError } from '../remote/connection.ts';
import { type Attempts, attemptsFor, type Identities } from './attempts.ts';
import { execChannel } from './channel.ts';
import { describeHost } from './failures.ts';
import { handshake } from './handshake.ts';
import { type HostKeys, nameOf, refusal } from './hostKeys.ts';
import { forwardThrough, type Jumps } from './jump.ts';
import { plainKeyTypes, type Verdict, verifyHostKey } from './knownHosts.ts';
import { retrying } from './retry.ts';
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
  return { exec: (command) => runProgram(ssh, command), close: ssh.close, gone: ssh.gone };
}

/** Connects, verifies the host's key and authenticates; tries again after errors of the network alone. */
export async function openClient(context: SshContext, login: SshLogin): Promise<SshClient> {
  const { host, password, requiredKey } = login;
  const attempts = await attemptsFor(host, context.identities, password, requiredKey);
  return retrying(login.retries, () => openOnce(context, host, attempts));
}

async function openOnce(context: SshContext, host: HostConfig, attempts: Attempts): Promise<SshClient> {
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
      const options = { host, attempts, seconds: secondsFor(host), knownTypes, verify };
      const client = await context.handshakes(() => handshake(route.socket, options));
      if (seen.key && seen.verdict?.answer === 'unknown' && host.strictHostKeyChecking === 'accept-new') {
        await context.hostKeys.add(host, seen.key);
      }
      return standing(client, host, route);
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

function standing(client: Client, host: HostConfig, route: Route): SshClient {
  let closing = false;
  let reason: string | undefined;
  client.on('error', (error: Error & { level?: string }) => {
    reason ??=
      error.level === 'client-timeout'
        ? `no answer for ${host.serverAliveInterval * (host.serverAliveCountMax + 1)} s`
        : error.message;
  });
  const gone = new Promise<string | undefined>((resolve) => {
    client.on('close', () => {
      route.release();
      const lost = `the connection to ${describeHost(host)} was lost${reason ? `: ${reason}` : ''}`;
      resolve(closing ? undefined : lost);
    });
  });
  const close = async () => {
    closing = true;
    client.end();
    const timer = setTimeout(() => client.destroy(), CLOSE_TIMEOUT);
    await gone;
    clearTimeout(timer);
  };
  return { host, client, gone, close };
}

function runProgram(ssh: SshClient, command: string): Promise<ExecChannel> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) =>
      reject(new UnreachableError(`${describeHost(ssh.host)} starts no program: ${error.message}`));
    try {
      ssh.client.exec(command, (error, channel) =>
        error ? fail(error) : resolve(execChannel(channel, ssh.gone)),
      );
    } catch (error) {
      fail(error as Error);
    }
  });
}
