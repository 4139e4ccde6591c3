import { Listr, type ListrRendererFactory } from 'listr2';
import type { Listener, RunEvent } from '../engine/events.ts';
import { type DetailOptions, matters } from './details.ts';
import { linesOf, streamedOutput } from './lines.ts';
import { LiveRenderer } from './liveRenderer.ts';
import { beginPlay, type Counts, type HostRow, type LivePlay, noteEvent } from './liveState.ts';
import { recapLines, timings } from './recap.ts';

export interface LiveOptions extends DetailOptions {
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  /** How many of the slowest tasks to list at the end; 0 for none. */
  slowest: number;
  /** Seconds since the epoch. */
  now: () => number;
}

export interface Live {
  listener: Listener;
  /** Settles when the last frame is gone and the recap is printed. */
  finish: () => Promise<void>;
  /** Gives the terminal back at once, for a process that ends now. */
  stop: () => void;
}

interface RunningPlay {
  play: LivePlay;
  /** Ends a host's row; the play's list is over when all have ended. */
  end: Map<string, () => void>;
}

/**
 * The live display: each play is a listr2 list with a task for each host. What changed, failed or cannot be told
 * stays above it in short lines; below it, at the end, the recap.
 */
export function liveReport(options: LiveOptions): Live {
  const times = timings();
  const streams = streamedOutput();
  const counts = new Map<string, Counts>();
  let permanent = '';
  let check = false;
  let running: RunningPlay | undefined;
  let stop = () => {};
  let lists: Promise<unknown> = Promise.resolve();

  const takePermanent = () => {
    const text = permanent;
    permanent = '';
    return text;
  };

  function startPlay(event: Extract<RunEvent, { type: 'play-start' }>): void {
    endPlay();
    const play = beginPlay(event, check, counts);
    for (const row of play.rows.values()) counts.set(row.name, row.counts);
    const end = new Map<string, () => void>();
    running = { play, end };
    const tasks = [...play.rows.values()].map((row) => ({ title: row.name, task: hostTask(row, end) }));
    const list = new Listr(tasks, {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      renderer: LiveRenderer as unknown as ListrRendererFactory,
      rendererOptions: { ...options, play, takePermanent, onStart: (end: () => void) => (stop = end) },
    });
    // Another play's list may still be ending.
    lists = lists.then(() => list.run());
  }

  function endPlay(): void {
    for (const end of running?.end.values() ?? []) end();
    running = undefined;
  }

  function listener(event: RunEvent): void {
    if (event.type === 'run-start') check = event.check;
    if (event.type === 'play-start') startPlay(event);
    if (event.type === 'task-end') times.add(event);
    if (running) noteEvent(running.play, event);
    if (event.type === 'host-done') running?.end.get(event.host)?.();
    permanent += [...streamedLines(event), ...permanentLines(event, options)]
      .map((line) => `${line}\n`)
      .join('');
    if (event.type === 'play-end' || event.type === 'run-end') endPlay();
    if (event.type === 'run-end') {
      const slowest = times.lines(options.slowest);
      const recap = ['', ...recapLines(event, { paint: options.paint, check })];
      lists = lists.then(() => {
        const lines = slowest.length > 0 ? [...recap, '', ...slowest] : recap;
        options.stdout.write(`${takePermanent()}${lines.join('\n')}\n`);
      });
    }
  }

  function streamedLines(event: RunEvent): string[] {
    return options.verbosity > 0 ? streams(event) : [];
  }

  return { listener, finish: async () => void (await lists), stop: () => stop() };
}

// Ends when the host does; rejects where it was lost, so that listr2 knows it as failed.
function hostTask(row: HostRow, ends: Map<string, () => void>): () => Promise<void> {
  const ended = new Promise<void>((resolve) => ends.set(row.name, resolve));
  return async () => {
    await ended;
    if (row.phase === 'failed' || row.phase === 'unreachable') throw new Error(`${row.phase}: ${row.doing}`);
  };
}

function permanentLines(event: RunEvent, options: DetailOptions): string[] {
  if (event.type === 'task-end' && options.verbosity === 0 && !matters(event)) return [];
  return linesOf(event, options);
}
