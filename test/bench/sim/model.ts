import { type Channel, openChannel } from '../../../src/remote/channel.ts';
import type { Reply } from '../../../src/remote/replies.ts';
import { connectLocal } from '../../../src/transport/local.ts';

/** Answers what a host is asked: all hosts of a simulated fleet are like this machine. */
export interface Model {
  /** The answer to a piece of shell text, which must only look. Asked of a real shell the first time, kept then. */
  answer(text: string): Promise<Reply>;
  /** How many different texts were asked so far. */
  readonly size: number;
  close(): Promise<void>;
}

const SECONDS = 60;
const LIMIT = 16 * 2 ** 20;

export function openModel(): Model {
  const connection = connectLocal();
  const counts = { frames: 0, roundTrips: 0, bytesOut: 0, bytesIn: 0 };
  const answers = new Map<string, Promise<Reply>>();
  let channel: Channel | undefined;
  return {
    answer(text) {
      const known = answers.get(text);
      if (known) return known;
      channel ??= openChannel(connection, undefined, { startSeconds: SECONDS, outputLimit: LIMIT, counts });
      const asked = channel.send([{ part: { body: text }, seconds: SECONDS }])[0]!;
      answers.set(text, asked);
      return asked;
    },
    get size() {
      return answers.size;
    },
    async close() {
      await channel?.close();
      await connection.close();
    },
  };
}
