import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { MISSING, toText } from '../jinja/index.ts';
import { typedJson } from '../lib/typedJson.ts';
import { hostPath } from '../module/hostPath.ts';
import { type Plan, TaskFailure } from '../module/plan.ts';
import type { Step } from '../module/step.ts';
import type { Task } from '../playbook/model.ts';
import { UnreachableError } from '../remote/connection.ts';
import { jobFolder, jobSteps } from '../remote/job.ts';
import type { VariableScope } from '../variables/scope.ts';
import { plainValue } from '../variables/templating.ts';
import { environmentOf } from './arguments.ts';
import { taskInfo } from './info.ts';
import { concluded, type JobFile, readJobFile } from './jobFile.ts';
import type { RunOptions } from './options.ts';
import { type Attempt, countsAsChange, type ItemOutcome, summaries } from './outcome.ts';
import { type Remote, remoteFor } from './remotes.ts';

/** A task with `async`: it goes on apart from the connection, as a job with a file on the host. */
interface Job {
  id: string;
  file: string;
  /** Its time limit. */
  seconds: number;
  /** Seconds between looks at it; 0: nobody waits for it. */
  poll: number;
}

const FIRST_LOOK_SECONDS = 0.2;
/** How long after its limit a job may still write what became of it. */
const GRACE_SECONDS = 10;

/** The job that a task's `async` asks for; undefined where the task runs as others do. Throws TaskFailure. */
export async function jobOf(attempt: Attempt, remote: Remote): Promise<Job | undefined> {
  const { task, scope, lane } = attempt;
  const seconds = keywordNumber('async', 0, attempt);
  if (!(seconds > 0)) return undefined;
  if (task.module.controlSide) throw new TaskFailure('async is not supported for this task.');
  const id = `j${randomInt(2 ** 47)}.${randomInt(1, 2 ** 22)}`;
  const folder = await hostPath(jobFolderOf(task, scope, attempt, lane.batch.run.options), remote.reads);
  return {
    id,
    file: `${folder}/${id}`,
    seconds,
    poll: keywordNumber('poll', lane.batch.run.options.pollSeconds, attempt),
  };
}

function keywordNumber(name: string, fallback: number, { task, scope, lane }: Attempt): number {
  const keyword = task.keywords.get(name);
  if (!keyword) return fallback;
  return Number(plainValue(lane.batch.run.templating.value(keyword.value, scope, keyword)));
}

/** Where the files of jobs lie on the host of a task, as written. */
export function jobFolderOf(
  task: Task,
  scope: VariableScope,
  { lane }: Pick<Attempt, 'lane'>,
  options: RunOptions,
): string {
  const value = scope.get('ansible_async_dir');
  if (value !== MISSING && value !== undefined && value !== null) return toText(value);
  return environmentOf(task, scope, lane).ANSIBLE_ASYNC_DIR ?? options.jobFolder;
}

/** What is known without a step, as a job that has ended: its file says so where nobody waits for it. */
export async function endedAtOnce(
  job: Job,
  outcome: ItemOutcome,
  attempt: Attempt,
  remote: Remote,
): Promise<ItemOutcome> {
  const result = { ...outcome.result, ...ended(job) };
  if (job.poll > 0) return { ...outcome, result };
  const steps: Step[] = [
    { kind: 'mkdir', path: job.file.slice(0, job.file.lastIndexOf('/')) },
    { kind: 'put', path: job.file, content: `${JSON.stringify(result)}\n`, attributes: { mode: 0o600 } },
  ];
  const host = await remote.open();
  if (attempt.check) host.plan(steps, taskInfo(attempt.lane, attempt.task).name, remote.identity);
  else {
    await attempt.turn();
    await host.perform(steps, { as: remote.identity });
  }
  return started(job, { changes: [] });
}

function ended(job: Job): Record<string, unknown> {
  return { ansible_job_id: job.id, results_file: job.file, started: true, finished: true };
}

function started(job: Job, plan: Plan): ItemOutcome {
  return {
    outcome: 'changed',
    changes: summaries(plan),
    result: { ...ended(job), finished: false, changed: true },
    warnings: plan.warnings ?? [],
    attempts: 1,
  };
}

/** Performs the steps of a plan as a job, and waits for it where the task says so. */
export async function performApart(
  job: Job,
  plan: Plan,
  steps: Step[],
  attempt: Attempt,
  remote: Remote,
  read: { params: unknown; now: unknown },
): Promise<ItemOutcome> {
  const { task, scope, lane } = attempt;
  const { stdout: _out, stderr: _err, rc: _rc, ...known } = plan.result ?? {};
  const told = { ...known, changed: countsAsChange(plan) };
  const members = `${JSON.stringify(told).slice(1, -1)}, "flotte": ${typedJson({ module: task.action, ...read })}`;
  const host = await remote.open();
  const environment = environmentOf(task, scope, lane);
  await host.perform(jobSteps({ ...job, steps, environment, members }), { as: remote.identity });
  host.runsApart();
  if (job.poll === 0) return started(job, plan);
  const file = await waitFor(job, attempt, remote);
  const common = { stdout: '', stderr: '', stdout_lines: [], stderr_lines: [], ...ended(job) };
  const came = file && (await concluded(file, steps, task.module, read.params, read.now));
  const ok = came !== undefined && came.failed !== true;
  tell(attempt, job, ok ? 'ok' : 'failed');
  const base: ItemOutcome = {
    outcome: ok ? 'changed' : 'failed',
    changes: summaries(plan),
    result: { ...told, ...plan.result, ...common, ...came },
    warnings: plan.warnings ?? [],
    attempts: 1,
    plan,
  };
  return file === undefined || file.late ? overdue(job, base) : base;
}

function overdue(job: Job, base: ItemOutcome): ItemOutcome {
  const msg = `async task did not complete within the requested time - ${job.seconds}s`;
  const { ansible_job_id, results_file } = base.result;
  const async_result = { ansible_job_id, results_file, started: true, finished: false };
  return {
    ...base,
    outcome: 'failed',
    why: msg,
    result: { changed: false, failed: true, msg, async_result },
  };
}

// Looks often at first, so that what is done soon costs no whole interval; a lost connection is made anew.
async function waitFor(job: Job, attempt: Attempt, first: Remote): Promise<JobFile | undefined> {
  const end = Date.now() + (job.seconds + GRACE_SECONDS) * 1000;
  let remote = first;
  let told = Date.now();
  for (let pause = FIRST_LOOK_SECONDS; ; pause = Math.min(pause * 2, job.poll)) {
    await sleep(pause * 1000, undefined, signalOf(attempt)).catch(() => undefined);
    try {
      const file = await lookAt(job, remote);
      if (file?.finished || Date.now() > end) {
        if (file) await clearAway(job, remote);
        return file?.finished ? file : undefined;
      }
    } catch (error) {
      if (!(error instanceof UnreachableError) || Date.now() > end || signalOf(attempt).signal?.aborted)
        throw error;
      remote = await reconnected(attempt);
    }
    if (Date.now() - told < job.poll * 1000) continue;
    told = Date.now();
    tell(attempt, job, 'running');
  }
}

function signalOf({ lane }: Attempt): { signal?: AbortSignal } {
  const { signal } = lane.batch.run.options;
  return signal ? { signal } : {};
}

async function lookAt(job: Job, remote: Remote): Promise<JobFile | undefined> {
  const bytes = await remote.reads.content({ path: job.file, fresh: true });
  return bytes && readJobFile(Buffer.from(bytes).toString());
}

async function clearAway(job: Job, remote: Remote): Promise<void> {
  const paths = [job.file, jobFolder(job.file)];
  const steps = paths.map((path): Step => ({ kind: 'remove', path }));
  await (await remote.open()).perform(steps, { as: remote.identity });
}

async function reconnected({ lane, task, scope, delegate }: Attempt): Promise<Remote> {
  await lane.batch.run.sessions.close(delegate?.name ?? lane.host.name);
  lane.remotes.clear();
  return remoteFor(lane, task, scope, delegate, environmentOf(task, scope, lane));
}

function tell(attempt: Attempt, job: Job, state: 'running' | 'ok' | 'failed'): void {
  const { lane, task } = attempt;
  lane.batch.run.emit({
    type: 'job',
    time: Date.now() / 1000,
    host: lane.host.name,
    task: taskInfo(lane, task),
    job: job.id,
    state,
  });
}
