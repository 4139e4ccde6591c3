import { readFileSync, writeFileSync } from 'node:fs';
import { join, parse, resolve } from 'node:path';
import type { Listener, RunEvent } from '../engine/events.ts';
import { shownPath } from '../lib/shownPath.ts';
import type { AdhocForm } from '../report/adhoc.ts';
import type { DetailOptions } from '../report/details.ts';
import { colors, type Palette, plain } from '../report/palette.ts';
import { oneLine } from '../report/printable.ts';
import type { Output, OutputFlags } from './options.ts';
import type { Settings } from './settings.ts';
import { type Terminal, wantsColor } from './terminal.ts';
import { version } from './version.ts';

/** All that listens to a run. */
export interface Reports {
  listener: Listener;
  /** Settles when everything is printed and written. */
  finish: () => Promise<void>;
  /** Gives the terminal back and writes what is waiting, for a process that ends at once. */
  stop: () => void;
}

export interface ReportOptions {
  flags: OutputFlags;
  settings: Settings;
  terminal: Terminal;
  output: Output;
  verbosity: number;
  diff: boolean;
}

/** Where a run's journal is kept, below the current folder. */
export const RUNS_FOLDER = join('.flotte', 'runs');

/**
 * The form of output that was asked for, else the one that suits: live for a person who watches, lines otherwise, and
 * where questions will be asked `meanwhile`, since they would stand in the live display.
 */
export function outputOf(
  flags: OutputFlags,
  settings: Settings,
  terminal: Terminal,
  meanwhile: 'questions' | 'none',
): Output {
  if (flags.output !== undefined) return flags.output;
  const [, form] = /^(?:ansible\.posix\.)?(jsonl?)$/.exec(settings.stdout_callback.value) ?? [];
  if (form !== undefined) return form as Output;
  if (flags.usualOutput !== undefined) return flags.usualOutput;
  const watched = terminal.stdout.isTTY === true && terminal.env.TERM !== 'dumb';
  return watched && meanwhile === 'none' ? 'live' : 'lines';
}

/** The screen in the chosen form, the journal and the profile, behind one listener. */
export async function openReports(options: ReportOptions): Promise<Reports> {
  return withRecords(await screen(options), options);
}

/** What one task came to on each host, for `flotte exec`; with journal and profile as above. */
export async function openAdhoc(options: ReportOptions, form: AdhocForm): Promise<Reports> {
  const { adhocReport } = await import('../report/adhoc.ts');
  const write = (text: string) => void options.terminal.stdout.write(text);
  return withRecords(reportOf(adhocReport({ ...(await detailOptions(options)), write, form })), options);
}

async function withRecords(shown: Reports, options: ReportOptions): Promise<Reports> {
  const parts = [shown];
  if (options.flags.journal) parts.unshift(await journalPart(options));
  if (options.flags.profile) parts.push(await profilePart(options));
  if (options.settings.retry_files_enabled.value) parts.push(retryPart(options));
  return {
    listener: (event) => {
      const told =
        event.type === 'run-start' && event.version === '' ? { ...event, version: version() } : event;
      for (const part of parts) part.listener(told);
    },
    finish: async () => {
      for (const part of parts) await part.finish();
    },
    stop: () => {
      for (const part of parts) part.stop();
    },
  };
}

function reportOf(listener: Listener): Reports {
  return { listener, finish: async () => {}, stop: () => {} };
}

async function screen(options: ReportOptions): Promise<Reports> {
  const { output, terminal, verbosity, flags } = options;
  const write = (text: string) => void terminal.stdout.write(text);
  const slowest = flags.slowest ?? 0;
  switch (output) {
    case 'live': {
      const { liveReport } = await import('../report/live.ts');
      const { stdout, stderr } = terminal;
      return liveReport({
        ...(await detailOptions(options)),
        stdout,
        stderr,
        slowest,
        now: () => Date.now() / 1000,
      });
    }
    case 'lines': {
      const { linesReport } = await import('../report/lines.ts');
      return reportOf(linesReport({ ...(await detailOptions(options)), write, slowest }));
    }
    case 'json':
    case 'jsonl': {
      const { jsonReport, jsonLinesReport } = await import('../report/json.ts');
      return reportOf(output === 'json' ? jsonReport({ write }) : jsonLinesReport({ write }));
    }
    case 'ansible': {
      const { ansibleReport } = await import('../report/ansible.ts');
      const { settings } = options;
      return reportOf(
        ansibleReport({
          write: ({ stream, text }) => void terminal[stream].write(text),
          paint: paletteFor(options),
          verbosity,
          diff: options.diff,
          width: Math.max(80, terminal.stdout.columns ?? 80),
          causesTo: flags.usualOutput === 'ansible' ? 'stderr' : 'stdout',
          displayOkHosts: settings.display_ok_hosts.value,
          displaySkippedHosts: settings.display_skipped_hosts.value,
          readText: (file) => readFileSync(file, 'utf8'),
        }),
      );
    }
  }
}

function paletteFor({ terminal, settings }: ReportOptions): Palette {
  return wantsColor(terminal, terminal.stdout, settings) ? colors : plain;
}

async function detailOptions(options: ReportOptions): Promise<DetailOptions> {
  const { terminal, verbosity, diff } = options;
  const paint = paletteFor(options);
  const base: DetailOptions = {
    paint,
    verbosity,
    readText: (file) => readFileSync(file, 'utf8'),
    shownPath: (file) => shownPath(file, terminal.cwd),
  };
  if (!diff) return base;
  const { diffLines, paintDiff } = await import('../report/diffLines.ts');
  return { ...base, diff: (of) => paintDiff(diffLines(of), paint) };
}

async function journalPart({ terminal }: ReportOptions): Promise<Reports> {
  const { journal } = await import('../report/journal.ts');
  const kept = journal({
    folder: join(terminal.cwd, RUNS_FOLDER),
    onError: (error) =>
      void terminal.stderr.write(`warning: no journal is kept: ${oneLine(error.message)}\n`),
  });
  return { listener: kept.listener, finish: async () => kept.close(), stop: kept.close };
}

// Printed behind the recap, and on standard error where standard output is for programs.
async function profilePart({ terminal, output }: ReportOptions): Promise<Reports> {
  const { profile } = await import('../report/profile.ts');
  const kept = profile();
  const stream = output === 'json' || output === 'jsonl' ? terminal.stderr : terminal.stdout;
  let over = false;
  return {
    listener: (event: RunEvent) => {
      kept.listener(event);
      over ||= event.type === 'run-end';
    },
    finish: async () => {
      if (over) stream.write(`\n${kept.lines().join('\n')}\n`);
    },
    stop: () => {},
  };
}

// For `--limit @PLAYBOOK.retry`: the hosts on which the run did not come to its end.
function retryPart({ settings, terminal }: ReportOptions): Reports {
  const folder = settings.retry_files_save_path.value;
  let playbook: string | undefined;
  return reportOf((event) => {
    if (event.type === 'run-start') playbook = event.playbooks[0];
    if (event.type !== 'run-end' || playbook === undefined) return;
    const lost = Object.entries(event.recap).filter(([, recap]) => recap.failed > 0 || recap.unreachable > 0);
    if (lost.length === 0) return;
    const { dir, name } = parse(resolve(terminal.cwd, playbook));
    const file = join(folder ?? dir, `${name}.retry`);
    try {
      writeFileSync(file, lost.map(([host]) => `${host}\n`).join(''));
    } catch (error) {
      terminal.stderr.write(`warning: no retry file is written: ${oneLine((error as Error).message)}\n`);
    }
  });
}
