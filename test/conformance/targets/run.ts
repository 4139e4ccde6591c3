import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Target } from './checkout.ts';
import { firstError, okTasks, recordedCalls } from './programs.ts';

/** What runs a target: the folder with Ansible's programs, and their environment. */
export interface Runner {
  label: string;
  bin: string;
  env: Record<string, string>;
  /** Seconds after which a target is ended. */
  limit: number;
}

export interface Outcome {
  /** Exit code; 124 where its time was over. */
  exitCode: number;
  /** ok tasks in the recaps of all calls. */
  ok: number;
  seconds: number;
  /** What went wrong first, in a line. */
  error?: string;
}

const TIME_IS_OVER = 124;

/** Runs a target as ansible-test does. What it prints is kept beside the copy. */
export async function runTarget(target: Target, runner: Runner): Promise<Outcome> {
  const integration = dirname(dirname(target.folder));
  const folder = mkdtempSync(join(dirname(dirname(integration)), `${target.name}-${runner.label}-`));
  const calls = join(folder, 'calls');
  const output = join(folder, 'output');
  mkdirSync(calls);
  mkdirSync(output);
  const began = Date.now();
  const env = { ...environmentOf(target, integration, output), ...runner.env, CALLS: calls };
  const exitCode = await runCommand(target, integration, { runner, env, log: join(folder, 'log'), output });
  const made = recordedCalls(calls);
  const error = exitCode === 0 ? undefined : (firstError(made) ?? lastCall(made));
  return {
    exitCode,
    ok: okTasks(made),
    seconds: Math.round((Date.now() - began) / 1000),
    ...(error !== undefined && { error: error.replaceAll(dirname(dirname(integration)), '') }),
  };
}

function lastCall(calls: ReturnType<typeof recordedCalls>): string {
  return `after: ${calls.at(-1)?.command ?? 'no call'}`;
}

interface Running {
  runner: Runner;
  env: Record<string, string>;
  log: string;
  output: string;
}

function runCommand(target: Target, integration: string, running: Running): Promise<number> {
  if (target.kind === 'script')
    return ended('bash', [join(target.folder, 'runme.sh')], target.folder, running);
  const playbook = join(integration, `${target.name}.yml`);
  writeFileSync(playbook, rolePlay(target, running.output));
  const args = [basename(playbook), '-i', 'inventory'];
  return ended(join(running.runner.bin, 'ansible-playbook'), args, integration, running);
}

function rolePlay(target: Target, output: string): string {
  const play = {
    hosts: 'testhost',
    gather_facts: target.gatherFacts,
    vars: { output_dir: output },
    roles: [...target.before, target.name],
  };
  return JSON.stringify([play], undefined, 2);
}

function environmentOf(target: Target, integration: string, output: string): Record<string, string> {
  const config = join(dirname(integration), 'empty.cfg');
  if (!existsSync(config)) writeFileSync(config, '');
  return {
    HOME: process.env.HOME ?? '/root',
    LC_ALL: 'C.UTF-8',
    INVENTORY_PATH: join(integration, 'inventory'),
    OUTPUT_DIR: output,
    ANSIBLE_CONFIG: config,
    ANSIBLE_INVENTORY: '/dev/null',
    ANSIBLE_PLAYBOOK_DIR: target.kind === 'script' ? target.folder : integration,
    ANSIBLE_ROLES_PATH: join(integration, 'targets'),
    ANSIBLE_FORCE_HANDLERS: 'true',
    ANSIBLE_HOST_PATTERN_MISMATCH: 'error',
    ANSIBLE_DEPRECATION_WARNINGS: 'false',
    ANSIBLE_DEVEL_WARNING: 'false',
    ANSIBLE_HOST_KEY_CHECKING: 'false',
    ANSIBLE_FORCE_COLOR: 'false',
    ANSIBLE_RETRY_FILES_ENABLED: 'false',
    // The checkout is older than the rule that a condition must give a truth value.
    ANSIBLE_ALLOW_BROKEN_CONDITIONALS: 'true',
    PAGER: '/bin/cat',
  };
}

function ended(file: string, args: string[], cwd: string, { runner, env, log }: Running): Promise<number> {
  return new Promise((resolve, reject) => {
    const path = `${runner.bin}:${process.env.PATH}`;
    const child = spawn(file, args, {
      cwd,
      env: { ...env, PATH: path },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own, so that all of it can be ended.
      detached: true,
    });
    const kept = createWriteStream(log);
    for (const stream of [child.stdout, child.stderr]) stream.pipe(kept, { end: false });
    let over = false;
    const timer = setTimeout(() => {
      over = true;
      process.kill(-child.pid!, 'SIGKILL');
    }, runner.limit * 1000);
    child.on('error', reject);
    child.on('exit', (code) => {
      clearTimeout(timer);
      resolve(over ? TIME_IS_OVER : (code ?? 1));
    });
    child.on('close', () => kept.end());
  });
}
