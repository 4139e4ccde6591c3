import { type Collected, collect } from './collected.ts';
import type { Part } from './loop.ts';
import type { Outgoing } from './outbox.ts';
import type { Answered } from './primitive.ts';

/** One thing for a channel to do, with what its standard input shall hold. */
export interface Request {
  part: Omit<Part, 'bytes'>;
  data?: Outgoing;
  /** Time limit from the moment its turn comes; none: it may take for ever. */
  seconds?: number;
  onOutput?(stream: Stream, bytes: Buffer): void;
}

export interface Reply extends Answered {
  /** It was not run, because its condition did not hold. */
  skipped: boolean;
}

export type Stream = 'stdout' | 'stderr';

/** What has become of the oldest request: still open, answered, or answered by a loop that has left after it. */
type Progress = 'open' | 'answered' | 'left' | 'out of order';

/** Requests that wait for their answers, in the order in which they were sent. */
export interface Replies {
  expect(request: Request): { id: number; answer: Promise<Reply> };
  /** Output of the request whose turn it is on this stream. */
  add(stream: Stream, bytes: Buffer): void;
  /** A mark: the stream has given all of this request. It is answered when both have. */
  end(stream: Stream, id: string, status: string): Progress;
  rejectAll(reason: (request: Request) => Error): void;
  /** The oldest. */
  readonly head: Request | undefined;
}

interface Waiting {
  id: number;
  request: Request;
  output: Record<Stream, Collected>;
  ended: number;
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

/** Keeps of each stream of an answer at most `outputLimit` bytes. */
export function openReplies(outputLimit: number): Replies {
  const waiting: Waiting[] = [];
  // The streams do not keep step: one may be some requests ahead of the other.
  const at: Record<Stream, number> = { stdout: 0, stderr: 0 };
  let lastId = 0;

  function settleFirst(status: string): Progress {
    const one = waiting.shift()!;
    at.stdout -= 1;
    at.stderr -= 1;
    const [code = '', left] = status.split(' ');
    const skipped = code === 'skipped';
    one.resolve({
      rc: skipped ? 0 : Number(code),
      skipped,
      stdout: one.output.stdout.bytes(),
      stderr: one.output.stderr.bytes(),
    });
    return left ? 'left' : 'answered';
  }

  return {
    expect(request) {
      lastId += 1;
      const id = lastId;
      const output = { stdout: collect(outputLimit), stderr: collect(outputLimit) };
      const answer = new Promise<Reply>((resolve, reject) => {
        waiting.push({ id, request, output, ended: 0, resolve, reject });
      });
      // Whoever sent it may look at the answers one after the other.
      answer.catch(() => undefined);
      return { id, answer };
    },
    add(stream, bytes) {
      const one = waiting[at[stream]];
      one?.output[stream].add(bytes);
      one?.request.onOutput?.(stream, bytes);
    },
    end(stream, id, status) {
      const one = waiting[at[stream]];
      if (!one || String(one.id) !== id) return 'out of order';
      at[stream] += 1;
      one.ended += 1;
      return one.ended === 2 ? settleFirst(status) : 'open';
    },
    rejectAll(reason) {
      at.stdout = 0;
      at.stderr = 0;
      for (const one of waiting.splice(0)) one.reject(reason(one.request));
    },
    get head() {
      return waiting[0]?.request;
    },
  };
}
