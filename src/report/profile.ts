import type { Listener, RunEvent, WireCounts } from '../engine/events.ts';
import { oneLine } from './printable.ts';

interface HostTimes {
  first: number;
  last: number;
  /** Seconds spent in tasks. */
  tasks: number;
}

export interface Profile {
  listener: Listener;
  /** A table as lines: what each host cost on the wire, and where its time went. */
  lines: () => string[];
}

/**
 * Watches where each host's time goes: in tasks (connecting is part of the first), and between them, when it waits for
 * its turn among the forks and for the other hosts of the batch.
 */
export function profile(): Profile {
  const times = new Map<string, HostTimes>();
  const wire = new Map<string, WireCounts>();
  const seen = (host: string, time: number, seconds = 0) => {
    const before = times.get(host) ?? { first: time, last: time, tasks: 0 };
    times.set(host, { ...before, last: Math.max(before.last, time), tasks: before.tasks + seconds });
  };
  function listener(event: RunEvent): void {
    if (event.type === 'play-start') for (const host of event.hosts) seen(host, event.time);
    else if (event.type === 'task-end') seen(event.host, event.time, event.seconds);
    else if (event.type === 'run-end') {
      for (const [host, counts] of Object.entries(event.wire)) wire.set(host, counts);
    }
  }
  return { listener, lines: () => table(times, wire) };
}

const HEADS = [
  'host',
  'connect s',
  'in tasks s',
  'between s',
  'round trips',
  'frames',
  'reads',
  'from cache',
  'KiB out',
  'KiB in',
];

function table(times: Map<string, HostTimes>, wire: Map<string, WireCounts>): string[] {
  const rows = [...wire].map(([host, counts]) => row(host, counts, times.get(host)));
  const widths = HEADS.map((head, i) => Math.max(head.length, ...rows.map((cells) => cells[i]!.length)));
  const shown = (cells: string[]) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  return ['PROFILE', ...[HEADS, ...rows].map((cells) => shown(cells).trimEnd())];
}

function row(host: string, counts: WireCounts, times: HostTimes | undefined): string[] {
  const tasks = times?.tasks ?? 0;
  const between = times ? Math.max(0, times.last - times.first - tasks) : 0;
  return [
    oneLine(host),
    counts.connectSeconds.toFixed(2),
    tasks.toFixed(2),
    between.toFixed(2),
    String(counts.roundTrips),
    String(counts.frames),
    String(counts.reads),
    String(counts.cachedReads),
    (counts.bytesOut / 1024).toFixed(1),
    (counts.bytesIn / 1024).toFixed(1),
  ];
}
