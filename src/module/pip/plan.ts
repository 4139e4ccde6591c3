import { normalizedName } from '../../lib/pep440.ts';
import { shellWords } from '../../lib/shell.ts';
import { type Change, changes, failed, none, type Plan, unknown } from '../plan.ts';
import type { RunStep, StepResult } from '../step.ts';
import { type PipNow, type PipParams, toRemove } from './read.ts';

export interface PipChange extends Change {
  step: RunStep;
}

/** Compares what is installed with what is asked for. */
export function planPip(params: PipParams, now: PipNow): Plan<PipChange> {
  const result = told(params, now);
  if (params.state === 'absent') return planRemoval(params, now, result);
  const blind = { summary: `install ${now.asked.join(', ')}`, step: pipStep(params, now) };
  if (now.create) {
    const made = {
      summary: `create virtual environment ${now.virtualenv}`,
      step: createStep(params, now, now.create),
    };
    const lacking = now.missing === undefined ? {} : { failed: now.missing };
    if (now.asked.length === 0) return { ...changes([made], result), ...lacking };
    const prepared = now.asked.map(
      (text) => `+ ${text} (and what it needs: known once the environment is there)\n`,
    );
    return { ...changes([made, { ...blind, diff: { prepared: prepared.join('') } }], result), ...lacking };
  }
  if (!now.dryRun) return none(result);
  const { rc, stderr, install } = now.dryRun;
  if (/no such option: --(dry-run|report)/.test(stderr)) {
    return unknown('this pip is older than 22.2 and cannot tell what it would install', [blind], result);
  }
  if (/Could not open requirements file/.test(stderr)) {
    return unknown('the requirements file is not there yet, and pip cannot read it', [blind], result);
  }
  if (rc !== 0) return failed(lastError(stderr), { ...result, stderr });
  if (install.length === 0) return none(result);
  return changes(
    [{ ...blind, summary: summary(install, now), diff: { prepared: listed(install, now) } }],
    result,
  );
}

/** What pip's module registers; `changed` by what pip said at last. */
export function pipResult(params: PipParams, now: PipNow, done: StepResult[]): Record<string, unknown> {
  const stdout = done.map((one) => one.stdout).join('');
  const changed =
    /^ *Successfully (un)?installed/m.test(stdout) || (now.create !== undefined && done.length > 0);
  return { ...told(params, now), changed, stdout, stderr: done.map((one) => one.stderr).join('') };
}

function planRemoval(params: PipParams, now: PipNow, result: Record<string, unknown>): Plan<PipChange> {
  const gone = toRemove(now);
  if (gone.length === 0) return none(result);
  const prepared = gone.map((name) => `- ${name} ${now.installed[name]}\n`).join('');
  return changes(
    [{ summary: `uninstall ${gone.join(', ')}`, diff: { prepared }, step: pipStep(params, now) }],
    result,
  );
}

function told(params: PipParams, now: PipNow): Record<string, unknown> {
  return {
    cmd: [...pipProgram(now), ...now.command],
    name: params.name ?? null,
    version: params.version ?? null,
    requirements: params.requirements ?? null,
    state: params.state,
    virtualenv: now.virtualenv ?? null,
  };
}

function pipStep(params: PipParams, now: PipNow): RunStep {
  const options = ['--disable-pip-version-check', '--no-input'];
  return step(params, now, [...pipProgram(now), ...options, ...now.command]);
}

// A virtual environment's pip is a program of its own: programs that it installs start the interpreter that it names.
function pipProgram({ python, virtualenv }: PipNow): string[] {
  return virtualenv === undefined ? [python, '-m', 'pip'] : [`${virtualenv}/bin/pip3`];
}

function createStep(params: PipParams, now: PipNow, command: string[]): RunStep {
  return step(params, { ...now, env: {} }, command);
}

function step({ umask }: PipParams, { virtualenv, cwd, env }: PipNow, argv: string[]): RunStep {
  return {
    kind: 'run',
    ...(umask === undefined
      ? { argv }
      : { script: `umask ${umask} && exec ${shellWords(argv)}`, title: argv.join(' ') }),
    env: { ...env, LC_ALL: 'C.UTF-8' },
    ...(cwd !== undefined && { cwd }),
    ...(virtualenv !== undefined && { touches: [virtualenv] }),
    stream: true,
  };
}

interface Chosen {
  name: string;
  version: string;
}

function summary(install: Chosen[], now: PipNow): string {
  const asked = now.asked.map((text) => normalizedName(/^[\w.-]+/.exec(text)?.[0] ?? ''));
  const named = install.filter(({ name }) => asked.includes(normalizedName(name)));
  const shown = named.length > 0 ? named : install;
  const others = install.length - shown.length;
  const names = shown.map(({ name, version }) => `${name} ${version}`).join(', ');
  return `install ${names}${others > 0 ? ` and ${others} more` : ''}`;
}

function listed(install: Chosen[], { installed }: PipNow): string {
  const lines = install.map(({ name, version }) => {
    const from = installed[normalizedName(name)];
    return from === undefined ? `+ ${name} ${version}\n` : `~ ${name} ${from} -> ${version}\n`;
  });
  return lines.sort((a, b) => (a.slice(2).toLowerCase() < b.slice(2).toLowerCase() ? -1 : 1)).join('');
}

function lastError(stderr: string): string {
  if (/^error: externally-managed-environment/m.test(stderr)) {
    return "the host's Python belongs to its distribution: give virtualenv, or break_system_packages: true";
  }
  const lines = stderr.split('\n').filter((line) => /^(ERROR|error): /.test(line));
  return lines.at(-1)?.replace(/^(ERROR|error): /, '') ?? (stderr.trim() || 'pip failed without a word');
}
