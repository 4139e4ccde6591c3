import { spawn } from 'node:child_process';
import { type Connection, type ExecChannel, UnreachableError } from '../remote/connection.ts';

/** `ansible_connection=local`: programs run on this machine, by `sh`, in the environment of this program. */
export function connectLocal(): Connection {
  let end: (reason: string | undefined) => void;
  const gone = new Promise<string | undefined>((resolve) => {
    end = resolve;
  });
  const open = new Set<ExecChannel>();
  const exec = async (command: string) => {
    const channel = await run(command);
    open.add(channel);
    channel.closed.then(() => open.delete(channel));
    return channel;
  };
  const close = async () => {
    const channels = [...open];
    for (const channel of channels) channel.close();
    await Promise.all(channels.map((channel) => channel.closed));
    end(undefined);
  };
  return { exec, close, gone };
}

function run(command: string): Promise<ExecChannel> {
  // A session of its own: Ctrl-C on the terminal does not reach it, and the loop can end its group.
  const child = spawn('/bin/sh', ['-c', command], { detached: true, stdio: 'pipe' });
  const closed = new Promise<Awaited<ExecChannel['closed']>>((resolve) => {
    child.on('exit', (code, signal) => resolve(code === null ? { signal: signal ?? 'unknown' } : { code }));
  });
  child.stdin.on('error', () => undefined);
  const close = () => {
    child.stdin.end();
    child.stdout.destroy();
    child.stderr.destroy();
  };
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new UnreachableError(`sh cannot be started: ${error.message}`)));
    child.on('spawn', () =>
      resolve({ stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, closed, close }),
    );
  });
}
