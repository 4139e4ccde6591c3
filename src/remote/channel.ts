import { randomBytes } from 'node:crypto';
import { channelCommand, type Identity, promptCount, startError, wrongPasswordError } from './become.ts';
import { type Connection, type ExecChannel, UnreachableError } from './connection.ts';
import { openDeadline } from './deadline.ts';
import { farewell, frame, startLine } from './loop.ts';
import { splitAtMarks } from './marks.ts';
import { type Outbox, type Outgoing, openOutbox } from './outbox.ts';
import { openReplies, type Reply, type Request, type Stream } from './replies.ts';

export interface ChannelOptions {
  /** Seconds until a channel must have begun. */
  startSeconds: number;
  /** Bytes of one stream of one answer that are kept. */
  outputLimit: number;
  counts: WireCounts;
}

export interface WireCounts {
  frames: number;
  roundTrips: number;
  bytesOut: number;
  bytesIn: number;
}

/**
 * A request without an answer. `limit`: its time was over; `aborted`: we ended it; `ended`: the shell went away under
 * it. `unstarted`: it surely never began, and can be asked anew.
 */
export class Interrupted extends Error {
  readonly why: 'limit' | 'aborted' | 'ended' | 'unstarted';

  constructor(why: Interrupted['why'], message: string) {
    super(message);
    this.name = 'Interrupted';
    this.why = why;
  }
}

/** The loop of one user on one host. Requests are answered in their order; nobody waits to send the next. */
export interface Channel {
  send(requests: Request[]): Promise<Reply>[];
  /** Ends all that runs on it, at once; what is asked gets no answer. Settles when it is over on the host. */
  abort(): Promise<void>;
  /** Ends in order; processes left in the background on purpose live on. */
  close(): Promise<void>;
  /** Ends as soon as the host was told, without waiting for its word; for a channel that only looked. */
  leave(): Promise<void>;
  /** No more requests are taken. */
  readonly over: boolean;
  /** Why it is over, where that was no end that we wanted. */
  readonly failure: Error | undefined;
}

// The host ends what ran within 2 s of our giving up; somewhat more is waited for its word.
const GIVE_UP_SECONDS = 4;
const FAREWELL_SECONDS = 3;
const NOISE_KEPT = 64 * 1024;

/** Opens a channel; what cannot be opened rejects every request with an UnreachableError. */
export function openChannel(
  connection: Connection,
  as: Identity | undefined,
  options: ChannelOptions,
): Channel {
  const nonce = randomBytes(16).toString('hex');
  const token = `flotte-${randomBytes(6).toString('hex')}`;
  const { counts } = options;
  const replies = openReplies(options.outputLimit);
  const deadline = openDeadline(onLimit);
  const noise: Record<Stream, string> = { stdout: '', stderr: '' };
  const begun: Record<Stream, boolean> = { stdout: false, stderr: false };
  let exec: ExecChannel | undefined;
  let outbox: Outbox | undefined;
  let onReady = () => {};
  let onBye = () => {};
  let byes = 0;
  let codeSent = false;
  let over = false;
  let failure: Error | undefined;

  const opened = open();
  opened.catch(fail);

  async function open(): Promise<Outbox> {
    deadline.set(options.startSeconds);
    const channel = await connection.exec(channelCommand(token, as));
    if (over) {
      channel.close();
      throw new Interrupted('aborted', 'was ended before it began');
    }
    exec = channel;
    outbox = openOutbox(channel.stdin, counts);
    channel.stdin.on('error', () => undefined);
    listen(channel, 'stdout');
    listen(channel, 'stderr');
    channel.closed.then(onClosed);
    counts.roundTrips += 1;
    if (as?.password) await givePassword(outbox, as.password.reveal());
    return outbox;
  }

  /** The password first, alone: what follows it must not be taken for a second attempt. */
  async function givePassword(box: Outbox, password: string): Promise<void> {
    const ready = new Promise<void>((resolve) => {
      onReady = resolve;
    });
    await box.send([Buffer.from(`${password}\n`)]);
    await ready;
    counts.roundTrips += 1;
  }

  function listen(channel: ExecChannel, name: Stream): void {
    const split = splitAtMarks(nonce, {
      data: (bytes) => (begun[name] ? replies.add(name, bytes) : onNoise(name, bytes)),
      mark: (id, status) => onMark(name, id, status),
    });
    channel[name].on('data', (chunk: Buffer) => {
      counts.bytesIn += chunk.length;
      split(chunk);
    });
    channel[name].on('error', () => undefined);
  }

  /** What comes before the loop's first mark: a login script's greeting, sudo's prompt, an error. */
  function onNoise(name: Stream, bytes: Buffer): void {
    noise[name] = (noise[name] + bytes.toString('utf8')).slice(-NOISE_KEPT);
    if (noise.stdout.includes(token)) onReady();
    if (as?.password && promptCount(token, noise.stderr) > 1) fail(wrongPasswordError(as));
  }

  function onMark(name: Stream, id: string, status: string): void {
    if (id === 'hello') {
      begun[name] = true;
      watchHead();
    } else if (id === 'bye') {
      byes += 1;
      // Both streams must have ended, or the loop would die of writing to the other.
      if (byes === 2) onBye();
    } else {
      onEnd(name, id, status);
    }
  }

  function onEnd(name: Stream, id: string, status: string): void {
    const progress = replies.end(name, id, status);
    if (progress === 'out of order') fail(new UnreachableError('the host answered out of order'));
    if (progress === 'answered') watchHead();
    if (progress === 'left') {
      // A process in the background holds the streams: what is left is asked on a new channel.
      end(() => new Interrupted('unstarted', 'the channel was given up before this began'));
      exec?.close();
    }
  }

  function hasBegun(): boolean {
    return begun.stdout && begun.stderr;
  }

  function watchHead(): void {
    if (hasBegun() && !over) deadline.set(replies.head?.seconds);
  }

  function onLimit(): void {
    const { head } = replies;
    if (!hasBegun()) {
      fail(startTimeout(as, options.startSeconds, noise.stderr));
    } else if (head) {
      giveUp((request) =>
        request === head
          ? new Interrupted('limit', `took longer than ${head.seconds} s`)
          : new Interrupted('ended', 'ended with the one before it, which took too long'),
      );
    }
  }

  async function giveUp(reason: (request: Request) => Error): Promise<void> {
    over = true;
    deadline.set(undefined);
    if (exec) {
      // Behind what is not sent yet, the end of input would come too late.
      if (outbox?.waiting) exec.close();
      else exec.stdin.end();
      await within(GIVE_UP_SECONDS, exec.closed);
      exec.close();
    }
    replies.rejectAll(reason);
  }

  function onClosed(how: Awaited<ExecChannel['closed']>): void {
    onBye();
    if (over) return;
    if (how.lost !== undefined) {
      fail(new UnreachableError(`lost the connection: ${how.lost}`));
    } else if (!hasBegun()) {
      fail(startError(as, noise.stderr.replaceAll(token, ''), how.code));
    } else {
      const by = how.signal ? `by signal ${how.signal}` : `with exit code ${how.code}`;
      end(() => new Interrupted('ended', `the shell on the host ended ${by} before it answered`));
    }
  }

  function fail(error: Error): void {
    if (over) return;
    failure = error;
    end(() => error);
    exec?.close();
  }

  function end(reason: (request: Request) => Error): void {
    over = true;
    deadline.set(undefined);
    replies.rejectAll(reason);
  }

  async function write(things: Outgoing[]): Promise<void> {
    const box = await opened;
    const code = codeSent ? [] : [Buffer.from(startLine(token, nonce))];
    codeSent = true;
    await box.send([...code, ...things]);
  }

  function send(requests: Request[]): Promise<Reply>[] {
    if (over) {
      const refused = Promise.reject(failure ?? new Interrupted('unstarted', 'the channel is over'));
      refused.catch(() => undefined);
      return requests.map(() => refused);
    }
    counts.frames += 1;
    if (!replies.head) counts.roundTrips += 1;
    const expected = requests.map((request) => replies.expect(request));
    watchHead();
    const parts = requests.map(({ part, data }, i) => ({
      id: expected[i]!.id,
      part: { ...part, bytes: sizeOf(data) },
    }));
    const data = requests.flatMap((request) => (request.data ? [request.data] : []));
    // After half a frame nothing sensible can follow.
    write([frame(nonce, parts), ...data]).catch(fail);
    return expected.map(({ answer }) => answer);
  }

  async function close(): Promise<void> {
    if (over) return;
    over = true;
    const left = new Promise<void>((resolve) => {
      onBye = resolve;
    });
    if (codeSent) {
      write([farewell(nonce)]).catch(onBye);
      await within(FAREWELL_SECONDS, left);
    }
    exec?.close();
    end(() => new Interrupted('aborted', 'was ended with the connection'));
  }

  async function leave(): Promise<void> {
    if (over || !exec || outbox?.waiting) return close();
    over = true;
    const { stdin } = exec;
    if (codeSent) await within(FAREWELL_SECONDS, new Promise((told) => stdin.write(farewell(nonce), told)));
    end(() => new Interrupted('aborted', 'was ended with the connection'));
  }

  return {
    send,
    abort: () => giveUp(() => new Interrupted('aborted', 'was ended before it was done')),
    close,
    leave,
    get over() {
      return over;
    },
    get failure() {
      return failure;
    },
  };
}

function sizeOf(data: Outgoing | undefined): number {
  if (!data) return 0;
  return data instanceof Uint8Array ? data.length : data.size;
}

function startTimeout(as: Identity | undefined, seconds: number, said: string): UnreachableError {
  const who = as ? `${as.method} to ${as.user}` : "the host's shell";
  const detail = said.trim() ? `: ${said.trim().slice(-500)}` : '';
  return new UnreachableError(`${who} gave no sign of life within ${seconds} s${detail}`);
}

async function within(seconds: number, event: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, seconds * 1000);
  });
  await Promise.race([event, limit]);
  clearTimeout(timer);
}
