import type {
  HostRecap,
  ItemEnd,
  Outcome,
  RunEvent,
  TaskEnd,
  TaskInfo,
  WireCounts,
} from '../../../src/engine/events.ts';

type Of<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

let nextTask = 0;

/** A task with a place and an id of its own. */
export function aTask(given: Partial<TaskInfo> = {}): TaskInfo {
  nextTask += 1;
  return {
    id: `task-${nextTask}`,
    name: 'install packages',
    module: 'apt',
    place: { file: '/srv/site.yml', line: 4, column: 7 },
    handler: false,
    order: [nextTask],
    ...given,
  };
}

/** One item of a loop. */
export function anItem(label: string, outcome: Outcome, given: Partial<ItemEnd> = {}): ItemEnd {
  return { label, outcome, changes: [], result: {}, warnings: [], ...given };
}

/** The end of a task on host1, ok unless told otherwise. */
export function aTaskEnd(given: Partial<TaskEnd> = {}): TaskEnd {
  const outcome = given.outcome ?? 'ok';
  return {
    type: 'task-end',
    time: 100,
    host: 'host1',
    task: aTask(),
    outcome,
    changes: [],
    result: { changed: outcome === 'changed', ...(outcome === 'failed' && { failed: true }) },
    warnings: [],
    seconds: 0.2,
    attempts: 1,
    noLog: false,
    ...given,
  };
}

export function aTaskStart(host: string, task: TaskInfo, time = 100): Of<'task-start'> {
  return { type: 'task-start', time, host, task, check: false };
}

export function aRunStart(given: Partial<Of<'run-start'>> = {}): Of<'run-start'> {
  return {
    type: 'run-start',
    time: 100,
    id: '20260102T030405-abcd',
    version: '0.1.0',
    playbooks: ['site.yml'],
    plays: [1],
    check: false,
    diff: false,
    forks: 5,
    verbosity: 0,
    ...given,
  };
}

export function aPlayStart(hosts: string[], given: Partial<Of<'play-start'>> = {}): Of<'play-start'> {
  return {
    type: 'play-start',
    time: 100,
    play: 'play-1',
    name: 'Web servers',
    place: { file: '/srv/site.yml', line: 1, column: 3 },
    hosts,
    batches: [hosts],
    tasks: 3,
    ...given,
  };
}

export function aRecap(given: Partial<HostRecap> = {}): HostRecap {
  return {
    ok: 0,
    changed: 0,
    unreachable: 0,
    failed: 0,
    skipped: 0,
    rescued: 0,
    ignored: 0,
    unknown: 0,
    ...given,
  };
}

export function aWire(given: Partial<WireCounts> = {}): WireCounts {
  return {
    frames: 4,
    roundTrips: 3,
    bytesOut: 2048,
    bytesIn: 10_240,
    reads: 20,
    cachedReads: 5,
    connectSeconds: 0.12,
    ...given,
  };
}

export function aRunEnd(recap: Record<string, HostRecap>, given: Partial<Of<'run-end'>> = {}): Of<'run-end'> {
  const wire = Object.fromEntries(Object.keys(recap).map((host) => [host, aWire()]));
  return { type: 'run-end', time: 142, seconds: 42.1, ended: 'finished', exitCode: 0, recap, wire, ...given };
}
