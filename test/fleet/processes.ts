import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that cannot be mistaken for another: pids come again, a pid with its start time and boot do not. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks after boot, field 22 of /proc/PID/stat (proc(5)). */
  startTime: string;
  bootId: string;
}

/** The id that the kernel gave to this boot of the machine. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** Who a running process is; undefined when there is none with that pid. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startTime = runningSince(pid);
  return startTime === undefined ? undefined : { pid, startTime, bootId: bootId() };
}

export function isRunning(identity: ProcessIdentity): boolean {
  return identity.bootId === bootId() && runningSince(identity.pid) === identity.startTime;
}

function runningSince(pid: number): string | undefined {
  const stat = readOrNothing(`/proc/${pid}/stat`);
  // The command's name is in parentheses and may hold anything, so fields are counted from the last ')'.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields === undefined || fields[0] === 'Z' ? undefined : fields[19];
}

export function childrenOf(pid: number): number[] {
  const list = readOrNothing(`/proc/${pid}/task/${pid}/children`) ?? '';
  return list.split(' ').filter(Boolean).map(Number);
}

/** Ends a process at once and waits for its end. Does nothing when it has ended already. */
export async function kill(identity: ProcessIdentity): Promise<void> {
  if (!isRunning(identity)) return;
  try {
    process.kill(identity.pid, 'SIGKILL');
  } catch {
    return;
  }
  await untilEnded(identity, 10_000);
}

/** Waits for a process to end. Gives false when it still runs after the time limit. */
export async function untilEnded(identity: ProcessIdentity, milliseconds: number): Promise<boolean> {
  const end = Date.now() + milliseconds;
  while (isRunning(identity)) {
    if (Date.now() > end) return false;
    await sleep(5);
  }
  return true;
}

/** The memory, in bytes, of a process and of all below it: each one's share of what several have mapped (PSS). */
export function memoryOf(pid: number): number {
  const rollup = readOrNothing(`/proc/${pid}/smaps_rollup`);
  const own = Number(/^Pss:\s+(\d+) kB/m.exec(rollup ?? '')?.[1] ?? 0) * 1024;
  return childrenOf(pid).reduce((sum, child) => sum + memoryOf(child), own);
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
