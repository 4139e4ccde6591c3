import { TemplateError, toText } from '../jinja/index.ts';
import type { Effect } from '../module/plan.ts';
import { UnknownAnswer } from '../module/plan.ts';
import { collected, inherited, type Task } from '../playbook/model.ts';
import { type Layer, layerOf } from '../variables/layer.ts';
import type { VariableScope } from '../variables/scope.ts';
import { keywordHolds } from './arguments.ts';
import { conditionsOf, failingCondition, referencesIn, unsureBecause } from './conditions.ts';
import type { Lane } from './context.ts';
import { applyEffect } from './effects.ts';
import type { ItemEnd, Outcome, TaskEnd } from './events.ts';
import { failureOf } from './failures.ts';
import { notifyHandlers } from './handlers.ts';
import { type HostState, learn } from './hostState.ts';
import { taskInfo } from './info.ts';
import { runItem, skipped } from './item.ts';
import { itemLabel, itemLayer, type LoopControl, loopControl, loopItems } from './loops.ts';
import type { Attempt, ItemOutcome } from './outcome.ts';
import { delegateOf } from './remotes.ts';
import { taskScope } from './scope.ts';
import { takeTurn } from './turns.ts';

/** What a task came to on a host, with what it wants of the lane. */
export interface TaskRun {
  outcome: Outcome;
  items: ItemOutcome[];
  result: Record<string, unknown>;
  /** Includes and meta actions, each with the loop's variables of its item. */
  effects: { effect: Effect; layer: Layer | undefined }[];
  attempts: number;
  why: string | undefined;
}

/** A task on one host with its loop: runs the items, and tells nobody yet. */
export async function runForHost(
  lane: Lane,
  task: Task,
  check: boolean,
  maybe: string | undefined,
): Promise<TaskRun> {
  const scope = taskScope(lane, task);
  try {
    if (!task.loop) {
      const outcome = await runItem(attemptAt(lane, task, scope, check, maybe));
      return whole([outcome], effectsOf(outcome, undefined, check));
    }
    return await runLoop(lane, task, scope, check, maybe);
  } catch (error) {
    const failing = task.loop && conditionAgainst(lane, task, scope);
    return whole([failing !== undefined ? skipped(failing) : failureOf(error, { lane, task, scope })], []);
  }
}

// A loop that cannot be told harms nobody where the task is skipped anyway.
function conditionAgainst(lane: Lane, task: Task, scope: VariableScope): unknown {
  try {
    return failingCondition(conditionsOf(task), scope, lane.batch.run.templating);
  } catch (error) {
    if (error instanceof TemplateError) return undefined;
    throw error;
  }
}

function attemptAt(
  lane: Lane,
  task: Task,
  scope: VariableScope,
  check: boolean,
  maybe: string | undefined,
): Attempt {
  const { emit, masker } = lane.batch.run;
  const info = taskInfo(lane, task);
  return {
    lane,
    task,
    scope,
    check,
    maybe: maybe ?? lane.maybe,
    delegate: delegateOf(lane, task, scope),
    turn: () => takeTurn(lane),
    output: keywordHolds('no_log', task, scope, lane)
      ? () => {}
      : (stream, text) =>
          emit({
            type: 'output',
            time: Date.now() / 1000,
            host: lane.host.name,
            task: info,
            stream,
            text: masker.mask(text),
          }),
  };
}

function effectsOf(outcome: ItemOutcome, layer: Layer | undefined, check: boolean): TaskRun['effects'] {
  if (outcome.outcome === 'skipped' || outcome.outcome === 'failed' || outcome.outcome === 'unreachable')
    return [];
  const effects = outcome.plan?.effects ?? [];
  return effects.filter(({ kind }) => !check || kind !== 'save').map((effect) => ({ effect, layer }));
}

async function runLoop(
  lane: Lane,
  task: Task,
  scope: VariableScope,
  check: boolean,
  maybe: string | undefined,
): Promise<TaskRun> {
  const because = unsureBecause(referencesIn(task.loop!.value), scope, lane.host);
  const control = loopControl(lane, task, scope);
  const items = loopItemsOrUnknown(lane, task, scope, because);
  const outcomes: ItemOutcome[] = [];
  const effects: TaskRun['effects'] = [];
  const before: Layer[] = [];
  for (const [index, item] of items.entries()) {
    const layer = itemLayer(control, items, index);
    const inner = taskScope(lane, task, [layer, ...before]);
    const outcome = await runItem(attemptAt(lane, task, inner, check, maybe ?? because));
    outcome.label = labelOf(control, item, inner, lane);
    Object.assign(outcome.result, {
      [control.variable]: item,
      ansible_loop_var: control.variable,
      ...(control.index !== undefined && { [control.index]: index, ansible_index_var: control.index }),
      ...(control.extended && { ansible_loop: layer.get('ansible_loop') }),
    });
    outcomes.push(outcome);
    const wanted = effectsOf(outcome, layer, check);
    effects.push(...wanted);
    before.unshift(...learnedFrom(outcome, wanted, task));
    if (outcome.outcome === 'unreachable' || lane.batch.run.options.signal?.aborted) break;
    const after = (): VariableScope => taskScope(lane, task, [layer, ...before]);
    if (control.breakWhen !== undefined && breaks(control, task, after(), lane)) break;
    if (control.pause > 0 && index < items.length - 1 && !check)
      await new Promise((resolve) => setTimeout(resolve, control.pause * 1000));
  }
  return whole(outcomes, effects, true);
}

// Items see what those before them registered and set.
function learnedFrom(outcome: ItemOutcome, wanted: TaskRun['effects'], task: Task): Layer[] {
  const register = task.keywords.get('register')?.value;
  const result = typeof register === 'string' ? { [register]: outcome.result } : {};
  const layers = [layerOf(result, 'the item before', false)];
  for (const { effect } of wanted) {
    if (effect.kind === 'facts' && effect.origin === 'set_fact')
      layers.unshift(layerOf(effect.facts, 'set_fact', false));
    if (effect.kind === 'variables') layers.unshift(layerOf(effect.variables, 'include_vars', true));
  }
  return layers;
}

function breaks(control: LoopControl, task: Task, scope: VariableScope, lane: Lane): boolean {
  return [control.breakWhen]
    .flat()
    .every((condition) => lane.batch.run.templating.condition(condition, scope, { place: task.place }));
}

function labelOf(control: LoopControl, item: unknown, scope: VariableScope, lane: Lane): string {
  try {
    return itemLabel(control, item, scope, lane);
  } catch (error) {
    if (error instanceof TemplateError) return toText(item);
    throw error;
  }
}

function loopItemsOrUnknown(
  lane: Lane,
  task: Task,
  scope: VariableScope,
  because: string | undefined,
): unknown[] {
  try {
    return loopItems(lane, task, scope);
  } catch (error) {
    if (because !== undefined && error instanceof TemplateError)
      throw new UnknownAnswer(`the items of its loop are not known: ${because}`);
    throw error;
  }
}

// Of several items the worst counts; a loop in which all are skipped is skipped.
const WORST_FIRST: Outcome[] = ['unreachable', 'failed', 'changed', 'unknown', 'ok'];

function whole(items: ItemOutcome[], effects: TaskRun['effects'], loop = false): TaskRun {
  const outcome = WORST_FIRST.find((each) => items.some((item) => item.outcome === each)) ?? 'skipped';
  const attempts = Math.max(1, ...items.map((item) => item.attempts));
  const why = items.find((item) => item.outcome === outcome)?.why;
  if (!loop) return { outcome, items, result: items[0]!.result, effects, attempts, why };
  const result: Record<string, unknown> = {
    results: items.map((item) => ({ ...item.result, failed: item.outcome === 'failed' })),
    changed: items.some((item) => item.result.changed === true),
  };
  if (outcome === 'skipped')
    Object.assign(result, {
      skipped: true,
      skipped_reason: items.length === 0 ? 'No items in the list' : undefined,
    });
  else result.skipped = false;
  if (outcome === 'failed') Object.assign(result, { failed: true, msg: 'One or more items failed' });
  else result.msg = outcome === 'skipped' ? 'All items skipped' : 'All items completed';
  return {
    outcome,
    items,
    result,
    effects,
    attempts,
    why: outcome === 'skipped' && items.length === 0 ? 'there are no items' : why,
  };
}

/** Registers, notifies, counts and tells what a task came to on a host. */
export function settleTask(lane: Lane, task: Task, run: TaskRun, started: number): TaskEnd['forgiven'] {
  const scope = taskScope(lane, task);
  const notSure = doubtOf(lane, run);
  applyEffects(lane, task, run, notSure, scope);
  register(lane, task, run, notSure);
  const forgiven = forgivenBy(lane, task, run, scope);
  // A word to the engine is no task of the host's: it is neither counted nor told, as with Ansible.
  if (task.module.name === 'meta' && run.outcome !== 'failed') return forgiven;
  count(lane.host, run, forgiven);
  if (run.outcome === 'changed' || run.outcome === 'unknown')
    notifyHandlers(lane, task, scope, run.outcome === 'unknown' ? run.why : undefined);
  lane.batch.run.emit(endEvent(lane, task, run, started, forgiven, scope));
  return forgiven;
}

/** What a task with `run_once` did on another host, taken over by this one: it knows of it, and is told of nothing. */
export function shareTask(lane: Lane, task: Task, run: TaskRun): TaskEnd['forgiven'] {
  const scope = taskScope(lane, task);
  const notSure = doubtOf(lane, run);
  applyEffects(lane, task, run, notSure, scope);
  register(lane, task, run, notSure);
  return forgivenBy(lane, task, run, scope);
}

// What a task that check mode leaves out would have registered is not known. Outside of check mode a task that is in
// check mode by its own word has answered, and what follows goes by its answer.
function doubtOf(lane: Lane, run: TaskRun): string | undefined {
  if (!lane.batch.run.options.check) return undefined;
  if (run.outcome === 'unknown') return run.why ?? 'unknown';
  const left = run.items.find(
    ({ outcome, result }) => outcome === 'unknown' || (outcome === 'skipped' && result.unknown === true),
  );
  return left?.why;
}

function applyEffects(
  lane: Lane,
  task: Task,
  run: TaskRun,
  why: string | undefined,
  scope: VariableScope,
): void {
  const because = why ?? unsureBecause(referencesIn(task.args), scope, lane.host);
  const target = factsTarget(lane, task, scope);
  for (const { effect } of run.effects) applyEffect(effect, lane, target, because);
}

function factsTarget(lane: Lane, task: Task, scope: VariableScope): HostState {
  if (!keywordHolds('delegate_facts', task, scope, lane)) return lane.host;
  const delegate = delegateOf(lane, task, scope);
  return delegate ? lane.batch.run.hosts.get(delegate.name)! : lane.host;
}

function register(lane: Lane, task: Task, run: TaskRun, why: string | undefined): void {
  const name = task.keywords.get('register')?.value;
  if (typeof name !== 'string') return;
  const failed = run.outcome === 'failed' || run.outcome === 'unreachable';
  learn(lane.host, name, { ...run.result, failed, changed: run.result.changed === true }, why);
}

function forgivenBy(lane: Lane, task: Task, run: TaskRun, scope: VariableScope): TaskEnd['forgiven'] {
  if (run.outcome === 'failed' && keywordHolds('ignore_errors', task, scope, lane)) return 'ignored';
  if (run.outcome === 'unreachable' && keywordHolds('ignore_unreachable', task, scope, lane))
    return 'ignored';
  return run.outcome === 'failed' && lane.rescuing > 0 ? 'rescued' : undefined;
}

function count(host: HostState, run: TaskRun, forgiven: TaskEnd['forgiven']): void {
  const { recap } = host;
  switch (run.outcome) {
    case 'changed':
      recap.ok++;
      recap.changed++;
      return;
    case 'failed':
      if (forgiven === 'ignored') {
        recap.ok++;
        recap.ignored++;
        if (run.result.changed === true) recap.changed++;
      } else if (forgiven === 'rescued') recap.rescued++;
      else recap.failed++;
      return;
    case 'unreachable':
      if (forgiven) {
        recap.ok++;
        recap.ignored++;
      } else recap.unreachable++;
      return;
    case 'ok':
      // Of an include each file counts.
      recap.ok += Math.max(1, run.effects.filter(({ effect }) => effect.kind.startsWith('include_')).length);
      return;
    default:
      recap[run.outcome]++;
  }
}

const HIDDEN = "the output has been hidden due to the fact that 'no_log: true' was specified for this result";

function endEvent(
  lane: Lane,
  task: Task,
  run: TaskRun,
  started: number,
  forgiven: TaskEnd['forgiven'],
  scope: VariableScope,
): TaskEnd {
  const now = Date.now() / 1000;
  const noLog = keywordHolds('no_log', task, scope, lane);
  const { masker } = lane.batch.run;
  const shown = (item: ItemOutcome): ItemEnd => {
    const end: ItemEnd = {
      outcome: item.outcome,
      changes: item.changes,
      result: item.result,
      warnings: item.warnings,
    };
    if (item.label !== undefined) end.label = item.label;
    if (item.why !== undefined) end.why = item.why;
    if (item.chain) end.chain = item.chain;
    return noLog ? hidden(end) : masker.mask(end);
  };
  const { place } = run.items.find((item) => item.place) ?? {};
  const event: TaskEnd = {
    type: 'task-end',
    time: now,
    host: lane.host.name,
    task: taskInfo(lane, task),
    outcome: run.outcome,
    changes: run.items.flatMap((item) => shown(item).changes),
    result: noLog ? hiddenResult(run, task.loop !== undefined) : masker.mask(run.result),
    warnings: noLog ? [] : masker.mask(run.items.flatMap((item) => item.warnings)),
    seconds: now - started,
    attempts: run.attempts,
    noLog,
  };
  if (run.why !== undefined) event.why = noLog ? HIDDEN : masker.mask(run.why);
  if (forgiven) event.forgiven = forgiven;
  if (task.loop) event.items = run.items.map(shown);
  const chain = task.loop ? undefined : run.items[0]?.chain;
  if (chain && !noLog) event.chain = masker.mask(chain);
  if (place && !noLog) event.errorPlace = place;
  const delegate = inherited(task, 'delegate_to');
  if (delegate) event.delegate = delegateName(lane, task, scope);
  return event;
}

function delegateName(lane: Lane, task: Task, scope: VariableScope): string {
  try {
    return delegateOf(lane, task, scope)?.name ?? lane.host.name;
  } catch {
    return toText(collected(task, 'delegate_to').at(-1)?.value);
  }
}

function hiddenResult(run: TaskRun, loop: boolean): Record<string, unknown> {
  const result = { censored: HIDDEN, changed: run.result.changed === true };
  return loop ? { ...result, results: run.items.map((item) => hidden(item).result) } : result;
}

function hidden(end: ItemEnd): ItemEnd {
  return {
    outcome: end.outcome,
    changes: [],
    result: { censored: HIDDEN, changed: end.result.changed === true },
    warnings: [],
  };
}
