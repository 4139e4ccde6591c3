import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { HostRecap, RunEvent } from '../engine/events.ts';
import { EVENTS_FILE } from './journal.ts';

/** How a host's newest run ended. */
export interface LastResult {
  /** Seconds since the epoch. */
  time: number;
  outcome: 'ok' | 'changed' | 'unknown' | 'failed' | 'unreachable';
  check: boolean;
  playbooks: string[];
}

const MOST_RUNS = 50;
const CHUNK = 65_536;

/**
 * The newest result of each host, from the journals below `folder`. Runs that left no end, or whose journal is
 * broken, are passed over; without a folder there are none.
 */
export function lastResults(folder: string): Map<string, LastResult> {
  const results = new Map<string, LastResult>();
  for (const file of newestJournals(folder)) {
    const ends = readEnds(file);
    if (!ends) continue;
    for (const [host, recap] of Object.entries(ends.end.recap)) {
      if (results.has(host)) continue;
      const { check, playbooks } = ends.start;
      results.set(host, { time: ends.end.time, outcome: outcomeOf(recap), check, playbooks });
    }
  }
  return results;
}

function newestJournals(folder: string): string[] {
  return entriesOf(folder)
    .map((name) => join(folder, name, EVENTS_FILE))
    .flatMap((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat ? [{ file, time: stat.mtimeMs }] : [];
    })
    .sort((a, b) => b.time - a.time)
    .slice(0, MOST_RUNS)
    .map(({ file }) => file);
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function outcomeOf(recap: HostRecap): LastResult['outcome'] {
  if (recap.unreachable > 0) return 'unreachable';
  if (recap.failed > 0) return 'failed';
  if (recap.changed > 0) return 'changed';
  return recap.unknown > 0 ? 'unknown' : 'ok';
}

interface Ends {
  start: Extract<RunEvent, { type: 'run-start' }>;
  end: Extract<RunEvent, { type: 'run-end' }>;
}

// A long run's journal is large: only its first and last lines are read.
function readEnds(path: string): Ends | undefined {
  try {
    const file = openSync(path, 'r');
    try {
      const start = JSON.parse(firstLine(file)) as RunEvent;
      const end = JSON.parse(lastLine(file)) as RunEvent;
      return start.type === 'run-start' && end.type === 'run-end' ? { start, end } : undefined;
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

function firstLine(file: number): string {
  const bytes = Buffer.alloc(CHUNK);
  const text = bytes.toString('utf8', 0, readSync(file, bytes, 0, CHUNK, 0));
  return text.slice(0, text.indexOf('\n'));
}

function lastLine(file: number): string {
  let from = fstatSync(file).size;
  let tail = Buffer.alloc(0);
  while (from > 0) {
    const length = Math.min(CHUNK, from);
    from -= length;
    const bytes = Buffer.alloc(length);
    readSync(file, bytes, 0, length, from);
    tail = Buffer.concat([bytes, tail]);
    const newline = tail.lastIndexOf(10, tail.length - 2);
    if (newline >= 0) return tail.toString('utf8', newline + 1);
  }
  return tail.toString('utf8');
}
