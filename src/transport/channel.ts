import { Writable } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import type { ExecChannel } from '../remote/connection.ts';

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
  let settle: (closed: Closed) => void;
  let closing = false;
  const closed = new Promise<Closed>((resolve) => {
    settle = resolve;
  });
  const stdin = standardInput(channel);
  const end = (how: Closed) => {
    settle(how);
    stdin.destroy();
  };
  channel.on('exit', (code: number | null, signal?: string) => {
    end(code === null ? { signal: signal ?? 'unknown' } : { code });
  });
  channel.on('close', () => end(closing ? {} : { lost: 'the host closed the channel without an exit code' }));
  channel.on('error', () => undefined);
  gone.then((reason) => end({ lost: reason ?? 'the connection was closed' }));
  const close = () => {
    if (closing) return;
    closing = true;
    channel.end();
    channel.close();
    // The channel counts as closed only when all that came was read.
    channel.resume();
    channel.stderr.resume();
  };
  return { stdin, stdout: channel, stderr: channel.stderr, closed, close };
}

function standardInput(channel: ClientChannel): Writable {
  let pending: ((error?: Error | null) => void) | undefined;
  const stdin = new Writable({
    write(chunk, _encoding, done) {
      pending = done;
      channel.write(chunk, () => {
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
