import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RunEvent, TaskEnd } from '../../src/engine/events.ts';

/** What a whole `flotte` process came to. */
export interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

const MAIN = resolve('dist/cli/main.js');

/** Runs the built command as a person would, in a folder of its own unless one is given, without a terminal. */
export function flotte(
  args: string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Finished> {
  const cwd = options.cwd ?? mkdtempSync(join(tmpdir(), 'flotte-run-'));
  return new Promise((done, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const finished: Finished = { code: 1, stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8');
      child[stream].on('data', (part: string) => {
        finished[stream] += part;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => done({ ...finished, code: code ?? 1 }));
  });
}

/** Runs a playbook and gives its events; fails with the whole output where it cannot be read. */
export async function events(args: string[]): Promise<{ code: number; events: RunEvent[]; ends: TaskEnd[] }> {
  const { code, stdout, stderr } = await flotte(['run', ...args, '--yes', '--output', 'jsonl']);
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  if (lines.length === 0)
    throw new Error(`flotte run ${args.join(' ')} told nothing (exit code ${code}):\n${stdout}\n${stderr}`);
  const all = lines.map((line) => JSON.parse(line) as RunEvent);
  return { code, events: all, ends: all.filter((event) => event.type === 'task-end') };
}

/** `host outcome task: summary` of all tasks that did something, or would. */
export function doings(ends: TaskEnd[]): string[] {
  return ends
    .filter(({ outcome }) => outcome !== 'ok' && outcome !== 'skipped')
    .map(
      ({ host, outcome, task, why, changes }) =>
        `${host} ${outcome} ${task.name}: ${why ?? changes.map(({ summary }) => summary).join('; ')}`,
    );
}
