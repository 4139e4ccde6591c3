import type { HostRecap, RunEvent, TaskEnd, TaskInfo } from '../engine/events.ts';
import type { Palette } from './palette.ts';
import { oneLine } from './printable.ts';
import { formatSeconds } from './seconds.ts';

type RunEnd = Extract<RunEvent, { type: 'run-end' }>;

const ANSIBLE_COUNTS = ['ok', 'changed', 'unreachable', 'failed', 'skipped', 'rescued', 'ignored'] as const;

const countColor: Partial<Record<keyof HostRecap, keyof Palette>> = {
  ok: 'green',
  changed: 'yellow',
  unreachable: 'red',
  failed: 'red',
  skipped: 'cyan',
  rescued: 'yellow',
  ignored: 'blue',
  unknown: 'magenta',
};

/** What the end of a run is told with. */
export interface RecapOptions {
  paint: Palette;
  /** Whether it was a run in check mode. */
  check: boolean;
}

/**
 * The recap as lines: Ansible's counts for each host, with `unknown=` where any host has some, then how long it
 * took and, in check mode, which hosts would change.
 */
export function recapLines(end: RunEnd, options: RecapOptions): string[] {
  const hosts = Object.entries(end.recap);
  return [
    options.paint.bold(options.check ? 'RECAP (check mode: nothing was changed)' : 'RECAP'),
    ...hostLines(hosts, options.paint),
    ...(options.check ? checkLines(hosts) : []),
    endLine(end),
  ];
}

// Columns are as wide as they need to be: the line has to fit into a terminal.
function hostLines(hosts: [string, HostRecap][], paint: Palette): string[] {
  const withUnknown = hosts.some(([, recap]) => recap.unknown > 0);
  const names = withUnknown ? [...ANSIBLE_COUNTS, 'unknown' as const] : ANSIBLE_COUNTS;
  const hostWidth = hosts.reduce((width, [host]) => Math.max(width, oneLine(host).length), 0);
  const widths = names.map((name) =>
    hosts.reduce((width, [, recap]) => Math.max(width, String(recap[name]).length), 1),
  );
  return hosts.map(([host, recap]) => {
    const columns = names.map((name, i) => {
      const text = `${name}=${String(recap[name]).padEnd(widths[i]!)}`;
      const color = countColor[name];
      return recap[name] > 0 && color ? paint[color](text) : text;
    });
    return `${hostColor(recap, paint)(oneLine(host).padEnd(hostWidth))} : ${columns.join(' ')}`.trimEnd();
  });
}

function hostColor(recap: HostRecap, paint: Palette): (text: string) => string {
  if (recap.failed > 0 || recap.unreachable > 0) return paint.red;
  if (recap.unknown > 0) return paint.magenta;
  return recap.changed > 0 ? paint.yellow : paint.green;
}

function checkLines(hosts: [string, HostRecap][]): string[] {
  const changing = hosts.filter(([, recap]) => recap.changed > 0).map(([host]) => oneLine(host));
  const untold = hosts
    .filter(([, recap]) => recap.changed === 0 && recap.unknown > 0)
    .map(([host]) => oneLine(host));
  const lines = [`${countHosts(changing.length)} would change${listed(changing)}`];
  if (untold.length > 0)
    lines.push(`${countHosts(untold.length)} may change, check mode cannot tell${listed(untold)}`);
  return lines;
}

function listed(hosts: string[]): string {
  return hosts.length > 0 ? `: ${hosts.join(', ')}` : '';
}

/** `1 host`, `3 hosts`. */
export function countHosts(count: number): string {
  return count === 1 ? '1 host' : `${count} hosts`;
}

function endLine(end: RunEnd): string {
  const took = `${countHosts(Object.keys(end.recap).length)} in ${formatSeconds(end.seconds)}`;
  if (end.ended === 'interrupted') return `interrupted; ${took}`;
  return end.ended === 'error' ? `ended early by an error; ${took}` : took;
}

/** Collects how long tasks took. */
export interface Timings {
  add(end: TaskEnd): void;
  /** The `count` slowest tasks, slowest first, as lines; empty where there was none. */
  lines(count: number): string[];
}

interface Timed {
  task: TaskInfo;
  hosts: number;
  total: number;
  longest: number;
  longestHost: string;
}

/** A collector of times: a task is as slow as it was on its slowest host. */
export function timings(): Timings {
  const tasks = new Map<string, Timed>();
  return {
    add(end) {
      const timed = tasks.get(end.task.id) ?? {
        task: end.task,
        hosts: 0,
        total: 0,
        longest: -1,
        longestHost: '',
      };
      timed.hosts += 1;
      timed.total += end.seconds;
      if (end.seconds > timed.longest) {
        timed.longest = end.seconds;
        timed.longestHost = end.host;
      }
      tasks.set(end.task.id, timed);
    },
    lines(count) {
      const slowest = [...tasks.values()].sort((a, b) => b.longest - a.longest).slice(0, count);
      return slowest.length > 0 ? ['SLOWEST TASKS', ...slowest.map(timedLine)] : [];
    },
  };
}

function timedLine({ task, hosts, total, longest, longestHost }: Timed): string {
  const where =
    hosts === 1
      ? oneLine(longestHost)
      : `${oneLine(longestHost)}; ${formatSeconds(total / hosts)} on average of ${hosts} hosts`;
  return `${formatSeconds(longest).padStart(12)}  ${oneLine(task.name)} (${where})`;
}
