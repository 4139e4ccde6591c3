import type { Readable } from 'node:stream';

/** Milliseconds without output after which a program that has ended counts as having said all. */
const QUIET = 1000;

/**
 * Settles when all streams were read to their end. An exit code can overtake the last of the output, so whoever tells
 * that a program has ended waits for this first. A process left in the background can hold the streams open for
 * ever: silence ends the wait too, where nothing lies unread.
 */
export function drained(streams: Readable[]): Promise<void> {
  return new Promise((resolve) => {
    let open = streams.filter((stream) => !stream.readableEnded && !stream.destroyed);
    let timer: NodeJS.Timeout | undefined;
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    const check = () => (open.some((stream) => stream.readableLength > 0) ? restart() : done());
    const restart = () => {
      clearTimeout(timer);
      timer = setTimeout(check, QUIET);
    };
    const ended = (stream: Readable) => {
      open = open.filter((one) => one !== stream);
      if (open.length === 0) done();
    };
    if (open.length === 0) return done();
    for (const stream of open) {
      stream.once('end', () => ended(stream));
      stream.once('close', () => ended(stream));
    }
    restart();
  });
}
