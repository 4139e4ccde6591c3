import { patternExpression } from '../lib/fnmatch.ts';
import { compareOrder, roleOf, type Task, tasksBelow } from '../playbook/model.ts';
import type { Batch } from './context.ts';
import { tagsChoose } from './selection.ts';

/**
 * Looks for the task of `--start-at-task` in a batch's play. `elsewhere`: it is not in this play and was in none before,
 * so that the play is left out; tasks that are included only on the way are not found, as with Ansible.
 */
export function findStart(batch: Batch): 'here' | 'elsewhere' {
  const { run, play } = batch;
  if (run.startAtTask === undefined) return 'here';
  const { tags, skipTags } = run.options;
  const pattern = patternExpression(run.startAtTask);
  const start = [...tasksBelow([...play.preTasks, ...play.tasks, ...play.postTasks])].find(
    (task) => tagsChoose(task.tags, tags, skipTags) && namesOf(task).some((name) => pattern.test(name)),
  );
  if (!start) return 'elsewhere';
  batch.startAt = start.order;
  run.startAtTask = undefined;
  return 'here';
}

function namesOf(task: Task): string[] {
  const name = task.name ?? task.action;
  const role = roleOf(task)?.role.name;
  return role === undefined ? [name] : [name, `${role} : ${name}`];
}

/** Whether a task stands before the one of `--start-at-task`. */
export function isBeforeStart(batch: Batch, task: Task): boolean {
  return batch.startAt !== undefined && compareOrder(task.order, batch.startAt) < 0;
}
