import type { Duplex } from 'node:stream';
import ssh2, { type Algorithms, type Client, type ConnectConfig, type ServerHostKeyAlgorithm } from 'ssh2';
import type { UnreachableError } from '../remote/connection.ts';
import type { Attempt, Attempts } from './attempts.ts';
import { handshakeFailure, NetworkFailure } from './failures.ts';
import type { HostConfig } from './sshConfig.ts';

/**
 * What is offered, cheapest first. Never dh-group-exchange, which costs 1.4 s of CPU here, and nothing with SHA-1
 * for keys, as OpenSSH since 8.8.
 */
const ALGORITHMS = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group16-sha512',
  ],
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'chacha20-poly1305@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
  ],
  hmac: [
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
    'hmac-sha1',
  ],
  compress: ['none'],
} satisfies Algorithms;

/** The signature algorithms of each host key type, the types cheapest first. */
const HOST_KEY_ALGORITHMS = new Map<string, ServerHostKeyAlgorithm[]>([
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
]);

/** The types by which the host is known come first: else a host known by one key would show another. */
function hostKeyAlgorithms(knownTypes: string[]): ServerHostKeyAlgorithm[] {
  const types = [...HOST_KEY_ALGORITHMS.keys()];
  const ordered = [...types.filter((type) => knownTypes.includes(type)), ...types];
  return [...new Set(ordered.flatMap((type) => HOST_KEY_ALGORITHMS.get(type) ?? []))];
}

export interface HandshakeOptions {
  host: HostConfig;
  attempts: Attempts;
  /** Seconds until authenticated. */
  seconds: number;
  /** Host key types to offer first. */
  knownTypes: string[];
  /** Gives the reason to refuse a host key, or nothing. */
  verify(key: Buffer): UnreachableError | undefined;
}

/** Speaks SSH over a connection until the user is let in. Fails with UnreachableError, and closes it then. */
export function handshake(socket: Duplex, options: HandshakeOptions): Promise<Client> {
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
    algorithms: { ...ALGORITHMS, serverHostKey: hostKeyAlgorithms(options.knownTypes) },
    hostVerifier: (key: Buffer) => {
      refused = options.verify(key);
      return refused === undefined;
    },
    authHandler: login.next as NonNullable<ConnectConfig['authHandler']>,
    ...(host.forwardAgent && host.identityAgent !== undefined
      ? { agent: host.identityAgent, agentForward: true }
      : {}),
  };
  return new Promise((resolve, reject) => {
    const state = () => ({ tried: login.tried, skipped: attempts.skipped, serverTakes: login.serverTakes() });
    const fail = (error: Error) => {
      if (passesOn(error)) return;
      // What the proxy said of itself explains more than ssh's "connection lost".
      const own = error instanceof NetworkFailure ? error : undefined;
      reject(refused ?? own ?? handshakeFailure(error, host, state(), seconds));
      socket.destroy();
    };
    client.on('error', fail);
    client.on('close', () => fail(new Error('connection closed')));
    client.once('ready', () => {
      client.off('error', fail);
      client.on('error', () => undefined);
      resolve(client);
    });
    client.connect(config);
  });
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
