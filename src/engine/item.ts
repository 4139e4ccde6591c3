import { toText } from '../jinja/index.ts';
import { TaskFailure } from '../module/plan.ts';
import type { Keyword, Task } from '../playbook/model.ts';
import { layerOf } from '../variables/layer.ts';
import { createScope, type VariableScope } from '../variables/scope.ts';
import { plainValue } from '../variables/templating.ts';
import { attemptOnce } from './attempt.ts';
import { conditionsOf, failingCondition, unsureBecause } from './conditions.ts';
import type { Lane } from './context.ts';
import { failureOf, referencesOfConditions } from './failures.ts';
import { taskInfo } from './info.ts';
import { checkBooleans } from './keywordValue.ts';
import { type Attempt, type ItemOutcome, neverChanges, settled } from './outcome.ts';

/** Does a task once, for one item: condition, arguments, read, plan, and outside of check mode the steps. */
export async function runItem(attempt: Attempt): Promise<ItemOutcome> {
  try {
    return await conditional(attempt);
  } catch (error) {
    return failureOf(error, attempt);
  }
}

async function conditional(attempt: Attempt): Promise<ItemOutcome> {
  const { lane, task, scope } = attempt;
  const conditions = conditionsOf(task);
  const because = unsureBecause(referencesOfConditions(conditions), scope, lane.host);
  if (because === undefined) {
    const failing = failingCondition(conditions, scope, lane.batch.run.templating);
    if (failing !== undefined) return skipped(failing);
    return retried(attempt);
  }
  return retried({ ...attempt, maybe: attempt.maybe ?? `whether it runs is not known: ${because}` });
}

/** What a condition that does not hold comes to. */
export function skipped(condition: unknown): ItemOutcome {
  const result = {
    changed: false,
    skipped: true,
    skip_reason: 'Conditional result was False',
    false_condition: condition,
  };
  const why = `the condition \`${String(condition)}\` does not hold`;
  return { outcome: 'skipped', why, changes: [], result, warnings: [], attempts: 0 };
}

function keywordNumber(name: string, fallback: number, { lane, task, scope }: Attempt): number {
  const keyword = task.keywords.get(name);
  if (!keyword) return fallback;
  const value = plainValue(lane.batch.run.templating.value(keyword.value, scope, keyword));
  const number = Number(value);
  // Nothing is more than no number, and a loop of attempts would have no end.
  if (Number.isNaN(number)) {
    const msg = `${name} needs a number, and \`${toText(value)}\` is none`;
    throw new TaskFailure(msg, { msg });
  }
  return number;
}

function retriesOf(attempt: Attempt): number {
  return keywordNumber('retries', attempt.task.keywords.has('until') ? 3 : 0, attempt);
}

async function retried(attempt: Attempt): Promise<ItemOutcome> {
  const { lane, task } = attempt;
  checkBooleans(task, attempt.scope, lane.batch.run.templating);
  const until = task.keywords.get('until');
  const retries = retriesOf(attempt);
  if ((!until && retries === 0) || attempt.check) return judged(attempt, 1);
  const delay = keywordNumber('delay', 5, attempt);
  for (let count = 1; ; count++) {
    if (count > 1) refreshAll(lane);
    const outcome = await judged(attempt, count);
    const met = until ? untilHolds(until, outcome, attempt) : outcome.outcome !== 'failed';
    if (met) return outcome;
    if (count > retries)
      return {
        ...outcome,
        outcome: 'failed',
        why: outcome.why ?? `"${String(until?.value)}" did not hold after ${count} attempts`,
        // Ansible counts the retries here.
        result: { ...outcome.result, failed: true, attempts: retries },
      };
    lane.batch.run.emit({
      type: 'retry',
      time: Date.now() / 1000,
      host: lane.host.name,
      task: taskInfo(lane, task),
      attempt: count,
      of: retries,
      seconds: delay,
      why: outcome.why ?? '',
    });
    await pause(delay, lane.batch.run.options.signal);
  }
}

// What an attempt waits for comes about without a step of ours.
function refreshAll(lane: Lane): void {
  for (const remote of lane.remotes.values()) remote.refresh(true);
}

function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, seconds * 1000);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done);
  });
}

function untilHolds(until: Keyword, outcome: ItemOutcome, attempt: Attempt): boolean {
  const { lane, task, scope } = attempt;
  return (
    failingCondition([until], withResult(scope, task, outcome.result, lane), lane.batch.run.templating) ===
    undefined
  );
}

function withResult(
  scope: VariableScope,
  task: Task,
  result: Record<string, unknown>,
  lane: Lane,
): VariableScope {
  const register = task.keywords.get('register')?.value;
  const values = typeof register === 'string' ? { [register]: result } : {};
  const outer = { origin: 'the task', trusted: false, get: scope.get, names: () => scope.names() };
  return createScope([layerOf(values, 'the result', false), outer], lane.batch.run.templating);
}

// Lays `changed_when` and `failed_when` over what an attempt gave.
async function judged(attempt: Attempt, attempts: number): Promise<ItemOutcome> {
  const outcome = { ...(await attemptOnce(attempt)), attempts };
  if (retriesOf(attempt) > 0) outcome.result.attempts = attempts;
  const { lane, task, scope } = attempt;
  const changedWhen = task.keywords.get('changed_when');
  const failedWhen = task.keywords.get('failed_when');
  if (outcome.outcome === 'skipped' || outcome.outcome === 'unreachable') return outcome;
  if (outcome.outcome === 'unknown')
    return attempt.check && neverChanges(changedWhen) ? notRun(outcome) : outcome;
  if (!changedWhen && !failedWhen) return outcome;
  const { templating } = lane.batch.run;
  const holds = (keyword: Keyword): boolean =>
    failingCondition([keyword], withResult(scope, task, outcome.result, lane), templating) === undefined;
  let judging = 'changed_when_result';
  try {
    if (changedWhen && !neverTrue(outcome)) outcome.result.changed = holds(changedWhen);
    if (failedWhen) {
      judging = 'failed_when_result';
      outcome.result.failed = holds(failedWhen);
      outcome.result.failed_when_result = outcome.result.failed;
    }
    return settled(outcome);
  } catch (error) {
    // What was done stays told, beside the mistake in the condition.
    const failure = failureOf(error, attempt);
    return failure.outcome === 'failed'
      ? { ...outcome, ...failure, attempts, result: { ...outcome.result, ...told(failure, judging) } }
      : failure;
  }
}

function told({ result }: ItemOutcome, judging: string): Record<string, unknown> {
  return { failed: true, msg: result.msg, [judging]: result.msg };
}

function neverTrue(outcome: ItemOutcome): boolean {
  return outcome.outcome === 'failed' && outcome.result.changed === undefined;
}

// A command that changes nothing by its own word is left out in check mode; what it would answer stays unknown.
function notRun(outcome: ItemOutcome): ItemOutcome {
  const why = 'not run in check mode; it changes nothing by its changed_when';
  return { ...outcome, outcome: 'skipped', why, changes: [], result: { ...outcome.result, msg: why } };
}
