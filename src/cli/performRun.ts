import type { RunOptions } from '../engine/options.ts';
import type { Prepared } from '../engine/prepared.ts';
import { run } from '../engine/run.ts';
import { asksWhileRunning } from './confirm.ts';
import { asBadInput, checkConnections, openTransport } from './connections.ts';
import { watchInterrupts } from './interrupts.ts';
import type { OutputFlags } from './options.ts';
import { openReports, outputOf, type Reports } from './reports.ts';
import type { Settings } from './settings.ts';
import { targetsOf } from './targets.ts';
import type { Terminal } from './terminal.ts';

export interface Performing {
  flags: OutputFlags & { step?: boolean; flushCache?: boolean };
  settings: Settings;
  terminal: Terminal;
  /** Instead of the reports that the flags ask for. */
  reports?: Reports;
}

/** Checks the ways to the hosts, runs, and tells it. Gives the exit code; throws what ended the run early. */
export async function performRun(
  prepared: Prepared,
  options: RunOptions,
  { flags, settings, terminal, reports: given }: Performing,
): Promise<number> {
  const transport = openTransport(terminal);
  await checkConnections(transport, targets(prepared, options), terminal);
  if (flags.flushCache)
    for (const name of ['localhost', ...prepared.inventory.hosts.keys()])
      prepared.subject.factCache?.forget(name);
  const { verbosity, diff } = options;
  const asks = flags.step === true || asksWhileRunning(prepared.plays);
  const output = outputOf(flags, settings, terminal, asks ? 'questions' : 'none');
  const reports = given ?? (await openReports({ flags, settings, terminal, output, verbosity, diff }));
  const tell = (text: string) =>
    reports.listener({ type: 'message', time: Date.now() / 1000, level: 'warning', text });
  const interrupts = watchInterrupts(terminal, tell, reports.stop);
  const calm = terminal.onCrash(reports.stop);
  try {
    const { exitCode } = await run(
      prepared,
      { ...options, signal: interrupts.signal },
      transport,
      reports.listener,
    );
    return exitCode;
  } finally {
    interrupts.release();
    calm();
    await reports.finish();
  }
}

function targets(prepared: Prepared, options: RunOptions): ReturnType<typeof targetsOf> {
  try {
    return targetsOf(prepared, options);
  } catch (error) {
    throw asBadInput(error);
  }
}
