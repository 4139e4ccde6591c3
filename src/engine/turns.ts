import { inherited, type Task } from '../playbook/model.ts';
import { referencesOfArguments } from './arguments.ts';
import { conditionsOf, referencesIn } from './conditions.ts';
import type { Batch, Lane } from './context.ts';
import { referencesOfConditions } from './failures.ts';

/** Waits until every host of the batch has come as far as this one; its place under `forks` is free meanwhile. */
export async function takeTurn(lane: Lane): Promise<void> {
  const turn = lane.batch.barrier.turn(lane.host.name);
  let here = false;
  void turn.then(() => {
    here = true;
  });
  await Promise.resolve();
  if (here) return;
  await withoutPlace(lane, () => turn);
}

/** Waits for something that other hosts do, with this host's place under `forks` given back. */
export async function withoutPlace<T>(lane: Lane, wait: () => Promise<T>): Promise<T> {
  lane.release?.();
  lane.release = undefined;
  try {
    return await wait();
  } finally {
    lane.release = await lane.batch.run.slots.take();
  }
}

// What other hosts did before is seen by these.
const OTHER_HOSTS = ['hostvars', 'groups', 'ansible_play_hosts', 'ansible_play_batch', 'play_hosts'];
const FOR_ALL_HOSTS = ['add_host', 'group_by', 'meta', 'pause'];

const known = new WeakMap<Task, boolean>();

/** Whether a task looks at other hosts or acts for them, so that it may not run ahead of them even without a step. */
export function needsTurn(batch: Batch, task: Task): boolean {
  if (batch.strict) return true;
  const cached = known.get(task);
  if (cached !== undefined) return cached;
  const needs =
    FOR_ALL_HOSTS.includes(task.module.name) ||
    inherited(task, 'run_once') !== undefined ||
    inherited(task, 'delegate_to') !== undefined ||
    inherited(task, 'any_errors_fatal') !== undefined ||
    refersToOthers(task);
  known.set(task, needs);
  return needs;
}

const ENDING = ['end_play', 'end_batch', 'clear_host_errors'];

/** Whether what a task comes to on one host may end the others, so that nobody goes on before all have done it. */
export function mayEndAll(task: Task): boolean {
  if (task.module.name === 'meta') return ENDING.includes(String(task.args.free_form));
  return inherited(task, 'any_errors_fatal') !== undefined;
}

function refersToOthers(task: Task): boolean {
  const names = referencesIn([task.loop?.value, ...[...task.keywords.values()].map(({ value }) => value)]);
  const judging = [...task.keywords]
    .filter(([name]) => /_when$|until/.test(name))
    .map(([, keyword]) => keyword);
  const used = [
    names,
    referencesOfArguments(task),
    referencesOfConditions([...conditionsOf(task), ...judging]),
  ];
  return OTHER_HOSTS.some((name) => used.some((each) => each.has(name)));
}
