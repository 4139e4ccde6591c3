import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { ExecChannel, UnreachableError } from '../remote/connection.ts';
import { drained } from './drained.ts';

type Closed = Awaited<ExecChannel['closed']>;

/** How a child of this program has ended, told when the last of its output was read. */
export function endOf(child: ChildProcessWithoutNullStreams): Promise<Closed> {
  return new Promise((resolve) => {
    child.on('exit', async (code, signal) => {
      await drained([child.stdout, child.stderr]);
      child.stdin.destroy();
      resolve(code === null ? { signal: signal ?? 'unknown' } : { code });
    });
  });
}

/** A child of this program as a channel, as soon as it has started. */
export function childChannel(
  child: ChildProcessWithoutNullStreams,
  closed: Promise<Closed>,
  close: () => void,
  failure: (error: Error) => UnreachableError,
): Promise<ExecChannel> {
  const { stdin, stdout, stderr } = child;
  // A program that ends before it has read its input is told by `closed`, not by an uncaught error.
  stdin.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(failure(error)));
    child.on('spawn', () => resolve({ stdin, stdout, stderr, closed, close }));
  });
}
