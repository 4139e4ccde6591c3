import { isTruthy, MISSING, toText } from '../jinja/index.ts';
import type { Secret } from '../lib/secret.ts';
import { Secret as SecretText } from '../lib/secret.ts';
import type { Task } from '../playbook/model.ts';
import { UnreachableError } from '../remote/connection.ts';
import { type Identity, openHost, type RemoteHost } from '../remote/host.ts';
import type { Target, Transport } from '../transport/index.ts';
import type { VariableScope } from '../variables/scope.ts';
import { plainValue, type Templating } from '../variables/templating.ts';
import type { Listener, WireCounts } from './events.ts';
import { keywordValue } from './keywordValue.ts';
import type { RunOptions } from './options.ts';

/** The standing connections of a run. */
export interface Sessions {
  /** The host's connection for a task; made when first asked for. Throws UnreachableError. */
  open(host: string, target: Target): Promise<RemoteHost>;
  /** Ends a host's connections and says what they cost. */
  close(host: string): Promise<WireCounts>;
  /** Gives a host's connections up without waiting for them: they may be dead. */
  drop(host: string): void;
  closeAll(): Promise<void>;
  /** Ends at once what runs on all hosts. */
  abortAll(): Promise<void>;
  /** What a host's closed connections cost; undefined where there was none. */
  spent(host: string): WireCounts | undefined;
}

interface Session {
  remote: Promise<RemoteHost>;
  connectSeconds: number;
}

const NO_COUNTS: WireCounts = {
  frames: 0,
  roundTrips: 0,
  bytesOut: 0,
  bytesIn: 0,
  reads: 0,
  cachedReads: 0,
  connectSeconds: 0,
};

/** No connection yet. */
export function createSessions(emit: Listener, transport: Transport): Sessions {
  const hosts = new Map<string, Map<string, Session>>();
  const spent = new Map<string, WireCounts>();

  const openSession = (host: string, target: Target): Session => {
    const session: Session = { connectSeconds: 0, remote: undefined as unknown as Promise<RemoteHost> };
    session.remote = connectRemote(host, target, session);
    return session;
  };

  const connectRemote = async (host: string, target: Target, session: Session): Promise<RemoteHost> => {
    const start = Date.now();
    emit({ type: 'host-connecting', time: start / 1000, host, address: target.host });
    const connection = await transport.connect(target);
    session.connectSeconds = (Date.now() - start) / 1000;
    emit({ type: 'host-connected', time: Date.now() / 1000, host, seconds: session.connectSeconds });
    return openHost(connection);
  };

  const close = async (host: string): Promise<WireCounts> => {
    const total = { ...(spent.get(host) ?? NO_COUNTS) };
    for (const session of hosts.get(host)?.values() ?? []) {
      const remote = await session.remote.catch(() => undefined);
      if (!remote) continue;
      await remote.close();
      addCounts(total, { ...remote.counts, connectSeconds: session.connectSeconds });
    }
    if (hosts.delete(host)) spent.set(host, total);
    return total;
  };

  return {
    open(host, target) {
      const key = `${target.transport} ${target.user ?? ''}@${target.host}:${target.port ?? ''}`;
      let sessions = hosts.get(host);
      if (!sessions) {
        sessions = new Map();
        hosts.set(host, sessions);
      }
      let session = sessions.get(key);
      if (!session) {
        session = openSession(host, target);
        sessions.set(key, session);
      }
      return session.remote;
    },
    close,
    drop(host) {
      const total = { ...(spent.get(host) ?? NO_COUNTS) };
      for (const { remote, connectSeconds } of hosts.get(host)?.values() ?? []) {
        void remote
          .then(async (open) => {
            addCounts(total, { ...open.counts, connectSeconds });
            await open.abort();
            await open.close();
          })
          .catch(() => {});
      }
      if (hosts.delete(host)) spent.set(host, total);
    },
    async closeAll() {
      await Promise.all([...hosts.keys()].map(close));
    },
    async abortAll() {
      const open = [...hosts.values()].flatMap((sessions) => [...sessions.values()]);
      const remotes = await Promise.all(open.map((session) => session.remote.catch(() => undefined)));
      await Promise.all(remotes.map((remote) => remote?.abort()));
    },
    spent: (host) => spent.get(host),
  };
}

function addCounts(total: WireCounts, counts: WireCounts): void {
  for (const name of Object.keys(NO_COUNTS) as (keyof WireCounts)[]) total[name] += counts[name];
}

/** Answers a connection setting: the host's variable, else the task's keyword, else the run's default. */
type Setting = (variables: string[], keyword?: string) => unknown;

function settingsOf(scope: VariableScope, task: Task | undefined, templating: Templating): Setting {
  return (variables, keyword) => {
    for (const name of variables) {
      const value = scope.get(name);
      if (value !== MISSING && value !== undefined && value !== null) return value;
    }
    return keyword && task ? keywordValue(task, keyword, scope, templating) : undefined;
  };
}

/** How a host is reached for a task, as its variables, the task's keywords and the run's options say. */
export function targetOf(
  name: string,
  scope: VariableScope,
  task: Task | undefined,
  templating: Templating,
  options: RunOptions,
): Target {
  const setting = settingsOf(scope, task, templating);
  const defaults = options.connection;
  const kind = text(setting(['ansible_connection'], 'connection')) ?? defaults.connection ?? 'ssh';
  const port = setting(['ansible_port', 'ansible_ssh_port'], 'port') ?? defaults.port;
  const password = setting(['ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password']);
  const checking = setting(['ansible_ssh_host_key_checking', 'ansible_host_key_checking']);
  const timeout = setting(['ansible_timeout', 'ansible_ssh_timeout']) ?? defaults.timeout;
  return {
    transport: transportOf(kind, name),
    host: text(setting(['ansible_host', 'ansible_ssh_host'])) ?? name,
    port: port === undefined ? undefined : Number(plainValue(port)),
    user: text(setting(['ansible_user', 'ansible_ssh_user'], 'remote_user')) ?? defaults.user,
    privateKeyFile:
      text(setting(['ansible_private_key_file', 'ansible_ssh_private_key_file'])) ?? defaults.privateKeyFile,
    password: password === undefined ? defaults.password : new SecretText(toText(password)),
    sshArgs: text(setting(['ansible_ssh_args'])) ?? defaults.sshArgs,
    sshCommonArgs: text(setting(['ansible_ssh_common_args'])) ?? defaults.sshCommonArgs,
    sshExtraArgs: text(setting(['ansible_ssh_extra_args'])) ?? defaults.sshExtraArgs,
    timeout: timeout === undefined ? undefined : Number(plainValue(timeout)),
    hostKeyChecking: checking === undefined ? defaults.hostKeyChecking : truth(checking),
  };
}

function transportOf(kind: string, host: string): Target['transport'] {
  const short = kind.replace(/^ansible\.(builtin|legacy|netcommon)\./, '');
  if (
    short === 'ssh' ||
    short === 'smart' ||
    short === 'paramiko' ||
    short === 'paramiko_ssh' ||
    short === 'ssh2'
  )
    return 'ssh2';
  if (short === 'openssh') return 'openssh';
  if (short === 'local') return 'local';
  throw new UnreachableError(
    `the connection "${kind}" of ${host} is not known`,
    'Use ssh, openssh or local.',
  );
}

function text(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : toText(value);
}

/** Truth as Ansible reads settings: yes, on, 1, true in any case; other values by their own truth. */
export function truth(value: unknown): boolean {
  if (typeof value === 'string') return ['yes', 'on', '1', 'true', 'y', 't'].includes(value.toLowerCase());
  return isTruthy(value);
}

/** As whom a task runs; undefined for the login user. */
export function identityOf(
  scope: VariableScope,
  task: Task | undefined,
  templating: Templating,
  options: RunOptions,
): Identity | undefined {
  const setting = settingsOf(scope, task, templating);
  const { become: defaults } = options;
  const wanted = setting(['ansible_become'], 'become') ?? defaults.become ?? false;
  if (!truth(wanted)) return undefined;
  const method = text(setting(['ansible_become_method'], 'become_method')) ?? defaults.method ?? 'sudo';
  const short = method.replace(/^(ansible\.builtin|community\.general)\./, '');
  if (short !== 'sudo' && short !== 'su')
    throw new UnreachableError(`become by "${method}" is not supported`, 'Use sudo or su.');
  const identity: Identity = {
    method: short,
    user:
      text(setting(['ansible_become_user', `ansible_${short}_user`], 'become_user')) ??
      defaults.user ??
      'root',
  };
  const password = passwordOf(
    setting([`ansible_become_password`, 'ansible_become_pass', `ansible_${short}_pass`]),
    defaults.password,
  );
  if (password) identity.password = password;
  const exe = text(setting(['ansible_become_exe'], 'become_exe')) ?? defaults.exe;
  if (exe) identity.exe = exe;
  const flags = text(setting(['ansible_become_flags'], 'become_flags')) ?? defaults.flags;
  if (flags) identity.flags = flags;
  return identity;
}

function passwordOf(value: unknown, fallback: Secret | undefined): Secret | undefined {
  return value === undefined ? fallback : new SecretText(toText(value));
}
