import { type Counts, type HostRow, type LivePlay, noCounts } from './liveState.ts';
import type { Palette } from './palette.ts';
import { oneLine } from './printable.ts';
import { formatClock } from './seconds.ts';

/** A terminal to draw for. */
export interface FrameSize {
  columns: number;
  rows: number;
}

export interface FrameLook {
  paint: Palette;
  /** The moving sign of hosts at work. */
  spinner: string;
  tick: string;
  cross: string;
}

type Phase = HostRow['phase'];

// What a person watches first stands first where not all hosts have room.
const LOST: Phase[] = ['failed', 'unreachable'];
const OTHERS: Phase[] = ['working', 'connecting', 'waiting', 'done'];

// The rest of the terminal is for what stays: changes, failures.
const LIVE_SHARE = 0.7;

const COLUMNS = ['ok', 'changed', 'unknown', 'skipped', 'failed'] as const;
const COUNTS_WIDTH = COLUMNS.reduce((sum, name) => sum + Math.max(4, name.length) + 1, 0);
const LONG_SECONDS = 3;

/**
 * The live display as lines: a head, a row for each host with what it does and its counts. Where the terminal is too
 * low for that, a window: failed and working hosts first, then how many others there are and the counts of all.
 * Never more lines than the terminal has, less one for the cursor, and some room is left above for what stays.
 */
export function liveFrame(
  play: LivePlay,
  { columns, rows }: FrameSize,
  now: number,
  look: FrameLook,
): string[] {
  const hosts = [...play.rows.values()];
  const room = Math.max(1, Math.min(rows - 2, Math.floor(rows * LIVE_SHARE)));
  const layout = layoutOf(hosts, columns);
  const head = headLine(play, hosts.length, now, layout, look.paint);
  if (hosts.length <= room) return [head, ...hosts.map((row) => hostLine(row, now, layout, look))];
  const shown = window(hosts, Math.max(0, room - 2));
  const others = look.paint.dim(clip(othersText(hosts, shown), columns));
  return [
    head,
    ...shown.map((row) => hostLine(row, now, layout, look)),
    others,
    totalLine(hosts, layout, look.paint),
  ].slice(0, room + 1);
}

interface Layout {
  columns: number;
  name: number;
  counts: boolean;
}

function layoutOf(hosts: HostRow[], columns: number): Layout {
  const longest = hosts.reduce((width, row) => Math.max(width, row.name.length), 4);
  const name = Math.min(longest, Math.max(8, Math.floor(columns * 0.3)));
  return { columns, name, counts: columns >= 2 + name + 2 + COUNTS_WIDTH + 16 };
}

function headLine(play: LivePlay, hosts: number, now: number, layout: Layout, paint: Palette): string {
  const about = `${formatClock(now - play.started)}${play.check ? ' check mode' : ''}`;
  const names = COLUMNS.map((name) => name.padStart(countWidth(name))).join(' ');
  const tail = hosts === 1 ? '1 host' : `${hosts} hosts`;
  if (!layout.counts) return paint.dim(clip(`  ${about}, ${tail}`, layout.columns));
  return paint.dim(clip(`  ${about.padEnd(layout.name)}  ${names}  ${tail}`, layout.columns));
}

function hostLine(row: HostRow, now: number, layout: Layout, look: FrameLook): string {
  const { paint } = look;
  const name = clip(oneLine(row.name), layout.name).padEnd(layout.name);
  const counts = layout.counts ? `  ${countsText(row.counts, paint)}` : '';
  const used = 2 + layout.name + 2 + (layout.counts ? COUNTS_WIDTH + 1 : 0);
  const doing = clip(doingText(row, now), Math.max(0, layout.columns - used));
  return `${icon(row.phase, look)} ${name}${counts}  ${doingPaint(row.phase, paint)(doing)}`;
}

function doingText(row: HostRow, now: number): string {
  const doing = oneLine(row.doing);
  if (row.phase === 'failed') return `failed: ${doing}`;
  if (row.phase === 'unreachable') return 'unreachable';
  const seconds = now - row.since;
  const timed = (row.phase === 'working' || row.phase === 'connecting') && seconds >= LONG_SECONDS;
  return timed ? `${formatClock(seconds)} ${doing}` : doing;
}

function icon(phase: Phase, { paint, spinner, tick, cross }: FrameLook): string {
  if (phase === 'done') return paint.green(tick);
  if (phase === 'failed' || phase === 'unreachable') return paint.red(cross);
  return phase === 'waiting' ? ' ' : paint.yellow(spinner);
}

function doingPaint(phase: Phase, paint: Palette): (text: string) => string {
  if (phase === 'failed' || phase === 'unreachable') return paint.red;
  return phase === 'working' ? (text) => text : paint.dim;
}

function countWidth(name: string): number {
  return Math.max(4, name.length);
}

function countsText(counts: Counts, paint: Palette): string {
  const shown: Record<(typeof COLUMNS)[number], [number, (text: string) => string]> = {
    ok: [counts.ok, paint.green],
    changed: [counts.changed, paint.yellow],
    unknown: [counts.unknown, paint.magenta],
    skipped: [counts.skipped, paint.cyan],
    failed: [counts.failed + counts.unreachable, paint.red],
  };
  return COLUMNS.map((name) => {
    const [count, color] = shown[name];
    const text = String(count).padStart(countWidth(name));
    return count === 0 ? paint.dim(text) : color(text);
  }).join(' ');
}

// The `count` hosts that matter most, in the order of the play within each kind; lost ones take at most half.
function window(hosts: HostRow[], count: number): HostRow[] {
  const byPhase = groupByPhase(hosts);
  const of = (phases: Phase[]) => phases.flatMap((phase) => byPhase.get(phase) ?? []);
  const others = of(OTHERS);
  const lost = of(LOST).slice(0, Math.max(Math.ceil(count / 2), count - others.length));
  return [...lost, ...others].slice(0, count);
}

function groupByPhase(hosts: Iterable<HostRow>): Map<Phase, HostRow[]> {
  const groups = new Map<Phase, HostRow[]>();
  for (const row of hosts) {
    const group = groups.get(row.phase);
    if (group) group.push(row);
    else groups.set(row.phase, [row]);
  }
  return groups;
}

function othersText(hosts: HostRow[], shown: HostRow[]): string {
  const seen = new Set(shown);
  const groups = groupByPhase(hosts.filter((row) => !seen.has(row)));
  const parts = [...LOST, ...OTHERS].flatMap((phase) => {
    const count = groups.get(phase)?.length ?? 0;
    return count > 0 ? [`${count} ${phase}`] : [];
  });
  return `… ${hosts.length - shown.length} more: ${parts.join(', ')}`;
}

function totalLine(hosts: HostRow[], layout: Layout, paint: Palette): string {
  const total = noCounts();
  for (const { counts } of hosts) {
    for (const name of Object.keys(total) as (keyof Counts)[]) total[name] += counts[name];
  }
  const name = 'all'.padEnd(layout.name);
  if (layout.counts) return `  ${name}  ${countsText(total, paint)}`;
  const failed = total.failed + total.unreachable;
  return clip(`  all: ${total.ok} ok, ${total.changed} changed, ${failed} failed`, layout.columns);
}

function clip(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}
