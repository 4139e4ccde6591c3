import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const SSHD = ['/usr/sbin/sshd', '/usr/bin/sshd', '/usr/local/sbin/sshd'].find(existsSync);

const KEYGEN = ['/usr/bin/ssh-keygen', '/usr/local/bin/ssh-keygen', '/opt/homebrew/bin/ssh-keygen'].find(
  existsSync,
);

/** Why no keys can be made here; undefined where they can. */
export const noKeygen =
  KEYGEN === undefined ? 'there is no ssh-keygen on this machine (Debian: openssh-client)' : undefined;

/** Why the tests with a real sshd cannot run here; undefined where they can. */
export const noSshd =
  SSHD === undefined ? 'there is no sshd on this machine (Debian: openssh-server)' : noKeygen;

/** Starts an ssh-agent of its own that holds these keys. */
export function startAgent(folder: string, keys: string[]): { socket: string; stop(): void } {
  const socket = join(folder, 'agent');
  // -D keeps it in the foreground, so that it is ours to end.
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  for (let tries = 0; !existsSync(socket) && tries < 100; tries++) execFileSync('sleep', ['0.02']);
  for (const key of keys) {
    execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' });
  }
  return { socket, stop: () => agent.kill() };
}

/** Makes a key pair with ssh-keygen, and gives its path. */
export function makeKey(path: string, type = 'ed25519', passphrase = '', ...more: string[]): string {
  // 2048 bits are enough here, and made in a moment.
  const bits = type === 'rsa' ? ['-b', '2048'] : [];
  execFileSync('ssh-keygen', [
    '-q',
    '-t',
    type,
    ...bits,
    '-N',
    passphrase,
    '-C',
    `test ${type}`,
    '-f',
    path,
    ...more,
  ]);
  return path;
}

/** The public key's blob. */
export function blobOf(path: string): Buffer {
  return Buffer.from(publicLine(path).split(' ')[1] as string, 'base64');
}

/** `type base64` of a public key. */
export function publicLine(path: string): string {
  return readFileSync(`${path}.pub`, 'utf8').trim().split(' ').slice(0, 2).join(' ');
}

export interface Sshd {
  port: number;
  process: ChildProcess;
  /** How many logins it has let in. */
  logins(): number;
  /** Ends sshd and all the sessions it serves. */
  stop(): Promise<void>;
}

export interface SshdOptions {
  hostKeys: string[];
  /** Public keys that may log in. */
  authorized: string[];
  config?: string[];
  port?: number;
}

/** Starts a real sshd on a free port of the loopback address; the user who runs the tests can log in. */
export async function startSshd(options: SshdOptions): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), 'flotte-sshd-'));
  const port = options.port ?? (await freePort());
  writeFileSync(
    join(folder, 'authorized_keys'),
    options.authorized.map((key) => `${publicLine(key)}\n`).join(''),
  );
  const config = [
    ...(options.config ?? []),
    'ListenAddress 127.0.0.1',
    `Port ${port}`,
    ...options.hostKeys.map((key) => `HostKey ${key}`),
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    'StrictModes no',
    'UsePAM no',
    // bash then passes over the start file of whoever runs the tests, which may be slow.
    'SetEnv SHLVL=2',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'MaxStartups 200',
    'PidFile none',
  ];
  writeFileSync(join(folder, 'config'), `${config.join('\n')}\n`);
  // As root, sshd wants this folder to lock its unprivileged half in.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const child = spawn(SSHD as string, ['-D', '-e', '-f', join(folder, 'config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const stop = async () => {
    for (const pid of sessionsOf(child)) kill(pid);
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let waited = 0; !(await answers(port)); waited += 20) {
    if (child.exitCode !== null || waited > 5000) throw new Error(`sshd does not start: ${said}`);
    await sleep(20);
  }
  const logins = () => said.match(/^Accepted publickey/gm)?.length ?? 0;
  return { port, process: child, logins, stop };
}

/** The processes that serve sshd's sessions, the deepest first. */
export function sessionsOf(child: ChildProcess): number[] {
  const below = (pid: number): number[] => {
    const file = `/proc/${pid}/task/${pid}/children`;
    const pids = existsSync(file)
      ? readFileSync(file, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number)
      : [];
    return pids.flatMap((one) => [...below(one), one]);
  };
  return child.pid === undefined ? [] : below(child.pid);
}

export function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => resolve(false));
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
