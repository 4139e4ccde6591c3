import { homedir, hostname, userInfo } from 'node:os';
import pLimit from 'p-limit';
import { type Connection, UnreachableError } from '../remote/connection.ts';
import { createConfigs } from './configs.ts';
import { createHostKeys } from './hostKeys.ts';
import type { Ask } from './keys.ts';
import { connectLocal } from './local.ts';
import type { UnknownHostKey } from './scan.ts';
import type { SshContext } from './ssh2.ts';
import type { HostConfig } from './sshConfig.ts';
import type { Target } from './target.ts';
import type { LocalUser } from './tokens.ts';

export type { UnknownHostKey } from './scan.ts';
export type { Target } from './target.ts';

export interface TransportOptions {
  /**
   * The environment to look at: SSH_AUTH_SOCK, ANSIBLE_HOST_KEY_CHECKING, variables in ssh_config; default: an empty
   * one. Nothing of it goes to a host.
   */
  env?: Record<string, string | undefined>;
  /** Asks for passphrases; left out where nobody can be asked. */
  ask?: Ask;
  /** The folder that `~` stands for; default: that of the user. */
  home?: string;
}

/** All connections of one run: files are read, keys decrypted and jump hosts connected to once for all hosts. */
export interface Transport {
  /** Fails with UnreachableError, which says why and what to do. */
  connect(target: Target): Promise<Connection>;
  /**
   * What is wrong with a target's settings and key file, found without connecting: undefined where nothing is.
   * Asks for the passphrase that connecting will need.
   */
  check(target: Target): Promise<UnreachableError | undefined>;
  /**
   * The keys of hosts that known_hosts does not list and a person may be asked about, each key once. A host
   * behind an unknown jump host is not reached: accept the jump host's key, then call it again.
   */
  scanHostKeys(targets: Target[]): Promise<UnknownHostKey[]>;
  /** Writes keys that a person has accepted to known_hosts. */
  acceptHostKeys(keys: UnknownHostKey[]): Promise<void>;
  /** Lines of ssh_config and known_hosts that were met and are not honoured, each once. */
  warnings(): Promise<string[]>;
}

/** At 40 handshakes at once the event loop stood still for 0.2 s. */
const HANDSHAKES_AT_ONCE = 32;
const DEFAULT_RETRIES = 2;

export function createTransport(options: TransportOptions): Transport {
  const local = localUser(options);
  const hostKeys = createHostKeys();
  const configs = createConfigs(local);
  // Loaded when used: ssh2 costs 60 ms of CPU, which a run on this machine alone need not pay.
  let ssh: Promise<SshContext> | undefined;
  const sshContext = () => {
    ssh ??= createSshContext(options.ask);
    return ssh;
  };

  const createSshContext = async (ask: Ask | undefined): Promise<SshContext> => {
    const [{ createIdentities }, { createKeyring }, { createJumps }, { openClient }] = await Promise.all([
      import('./attempts.ts'),
      import('./keys.ts'),
      import('./jump.ts'),
      import('./ssh2.ts'),
    ]);
    const context: SshContext = {
      hostKeys,
      identities: createIdentities(createKeyring(ask)),
      handshakes: pLimit(HANDSHAKES_AT_ONCE),
      jumps: createJumps({
        hopBefore: configs.hopBefore,
        connect: (host) =>
          openClient(context, {
            host,
            password: undefined,
            requiredKey: undefined,
            retries: retriesFor(host),
          }),
      }),
    };
    return context;
  };

  const login = async (target: Target) => {
    const host = await configs.resolve(target);
    const requiredKey = target.privateKeyFile === undefined ? undefined : host.identityFiles[0];
    return { host, password: target.password, requiredKey, retries: target.retries ?? retriesFor(host) };
  };

  const connect = async (target: Target) => {
    if (target.transport === 'local') return connectLocal();
    if (target.transport === 'openssh') {
      const { connectOpenSsh } = await import('./openssh.ts');
      return connectOpenSsh(configs.withEnvironment(target), local.env);
    }
    const { connectSsh2 } = await import('./ssh2.ts');
    return connectSsh2(await sshContext(), await login(target));
  };

  const check = async (target: Target) => {
    if (target.transport !== 'ssh2') return undefined;
    try {
      const { attemptsFor } = await import('./attempts.ts');
      const { host, password, requiredKey } = await login(target);
      await attemptsFor(host, (await sshContext()).identities, password, requiredKey);
      return undefined;
    } catch (error) {
      if (error instanceof UnreachableError) return error;
      throw error;
    }
  };

  const scanHostKeys = async (targets: Target[]) => {
    const { scanUnknown } = await import('./scan.ts');
    const remote = targets.filter(({ transport }) => transport !== 'local');
    const hosts = await Promise.all(remote.map((target) => configs.resolve(target).catch(() => undefined)));
    const resolved = hosts.filter((host): host is HostConfig => host !== undefined);
    return scanUnknown(await sshContext(), resolved, configs.hopBefore);
  };

  const acceptHostKeys = async (keys: UnknownHostKey[]) => {
    for (const { host, key } of keys) await hostKeys.add(host, key);
  };

  const warnings = async () => [...configs.warnings, ...(await hostKeys.warnings())];

  return { connect, check, scanHostKeys, acceptHostKeys, warnings };
}

function localUser({ env = {}, home = homedir() }: TransportOptions): LocalUser {
  try {
    const { username, uid } = userInfo();
    return { name: username, uid, home, hostName: hostname(), env };
  } catch {
    // A user without an entry in the system's list, as in some containers.
    return { name: env.USER ?? '', uid: -1, home, hostName: hostname(), env };
  }
}

function retriesFor(host: HostConfig): number {
  return host.connectionAttempts === undefined ? DEFAULT_RETRIES : host.connectionAttempts - 1;
}
