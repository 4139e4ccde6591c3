import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSecondsOf, unifiedHierarchy } from '../../fleet/control-group.ts';
import type { FleetHost } from '../../fleet/index.ts';
import type { Command, Told } from '../tools/tool.ts';

/** What one run of a command cost. */
export interface Cost {
  seconds: number;
  /** CPU seconds of all processes on the control side, those that it left behind among them. */
  controlCpu: number;
  /** CPU seconds of all hosts together. */
  hostCpu: number;
  /** The most memory that the control side had at a time, in bytes; where it was asked for. */
  memory?: number;
}

// A host ends the session behind the connection a moment after the tool has ended.
const AFTERGLOW_MS = 300;

/**
 * Runs a command in a control group of its own and measures it from its start to its end; its memory only where
 * `sampleMs` says how often, since looking takes time too.
 */
export async function measure(
  command: Command,
  hosts: FleetHost[],
  sampleMs?: number,
): Promise<{ cost: Cost; told: Told }> {
  return withGroup(async (group) => {
    const memory = sampleMs === undefined ? undefined : sampleMemory(group, sampleMs);
    const before = hosts.map((host) => host.cpuSeconds());
    const start = performance.now();
    const told = await runIn(group, command);
    const seconds = (performance.now() - start) / 1000;
    const peak = memory?.();
    await endMembers(group);
    await sleep(AFTERGLOW_MS);
    const hostCpu = hosts.reduce((sum, host, i) => sum + host.cpuSeconds() - before[i]!, 0);
    const cost = { seconds, controlCpu: cpuSecondsOf(group), hostCpu };
    return { cost: { ...cost, ...(peak !== undefined && { memory: peak }) }, told };
  });
}

/** Looks at a group's memory again and again; gives the function that ends it and tells the most that there was. */
function sampleMemory(group: string, everyMs: number): () => number {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(
      peak,
      membersOf(group).reduce((sum, pid) => sum + shareOf(pid), 0),
    );
  }, everyMs);
  return () => {
    clearInterval(timer);
    return peak;
  };
}

async function withGroup<T>(action: (group: string) => Promise<T>): Promise<T> {
  const group = join(unifiedHierarchy()!, `flotte-bench-${process.pid}`);
  mkdirSync(group, { recursive: true });
  try {
    return await action(group);
  } finally {
    await removeGroup(group);
  }
}

// Its output goes to files: a process that it leaves behind, as ssh's master, would hold a pipe open.
async function runIn(group: string, { argv, env, cwd }: Command): Promise<Told> {
  const files = ['stdout', 'stderr'].map((name) => join(cwd, `bench.${name}`));
  const [stdout, stderr] = files.map((file) => openSync(file, 'w')) as [number, number];
  const enter = ['-c', 'echo 0 >"$0/cgroup.procs" && exec "$@"', group, ...argv];
  try {
    const child = spawn('sh', enter, { cwd, env, stdio: ['ignore', stdout, stderr] });
    const code = await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (status) => resolve(status ?? 255));
    });
    const [out, err] = files.map((file) => readFileSync(file, 'utf8')) as [string, string];
    return { code, stdout: out, stderr: err };
  } finally {
    closeSync(stdout);
    closeSync(stderr);
  }
}

function membersOf(group: string): number[] {
  return readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
}

async function endMembers(group: string): Promise<void> {
  for (let pids = membersOf(group); pids.length > 0; pids = membersOf(group)) {
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
    await sleep(5);
  }
}

async function removeGroup(group: string): Promise<void> {
  for (let tries = 100; ; tries--) {
    try {
      return rmdirSync(group);
    } catch (error) {
      // The kernel lets go of ended processes a moment after they have ended.
      if (tries === 0) throw error;
      await sleep(10);
    }
  }
}

/** A process's share of its memory (PSS), in bytes; 0 where it has ended. */
function shareOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
