import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection, ExecChannel } from '../../../src/remote/connection.ts';

/** The shells that a host's sh may be. With busybox all its other programs are busybox's too. */
export const shells = ['dash', 'bash', 'busybox'] as const;
export type Shell = (typeof shells)[number];

/** Why tests with this shell cannot run here; undefined: they can. */
export function missing(shell: Shell): string | undefined {
  return programOf(shell) ? undefined : `${shell} is not installed`;
}

function programOf(shell: Shell): string | undefined {
  return [`/bin/${shell}`, `/usr/bin/${shell}`].find((path) => existsSync(path));
}

export interface TestConnection extends Connection {
  /** Command lines that were executed. */
  readonly commands: string[];
  readonly children: ChildProcess[];
  /** As a connection that breaks: every stream ends, nobody says farewell. */
  lose(): void;
  cleanUp(): void;
}

/** A connection to this machine on which `sh` is the shell asked for; every channel is a session of its own. */
export function connectShell(
  shell: Shell = 'dash',
  environment: Record<string, string> = {},
): TestConnection {
  const folder = mkdtempSync(join(tmpdir(), 'flotte-test-'));
  const programs = join(folder, 'bin');
  mkdirSync(programs);
  for (const name of namesFor(shell)) symlinkSync(programOf(shell)!, join(programs, name));
  const children: ChildProcess[] = [];
  const commands: string[] = [];
  let lost: (reason: string | undefined) => void = () => {};
  const gone = new Promise<string | undefined>((resolve) => {
    lost = resolve;
  });
  let reason: string | undefined;

  async function exec(command: string): Promise<ExecChannel> {
    commands.push(command);
    const child = spawn('sh', ['-c', command], {
      detached: true,
      stdio: 'pipe',
      env: { ...process.env, PATH: `${programs}:${process.env.PATH}`, ...environment },
    });
    children.push(child);
    const { stdin, stdout, stderr } = child;
    stdin.on('error', () => undefined);
    const closed = new Promise<Awaited<ExecChannel['closed']>>((resolve) => {
      child.on('close', (code, signal) =>
        resolve(reason ? { lost: reason } : code === null ? { signal: signal! } : { code }),
      );
    });
    const close = () => {
      for (const stream of [stdin, stdout, stderr]) stream.destroy();
    };
    return { stdin, stdout, stderr, closed, close };
  }

  function end(): void {
    for (const { stdin, stdout, stderr } of children)
      for (const stream of [stdin, stdout, stderr]) stream?.destroy();
    lost(reason);
  }

  return {
    exec,
    close: async () => end(),
    gone,
    commands,
    children,
    lose() {
      reason = 'the network is down';
      end();
    },
    cleanUp: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function namesFor(shell: Shell): string[] {
  if (shell !== 'busybox') return ['sh'];
  return execFileSync(programOf('busybox')!, ['--list'], { encoding: 'utf8' }).trim().split('\n');
}

/** Whether a process is there and no zombie. */
export function lives(pid: number): boolean {
  try {
    const stat = execFileSync('cat', [`/proc/${pid}/stat`], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return !/\) Z /.test(stat);
  } catch {
    return false;
  }
}

/** Waits until something holds; false when it does not within the time. */
export async function eventually(holds: () => boolean, seconds = 5): Promise<boolean> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    if (holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return holds();
}
