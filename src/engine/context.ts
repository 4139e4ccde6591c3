import type { Inventory } from '../inventory/model.ts';
import type { Loading } from '../playbook/loading.ts';
import type { Node, Play, Task } from '../playbook/model.ts';
import type { RemoteHost } from '../remote/host.ts';
import type { Layer } from '../variables/layer.ts';
import type { Masker } from '../variables/masking.ts';
import type { VariableScope } from '../variables/scope.ts';
import type { Templating } from '../variables/templating.ts';
import type { Barrier } from './barrier.ts';
import type { Listener } from './events.ts';
import type { FactCache } from './factCache.ts';
import type { HostState } from './hostState.ts';
import type { RunOptions } from './options.ts';
import type { Sessions } from './sessions.ts';
import type { Slots } from './slots.ts';

/** What one run shares between all its plays and hosts. */
export interface Run {
  options: RunOptions;
  inventory: Inventory;
  /** Sources of the inventory as given, for magic variables. */
  inventorySources: string[];
  limit: string | undefined;
  /** The folder in which the run was started. */
  cwd: string;
  templating: Templating;
  masker: Masker;
  emit: Listener;
  hosts: Map<string, HostState>;
  /** The name or pattern of `--start-at-task` until a task has matched it. */
  startAtTask: string | undefined;
  sessions: Sessions;
  slots: Slots;
  loading: Loading;
  extraVars: Layer;
  factCache: FactCache | undefined;
  /** Text of a control file, decrypted where it is a vault file. */
  readText(file: string): string;
}

/** One play on one batch of hosts. */
export interface Batch {
  run: Run;
  play: Play;
  /** Names of all hosts of the play, and of this batch. */
  playHosts: string[];
  hosts: string[];
  /** Whether all hosts do a task before any does the next (strategy `linear`). */
  inStep: boolean;
  barrier: Barrier;
  /** Places of tasks whose failure on one host is a failure of all (`any_errors_fatal`). */
  fatal: Set<string>;
  lanes: Map<string, Lane>;
  /** Layers of the play that hold for all its hosts: prompts, roles that were included as public. */
  playLayers: Layer[];
  /** Set when the play ends for all hosts, with the reason. */
  ended: string | undefined;
  /** Order of the task that `--start-at-task` names, where it is in this play: what stands before it is left out. */
  startAt: number[] | undefined;
  /** What `run_once` tasks came to, and on which host, by task and place. */
  once: Map<string, { host: string; running: Promise<unknown> }>;
  /** Places for hosts at tasks with `throttle`. */
  throttles: Map<Task, Slots>;
  /** What a person answered before tasks (`--step`), and whether they want to be asked no more. */
  steps: { answers: Map<Task, Promise<'yes' | 'no' | 'continue'>>; goesOn: boolean };
  /** Files and roles included on the way, by include and item, so that all hosts share their tasks. */
  includes: Map<string, Promise<Node[]>>;
  /** True where every task waits for all hosts (`max_fail_percentage`, `--step`). */
  strict: boolean;
}

/** One host on its way through a play. */
export interface Lane {
  batch: Batch;
  host: HostState;
  /** Gives the place under `forks` back; undefined while this host waits for others. */
  release: (() => void) | undefined;
  /** Handlers that are notified, with the reason where only perhaps. */
  notified: Map<Task, string | undefined>;
  /** Why nothing of what runs now may happen (check mode: below an include whose condition is unknown). */
  maybe: string | undefined;
  /** How deep in sections whose failures a rescue takes over. */
  rescuing: number;
  /** Variables of the failure that a rescue works on, of the loop of an include ..., the strongest first. */
  extra: Layer[];
  /** Scopes by task, good for one version of the host's variables. */
  scopes: Map<Task, { version: number; layers: Layer[]; scope: VariableScope }>;
  layout: Layout | undefined;
  /** Tasks whose reads were started ahead, with what was asked for their arguments. */
  ahead: Map<Task, VariableScope>;
  /** `vars_files`, the strongest first; their names may depend on the host. */
  varsFiles: Layer[];
  /** Connections by task and delegate. */
  remotes: Map<string, RemoteHost>;
}

/** Which layers hold for a host's tasks, as long as none comes or goes. */
export interface Layout {
  /** The host's `layout` and the number of the play's layers for which it was worked out. */
  number: number;
  plays: number;
  /** Those below the variables of tasks and roles. */
  base: Layer[];
  layers: Map<Task, Layer[]>;
}

/** Whether a host goes on after some tasks: `ended` is a host (or play) that has nothing more to do, without failure. */
export type Status = 'going' | 'failed' | 'ended' | 'role-ended';
