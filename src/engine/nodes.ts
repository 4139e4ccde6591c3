import { TemplateError } from '../jinja/index.ts';
import { SourceError } from '../lib/sourceError.ts';
import type { Effect } from '../module/plan.ts';
import { type Block, inherited, type Node, roleOf, type Task } from '../playbook/model.ts';
import { plainValue } from '../variables/templating.ts';
import { keywordHolds } from './arguments.ts';
import type { Batch, Lane, Status } from './context.ts';
import { failureOf } from './failures.ts';
import { flushHandlers } from './flush.ts';
import { forgetFacts, type HostState } from './hostState.ts';
import { runIncludes } from './includes.ts';
import { taskInfo } from './info.ts';
import { keywordValue } from './keywordValue.ts';
import { lookAhead } from './lookahead.ts';
import type { ItemOutcome } from './outcome.ts';
import { playScope, stateOf, taskScope } from './scope.ts';
import { selected } from './selection.ts';
import { truth } from './sessions.ts';
import { createSlots } from './slots.ts';
import { isBeforeStart } from './startAt.ts';
import { runForHost, settleTask, shareTask, type TaskRun } from './task.ts';
import { withModule } from './templatedModule.ts';
import { mayEndAll, needsTurn, takeTurn, withoutPlace } from './turns.ts';

/** Runs tasks and blocks on one host, one after the other. */
export async function runNodes(lane: Lane, nodes: Node[]): Promise<Status> {
  for (const node of nodes) {
    const status = node.kind === 'task' ? await runTask(lane, node) : await runBlock(lane, node);
    if (status !== 'going') return status;
  }
  return 'going';
}

async function runBlock(lane: Lane, block: Block): Promise<Status> {
  if (block.kind === 'role') {
    const status = await runNodes(lane, block.block);
    return status === 'role-ended' ? 'going' : status;
  }
  let status = await runProtected(lane, block);
  const follows = status === 'going' || status === 'failed';
  if (block.always.length > 0 && follows && lane.host.status !== 'unreachable') {
    const after = await runNodes(lane, block.always);
    // `clear_host_errors` there forgets the failure, too.
    if (after !== 'going' || lane.host.status === 'active') status = after;
  }
  return status;
}

async function runProtected(lane: Lane, block: Block): Promise<Status> {
  if (block.rescue.length === 0) return runNodes(lane, block.block);
  lane.rescuing++;
  const status = await runNodes(lane, block.block);
  lane.rescuing--;
  if (status !== 'failed' || lane.host.status === 'unreachable') return status;
  lane.host.status = 'active';
  const rescued = await runNodes(lane, block.rescue);
  return rescued;
}

/** Runs one task on one host, with all that follows of it: register, handlers, includes. */
export async function runTask(lane: Lane, written: Task, maybe?: string): Promise<Status> {
  const { batch } = lane;
  if (!written.handler && (isBeforeStart(batch, written) || !selected(lane, written))) return 'going';
  batch.barrier.move(lane.host.name, written.order);
  if (needsTurn(batch, written)) await takeTurn(lane);
  if (isOver(lane)) return 'ended';
  const task = await withModule(lane, written);
  if (!(await stepAllows(lane, task))) return 'going';
  const { run } = batch;
  const started = Date.now() / 1000;
  const check = checkMode(lane, task);
  if (task.module.name !== 'meta')
    run.emit({ type: 'task-start', time: started, host: lane.host.name, task: taskInfo(lane, task), check });
  const { came, shared } = await ran(lane, task, check, maybe);
  const status = shared ? share(lane, task, came) : await concluded(lane, task, came, started);
  return status === 'going' && mayEndAll(task) ? together(lane, task) : status;
}

async function concluded(lane: Lane, task: Task, came: TaskRun, started: number): Promise<Status> {
  try {
    return await conclude(lane, task, came, started);
  } catch (error) {
    return failedAfterwards(lane, task, error, started);
  }
}

// Behind all that a task includes.
const AFTER = Number.MAX_SAFE_INTEGER;

// Goes on when every host has done a task: what it came to on another host may be the end here too.
async function together(lane: Lane, task: Task): Promise<Status> {
  const { batch, host } = lane;
  batch.barrier.move(host.name, [...task.order, AFTER]);
  await takeTurn(lane);
  if (isOver(lane)) return 'ended';
  if (!batch.fatal.has(placeInPlay(task))) return 'going';
  host.status = 'failed';
  return 'failed';
}

function placeInPlay(task: Task): string {
  return `${task.id} ${task.order.join('.')}`;
}

// With --step every task is asked for once, for all hosts; the other hosts wait for the answer.
async function stepAllows(lane: Lane, task: Task): Promise<boolean> {
  const { run, steps } = lane.batch;
  const { step } = run.options;
  if (!step || steps.goesOn || task.module.name === 'meta') return true;
  let asked = steps.answers.get(task);
  if (!asked) {
    asked = step(taskInfo(lane, task).name);
    steps.answers.set(task, asked);
  }
  const answer = await asked;
  if (answer === 'continue') steps.goesOn = true;
  return answer !== 'no';
}

// A handler that is not there, an included file with a mistake: the task did its work, and fails all the same.
function failedAfterwards(lane: Lane, task: Task, error: unknown, started: number): Status {
  const scope = taskScope(lane, task);
  const outcome =
    error instanceof SourceError ? sourceFailure(error) : failureOf(error, { lane, task, scope });
  const came: TaskRun = {
    outcome: outcome.outcome,
    items: [outcome],
    result: outcome.result,
    effects: [],
    attempts: 1,
    why: outcome.why,
  };
  const forgiven = settleTask(lane, task, came, started);
  return forgiven === 'ignored' ? 'going' : failed(lane, task, came, forgiven);
}

function sourceFailure(error: SourceError): ItemOutcome {
  const msg = error.hint ? `${error.message}. ${error.hint}` : error.message;
  const outcome: ItemOutcome = {
    outcome: 'failed',
    why: msg,
    changes: [],
    result: { changed: false, failed: true, msg },
    warnings: [],
    attempts: 1,
  };
  if (error.place) outcome.place = error.place;
  return outcome;
}

function isOver(lane: Lane): boolean {
  return lane.batch.ended !== undefined || isInterrupted(lane);
}

function isInterrupted(lane: Lane): boolean {
  return lane.batch.run.options.signal?.aborted === true;
}

function checkMode(lane: Lane, task: Task): boolean {
  const { run } = lane.batch;
  if (!inherited(task, 'check_mode')) return run.options.check;
  try {
    const value = keywordValue(task, 'check_mode', taskScope(lane, task), run.templating);
    return value === undefined ? run.options.check : truth(value);
  } catch (error) {
    if (error instanceof TemplateError) return run.options.check;
    throw error;
  }
}

interface Came {
  came: TaskRun;
  /** Another host did it. */
  shared: boolean;
}

// A task that runs once is the first host's of those that have come to it, whichever of them sets it going; the others
// take over what it came to.
async function ran(lane: Lane, task: Task, check: boolean, maybe: string | undefined): Promise<Came> {
  const { once } = lane.batch;
  if (!runsOnce(lane, task))
    return { came: await throttled(lane, task, () => runForHost(lane, task, check, maybe)), shared: false };
  const key = placeInPlay(task);
  let known = once.get(key);
  if (!known) {
    const first = firstHere(lane);
    known = { host: first.host.name, running: runForHost(first, task, check, maybe) };
    once.set(key, known);
  }
  const { host, running } = known;
  return {
    came: await withoutPlace(lane, () => running as Promise<TaskRun>),
    shared: host !== lane.host.name,
  };
}

const ONCE = ['add_host', 'pause'];
// What a word to the engine means for one host alone.
const FOR_ONE_HOST = ['noop', 'reset_connection', 'end_host', 'end_role', 'flush_handlers'];

function runsOnce(lane: Lane, task: Task): boolean {
  if (!lane.batch.inStep) return false;
  if (task.module.name === 'meta') return !FOR_ONE_HOST.includes(String(task.args.free_form));
  if (ONCE.includes(task.module.name)) return true;
  if (!inherited(task, 'run_once')) return false;
  // The first host says whether it is the only one.
  const first = firstHere(lane);
  return keywordHolds('run_once', task, taskScope(first, task), first);
}

// At most so many hosts at a time as `throttle` says; this host's place under `forks` is free while it waits.
async function throttled(lane: Lane, task: Task, work: () => Promise<TaskRun>): Promise<TaskRun> {
  if (!inherited(task, 'throttle')) return work();
  const { run, throttles } = lane.batch;
  const most = Number(plainValue(keywordValue(task, 'throttle', taskScope(lane, task), run.templating)));
  if (!(most > 0)) return work();
  const slots = throttles.get(task) ?? createSlots(most);
  throttles.set(task, slots);
  const giveBack = await withoutPlace(lane, () => slots.take());
  try {
    return await work();
  } finally {
    giveBack();
  }
}

function firstHere(lane: Lane): Lane {
  const { batch, host } = lane;
  const name = batch.hosts.find((each) => batch.barrier.together(host.name, each));
  return (name !== undefined && batch.lanes.get(name)) || lane;
}

// A failure of run_once is one of all hosts.
function share(lane: Lane, task: Task, came: TaskRun): Status {
  const forgiven = shareTask(lane, task, came);
  if (came.outcome !== 'failed' || forgiven === 'ignored') return 'going';
  return failed(lane, task, came, forgiven);
}

async function conclude(lane: Lane, task: Task, came: TaskRun, started: number): Promise<Status> {
  const { host, batch } = lane;
  const forgiven = settleTask(lane, task, came, started);
  if (came.outcome === 'unreachable' && forgiven !== 'ignored') {
    host.status = 'unreachable';
    noteFatal(lane, task);
    return 'failed';
  }
  if (came.outcome === 'failed' && forgiven !== 'ignored') return failed(lane, task, came, forgiven);
  if (came.outcome === 'changed' && !checkMode(lane, task)) lookAhead(lane, task.order);
  for (const { effect, layer } of came.effects) {
    const status = await followEffect(
      lane,
      task,
      effect,
      layer,
      came.outcome === 'unknown' ? came.why : undefined,
    );
    if (status !== 'going') return status;
  }
  return batch.ended === undefined ? 'going' : 'ended';
}

function failed(lane: Lane, task: Task, came: TaskRun, forgiven: string | undefined): Status {
  const { host, batch } = lane;
  host.status = 'failed';
  host.learned.ansible_failed_task = { name: task.name ?? '', action: task.action };
  host.learned.ansible_failed_result = came.result;
  host.version++;
  noteFatal(lane, task);
  if (forgiven !== 'rescued') endIfTooManyFailed(batch);
  return 'failed';
}

function noteFatal(lane: Lane, task: Task): void {
  if (keywordHolds('any_errors_fatal', task, taskScope(lane, task), lane))
    lane.batch.fatal.add(placeInPlay(task));
}

function endIfTooManyFailed(batch: Batch): void {
  const keyword = batch.play.keywords.get('max_fail_percentage');
  if (!keyword) return;
  const { run, hosts } = batch;
  const scope = playScope(batch, stateOf(run, hosts[0]!));
  const most = Number(plainValue(run.templating.value(keyword.value, scope, keyword)));
  const failed = hosts.filter((name) => stateOf(run, name).status === 'failed');
  if ((failed.length / hosts.length) * 100 <= most) return;
  batch.ended ??= `${failed.length} of ${hosts.length} hosts failed, more than max_fail_percentage (${most}) allows`;
}

async function followEffect(
  lane: Lane,
  task: Task,
  effect: Effect,
  layer: TaskRun['effects'][number]['layer'],
  maybe: string | undefined,
): Promise<Status> {
  if (effect.kind === 'include_tasks' || effect.kind === 'include_role')
    return runIncludes(lane, task, effect, layer, maybe, runNodes);
  if (effect.kind === 'meta') return followMeta(lane, task, effect.action);
  return 'going';
}

async function followMeta(lane: Lane, task: Task, action: string): Promise<Status> {
  const { batch, host } = lane;
  const { run } = batch;
  switch (action) {
    case 'flush_handlers':
      return flushHandlers(lane, task.order, runTask);
    case 'end_host':
      host.status = 'ended';
      return 'ended';
    case 'end_play':
    case 'end_batch':
      batch.ended ??= action;
      return 'ended';
    case 'end_role':
      return roleOf(task) ? 'role-ended' : 'going';
    case 'clear_facts':
      for (const state of hostsOfPlay(batch)) forgetFacts(state, run.factCache);
      return 'going';
    case 'clear_host_errors':
      for (const state of hostsOfPlay(batch))
        if (state.status === 'failed' || state.status === 'unreachable') state.status = 'active';
      return 'going';
    case 'reset_connection':
      await run.sessions.close(host.name);
      lane.remotes.clear();
      return 'going';
    default:
      return 'going';
  }
}

function hostsOfPlay(batch: Batch): HostState[] {
  return batch.playHosts.map((name) => stateOf(batch.run, name));
}
