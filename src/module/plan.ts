/** Text before and after, for a unified diff; or a text made already (lists of packages). */
export type Diff =
  | { before: string; after: string; beforeHeader?: string; afterHeader?: string }
  | { prepared: string };

/** One difference between what is there and what shall be. Modules add fields of their own for `steps`. */
export interface Change {
  /** A short line in the imperative: 'create directory /srv/app', 'install apache2, curl'. */
  summary: string;
  diff?: Diff;
  /**
   * Performed and shown, yet by itself no reason to call the task changed: a refresh of package lists before an
   * install, systemd's daemon-reload. Ansible does not count these either.
   */
  uncounted?: boolean;
}

/** What a module wants of the control side: the engine does it, on no host. */
export type Effect =
  | {
      kind: 'facts';
      facts: Record<string, unknown>;
      origin: 'host' | 'set_fact';
      cacheable: boolean;
      /** These are what a play gathers: it need not do so again. */
      gathered?: boolean;
    }
  | { kind: 'variables'; variables: Record<string, unknown> }
  | { kind: 'meta'; action: string }
  /** Writes a file of the control side, and the directories above it; left out in check mode. */
  | { kind: 'save'; file: string; content: Uint8Array }
  | { kind: 'add_host'; name: string; groups: string[]; variables: Record<string, unknown> }
  | { kind: 'group_by'; group: string; parents: string[] }
  | { kind: 'include_tasks'; file: string; apply: Record<string, unknown> }
  | {
      kind: 'include_role';
      role: string;
      tasksFrom: string;
      varsFrom: string;
      defaultsFrom: string;
      handlersFrom: string;
      apply: Record<string, unknown>;
      public: boolean;
      allowDuplicates: boolean;
      rolespecValidate: boolean;
    };

/** How to wait until a host can be worked on; times in seconds. */
export interface Reconnecting {
  delay: number;
  /** Between attempts. */
  sleep: number;
  timeout: number;
  /** For each attempt. */
  connectTimeout: number;
  /** Of a boot that is to be over: what /proc/sys/kernel/random/boot_id held. */
  bootId?: string;
  /** Shell text that must end with 0. */
  test?: string;
}

export interface Reconnected {
  /** Seconds. */
  elapsed: number;
  /** Why it cannot be worked on yet, where the time is over. */
  problem?: string;
}

/**
 * What a module found out, of three kinds: `changes` are needed; none (`changes` empty); or `unknown` says why it
 * cannot be told whether or what a run would change (`changes` then holds what a run would perform).
 * `failed` says why it cannot be done from this state; the engine shows it as unknown where something that is
 * only planned may still bring that state about (`changes` then holds what would be done from there).
 */
export interface Plan<C extends Change = Change> {
  changes: C[];
  unknown?: string;
  failed?: string;
  /** Left out by the user's own word, where Ansible shows a task as skipped (not where it shows it as ok). */
  skipped?: string;
  /** What the task registers besides changed, failed, msg and diff. */
  result?: Record<string, unknown>;
  effects?: Effect[];
  /** The steps end the connection; the task goes on when the host is there again. */
  reconnect?: Reconnecting;
  warnings?: string[];
}

/** A plan with nothing to change. */
export function none(result: Record<string, unknown> = {}): Plan<never> {
  return { changes: [], result };
}

/** A plan that changes something; with no changes in the list it is the same as `none`. */
export function changes<C extends Change>(list: C[], result: Record<string, unknown> = {}): Plan<C> {
  return { changes: list, result };
}

/** A plan that cannot tell beforehand, with what a run would perform. */
export function unknown<C extends Change>(
  why: string,
  list: C[] = [],
  result: Record<string, unknown> = {},
): Plan<C> {
  return { changes: list, unknown: why, result };
}

/** A state from which it cannot be done. */
export function failed(msg: string, result: Record<string, unknown> = {}): Plan<never> {
  return { changes: [], failed: msg, result };
}

/** Thrown by a read whose answer depends on what is only planned: the task is unknown, because `why`. */
export class UnknownAnswer extends Error {
  readonly why: string;

  constructor(why: string) {
    super(why);
    this.name = 'UnknownAnswer';
    this.why = why;
  }
}

/** A task that cannot be done, found while reading: a sentence for the person, and what the task registers. */
export class TaskFailure extends Error {
  readonly result: Record<string, unknown>;

  constructor(message: string, result: Record<string, unknown> = {}) {
    super(message);
    this.name = 'TaskFailure';
    this.result = result;
  }
}
