import { isTruthy, TemplateError, toText } from '../jinja/index.ts';
import { placeOfValue } from '../lib/places.ts';
import type { AnyModule } from '../module/define.ts';
import { type Change, type Plan, TaskFailure, UnknownAnswer } from '../module/plan.ts';
import type { Step, StepResult } from '../module/step.ts';
import { collected, inherited, type Keyword, type Task } from '../playbook/model.ts';
import { issueText } from '../playbook/parameters.ts';
import { UnreachableError } from '../remote/connection.ts';
import { type Identity, type RemoteHost, StepFailed } from '../remote/host.ts';
import { layerOf } from '../variables/layer.ts';
import { createScope, type VariableScope } from '../variables/scope.ts';
import {
  describeTemplateError,
  finalValue,
  hasTemplateMark,
  OMIT,
  plainValue,
} from '../variables/templating.ts';
import { conditionsOf, failingCondition, referencesIn, unsureBecause } from './conditions.ts';
import type { Lane } from './context.ts';
import { controlOf } from './control.ts';
import type { ItemEnd, Place } from './events.ts';
import { taskInfo } from './info.ts';
import { type Delegate, type Remote, remoteFor, watchAbsent } from './remotes.ts';
import { truth } from './sessions.ts';

/** What became of a task for one item, before it is told. */
export interface ItemOutcome extends ItemEnd {
  plan?: Plan;
  attempts: number;
  place?: Place;
}

/** Everything that one attempt at a task needs. */
export interface Attempt {
  lane: Lane;
  task: Task;
  scope: VariableScope;
  check: boolean;
  delegate: Delegate | undefined;
  /** Why it may be that nothing of this happens (check mode: notified by an unknown task ...). */
  maybe: string | undefined;
  /** Waits until this host may write. */
  turn(): Promise<void>;
  output(stream: 'stdout' | 'stderr', text: string): void;
}

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

function referencesOfConditions(conditions: Keyword[]): Set<string> {
  return new Set(conditions.flatMap(({ value }) => [...referencesIn([value].flat(), true)]));
}

function skipped(condition: unknown): ItemOutcome {
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
  return Number(plainValue(lane.batch.run.templating.value(keyword.value, scope, keyword)));
}

function retriesOf(attempt: Attempt): number {
  return keywordNumber('retries', attempt.task.keywords.has('until') ? 3 : 0, attempt);
}

async function retried(attempt: Attempt): Promise<ItemOutcome> {
  const { lane, task } = attempt;
  const until = task.keywords.get('until');
  const retries = retriesOf(attempt);
  if ((!until && retries === 0) || attempt.check) return judged(attempt, 1);
  const delay = keywordNumber('delay', 5, attempt);
  for (let count = 1; ; count++) {
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
  if (outcome.outcome === 'unknown') return neverChanges(changedWhen) ? notRun(outcome) : outcome;
  if (!changedWhen && !failedWhen) return outcome;
  const { templating } = lane.batch.run;
  const holds = (keyword: Keyword): boolean =>
    failingCondition([keyword], withResult(scope, task, outcome.result, lane), templating) === undefined;
  if (changedWhen && !neverTrue(outcome)) outcome.result.changed = holds(changedWhen);
  if (failedWhen) {
    outcome.result.failed = [failedWhen.value]
      .flat()
      .some((value) => holds({ value, place: failedWhen.place }));
    outcome.result.failed_when_result = outcome.result.failed;
  }
  return settled(outcome);
}

function neverTrue(outcome: ItemOutcome): boolean {
  return outcome.outcome === 'failed' && outcome.result.changed === undefined;
}

function neverChanges(changedWhen: Keyword | undefined): boolean {
  return changedWhen?.value === false;
}

// A command that changes nothing by its own word is left out in check mode; what it would answer stays unknown.
function notRun(outcome: ItemOutcome): ItemOutcome {
  const why = 'not run in check mode; it changes nothing by its changed_when';
  return { ...outcome, outcome: 'skipped', why, changes: [], result: { ...outcome.result, msg: why } };
}

function settled(outcome: ItemOutcome): ItemOutcome {
  const { result } = outcome;
  if (result.failed === true) {
    const why = typeof result.msg === 'string' && result.msg ? result.msg : 'failed_when holds';
    return { ...outcome, outcome: 'failed', why: outcome.why ?? why };
  }
  const { why: _why, ...rest } = outcome;
  return { ...rest, outcome: result.changed === true ? 'changed' : 'ok' };
}

async function attemptOnce(attempt: Attempt): Promise<ItemOutcome> {
  try {
    return await planned(attempt);
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
  // A task that check mode runs all the same may miss what other tasks only planned.
  const planning = lane.batch.run.options.check || check;
  const watched = planning ? watchAbsent(remote) : { reads: remote.reads, absent: undefined };
  const now: unknown = await module.read(params, watched.reads, control).catch((error: unknown) => {
    throw planning ? perhapsLater(error, remote) : error;
  });
  const plan = module.plan(params, now);
  if (maybe !== undefined && (plan.changes.length > 0 || plan.failed !== undefined))
    return perhaps(plan, maybe, remote, attempt, module, params);
  if (plan.failed !== undefined) return planFailed(plan, remote, attempt, params);
  if (plan.changes.length === 0 && watched.absent !== undefined) return unknownOutcome(plan, watched.absent);
  if (plan.skipped !== undefined) return planSkipped(plan);
  if (plan.changes.length === 0 && plan.unknown === undefined) return unchanged(plan, maybe, module);
  if (check) return foreseen(plan, remote, attempt, module, params);
  await attempt.turn();
  return performed(plan, remote, attempt, module, params, now);
}

/** Names that a task's arguments use; conditions and expressions among them are read as such. */
export function referencesOfArguments(task: Task): Set<string> {
  const bare = Object.entries(task.args).filter(([name]) => task.module.untemplated?.includes(name));
  const templated = Object.entries(task.args).filter(([name]) => !task.module.untemplated?.includes(name));
  const values = (entries: [string, unknown][]): unknown[] => entries.map(([, value]) => value);
  return new Set([
    ...referencesIn([values(templated), task.argsTemplate ?? '']),
    ...referencesIn(values(bare), true),
  ]);
}

function stepsOf(module: AnyModule, plan: Plan, params: unknown): Step[] {
  return plan.changes.flatMap((change) => module.steps(change, params));
}

// A read that fails for want of something is no failure yet where that may come by what is only planned.
function perhapsLater(error: unknown, remote: Remote): unknown {
  const plannedBy = remote.host()?.plannedBy;
  if (!(error instanceof TaskFailure) || plannedBy === undefined) return error;
  return new UnknownAnswer(`${error.message}; "${plannedBy}", which is only planned, may change that`);
}

// Something that is only planned may bring about the state that is missing now.
function planFailed(plan: Plan, remote: Remote, attempt: Attempt, params: unknown): ItemOutcome {
  const plannedBy = attempt.check ? remote.host()?.plannedBy : undefined;
  if (plannedBy !== undefined) {
    const why = `${plan.failed}; "${plannedBy}", which is only planned, may change that`;
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

function foreseen(
  plan: Plan,
  remote: Remote,
  attempt: Attempt,
  module: AnyModule,
  params: unknown,
): ItemOutcome {
  remote.host()?.plan(stepsOf(module, plan, params), taskInfo(attempt.lane, attempt.task).name);
  if (plan.unknown !== undefined) return unknownOutcome(plan, plan.unknown);
  const result = { ...plan.result, changed: true };
  return {
    outcome: 'changed',
    changes: summaries(plan),
    result,
    warnings: plan.warnings ?? [],
    attempts: 1,
    plan,
  };
}

function perhaps(
  plan: Plan,
  maybe: string,
  remote: Remote,
  attempt: Attempt,
  module: AnyModule,
  params: unknown,
): ItemOutcome {
  remote.host()?.plan(stepsOf(module, plan, params), taskInfo(attempt.lane, attempt.task).name);
  return unknownOutcome(plan, maybe);
}

function unknownOutcome(plan: Plan, why: string): ItemOutcome {
  const result = { changed: false, skipped: true, unknown: true, ...plan.result, msg: why };
  return {
    outcome: 'unknown',
    why,
    changes: summaries(plan),
    result,
    warnings: plan.warnings ?? [],
    attempts: 1,
    plan,
  };
}

function countsAsChange(plan: Plan): boolean {
  return plan.changes.some((change) => !change.uncounted);
}

function summaries(plan: Plan): ItemEnd['changes'] {
  return plan.changes.map(({ summary, diff }: Change) => (diff ? { summary, diff } : { summary }));
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
        )
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
  withLines(base.result);
  if (lane.batch.run.options.diff) base.result.diff = plan.changes.flatMap((change) => change.diff ?? []);
  return settled(base);
}

async function performSteps(
  host: RemoteHost,
  steps: Step[],
  attempt: Attempt,
  environment: Record<string, string>,
  as: Identity | undefined,
): Promise<{ results: StepResult[] } | { failure: StepFailed }> {
  const { lane, task } = attempt;
  const limit = timeoutOf(task, attempt);
  const signals = [lane.batch.run.options.signal, limit].filter((signal) => signal !== undefined);
  try {
    const results = await host.perform(withReach(steps, task), {
      ...(as && { as }),
      environment,
      ...(signals.length > 0 && { signal: AbortSignal.any(signals) }),
      onOutput: attempt.output,
    });
    return { results };
  } catch (error) {
    if (error instanceof StepFailed) return { failure: error };
    throw error;
  }
}

// What changes nothing by the playbook's own word makes no answer stale.
function withReach(steps: Step[], task: Task): Step[] {
  if (!neverChanges(task.keywords.get('changed_when'))) return steps;
  return steps.map((step) => (step.kind === 'run' && !step.touches ? { ...step, touches: [] } : step));
}

// `async` with polling is a limit too: the connection stands as long as the task runs.
function timeoutOf(task: Task, attempt: Attempt): AbortSignal | undefined {
  const keyword = inherited(task, 'timeout') ?? task.keywords.get('async');
  if (!keyword) return undefined;
  const seconds = Number(
    plainValue(attempt.lane.batch.run.templating.value(keyword.value, attempt.scope, keyword)),
  );
  return seconds > 0 ? AbortSignal.timeout(seconds * 1000) : undefined;
}

function stepFailed(failed: StepFailed, base: ItemOutcome): ItemOutcome {
  const last = failed.results.at(-1);
  const result: Record<string, unknown> = {
    ...base.result,
    failed: true,
    changed: failed.results.length > 1,
    msg: failed.message,
  };
  if (last && last.step === failed.step)
    Object.assign(result, { rc: last.rc, stdout: last.stdout, stderr: last.stderr });
  withLines(result);
  return { ...base, outcome: 'failed', why: failed.message, result };
}

/** Ansible's `stdout_lines` and `stderr_lines` beside what a result has. */
function withLines(result: Record<string, unknown>): void {
  for (const name of ['stdout', 'stderr']) {
    const text = result[name];
    if (typeof text === 'string') result[`${name}_lines`] = linesOf(text);
  }
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** The `environment` of a task and of all that lies around it. Throws TemplateError. */
export function environmentOf(task: Task, scope: VariableScope, lane: Lane): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const { value, place } of collected(task, 'environment')) {
    for (const part of [value].flat()) {
      const map = plainValue(lane.batch.run.templating.value(part, scope, { place }));
      if (typeof map !== 'object' || map === null) continue;
      for (const [name, text] of Object.entries(map)) environment[name] = String(text);
    }
  }
  return environment;
}

/** The arguments of a task, rendered and checked by the module's schema. Throws TaskFailure. */
export function moduleParams(task: Task, scope: VariableScope, lane: Lane): unknown {
  const { module } = task;
  const { templating } = lane.batch.run;
  const args: Record<string, unknown> = { ...moduleDefaults(task, scope, lane) };
  if (task.argsTemplate !== undefined) {
    Object.assign(args, templating.value(task.argsTemplate, scope, { place: task.place }) as object);
  }
  for (const [written, raw] of Object.entries(task.args)) {
    const name = hasTemplateMark(written)
      ? toText(templating.value(written, scope, { place: task.place }))
      : written;
    const untouched = module.untemplated?.includes(name) ?? false;
    const value = untouched
      ? raw
      : argument(raw, scope, placeOfValue(task.args, written) ?? task.place, lane);
    if (value === OMIT) delete args[name];
    else args[name] = untouched ? value : plainArgument(value, module);
  }
  const parsed = module.params.safeParse(args);
  if (parsed.success) return parsed.data;
  const msg = `${module.name}: ${issueText(parsed.error.issues)}`;
  throw new TaskFailure(msg, { msg });
}

function argument(raw: unknown, scope: VariableScope, place: Place, lane: Lane): unknown {
  const value = lane.batch.run.templating.lazy(raw, scope, { place });
  return value === OMIT ? OMIT : finalValue(value);
}

// Facts keep the language's own types; programs on hosts know plain ones.
function plainArgument(value: unknown, module: AnyModule): unknown {
  return module.name === 'set_fact' || module.name === 'debug' ? value : plainValue(value);
}

function moduleDefaults(task: Task, scope: VariableScope, lane: Lane): Record<string, unknown> {
  const defaults: Record<string, unknown> = {};
  const names = [task.action, task.module.name, `${task.module.collection}.${task.module.name}`];
  for (const keyword of collected(task, 'module_defaults')) {
    const all = keyword.value as Record<string, unknown> | null;
    for (const name of names) {
      if (all && Object.hasOwn(all, name))
        Object.assign(defaults, lane.batch.run.templating.value(all[name], scope, keyword));
    }
  }
  return defaults;
}

/** What an error means for a task; errors that are no fault of the task are thrown on. */
export function failureOf(error: unknown, attempt: Pick<Attempt, 'lane' | 'task' | 'scope'>): ItemOutcome {
  const base = { changes: [], warnings: [], attempts: 1 };
  if (error instanceof UnknownAnswer) return unknownOutcome({ changes: [] }, error.why);
  if (error instanceof UnreachableError) {
    const msg = error.hint ? `${error.message}. ${capitalised(error.hint)}` : error.message;
    return { ...base, outcome: 'unreachable', why: msg, result: { changed: false, unreachable: true, msg } };
  }
  if (error instanceof TaskFailure) {
    return {
      ...base,
      outcome: 'failed',
      why: error.message,
      result: { changed: false, ...error.result, failed: true, msg: error.result.msg ?? error.message },
    };
  }
  if (error instanceof TemplateError) return templateFailure(error, attempt);
  throw error;
}

function capitalised(sentence: string): string {
  return sentence[0]!.toUpperCase() + sentence.slice(1);
}

function templateFailure(
  error: TemplateError,
  attempt: Pick<Attempt, 'lane' | 'task' | 'scope'>,
): ItemOutcome {
  const { message, place } = describeTemplateError(error);
  const { lane, task, scope } = attempt;
  const names = [
    ...referencesOfArguments(task),
    ...referencesIn(task.loop?.value),
    ...referencesOfConditions(conditionsOf(task)),
  ];
  const because = unsureBecause(names, scope, lane.host);
  if (because !== undefined) return unknownOutcome({ changes: [] }, because);
  const result = { changed: false, failed: true, msg: message };
  const outcome: ItemOutcome = {
    outcome: 'failed',
    why: message,
    changes: [],
    result,
    warnings: [],
    attempts: 1,
  };
  return { ...outcome, place: place ?? task.place };
}

/** Whether a keyword that is a truth (`ignore_errors`, `no_log` ...) holds for a task. */
export function keywordHolds(name: string, task: Task, scope: VariableScope, lane: Lane): boolean {
  const keyword = inherited(task, name);
  if (!keyword) return false;
  const value = lane.batch.run.templating.value(keyword.value, scope, keyword);
  return typeof value === 'string' ? truth(value) : isTruthy(value);
}
