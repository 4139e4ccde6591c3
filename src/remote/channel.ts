import { randomBytes } from 'node:crypto';
import { channelCommand, type Identity, promptCount, startError, wrongPasswordError } from './become.ts';
import { type Collected, collect } from './collected.ts';
import { type Connection, type ExecChannel, UnreachableError } from './connection.ts';
import { type Deadline, openDeadline } from './deadline.ts';
import { farewell, frame, type Part, startLine } from './loop.ts';
import { splitAtMarks } from './marks.ts';
import { type Outbox, type Outgoing, openOutbox } from './outbox.ts';
import type { Answered } from './primitive.ts';

/** One thing for a channel to do, with what its standard input shall hold. */
export interface Request {
  part: Omit<Part, 'bytes'>;
  data?: Outgoing;
  /** Time limit from the moment its turn comes; none: it may take for ever. */
  seconds?: number;
  onOutput?(stream: 'stdout' | 'stderr', bytes: Buffer): void;
}

export interface Reply extends Answered {
  /** It was not run, because its condition did not hold. */
  skipped: boolean;
}

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
  send(requests: Request[]): { answers: Promise<Reply>[]; written: Promise<void> };
  /** Ends all that runs on it, at once; what is asked gets no answer. Settles when it is over on the host. */
  abort(): Promise<void>;
  /** Ends in order; processes left in the background on purpose live on. */
  close(): Promise<void>;
  /** No more requests are taken. */
  readonly over: boolean;
}

interface Waiting {
  id: number;
  request: Request;
  stdout: Collected;
  stderr: Collected;
  ends: number;
  status: string;
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

// The host ends what ran within 2 s of our giving up; somewhat more is waited for its word.
const GIVE_UP_MS = 4000;
const FAREWELL_MS = 3000;
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
  const waiting: Waiting[] = [];
  const cursor = { stdout: 0, stderr: 0 };
  let nextId = 1;
  let over = false;
  const begun = { stdout: false, stderr: false };
  let bye: (() => void) | undefined;
  let byes = 0;
  let stopped: Error | undefined;
  let channel: ExecChannel | undefined;
  let outbox: Outbox | undefined;
  let started = false;
  let onReady: (() => void) | undefined;
  const noise = { stdout: '', stderr: '' };
  const deadline: Deadline = openDeadline(onLimit);

  const opened = open();
  opened.catch(fail);

  async function open(): Promise<Outbox> {
    deadline.set(options.startSeconds);
    const exec = await connection.exec(channelCommand(token, as));
    if (over) {
      exec.close();
      throw stopped ?? new Interrupted('aborted', 'was ended before it began');
    }
    channel = exec;
    outbox = openOutbox(exec.stdin);
    const box = outbox;
    exec.stdin.on('error', () => undefined);
    listen(exec, 'stdout');
    listen(exec, 'stderr');
    exec.closed.then(onClosed);
    counts.roundTrips += 1;
    if (as?.password) {
      const ready = new Promise<void>((resolve) => {
        onReady = resolve;
      });
      await box.send([Buffer.from(`${as.password.reveal()}\n`)]);
      await ready;
      counts.roundTrips += 1;
    }
    return box;
  }

  function listen(exec: ExecChannel, name: 'stdout' | 'stderr'): void {
    const split = splitAtMarks(nonce, {
      data: (bytes) => onData(name, bytes),
      mark: (id, status) => onMark(name, id, status),
    });
    exec[name].on('data', (chunk: Buffer) => {
      counts.bytesIn += chunk.length;
      split(chunk);
    });
    exec[name].on('error', () => undefined);
  }

  function onData(name: 'stdout' | 'stderr', bytes: Buffer): void {
    const one = waiting[cursor[name]];
    if (!begun[name]) onNoise(name, bytes);
    if (!begun[name] || !one) return;
    one[name].add(bytes);
    one.request.onOutput?.(name, bytes);
  }

  /** What comes before the loop's first mark: a login script's greeting, sudo's prompt, an error. */
  function onNoise(name: 'stdout' | 'stderr', bytes: Buffer): void {
    noise[name] = (noise[name] + bytes.toString('utf8')).slice(-NOISE_KEPT);
    if (name === 'stdout' && noise.stdout.includes(token)) onReady?.();
    if (name === 'stderr' && as?.password && promptCount(token, noise.stderr) > 1)
      fail(wrongPasswordError(as));
  }

  function onMark(name: 'stdout' | 'stderr', id: string, status: string): void {
    if (id === 'hello') onHello(name);
    else if (id === 'bye') onBye();
    else onEnd(name, id, status);
  }

  function onHello(name: 'stdout' | 'stderr'): void {
    begun[name] = true;
    armHead();
  }

  /** Both streams must have ended, or the loop would die of writing to the other. */
  function onBye(): void {
    byes += 1;
    if (byes === 2) bye?.();
  }

  function hasBegun(): boolean {
    return begun.stdout && begun.stderr;
  }

  /** One stream of an answer is complete. */
  function onEnd(name: 'stdout' | 'stderr', id: string, status: string): void {
    const one = waiting[cursor[name]];
    if (!one || String(one.id) !== id) {
      fail(new UnreachableError('the host answered out of order'));
      return;
    }
    cursor[name] += 1;
    one.ends += 1;
    one.status = status;
    if (one.ends === 2) settleFirst();
  }

  function settleFirst(): void {
    const one = waiting.shift()!;
    cursor.stdout -= 1;
    cursor.stderr -= 1;
    const [code = '', held] = one.status.split(' ');
    one.resolve({
      rc: code === 'skipped' ? 0 : Number(code),
      skipped: code === 'skipped',
      stdout: one.stdout.bytes(),
      stderr: one.stderr.bytes(),
    });
    if (held) retire();
    else armHead();
  }

  function armHead(): void {
    const head = waiting[0];
    if (hasBegun()) deadline.set(head?.request.seconds);
  }

  /** A process in the background holds the streams: the loop has left, the rest is asked on a new channel. */
  function retire(): void {
    over = true;
    deadline.set(undefined);
    rejectAll(() => new Interrupted('unstarted', 'the channel was given up before this began'));
    channel?.close();
  }

  function onLimit(): void {
    if (!hasBegun()) {
      fail(startTimeout(as, options.startSeconds, noise.stderr));
      return;
    }
    const head = waiting[0];
    if (!head) return;
    giveUp((one) =>
      one === head
        ? new Interrupted('limit', `took longer than ${head.request.seconds} s`)
        : new Interrupted('ended', 'ended with the one before it, which took too long'),
    );
  }

  async function giveUp(reason: (one: Waiting) => Error): Promise<void> {
    over = true;
    deadline.set(undefined);
    if (channel) {
      if (outbox?.waiting) channel.close();
      else channel.stdin.end();
      await within(GIVE_UP_MS, channel.closed);
      channel.close();
    }
    rejectAll(reason);
  }

  function onClosed(how: Awaited<ExecChannel['closed']>): void {
    bye?.();
    if (over) return;
    if (how.lost !== undefined) {
      fail(new UnreachableError(`lost the connection: ${how.lost}`));
    } else if (!hasBegun()) {
      fail(startError(as, noise.stderr.replaceAll(token, ''), how.code));
    } else {
      over = true;
      deadline.set(undefined);
      const by = how.signal ? `by signal ${how.signal}` : `with exit code ${how.code}`;
      rejectAll(() => new Interrupted('ended', `the shell on the host ended ${by} before it answered`));
    }
  }

  function fail(error: Error): void {
    if (stopped) return;
    stopped = error;
    over = true;
    deadline.set(undefined);
    rejectAll(() => error);
    channel?.close();
  }

  function rejectAll(reason: (one: Waiting) => Error): void {
    cursor.stdout = 0;
    cursor.stderr = 0;
    for (const one of waiting.splice(0)) one.reject(reason(one));
  }

  function enqueue(request: Request): { id: number; answer: Promise<Reply> } {
    const id = nextId++;
    const answer = new Promise<Reply>((resolve, reject) => {
      waiting.push({
        id,
        request,
        stdout: collect(options.outputLimit),
        stderr: collect(options.outputLimit),
        ends: 0,
        status: '',
        resolve,
        reject,
      });
    });
    answer.catch(() => undefined);
    return { id, answer };
  }

  async function write(things: Outgoing[]): Promise<void> {
    const box = await opened;
    const first = started ? [] : [Buffer.from(startLine(token, nonce))];
    started = true;
    const before = box.bytes;
    try {
      await box.send([...first, ...things]);
    } catch (error) {
      // Half a frame is on the wire: nothing sensible can follow it.
      fail(error as Error);
      throw error;
    } finally {
      counts.bytesOut += box.bytes - before;
    }
  }

  function send(requests: Request[]): { answers: Promise<Reply>[]; written: Promise<void> } {
    if (over) {
      const error = stopped ?? new Interrupted('unstarted', 'the channel is over');
      const answers = requests.map(() => Promise.reject<Reply>(error));
      for (const answer of answers) answer.catch(() => undefined);
      return { answers, written: Promise.resolve() };
    }
    const idle = waiting.length === 0;
    const entries = requests.map((request) => ({ ...enqueue(request), request }));
    const parts = entries.map(({ id, request }) => ({
      id,
      part: { ...request.part, bytes: sizeOf(request.data) },
    }));
    counts.frames += 1;
    if (idle) {
      // The first one travels with the start.
      if (started) counts.roundTrips += 1;
      armHead();
    }
    const data = requests.flatMap((request) => (request.data ? [request.data] : []));
    const written = write([frame(nonce, parts), ...data]);
    written.catch(() => undefined);
    return { answers: entries.map(({ answer }) => answer), written };
  }

  async function close(): Promise<void> {
    if (over) return;
    over = true;
    if (!started) {
      channel?.close();
      return;
    }
    const left = new Promise<void>((resolve) => {
      bye = resolve;
    });
    await Promise.race([write([farewell(nonce)]).then(() => left), pause(FAREWELL_MS)]).catch(
      () => undefined,
    );
    deadline.set(undefined);
    channel?.close();
  }

  return {
    send,
    abort: () => giveUp(() => new Interrupted('aborted', 'was ended before it was done')),
    close,
    get over() {
      return over;
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

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

async function within(ms: number, event: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    event,
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    }),
  ]);
  clearTimeout(timer);
}
