import type { Listener, RunEvent } from '../engine/events.ts';
import { type DetailOptions, hostLabel, messageLines, taskLines } from './details.ts';
import { oneLine, printable } from './printable.ts';
import { countHosts, recapLines, timings } from './recap.ts';
import { formatSeconds } from './seconds.ts';

// A host that never ends its line must not fill the memory.
const LONGEST_PART = 16_384;

/** Options of the line output. */
export interface LinesOptions extends DetailOptions {
  /** Takes whole lines, each with its newline. */
  write: (text: string) => void;
  /** How many of the slowest tasks to list at the end; 0 for none. */
  slowest: number;
}

/**
 * Plain lines for pipes, CI and readers of logs: every line that tells of a host begins with its name, a line is
 * written once and never changed.
 */
export function linesReport(options: LinesOptions): Listener {
  const times = timings();
  const streams = streamedOutput();
  const run = { check: false, batches: 1 };
  return (event) => {
    if (event.type === 'run-start') run.check = event.check;
    if (event.type === 'play-start') run.batches = event.batches.length;
    if (event.type === 'task-end') times.add(event);
    const streamed = options.verbosity > 0 ? streams(event) : [];
    const lines = [...streamed, ...linesOf(event, options)];
    if (event.type === 'batch-start' && run.batches > 1) {
      const names = event.hosts.map(oneLine).join(', ');
      lines.push(options.paint.dim(`batch ${event.batch + 1} of ${run.batches}: ${names}`));
    }
    if (event.type === 'run-end') {
      lines.push('', ...recapLines(event, { paint: options.paint, check: run.check }));
      const slowest = times.lines(options.slowest);
      if (slowest.length > 0) lines.push('', ...slowest);
    }
    if (lines.length > 0) options.write(`${lines.join('\n')}\n`);
  };
}

/** The lines of one event; none for what such readers need not know. */
export function linesOf(event: RunEvent, options: DetailOptions): string[] {
  const { paint, verbosity } = options;
  switch (event.type) {
    case 'run-start':
      return event.check ? [paint.bold('Check mode: nothing will be changed.')] : [];
    case 'play-start':
      return [
        '',
        paint.bold(`PLAY ${oneLine(event.name)}`) + paint.dim(` (${countHosts(event.hosts.length)})`),
      ];
    case 'host-connecting':
      return verbosity > 1
        ? [paint.dim(`${oneLine(event.host)} | connecting | ${oneLine(event.address)}`)]
        : [];
    case 'host-connected':
      return verbosity > 1
        ? [paint.dim(`${oneLine(event.host)} | connected (${formatSeconds(event.seconds)})`)]
        : [];
    case 'retry': {
      const again = `attempt ${event.attempt} of ${event.of + 1} failed, again in ${formatSeconds(event.seconds)}`;
      const head = [oneLine(event.host), paint.yellow('retry'), oneLine(event.task.name), again].join(' | ');
      return [event.why ? `${head}: ${oneLine(event.why)}` : head];
    }
    case 'job':
      return verbosity > 0
        ? [paint.dim(`${oneLine(event.host)} | job ${oneLine(event.job)} | ${event.state}`)]
        : [];
    case 'task-end':
      return event.outcome === 'skipped' && verbosity === 0 ? [] : taskLines(event, options);
    case 'included':
      return verbosity > 0
        ? [paint.dim(`${event.hosts.map(oneLine).join(', ')} | included | ${options.shownPath(event.file)}`)]
        : [];
    case 'notified':
      return verbosity > 0
        ? [paint.dim(`${oneLine(event.host)} | notified | ${oneLine(event.handler)}`)]
        : [];
    case 'message':
      return messageLines(event, options);
    default:
      return [];
  }
}

/**
 * Gives the lines of what hosts print while a task runs, each with the host's name and the stream. A line is given
 * when it is whole, its last part at the latest when the task ends.
 */
export function streamedOutput(): (event: RunEvent) => string[] {
  const partial = new Map<string, string>();
  const prefix = (host: string, stream: string) => `${hostLabel({ host })} | ${stream} | `;
  return (event) => {
    if (event.type === 'output') {
      const key = `${event.host}\0${event.task.id}\0${event.stream}`;
      // A carriage return at the very end may be half of a line end.
      const parts = ((partial.get(key) ?? '') + event.text).split(/\r?\n|\r(?!\n|$)/);
      partial.set(key, parts.at(-1)!.length < LONGEST_PART ? parts.pop()! : '');
      return parts.map((line) => prefix(event.host, event.stream) + printable(line));
    }
    if (event.type !== 'task-end') return [];
    return ['stdout', 'stderr'].flatMap((stream) => {
      const key = `${event.host}\0${event.task.id}\0${stream}`;
      const rest = partial.get(key);
      partial.delete(key);
      return rest ? [prefix(event.host, stream) + printable(rest)] : [];
    });
  };
}
