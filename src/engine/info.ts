import { toText } from '../jinja/index.ts';
import { roleOf, type Task } from '../playbook/model.ts';
import type { Lane } from './context.ts';
import type { TaskInfo } from './events.ts';
import { taskScope } from './scope.ts';

const known = new WeakMap<Task, TaskInfo>();

/** A task as it is told of; its name is rendered once, with the variables of the host that comes first. */
export function taskInfo(lane: Lane, task: Task): TaskInfo {
  const cached = known.get(task);
  if (cached) return cached;
  const use = roleOf(task);
  const own = nameOf(lane, task);
  const info: TaskInfo = {
    id: task.id,
    name: use && !namesItself(task) ? `${use.role.name} : ${own}` : own,
    module: task.module.name,
    place: task.place,
    handler: task.handler,
    order: task.order,
  };
  if (use) info.role = use.role.name;
  known.set(task, info);
  return info;
}

// An include of a role says that role, not the one that it stands in.
function namesItself(task: Task): boolean {
  return task.name === undefined && task.module.name === 'include_role';
}

function unnamed(task: Task): string {
  const { name } = task.args;
  return task.module.name === 'include_role' && typeof name === 'string'
    ? `${task.action} : ${name}`
    : task.action;
}

function nameOf(lane: Lane, task: Task): string {
  if (task.name === undefined) return unnamed(task);
  try {
    return toText(lane.batch.run.templating.value(task.name, taskScope(lane, task), { place: task.place }));
  } catch {
    // A name that cannot be rendered is shown as it is written, as Ansible does.
    return task.name;
  }
}
