import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { splitWords } from '../lib/shellWords.ts';
import { type Connection, type ExecChannel, UnreachableError } from '../remote/connection.ts';
import { prepareAskpass } from './askpass.ts';
import { childChannel, endOf } from './childChannel.ts';
import { NetworkFailure } from './failures.ts';
import { retrying } from './retry.ts';
import type { Target } from './target.ts';

type Environment = Record<string, string | undefined>;

/** What ssh says once it is connected, as the output of its LocalCommand. */
const READY = 'flotte-connected';
/** Milliseconds in which a lost connection is told after its programs have ended. */
const LOST_GRACE = 200;
const DEFAULT_RETRIES = 2;

/**
 * `ansible_connection=openssh`: the system's ssh program, for certificates, security tokens and GSSAPI. One ssh keeps
 * the connection; each program is run by another one that shares it through a socket in a private folder.
 */
export async function connectOpenSsh(target: Target, env: Environment): Promise<Connection> {
  const args = await sshArguments(target, env);
  const retries = target.retries ?? DEFAULT_RETRIES;
  return retrying(retries, () => connectOnce(target, args, env));
}

async function connectOnce(target: Target, args: string[], env: Environment): Promise<Connection> {
  const folder = await mkdtemp(join(tmpdir(), 'flotte-ssh-'));
  const askpass = target.password && (await prepareAskpass(folder, target.password));
  const socket = join(folder, 'control');
  const master = spawn('ssh', [...masterOptions(socket, askpass !== undefined), ...args, '--', target.host], {
    // A session of its own: Ctrl-C does not reach it, and ssh finds no terminal to ask on.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, ...askpass?.env },
  });
  const { said, gone } = watch(master, folder);
  try {
    await readiness(master);
  } catch (error) {
    await gone;
    throw failureOf(target, said(), error as Error);
  } finally {
    await askpass?.end();
  }
  let closing = false;
  const lost = gone.then(() => (closing ? undefined : lostReason(target, said())));
  const close = async () => {
    closing = true;
    master.kill('SIGTERM');
    await gone;
  };
  return { exec: (command) => run(target, socket, args, env, lost, command), close, gone: lost };
}

function watch(master: ChildProcess, folder: string) {
  let text = '';
  master.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = `${text}${chunk}`.slice(-4000);
  });
  const gone = new Promise<void>((resolve) => {
    master.on('close', resolve);
    master.on('error', () => resolve());
  }).then(() => rm(folder, { recursive: true, force: true }));
  return { said: () => text.trim(), gone };
}

/** Settles when ssh is connected and shares its connection; rejects when it ends before. */
function readiness(master: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    master.on('error', reject);
    master.on('close', () => reject(new Error('ssh has ended')));
    master.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.includes(READY)) resolve();
    });
  });
}

function option(name: string, value: string | number): string[] {
  return ['-o', `${name}=${value}`];
}

/** Of each option the first value counts, so these cannot be undone by ssh_config. */
function masterOptions(socket: string, hasPassword: boolean): string[] {
  return [
    '-N',
    '-T',
    ...option('BatchMode', hasPassword ? 'no' : 'yes'),
    ...option('NumberOfPasswordPrompts', 1),
    ...option('ControlMaster', 'yes'),
    ...option('ControlPath', socket),
    ...option('ControlPersist', 'no'),
    ...option('PermitLocalCommand', 'yes'),
    ...option('LocalCommand', `echo ${READY}`),
    ...option('RemoteCommand', 'none'),
    ...option('ClearAllForwardings', 'yes'),
  ];
}

/** The target's settings in the order in which Ansible gives them, after what ssh_config makes of them. */
async function sshArguments(target: Target, env: Environment): Promise<string[]> {
  const own = [
    ...(target.port === undefined ? [] : option('Port', target.port)),
    ...(target.privateKeyFile === undefined ? [] : option('IdentityFile', target.privateKeyFile)),
    ...(target.user === undefined ? [] : option('User', target.user)),
    ...(target.timeout === undefined ? [] : option('ConnectTimeout', Math.ceil(target.timeout))),
    ...[target.sshArgs, target.sshCommonArgs, target.sshExtraArgs].flatMap((words) => wordsOf(words ?? '')),
    ...(target.sshConfigFile === undefined ? [] : ['-F', target.sshConfigFile]),
  ];
  const settings = await effectiveSettings([...own, '--', target.host], env);
  const checking = target.hostKeyChecking === false ? 'false' : settings.get('stricthostkeychecking');
  return [
    // With `no`, ssh would go on where a key has changed; nobody is there to answer `ask`.
    ...option(
      'StrictHostKeyChecking',
      checking === 'false' || checking === 'accept-new' ? 'accept-new' : 'yes',
    ),
    ...(settings.get('serveraliveinterval') === '0' ? option('ServerAliveInterval', 15) : []),
    ...(settings.get('connecttimeout') === 'none' ? option('ConnectTimeout', 10) : []),
    ...own,
  ];
}

function wordsOf(text: string): string[] {
  try {
    return splitWords(text);
  } catch (error) {
    throw new UnreachableError(`ssh arguments ${text}: ${(error as Error).message}`);
  }
}

/** What ssh itself makes of its configuration, by `ssh -G`. */
async function effectiveSettings(args: string[], env: Environment): Promise<Map<string, string>> {
  const child = spawn('ssh', ['-G', '-T', ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (error) => reject(noSshProgram(error)));
    child.on('close', resolve);
  });
  if (code !== 0) throw new UnreachableError(`ssh does not take its settings: ${lastLines(err)}`);
  return new Map(out.split('\n').map((line) => line.split(/ (.*)/s) as [string, string]));
}

function noSshProgram(error: Error): UnreachableError {
  return new UnreachableError(
    `the ssh program cannot be started: ${error.message}`,
    'Install it (Debian: openssh-client), or leave ansible_connection=openssh out',
  );
}

function run(
  target: Target,
  socket: string,
  args: string[],
  env: Environment,
  lost: Promise<string | undefined>,
  command: string,
): Promise<ExecChannel> {
  const sharing = [
    '-T',
    ...option('ControlMaster', 'no'),
    ...option('ControlPath', socket),
    // Where the shared connection is gone, ssh must not make one of its own.
    ...option('ProxyCommand', 'false'),
    ...option('LogLevel', 'ERROR'),
    ...option('RemoteCommand', 'none'),
    ...option('EscapeChar', 'none'),
    ...option('ClearAllForwardings', 'yes'),
  ];
  const child = spawn('ssh', [...sharing, ...args, '--', target.host, command], {
    detached: true,
    stdio: 'pipe',
    env,
  });
  const end = endOf(child).then(async (how) => {
    // ssh's own code for a broken connection; a program may end with it too.
    if (how.code === 255) await Promise.race([lost, sleep(LOST_GRACE)]);
    return how;
  });
  const closed = Promise.race([
    lost.then((reason) => ({ lost: reason ?? 'the connection was closed' })),
    end,
  ]);
  const close = () => {
    child.stdin.end();
    child.kill('SIGTERM');
    child.stdout.resume();
    child.stderr.resume();
  };
  return childChannel(child, closed, close, noSshProgram);
}

function lastLines(text: string): string {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !/^@+$|^Warning: Permanently added/.test(line))
    .slice(-3)
    .join(' / ');
}

function lostReason(target: Target, said: string): string {
  const more = lastLines(said);
  return `the connection to ${target.host} was lost${more === '' ? '' : `: ${more}`}`;
}

const NETWORK =
  /Connection (refused|timed out|reset|closed)|No route to host|Network is unreachable|temporary failure/i;

function failureOf(target: Target, said: string, error: Error): UnreachableError {
  if ((error as NodeJS.ErrnoException).code !== undefined) return noSshProgram(error);
  const message = `${target.host} cannot be reached by ssh: ${lastLines(said) || 'it ended without a word'}`;
  if (/REMOTE HOST IDENTIFICATION HAS CHANGED/.test(said)) {
    const line = /Offending \S+ key in (\S+)/.exec(said)?.[1];
    return new UnreachableError(
      `the host key of ${target.host} has changed${line ? ` (${line})` : ''}. Somebody may be between you and the host, or it was installed anew`,
      `If it was installed anew, remove the old key with ssh-keygen -R`,
    );
  }
  if (/Host key verification failed/.test(said)) {
    return new UnreachableError(
      message,
      `Compare the host's key and add it to known_hosts: ssh-keyscan ${target.host}`,
    );
  }
  return NETWORK.test(lastLines(said)) ? new NetworkFailure(message) : new UnreachableError(message);
}
