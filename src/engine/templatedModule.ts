import { TemplateError, toText } from '../jinja/index.ts';
import { absentModule } from '../playbook/absentModule.ts';
import type { Task } from '../playbook/model.ts';
import type { Lane } from './context.ts';
import { taskScope } from './scope.ts';

const resolved = new WeakMap<Task, Map<string, Promise<Task>>>();

/** The task with the module that its template names for this host. */
export async function withModule(lane: Lane, task: Task): Promise<Task> {
  const name = task.moduleTemplate === undefined ? undefined : moduleName(lane, task, task.moduleTemplate);
  if (name === undefined) return task;
  const known = resolved.get(task) ?? new Map<string, Promise<Task>>();
  resolved.set(task, known);
  const made = known.get(name) ?? callOf(lane, task, name);
  known.set(name, made);
  return made;
}

// One that cannot be rendered is left to fail as a module that is not there.
function moduleName(lane: Lane, task: Task, template: string): string | undefined {
  try {
    return toText(lane.batch.run.templating.value(template, taskScope(lane, task), { place: task.place }));
  } catch (error) {
    if (error instanceof TemplateError) return undefined;
    throw error;
  }
}

async function callOf(lane: Lane, task: Task, name: string): Promise<Task> {
  const module = (await lane.batch.run.loading.loadModule(name)) ?? absentModule(name);
  const args = Object.entries(task.args).map(([key, value]) => {
    const main = key === '_raw_params' ? module.freeForm : module.aliases?.[key];
    return [main ?? key, value];
  });
  return { ...task, action: name, module, args: Object.fromEntries(args) };
}
