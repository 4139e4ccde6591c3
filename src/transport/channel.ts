import { Writable } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import type { ExecChannel } from '../remote/connection.ts';
import { drained } from './drained.ts';

type Closed = Awaited<ExecChannel['closed']>;

/**
 * One program on the host, from a channel of ssh2.
 *
 * Standard input is a stream of its own: ssh2 keeps what is written after the far side has closed, and never
 * calls back for it or calls back as if it had been sent. Here such a write fails.
 *
 * @param gone settles when the connection is gone, with the reason
 */
export function execChannel(channel: ClientChannel, gone: Promise<string | undefined>): ExecChannel {
  const stdin = standardInput(channel);
  let closing = false;
  let exit: Closed | undefined;
  const closed = new Promise<Closed>((resolve) => {
    const end = (how: Closed) => {
      stdin.destroy();
      resolve(exit ?? how);
    };
    channel.on('exit', (code: number | null, signal?: string) => {
      exit = code === null ? { signal: signal ?? 'unknown' } : { code };
      drained([channel, channel.stderr]).then(() => end({}));
    });
    channel.on('close', () => {
      const lost = { lost: 'the host closed the channel without an exit code' };
      drained([channel.stderr]).then(() => end(closing ? {} : lost));
    });
    gone.then((reason) => end({ lost: reason ?? 'the connection was closed' }));
  });
  const close = () => {
    if (closing) return;
    closing = true;
    stdin.destroy();
    channel.end();
    channel.close();
    // The channel counts as closed only when all that came was read.
    channel.resume();
    channel.stderr.resume();
  };
  // Nothing is done about errors here: each of them ends the channel, which `closed` tells.
  channel.on('error', () => undefined);
  return { stdin, stdout: channel, stderr: channel.stderr, closed, close };
}

function standardInput(channel: ClientChannel): Writable {
  let pending: ((error?: Error | null) => void) | undefined;
  const stdin = new Writable({
    write(chunk, _encoding, done) {
      pending = done;
      channel.write(chunk, () => {
        if (pending !== done) return;
        pending = undefined;
        done();
      });
    },
    final(done) {
      channel.end();
      done();
    },
    destroy(error, done) {
      pending?.(error ?? new Error('the program has ended'));
      pending = undefined;
      done(error);
    },
  });
  // A program that ends before it has read its input is told by `closed`, not by an uncaught error.
  stdin.on('error', () => undefined);
  return stdin;
}
