/** A host as a tool is told of it: behind a delaying proxy it has another address and port than its own. */
export interface Target {
  name: string;
  address: string;
  port: number;
}

/** The rollout, 50 trivial tasks, the first 5 of them. */
export type Workload = 'rollout' | 't50' | 't5';

export interface Job {
  workload: Workload;
  check: boolean;
  targets: Target[];
  /** Where the workload is, in all dialects, with what a tool needs to know of the targets. */
  folder: string;
  keyFile: string;
  knownHostsFile: string;
}

export interface Command {
  argv: string[];
  env: Record<string, string>;
  cwd: string;
}

export interface Told {
  code: number;
  stdout: string;
  stderr: string;
}

export const toolNames = ['script', 'flotte', 'pyinfra', 'mitogen', 'ansible'] as const;

/** One way to do a job on all targets side by side. */
export interface Tool {
  name: (typeof toolNames)[number];
  title: string;
  /** Makes it ready to run; gives its version, or why it cannot run here. */
  prepare(): Promise<{ version: string } | { missing: string }>;
  /** Writes what the tool needs to know of the targets into the job's folder. */
  command(job: Job): Command;
  /** How many changes the tool tells of all hosts; undefined where it failed or left a host out. */
  changes(told: Told, job: Job): number | undefined;
  /** Changes that it always counts on a host where nothing is to be done. */
  always(workload: Workload): number;
}

/** The environment of a tool: nothing of the person's own settings. */
export function bareEnvironment(more: Record<string, string> = {}): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/', LC_ALL: 'C.UTF-8', ...more };
}
