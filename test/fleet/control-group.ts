import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where control groups of version 2 are: the kernel counts the CPU of each there, with or without controllers. */
export function unifiedHierarchy(): string | undefined {
  if (existsSync('/sys/fs/cgroup/cgroup.controllers')) return '/sys/fs/cgroup';
  return existsSync('/sys/fs/cgroup/unified') ? '/sys/fs/cgroup/unified' : undefined;
}

/** Seconds of CPU, of user and system, that all processes of a control group have taken since it was made. */
export function cpuSecondsOf(group: string): number {
  const text = readFileSync(join(group, 'cpu.stat'), 'utf8');
  return Number(/^usage_usec (\d+)$/m.exec(text)![1]) / 1e6;
}
