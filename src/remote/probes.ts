import type { Probe } from '../module/reads.ts';
import type { Answered } from './primitive.ts';

const RECORD = '\x1e';

/** Shell text that runs a command and ends its output so that `parseProbes` finds it. */
export function probeScript(command: string): string {
  return `${command}; printf '\\036%s\\036' $?; printf '\\036' >&2`;
}

/** What the commands of `count` probe scripts printed, one after the other, and their exit codes. */
export function parseProbes({ stdout, stderr }: Answered, count: number): Probe[] {
  const outs = stdout.toString().split(RECORD);
  const errs = stderr.toString().split(RECORD);
  return Array.from({ length: count }, (_, i) => ({
    stdout: outs[2 * i] ?? '',
    rc: Number(outs[2 * i + 1] ?? Number.NaN),
    stderr: errs[i] ?? '',
  }));
}
