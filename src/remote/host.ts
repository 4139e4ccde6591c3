import type { Reads } from '../module/reads.ts';
import type { Step, StepResult } from '../module/step.ts';
import { BecomeError, type Identity, identityKey, MissingUserError } from './become.ts';
import { type Channel, openChannel, type WireCounts } from './channel.ts';
import { type Connection, UnreachableError } from './connection.ts';
import { openOverlay } from './overlay.ts';
import { reachOf } from './reach.ts';
import { type Asker, openReader, type ReadCounts } from './reader.ts';
import { primitives } from './reads/index.ts';
import { performSteps } from './writer.ts';

export type { Identity } from './become.ts';
export { StepFailed } from './writer.ts';

export interface HostOptions {
  /** Seconds until a shell on the host must have begun, sudo's work included. Default 30. */
  startSeconds?: number;
  /** Bytes of each stream of one answer that are kept; beyond it the middle is left out. Default 64 MiB. */
  outputLimit?: number;
}

export interface Perform {
  as?: Identity | undefined;
  /** Exported for programs that steps run. */
  environment?: Record<string, string> | undefined;
  /** Ends what runs on the host, all of it, at once. */
  signal?: AbortSignal | undefined;
  /** What programs print, while they run. */
  onOutput?: ((stream: 'stdout' | 'stderr', text: string, step: Step) => void) | undefined;
}

type HostCounts = WireCounts & ReadCounts;

/** All that a run does on one host, over one connection: reads that travel together, and steps. */
export interface RemoteHost {
  /** Reads made as a user (absent: the login user). Answers are kept until a step touches them. */
  reads(as?: Identity, environment?: Record<string, string>): Reads;
  /**
   * Performs steps one after the other, in one frame, and stops at the first that fails (StepFailed). What they touch
   * is forgotten at the call: reads asked from then on are answered behind them, without waiting here.
   */
  perform(steps: Step[], options?: Perform): Promise<StepResult[]>;
  /** Check mode: later reads see the steps as done. `label` names the task. */
  plan(steps: Step[], label: string, as?: Identity): void;
  /** The label of the first planned step that may have changed anything; undefined where there is none. */
  readonly plannedBy: string | undefined;
  /** The label of a planned step that may bring what is not at a path now; undefined where none can. */
  mayBring(path: string): string | undefined;
  /** Work goes on there from now on that no step tells of: answers are kept no longer than `refresh` lets them. */
  runsApart(): void;
  /** Forgets all answers where something may have changed by itself: apart work, or time (`again`). */
  refresh(again: boolean): void;
  readonly counts: Readonly<HostCounts>;
  /** Ends all that runs on the host, at once. */
  abort(): Promise<void>;
  /** Ends in order: channels, then the connection. */
  close(): Promise<void>;
}

const START_SECONDS = 30;
const OUTPUT_LIMIT = 64 * 1024 * 1024;

/** Opens a host over a standing connection; channels are opened when the first thing is asked of them. */
export function openHost(connection: Connection, options: HostOptions = {}): RemoteHost {
  const counts: HostCounts = { frames: 0, roundTrips: 0, bytesOut: 0, bytesIn: 0, reads: 0, cachedReads: 0 };
  const channels = new Map<string, Channel>();
  let stepsDone = 0;
  // How many steps were done when a channel was opened.
  const openedAt = new Map<string, number>();
  let closing = false;
  let looksOnly = true;
  let apart = false;
  let performing: { as: string; written: Promise<void>; done: Promise<void> } | undefined;

  const reader = openReader(async (as) => {
    // On a channel of its own a read could overtake the steps that it shall see done.
    if (performing) await (performing.as === identityKey(as) ? performing.written : performing.done);
    return channelFor(as);
  }, counts);
  const overlay = openOverlay(reader.ask);

  function channelFor(as: Identity | undefined): Channel {
    if (closing) throw new UnreachableError('the connection is being closed');
    const key = identityKey(as);
    const open = channels.get(key);
    if (open && !open.over) return open;
    // One attempt: a password that was wrong is not tried again, or the account may be locked. A user who was not
    // there may have come by a step since.
    const mayHaveCome = open?.failure instanceof MissingUserError && openedAt.get(key)! < stepsDone;
    if (open?.failure instanceof BecomeError && !mayHaveCome) throw open.failure;
    const channel = openChannel(connection, as, {
      startSeconds: options.startSeconds ?? START_SECONDS,
      outputLimit: options.outputLimit ?? OUTPUT_LIMIT,
      counts,
    });
    channels.set(key, channel);
    openedAt.set(key, stepsDone);
    return channel;
  }

  function readsOf(asker: Asker): Reads {
    return new Proxy({} as Reads, {
      get(_, name) {
        if (!Object.hasOwn(primitives, name)) return undefined;
        return (of: never) => overlay.ask(asker, name as keyof Reads, of);
      },
    });
  }

  async function perform(steps: Step[], how: Perform = {}): Promise<StepResult[]> {
    looksOnly = false;
    // What was asked before sees the state before.
    reader.flush();
    const before = performing?.done;
    let onWritten = () => {};
    let onDone = () => {};
    const mine = {
      as: identityKey(how.as),
      written: new Promise<void>((resolve) => {
        onWritten = resolve;
      }),
      done: new Promise<void>((resolve) => {
        onDone = resolve;
      }),
    };
    performing = mine;
    for (const step of steps) reader.forget(reachOf(step));
    try {
      await before;
      return await performSteps(
        async () => channelFor(how.as),
        steps,
        { environment: how.environment ?? {}, signal: how.signal, onOutput: how.onOutput },
        onWritten,
      );
    } finally {
      stepsDone += steps.length;
      onWritten();
      onDone();
      if (performing === mine) performing = undefined;
    }
  }

  async function endAll(end: (channel: Channel) => Promise<void>): Promise<void> {
    closing = true;
    await Promise.all([...channels.values()].map(end));
  }

  return {
    reads: (as, environment = {}) => readsOf({ as, environment }),
    perform,
    plan: (steps, label, as) => overlay.plan(steps, label, { as, environment: {} }),
    get plannedBy() {
      return overlay.plannedBy;
    },
    mayBring: overlay.mayBring,
    runsApart() {
      apart = true;
    },
    refresh(again) {
      if (apart || again) reader.forget({ paths: [], anything: true, beyondFiles: true });
    },
    counts,
    abort: () => endAll((channel) => channel.abort()),
    async close() {
      const { leave } = connection;
      // Nothing was started that could be left behind, so nothing is lost with our last word.
      const quick = looksOnly && leave !== undefined;
      await endAll((channel) => (quick ? channel.leave() : channel.close()));
      await (quick ? leave() : connection.close());
    },
  };
}
