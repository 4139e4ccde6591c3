import type { Reads } from '../module/reads.ts';
import { compareOrder, inherited, type Node, type Play, type Task } from '../playbook/model.ts';
import type { VariableScope } from '../variables/scope.ts';
import { environmentOf, moduleParams } from './arguments.ts';
import { conditionsOf, failingCondition, referencesIn } from './conditions.ts';
import type { Lane } from './context.ts';
import { controlOf } from './control.ts';
import { itemLayer, loopControl, loopItems } from './loops.ts';
import { remoteFor } from './remotes.ts';
import { taskScope } from './scope.ts';
import { selected } from './selection.ts';
import { needsTurn } from './turns.ts';

/** Tasks looked at in one go; enough for a whole play as people write them. */
const FAR_AHEAD = 400;
const AFTER_A_STEP = 12;

const FACTS = ['setup', 'gather_facts'];

/** What may answer differently each time, or does something on the control side. */
const NOT_TWICE = ['lookup', 'query', 'q', 'now', 'random'];

/**
 * Starts the reads of the tasks that follow, as far as their arguments can be rendered already, so that they travel
 * with what is sent anyway. Nothing is decided here: when its turn comes, each task asks again and finds the answers,
 * unless a step has made them stale.
 */
export function lookAhead(lane: Lane, after: readonly number[] | undefined): void {
  const tasks = mainPath(lane.batch.play);
  const from = after === undefined ? 0 : tasks.findIndex((task) => compareOrder(task.order, after) > 0);
  if (from < 0) return;
  const far = after === undefined ? FAR_AHEAD : AFTER_A_STEP;
  for (const task of tasks.slice(from, from + far)) {
    // What was asked without missing a variable is not asked again when facts have come.
    if (after !== undefined || (lane.ahead.get(task)?.wanting ?? true)) readAhead(lane, task);
  }
}

const paths = new WeakMap<Play, Task[]>();

// The tasks that run where nothing fails, in their order.
function mainPath(play: Play): Task[] {
  const known = paths.get(play);
  if (known) return known;
  const tasks: Task[] = [];
  const visit = (nodes: Node[]): void => {
    for (const node of nodes) {
      if (node.kind !== 'task') visit(node.block);
      else if (mayReadAhead(node)) tasks.push(node);
    }
  };
  for (const nodes of [play.preTasks, play.tasks, play.postTasks]) visit(nodes);
  paths.set(play, tasks);
  return tasks;
}

function mayReadAhead(task: Task): boolean {
  if (task.module.volatile || task.module.controlSide || FACTS.includes(task.module.name)) return false;
  if (inherited(task, 'delegate_to') || inherited(task, 'run_once')) return false;
  const used = referencesIn([task.args, task.loop?.value]);
  const conditions = referencesIn(
    conditionsOf(task).flatMap(({ value }) => [value]),
    true,
  );
  return !NOT_TWICE.some((name) => used.has(name) || conditions.has(name));
}

function readAhead(lane: Lane, task: Task): void {
  if (needsTurn(lane.batch, task) && !lane.batch.strict) return;
  try {
    if (!selected(lane, task)) return;
    const scope = taskScope(lane, task);
    if (!task.loop) {
      startReads(lane, task, scope);
      lane.ahead.set(task, scope);
      return;
    }
    const control = loopControl(lane, task, scope);
    const items = loopItems(lane, task, scope);
    for (const index of items.keys())
      startReads(lane, task, taskScope(lane, task, [itemLayer(control, items, index)]));
  } catch {
    // Not known yet, or a mistake: told when the task's turn comes.
  }
}

function startReads(lane: Lane, task: Task, scope: VariableScope): void {
  if (knownToFail(lane, task, scope)) return;
  const params = moduleParams(task, scope, lane);
  const remote = remoteFor(lane, task, scope, undefined, environmentOf(task, scope, lane));
  const control = controlOf(lane, task, scope, true);
  void Promise.resolve(task.module.read(params, quickReads(remote.reads), control)).catch(() => {});
}

/** Reads that take seconds: made once, when their task's turn has come. */
const SLOW = new Set(['aptSimulate', 'pipDryRun', 'http', 'wait']);

function quickReads(reads: Reads): Reads {
  return new Proxy(reads, {
    get: (target, name) =>
      SLOW.has(String(name))
        ? () => Promise.reject(new Error('not ahead of its turn'))
        : target[name as keyof Reads],
  });
}

// A condition that cannot be told yet may hold: the read is made on suspicion.
function knownToFail(lane: Lane, task: Task, scope: VariableScope): boolean {
  try {
    return failingCondition(conditionsOf(task), scope, lane.batch.run.templating) !== undefined;
  } catch {
    return false;
  }
}
