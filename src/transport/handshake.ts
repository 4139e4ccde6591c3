import type { Duplex } from 'node:stream';
import ssh2, { type Client, type ConnectConfig } from 'ssh2';
import type { UnreachableError } from '../remote/connection.ts';
import { algorithmsFor } from './algorithms.ts';
import type { Attempt, Attempts } from './attempts.ts';
import { handshakeFailure, NetworkFailure } from './failures.ts';
import { shortenLogin, signsOneWay } from './shortcuts.ts';
import type { HostConfig } from './sshConfig.ts';

export interface HandshakeOptions {
  host: HostConfig;
  attempts: Attempts;
  /** Seconds until authenticated. */
  seconds: number;
  /** Host key types to offer first. */
  knownTypes: string[];
  /** No round trip that is not needed; without, all goes as ssh2 does it. */
  shortened: boolean;
  /** Gives the reason to refuse a host key, or nothing. */
  verify(key: Buffer): UnreachableError | undefined;
}

export interface Authenticated {
  client: Client;
  /** Settles when the connection is gone, with its last error where there was one. */
  ended: Promise<(Error & { level?: string }) | undefined>;
}

/** Speaks SSH over a connection until the user is let in. Fails with UnreachableError, and closes it then. */
export function handshake(socket: Duplex, options: HandshakeOptions): Promise<Authenticated> {
  const { host, attempts, seconds } = options;
  const client = new ssh2.Client();
  const login = createLogin(attempts.list);
  let refused: UnreachableError | undefined;
  const config: ConnectConfig = {
    sock: socket,
    username: host.user,
    readyTimeout: Math.max(1, Math.round(seconds * 1000)),
    keepaliveInterval: host.serverAliveInterval * 1000,
    keepaliveCountMax: host.serverAliveCountMax,
    algorithms: algorithmsFor(host.algorithms, options.knownTypes),
    hostVerifier: (key: Buffer) => {
      refused = options.verify(key);
      return refused === undefined;
    },
    authHandler: login.next as NonNullable<ConnectConfig['authHandler']>,
    // Only for programs that ask for it: `agentForward` would end the ones of hosts that do not allow it.
    ...(host.forwardAgent !== undefined && { agent: host.forwardAgent }),
  };
  return new Promise((resolve, reject) => {
    const state = () => ({ tried: login.tried, skipped: attempts.skipped, serverTakes: login.serverTakes() });
    const fail = (error: Error) => {
      if (passesOn(error)) return;
      // After `ready` nobody listens to this promise any more, and the connection ends by itself.
      // What the proxy said of itself explains more than ssh's "connection lost".
      const own = error instanceof NetworkFailure ? error : undefined;
      reject(refused ?? own ?? handshakeFailure(error, host, state(), seconds));
      socket.destroy();
    };
    let last: Error | undefined;
    const ended = new Promise<Error | undefined>((settle) => {
      client.on('close', () => settle(last));
    });
    client.on('error', (error) => {
      last = error;
      fail(error);
    });
    client.on('close', () => fail(new Error('connection closed')));
    client.once('ready', () => {
      last = undefined;
      resolve({ client, ended });
    });
    client.connect(config);
    if (options.shortened) shortenLogin(client, signsOneWayFirst(attempts.list));
  });
}

function signsOneWayFirst([first]: Attempt[]): boolean {
  return first?.key !== undefined && signsOneWay(first.key);
}

/** Errors after which ssh2 goes on with the next key by itself. */
function passesOn(error: Error & { level?: string }): boolean {
  return error.level === 'agent' || /^Error (while )?signing/.test(error.message);
}

/** The order of authentication: what is tried next, given what the server still takes. */
function createLogin(list: Attempt[]) {
  const tried: string[] = [];
  let position = 0;
  let passwordSent: string | undefined;
  let takes: string[] | undefined;
  const isWorthwhile = ({ method }: Attempt, methods: string[] | null) => {
    const type = method.type === 'agent' ? 'publickey' : method.type;
    if (methods && type !== 'none' && !methods.includes(type)) return false;
    // A password that was refused is not sent again by another method: it would count as two failures.
    return !(asksPassword(type) && passwordSent !== undefined && methods?.includes(passwordSent));
  };
  const next = (methods: string[] | null) => {
    takes = methods ?? takes;
    let attempt = list[position++];
    while (attempt && !isWorthwhile(attempt, methods)) attempt = list[position++];
    if (!attempt) return false;
    tried.push(attempt.label);
    if (asksPassword(attempt.method.type)) passwordSent = attempt.method.type;
    return attempt.method;
  };
  return { next, tried, serverTakes: () => takes };
}

function asksPassword(type: string): boolean {
  return type === 'password' || type === 'keyboard-interactive';
}
