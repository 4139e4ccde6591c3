import { spawn } from 'node:child_process';
import net from 'node:net';
import { Duplex, Readable, Writable } from 'node:stream';
import { NetworkFailure, socketFailure } from './failures.ts';
import type { HostConfig } from './sshConfig.ts';

/** A way to a host's port. */
export interface Route {
  socket: Duplex;
  /** Gives back what the way was built on; called when the connection is gone or did not come about. */
  release(): void;
}

/** A TCP connection to the host's port, within the given seconds. Fails with UnreachableError. */
export function openTcp(host: HostConfig, seconds: number): Promise<Route> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({
      host: host.hostName,
      port: host.port,
      // Without it a small packet waits for the answer to the one before: 50 ms for each exec channel.
      noDelay: true,
      // Node gives each of several addresses 250 ms, which a slow line exceeds.
      autoSelectFamilyAttemptTimeout: 2500,
      ...(host.addressFamily !== 0 && { family: host.addressFamily }),
      ...(host.bindAddress !== undefined && { localAddress: host.bindAddress }),
    });
    const timer = setTimeout(
      () => socket.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })),
      seconds * 1000,
    );
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(socketFailure(error, host, seconds));
    };
    socket.once('error', fail);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      resolve({ socket, release: () => undefined });
    });
  });
}

/** Lines of a ProxyCommand's stderr that an error shows at most. */
const STDERR_LINES = 3;

/** The standard input and output of a ProxyCommand as the connection. */
export function openProxyCommand(command: string, host: HostConfig): Promise<Route> {
  // `exec`, as ssh does, so that ending the child ends the command and not a shell around it.
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], { stdio: 'pipe' });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-2000);
  });
  const failure = (how: string) => {
    const last = said.trim().split('\n').slice(-STDERR_LINES).join(' / ');
    return new NetworkFailure(
      `the ProxyCommand of ${host.alias} ${how}: ${command}${last === '' ? '' : ` (${last})`}`,
    );
  };
  const ended = new Promise<string>((resolve) => {
    child.on('close', (code, signal) =>
      resolve(code === 0 ? '' : `ended with ${signal ?? `exit code ${code}`}`),
    );
  });
  // The stream ends only when the exit code is there: an error then tells more than the end would.
  async function* output() {
    yield* child.stdout;
    const how = await ended;
    if (how !== '') throw failure(how);
  }
  child.stdin.on('error', () => undefined);
  const input = new Writable({
    // A write that fails is passed over: the end of the output tells what happened.
    write: (chunk, _encoding, done) => void child.stdin.write(chunk, () => done()),
    final: (done) => void child.stdin.end(() => done()),
  });
  const socket = Duplex.from({ readable: Readable.from(output(), { objectMode: false }), writable: input });
  socket.on('close', () => child.kill());
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(failure(`cannot be started (${error.message})`)));
    child.on('spawn', () => resolve({ socket, release: () => undefined }));
  });
}
