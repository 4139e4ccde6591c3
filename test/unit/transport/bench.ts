import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { vi } from 'vitest';
import type { Connection, UnreachableError } from '../../../src/remote/connection.ts';
import {
  createTransport,
  type Target,
  type Transport,
  type TransportOptions,
} from '../../../src/transport/index.ts';
import { makeKey, publicLine, type Sshd, type SshdOptions, startSshd } from './sshd.ts';

// A busy machine makes keys and logs in slowly.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

/** A home folder with a key, and sshds that let that key in. */
export interface Workbench {
  folder: string;
  home: string;
  userKey: string;
  hostKey: string;
  /** Starts an sshd with the workbench's host key, and keeps it to be ended. */
  sshd(more?: Partial<SshdOptions>): Promise<Sshd>;
  /** Writes ~/.ssh/known_hosts, or one of another name, anew. */
  known(lines: string[], name?: string): string;
  knownText(): string;
  /** A known_hosts line for a port of the loopback address. */
  line(port: number, key?: string): string;
  transport(more?: TransportOptions): Transport;
  end(): Promise<void>;
}

export function workbench(): Workbench {
  const folder = mkdtempSync(join(tmpdir(), 'flotte-ssh2-'));
  const home = join(folder, 'home');
  mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 });
  const userKey = makeKey(join(home, '.ssh/id_ed25519'));
  const hostKey = makeKey(join(folder, 'host_ed25519'));
  const started: Sshd[] = [];
  const knownHosts = join(home, '.ssh/known_hosts');
  return {
    folder,
    home,
    userKey,
    hostKey,
    async sshd(more = {}) {
      const sshd = await startSshd({ hostKeys: [hostKey], authorized: [userKey], ...more });
      started.push(sshd);
      return sshd;
    },
    known(lines, name = 'known_hosts') {
      const file = join(home, '.ssh', name);
      writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
      return file;
    },
    knownText: () => readFileSync(knownHosts, 'utf8'),
    line: (port, key = hostKey) => `[127.0.0.1]:${port} ${publicLine(key)}`,
    transport: (more = {}) => createTransport({ home, ...more }),
    async end() {
      await Promise.all(started.map((sshd) => sshd.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A target on the loopback address, reading no ssh_config. */
export function onPort(port: number, more: Partial<Target> = {}): Target {
  return { transport: 'ssh2', host: '127.0.0.1', port, retries: 0, sshConfigFile: 'none', ...more };
}

/** Runs one program to its end. */
export async function run(connection: Connection, command: string, input = '') {
  const channel = await connection.exec(command);
  channel.stdin.end(input);
  const [out, err, closed] = await Promise.all([text(channel.stdout), text(channel.stderr), channel.closed]);
  return { out, err, ...closed };
}

/** The error of something that must fail with an UnreachableError. */
export async function failure(attempt: Promise<Connection>): Promise<UnreachableError> {
  const outcome = await attempt.then(
    (connection) => connection.close().then(() => new Error('it did connect')),
    (error: Error) => error,
  );
  if (outcome.name !== 'UnreachableError') throw outcome;
  return outcome as UnreachableError;
}
