import { type PlainTime, parseTime } from '../lib/strptime.ts';
import { TaskFailure } from './plan.ts';
import type { Reads, Stat } from './reads.ts';
import type { TouchStep } from './step.ts';

/** Seconds since the epoch, the time of the run, or as it is. */
type WantedTime = number | 'now' | 'preserve';

export interface WantedTimes {
  atime: WantedTime;
  mtime: WantedTime;
}

export interface TimeParams {
  access_time?: string | undefined;
  access_time_format: string;
  modification_time?: string | undefined;
  modification_time_format: string;
}

/** The times that a task wants, given in the host's time zone; `fallback` for those it leaves out. */
export async function readTimes(
  params: TimeParams,
  fallback: 'now' | 'preserve',
  host: Reads,
): Promise<WantedTimes> {
  const [atime, mtime] = await Promise.all([
    wantedTime(params.access_time ?? fallback, params.access_time_format, host),
    wantedTime(params.modification_time ?? fallback, params.modification_time_format, host),
  ]);
  return { atime, mtime };
}

/** The steps that give a path its times; none where it has them. */
export function timeSteps(path: string, now: Stat | undefined, { atime, mtime }: WantedTimes): TouchStep[] {
  const set = {
    atime: atime === 'preserve' ? (now?.atime ?? 'now') : atime,
    mtime: mtime === 'preserve' ? (now?.mtime ?? 'now') : mtime,
  };
  if (now && set.atime === now.atime && set.mtime === now.mtime) return [];
  const step: TouchStep = { kind: 'touch', path };
  if (set.atime !== 'now') step.atime = set.atime;
  if (set.mtime !== 'now') step.mtime = set.mtime;
  return [step];
}

async function wantedTime(text: string, format: string, host: Reads): Promise<WantedTime> {
  if (text === 'now' || text === 'preserve') return text;
  const time = wallClock(text, format);
  const seconds = await host.localTime({ time });
  if (seconds === undefined) throw new TaskFailure(`there is no time ${time} on the host`);
  return seconds;
}

function wallClock(text: string, format: string): string {
  try {
    const time = parseTime(text, format);
    const two = (field: keyof PlainTime) => String(time[field]).padStart(2, '0');
    return `${time.year}-${two('month')}-${two('day')} ${two('hour')}:${two('minute')}:${two('second')}`;
  } catch (error) {
    throw new TaskFailure(`Error while obtaining timestamp: ${(error as Error).message}`);
  }
}
