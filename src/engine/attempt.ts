import type { AnyModule } from '../module/define.ts';
import { type Plan, TaskFailure, UnknownAnswer } from '../module/plan.ts';
import type { Step, StepResult } from '../module/step.ts';
import { expectsFailure } from '../playbook/expectedFailure.ts';
import type { Task } from '../playbook/model.ts';
import { MissingUserError } from '../remote/become.ts';
import { UnreachableError } from '../remote/connection.ts';
import { NOT_VALID } from '../remote/fileScripts.ts';
import { type Identity, type RemoteHost, StepFailed } from '../remote/host.ts';
import { environmentOf, moduleParams, referencesOfArguments } from './arguments.ts';
import { endedAtOnce, jobOf, performApart } from './background.ts';
import { unsureBecause } from './conditions.ts';
import { controlOf } from './control.ts';
import { failureOf } from './failures.ts';
import { taskInfo } from './info.ts';
import {
  type Attempt,
  countsAsChange,
  type ItemOutcome,
  neverChanges,
  settled,
  summaries,
  unknownOutcome,
  withLines,
} from './outcome.ts';
import { reconnect } from './reconnect.ts';
import { type Remote, remoteFor, watchAbsent } from './remotes.ts';
import { lateFailure, timeLimit } from './timeLimit.ts';
import { told } from './toldResult.ts';

/** One attempt: arguments, read, plan, and outside of check mode the steps. Failures are outcomes too. */
export async function attemptOnce(attempt: Attempt): Promise<ItemOutcome> {
  try {
    return told(await planned(attempt), attempt);
  } catch (error) {
    return failureOf(error, attempt);
  }
}

async function planned(attempt: Attempt): Promise<ItemOutcome> {
  const { lane, task, scope, check } = attempt;
  const { module } = task;
  const params = moduleParams(task, scope, lane);
  const maybe = attempt.maybe ?? unsureBecause(referencesOfArguments(task), scope, lane.host);
  const remote = remoteFor(lane, task, scope, attempt.delegate, environmentOf(task, scope, lane));
  const control = controlOf(lane, task, scope, check);
  remote.host()?.refresh(false);
  // A task that check mode runs all the same may miss what other tasks only planned.
  const planning = lane.batch.run.options.check || check;
  const watched = planning ? watchAbsent(remote) : { reads: remote.reads, absent: undefined };
  const now: unknown = await module.read(params, watched.reads, control).catch(async (error: unknown) => {
    throw planning ? await perhapsLater(error, remote) : error;
  });
  const plan = module.plan(params, now);
  const job = await jobOf(attempt, remote);
  const atOnce = (outcome: ItemOutcome): ItemOutcome | Promise<ItemOutcome> =>
    job ? endedAtOnce(job, outcome, attempt, remote) : outcome;
  if (maybe !== undefined && (plan.changes.length > 0 || plan.failed !== undefined))
    return perhaps(plan, maybe, remote, attempt, module, params);
  if (plan.failed !== undefined) return atOnce(await planFailed(plan, remote, attempt, params));
  if (plan.changes.length === 0 && watched.absent !== undefined) return unknownOutcome(plan, watched.absent);
  if (plan.skipped !== undefined) return atOnce(planSkipped(plan));
  if (plan.changes.length === 0 && plan.unknown === undefined) return atOnce(unchanged(plan, maybe, module));
  if (check) return foreseen(plan, remote, attempt, module, params);
  await attempt.turn();
  if (job) {
    const steps = withReach(stepsOf(module, plan, params), task);
    return settled(await performApart(job, plan, steps, attempt, remote, { params, now }));
  }
  return onlyForNow(await performed(plan, remote, attempt, module, params, now), remote, attempt);
}

function stepsOf(module: AnyModule, plan: Plan, params: unknown): Step[] {
  return plan.changes.flatMap((change) => module.steps(change, params));
}

function mayChange(reason: string | undefined, plannedBy: string): string {
  return `${reason}; "${plannedBy}", which is only planned, may change that`;
}

// A read that fails for want of something is no failure yet where that may come by what is only planned.
async function perhapsLater(error: unknown, remote: Remote): Promise<unknown> {
  const host = remote.host();
  if (error instanceof MissingUserError && host) {
    const user = await host.reads(undefined).passwd({ name: error.user });
    return user === undefined ? error : new UnknownAnswer(`the user ${error.user} is only planned`);
  }
  const plannedBy = host?.plannedBy;
  if (!(error instanceof TaskFailure) || plannedBy === undefined) return error;
  return new UnknownAnswer(mayChange(error.message, plannedBy));
}

// What check mode runs all the same may fail for want of what other tasks only planned: that says nothing of a run.
// Where the playbook reckons with the failure, it is an answer.
function onlyForNow(outcome: ItemOutcome, remote: Remote, { lane, task }: Attempt): ItemOutcome {
  const plannedBy = lane.batch.run.options.check ? remote.host()?.plannedBy : undefined;
  if (outcome.outcome !== 'failed' || plannedBy === undefined || expectsFailure(task)) return outcome;
  const plan = outcome.plan ?? { changes: [] };
  return unknownOutcome(plan, mayChange(outcome.why, plannedBy));
}

// Something that is only planned may bring about the state that is missing now.
async function planFailed(
  plan: Plan,
  remote: Remote,
  attempt: Attempt,
  params: unknown,
): Promise<ItemOutcome> {
  const plannedBy = attempt.check ? remote.host()?.plannedBy : undefined;
  if (plannedBy !== undefined) {
    const why = mayChange(plan.failed, plannedBy);
    return perhaps(plan, why, remote, attempt, attempt.task.module, params);
  }
  const result = { changed: false, msg: plan.failed, ...plan.result, failed: true };
  return {
    outcome: 'failed',
    why: plan.failed!,
    changes: [],
    result,
    warnings: plan.warnings ?? [],
    attempts: 1,
    plan,
  };
}

function planSkipped(plan: Plan): ItemOutcome {
  const result = { changed: false, skipped: true, msg: plan.skipped, ...plan.result };
  return {
    outcome: 'skipped',
    why: plan.skipped!,
    changes: [],
    result,
    warnings: plan.warnings ?? [],
    attempts: 1,
    plan,
  };
}

function unchanged(plan: Plan, maybe: string | undefined, module: AnyModule): ItemOutcome {
  // What is there as it should be stays so, whatever the unknown turns out to be; a message or a variable does not.
  if (maybe !== undefined && module.controlSide) return unknownOutcome(plan, maybe);
  const result: Record<string, unknown> = { changed: false, ...plan.result };
  return settled({ outcome: 'ok', changes: [], result, warnings: plan.warnings ?? [], attempts: 1, plan });
}

async function foreseen(
  plan: Plan,
  remote: Remote,
  attempt: Attempt,
  module: AnyModule,
  params: unknown,
): Promise<ItemOutcome> {
  await layOver(plan, remote, attempt, module, params);
  if (plan.unknown !== undefined) return unknownOutcome(plan, plan.unknown);
  const changed = countsAsChange(plan);
  const result = { ...plan.result, changed };
  return {
    outcome: changed ? 'changed' : 'ok',
    changes: summaries(plan),
    result,
    warnings: plan.warnings ?? [],
    attempts: 1,
    plan,
  };
}

// As the user who would write: a new file is theirs. Where only this task is in check mode, others see what is there;
// what changes nothing by its author's word brings nothing.
async function layOver(
  plan: Plan,
  remote: Remote,
  attempt: Attempt,
  module: AnyModule,
  params: unknown,
): Promise<void> {
  const { lane, task } = attempt;
  if (!lane.batch.run.options.check || neverChanges(task.keywords.get('changed_when'))) return;
  const steps = stepsOf(module, plan, params);
  if (steps.length === 0) return;
  const { name } = taskInfo(lane, task);
  (await remote.open()).plan(steps, name, remote.identity);
}

async function perhaps(
  plan: Plan,
  maybe: string,
  remote: Remote,
  attempt: Attempt,
  module: AnyModule,
  params: unknown,
): Promise<ItemOutcome> {
  await layOver(plan, remote, attempt, module, params);
  return unknownOutcome(plan, maybe);
}

async function performed(
  plan: Plan,
  remote: Remote,
  attempt: Attempt,
  module: AnyModule,
  params: unknown,
  now: unknown,
): Promise<ItemOutcome> {
  const { lane, task, scope } = attempt;
  const steps = stepsOf(module, plan, params);
  const done =
    steps.length > 0
      ? await performSteps(
          await remote.open(),
          steps,
          attempt,
          environmentOf(task, scope, lane),
          remote.identity,
        ).catch(plan.reconnect ? cutOff : thrown)
      : { results: [] as StepResult[] };
  const base: ItemOutcome = {
    outcome: 'changed',
    changes: summaries(plan),
    result: { changed: countsAsChange(plan), ...plan.result },
    warnings: plan.warnings ?? [],
    attempts: 1,
    plan,
  };
  if ('failure' in done) return stepFailed(done.failure, base);
  Object.assign(base.result, module.result?.(params, now, done.results));
  if (plan.reconnect) {
    const { elapsed, problem } = await reconnect(plan.reconnect, lane, task, scope);
    const came = { elapsed: Math.trunc(elapsed), rebooted: problem === undefined };
    Object.assign(base.result, came, problem !== undefined && { failed: true, msg: problem });
  }
  withLines(base.result);
  return settled(base);
}

// What is to end the connection may do so before it has answered.
function cutOff(error: unknown): { results: StepResult[] } {
  if (error instanceof UnreachableError) return { results: [] };
  throw error;
}

function thrown(error: unknown): never {
  throw error;
}

async function performSteps(
  host: RemoteHost,
  steps: Step[],
  attempt: Attempt,
  environment: Record<string, string>,
  as: Identity | undefined,
): Promise<{ results: StepResult[] } | { failure: StepFailed }> {
  const { lane, task } = attempt;
  const limit = timeLimit(attempt);
  const signals = [lane.batch.run.options.signal, limit?.signal].filter((signal) => signal !== undefined);
  try {
    const results = await host.perform(withReach(steps, task), {
      ...(as && { as }),
      environment,
      ...(signals.length > 0 && { signal: AbortSignal.any(signals) }),
      onOutput: attempt.output,
    });
    return { results };
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    if (limit?.signal.aborted) throw lateFailure(task, limit);
    return { failure: error };
  }
}

// What changes nothing by the playbook's own word makes no answer stale.
function withReach(steps: Step[], task: Task): Step[] {
  if (!neverChanges(task.keywords.get('changed_when'))) return steps;
  return steps.map((step) => (step.kind === 'run' && !step.touches ? { ...step, touches: [] } : step));
}

function stepFailed(failed: StepFailed, base: ItemOutcome): ItemOutcome {
  const last = failed.results.at(-1);
  const result: Record<string, unknown> = {
    ...base.result,
    failed: true,
    changed: failed.results.length > 1,
    msg: failed.message,
  };
  if (last && last.step === failed.step) Object.assign(result, saidBy(last));
  withLines(result);
  return { ...base, outcome: 'failed', why: failed.message, result };
}

// A check of a file's content that failed is told by its own exit code and words.
function saidBy({ rc, stdout, stderr }: StepResult): Record<string, unknown> {
  const [words, status] = stderr.split(new RegExp(`${NOT_VALID} (\\d+)\\n$`));
  if (status === undefined) return { rc, stdout, stderr };
  return { exit_status: Number(status), stdout, stderr: words };
}
