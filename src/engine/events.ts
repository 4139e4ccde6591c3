import type { Place } from '../lib/sourceError.ts';
import type { Diff } from '../module/plan.ts';

export type { Place };

/** A task as a person knows it. `id` is unique in a run and the same for all hosts. */
export interface TaskInfo {
  id: string;
  /** As shown: 'wsgi : install the packages', without a role 'install the packages'; the module's name where it has none. */
  name: string;
  module: string;
  place: Place;
  role?: string;
  handler: boolean;
  /** Position in the play, for sorting: shorter first, then number by number. */
  order: number[];
}

/**
 * What became of a task on a host. `unknown`: check mode cannot tell, with the reason in `why`; never counted as ok.
 */
export type Outcome = 'ok' | 'changed' | 'unknown' | 'skipped' | 'failed' | 'unreachable';

export interface Summary {
  summary: string;
  diff?: Diff;
}

/** One item of a loop, or the whole task. Everything in it is masked already. */
export interface ItemEnd {
  label?: string;
  outcome: Outcome;
  /** Why it is unknown, skipped, failed or unreachable, in a sentence. */
  why?: string;
  /** What led to a failure, a line each, the nearest first; the `msg` for something undefined ends with them too. */
  chain?: string[];
  changes: Summary[];
  /** What the task registers, as Ansible names it. */
  result: Record<string, unknown>;
  /** Control or host side warnings. */
  warnings: string[];
}

export interface TaskEnd extends ItemEnd {
  type: 'task-end';
  time: number;
  host: string;
  task: TaskInfo;
  /** The host that did it, where it was delegated. */
  delegate?: string;
  seconds: number;
  attempts: number;
  items?: ItemEnd[];
  /** A failure that stops nothing: `ignore_errors`, or a rescue that takes over. */
  forgiven?: 'ignored' | 'rescued';
  noLog: boolean;
  /** Where the mistake stands that made it fail, where that is known. */
  errorPlace?: Place;
}

/** Counts of a host as Ansible's recap has them, and `unknown`. */
export interface HostRecap {
  ok: number;
  changed: number;
  unreachable: number;
  failed: number;
  skipped: number;
  rescued: number;
  ignored: number;
  unknown: number;
}

/** What a host's run cost on the wire. */
export interface WireCounts {
  frames: number;
  roundTrips: number;
  bytesOut: number;
  bytesIn: number;
  reads: number;
  cachedReads: number;
  /** Seconds from the start of the connection to its standing. */
  connectSeconds: number;
}

/** All that a run says of itself. Times are seconds since the epoch. Secrets are masked before an event is made. */
export type RunEvent =
  | {
      type: 'run-start';
      time: number;
      id: string;
      version: string;
      playbooks: string[];
      /** How many plays each of them has. */
      plays: number[];
      check: boolean;
      diff: boolean;
      forks: number;
      verbosity: number;
    }
  | {
      type: 'play-start';
      time: number;
      play: string;
      name: string;
      place: Place;
      /** All hosts of the play in order, then the batches of `serial`. */
      hosts: string[];
      batches: string[][];
      /** Number of tasks known beforehand (includes may add). */
      tasks: number;
    }
  | { type: 'play-end'; time: number; play: string }
  | { type: 'batch-start'; time: number; play: string; batch: number; hosts: string[] }
  | { type: 'host-connecting'; time: number; host: string; address: string }
  | { type: 'host-connected'; time: number; host: string; seconds: number }
  | { type: 'host-done'; time: number; host: string; play: string; wire: WireCounts }
  | { type: 'task-start'; time: number; host: string; task: TaskInfo; check: boolean }
  | { type: 'output'; time: number; host: string; task: TaskInfo; stream: 'stdout' | 'stderr'; text: string }
  | {
      type: 'retry';
      time: number;
      host: string;
      task: TaskInfo;
      attempt: number;
      of: number;
      seconds: number;
      why: string;
    }
  | {
      type: 'job';
      time: number;
      host: string;
      task: TaskInfo;
      /** Its id on the host. */
      job: string;
      state: 'running' | 'ok' | 'failed';
    }
  | TaskEnd
  | { type: 'included'; time: number; hosts: string[]; task: TaskInfo; file: string }
  | { type: 'notified'; time: number; host: string; task: TaskInfo; handler: string }
  | { type: 'message'; time: number; level: 'warning' | 'error'; text: string; host?: string; place?: Place }
  | {
      type: 'run-end';
      time: number;
      seconds: number;
      /** 'finished', or why it ended early. */
      ended: 'finished' | 'interrupted' | 'error';
      exitCode: number;
      recap: Record<string, HostRecap>;
      wire: Record<string, WireCounts>;
    };

/** Takes every event as it happens; must return fast and never throw. */
export type Listener = (event: RunEvent) => void;
