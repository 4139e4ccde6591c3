import { createReadStream } from 'node:fs';
import type { Writable } from 'node:stream';
import type { ControlFileContent } from '../module/step.ts';

const JOINED_BYTES = 64 * 1024;

export type Outgoing = Uint8Array | ControlFileContent;

/** Writes one thing after the other, waiting wherever the other side does not keep up. */
export interface Outbox {
  /** Settles when all before and this were handed to the stream; rejects when a control file cannot be read whole. */
  send(things: Outgoing[]): Promise<void>;
  /** True while something waits for the other side. */
  readonly waiting: boolean;
}

/** An outbox for a channel's stdin, of which only as much lies in memory as the stream's own buffer takes. */
export function openOutbox(stdin: Writable, counts: { bytesOut: number }): Outbox {
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;

  async function write(thing: Uint8Array): Promise<void> {
    counts.bytesOut += thing.length;
    if (!stdin.write(thing)) await drained(stdin);
  }

  async function sendAll(things: Outgoing[]): Promise<void> {
    for (const thing of joined(things)) {
      if (thing instanceof Uint8Array) await write(thing);
      else await sendFile(thing, write);
    }
  }

  return {
    async send(things) {
      waiting += 1;
      const sent = last.then(() => sendAll(things));
      last = sent.catch(() => undefined);
      await sent.finally(() => {
        waiting -= 1;
      });
    },
    get waiting() {
      return waiting > 0;
    },
  };
}

/** Small pieces that follow each other travel as one. */
function joined(things: Outgoing[]): Outgoing[] {
  const list: Outgoing[] = [];
  for (const thing of things) {
    const before = list.at(-1);
    if (
      thing instanceof Uint8Array &&
      before instanceof Uint8Array &&
      before.length + thing.length <= JOINED_BYTES
    ) {
      list[list.length - 1] = Buffer.concat([before, thing]);
    } else {
      list.push(thing);
    }
  }
  return list;
}

async function sendFile(
  content: ControlFileContent,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  let sent = 0;
  // `end` is inclusive, and an empty range cannot be said.
  if (content.size > 0) {
    for await (const chunk of createReadStream(content.file, { end: content.size - 1 })) {
      sent += (chunk as Buffer).length;
      await write(chunk as Buffer);
    }
  }
  if (sent < content.size) throw new Error(`${content.file} became shorter while it was sent`);
}

function drained(stream: Writable): Promise<void> {
  if (stream.destroyed || stream.writableEnded) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done);
      stream.off('close', done);
      stream.off('error', done);
      resolve();
    };
    stream.on('drain', done);
    stream.on('close', done);
    stream.on('error', done);
  });
}
