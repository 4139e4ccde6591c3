import type { Outcome, RunEvent } from '../engine/events.ts';

/** What a row of the live display tells of a host. */
export interface HostRow {
  name: string;
  phase: 'waiting' | 'connecting' | 'working' | 'done' | 'failed' | 'unreachable';
  /** The task it is at, or what it waits for. */
  doing: string;
  /** Seconds since the epoch at which it began with that. */
  since: number;
  counts: Record<Outcome, number>;
}

/** A play as the live display shows it. */
export interface LivePlay {
  started: number;
  check: boolean;
  /** In the order of the play. */
  rows: Map<string, HostRow>;
}

export type Counts = Record<Outcome, number>;

/** No outcome at all. */
export function noCounts(): Counts {
  return { ok: 0, changed: 0, unknown: 0, skipped: 0, failed: 0, unreachable: 0 };
}

/** A play that begins, with the counts that its hosts have from the plays before. */
export function beginPlay(
  event: Extract<RunEvent, { type: 'play-start' }>,
  check: boolean,
  counts: Map<string, Counts>,
): LivePlay {
  const row = (name: string): HostRow => ({
    name,
    phase: 'waiting',
    doing: 'waiting',
    since: event.time,
    counts: counts.get(name) ?? noCounts(),
  });
  return { started: event.time, check, rows: new Map(event.hosts.map((name) => [name, row(name)])) };
}

/** Takes an event into the rows. */
export function noteEvent({ rows }: LivePlay, event: RunEvent): void {
  if (event.type === 'batch-start') endBatchBefore(rows, event);
  const row = 'host' in event && event.host !== undefined ? rows.get(event.host) : undefined;
  if (!row) return;
  switch (event.type) {
    case 'host-connecting':
      setDoing(row, 'connecting', 'connecting', event.time);
      break;
    case 'host-connected':
      setDoing(row, 'working', 'connected', event.time);
      break;
    case 'task-start':
      setDoing(row, 'working', event.task.name, event.time);
      break;
    case 'retry':
      setDoing(
        row,
        'working',
        `${event.task.name} (attempt ${event.attempt} of ${event.of + 1} failed)`,
        event.time,
      );
      break;
    case 'output': {
      const last = event.text
        .trimEnd()
        .split(/[\r\n]/)
        .at(-1)!;
      if (last !== '') row.doing = `${event.task.name}: ${last}`;
      break;
    }
    case 'task-end':
      row.counts[event.outcome] += 1;
      if ((event.outcome === 'failed' || event.outcome === 'unreachable') && !event.forgiven) {
        setDoing(row, event.outcome, event.task.name, event.time);
      }
      break;
    case 'host-done':
      setDoing(row, 'done', 'done', event.time);
      break;
  }
}

// A host that a later play needs keeps its connection, so nothing else says that it is done here.
function endBatchBefore(
  rows: LivePlay['rows'],
  { hosts, time }: Extract<RunEvent, { type: 'batch-start' }>,
): void {
  const starting = new Set(hosts);
  for (const row of rows.values()) {
    if (row.phase === 'working' && !starting.has(row.name)) setDoing(row, 'done', 'done', time);
  }
}

function setDoing(row: HostRow, phase: HostRow['phase'], doing: string, time: number): void {
  // What is told of a lost host is where it was lost, whatever is still cleaned up there.
  if (row.phase === 'failed' || row.phase === 'unreachable') return;
  row.phase = phase;
  row.doing = doing;
  row.since = time;
}
