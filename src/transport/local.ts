import { type ChildProcess, spawn } from 'node:child_process';
import { type Connection, type ExecChannel, UnreachableError } from '../remote/connection.ts';
import { childChannel, endOf } from './childChannel.ts';

/** Milliseconds that programs have to end after their channel was closed. */
const CLOSE_TIMEOUT = 5000;

/** `ansible_connection=local`: programs run on this machine, by `sh`, in the environment of this program. */
export function connectLocal(): Connection {
  let end: (reason: undefined) => void;
  const gone = new Promise<undefined>((resolve) => {
    end = resolve;
  });
  const open = new Map<ExecChannel, ChildProcess>();
  const exec = async (command: string) => {
    const { channel, child } = await start(command);
    open.set(channel, child);
    channel.closed.then(() => open.delete(channel));
    return channel;
  };
  const close = async () => {
    for (const channel of open.keys()) channel.close();
    const all = Promise.all([...open.keys()].map((channel) => channel.closed));
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([all, new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_TIMEOUT)))]);
    clearTimeout(timer);
    // What still runs is no longer waited for, as with a host one has left.
    for (const child of open.values()) child.unref();
    end(undefined);
  };
  return { exec, close, gone };
}

async function start(command: string): Promise<{ channel: ExecChannel; child: ChildProcess }> {
  // A session of its own: Ctrl-C on the terminal does not reach it, and the loop can end all that is in it.
  const child = spawn('/bin/sh', ['-c', command], { detached: true, stdio: 'pipe' });
  const close = () => {
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
  };
  const failure = (error: Error) => new UnreachableError(`sh cannot be started: ${error.message}`);
  return { channel: await childChannel(child, endOf(child), close, failure), child };
}
