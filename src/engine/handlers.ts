import { toText } from '../jinja/index.ts';
import { TaskFailure } from '../module/plan.ts';
import { collected, type Play, roleOf, type Task } from '../playbook/model.ts';
import type { VariableScope } from '../variables/scope.ts';
import type { Lane } from './context.ts';
import { taskInfo } from './info.ts';

/** Notes the handlers that a task names; `why` where the task only perhaps changes something. Throws TaskFailure. */
export function notifyHandlers(lane: Lane, task: Task, scope: VariableScope, why: string | undefined): void {
  const { run, play } = lane.batch;
  for (const { value, place } of collected(task, 'notify')) {
    const names = [run.templating.value(value, scope, { place })].flat(2);
    for (const name of names.map(toText)) {
      const handlers = handlersNamed(play, name, task);
      if (handlers.length === 0) {
        const msg = `The requested handler '${name}' was not found in either the main handlers list nor in the listening handlers list`;
        throw new TaskFailure(msg, { msg });
      }
      for (const handler of handlers)
        note(
          lane,
          handler,
          why === undefined ? undefined : `only if "${taskInfo(lane, task).name}" changes something`,
        );
      run.emit({
        type: 'notified',
        time: Date.now() / 1000,
        host: lane.host.name,
        task: taskInfo(lane, task),
        handler: name,
      });
    }
  }
}

function note(lane: Lane, handler: Task, why: string | undefined): void {
  const before = lane.notified.has(handler) ? lane.notified.get(handler) : why;
  // A certain notification outweighs a possible one.
  lane.notified.set(handler, before === undefined || why === undefined ? undefined : why);
}

/** The handlers that a name means: the last one called so (the task's own role first), and all that listen to it. */
export function handlersNamed(play: Play, name: string, task: Task): Task[] {
  const role = roleOf(task)?.role.name;
  const matching = play.handlers.filter((handler) => namesOf(handler).includes(name));
  const own = matching.findLast((handler) => roleOf(handler)?.role.name === role);
  const named = own ?? matching.at(-1);
  const listening = play.handlers.filter((handler) => handler.listen.includes(name) && handler !== named);
  return [...(named ? [named] : []), ...listening];
}

function namesOf(handler: Task): string[] {
  if (handler.name === undefined) return [];
  const role = roleOf(handler)?.role.name;
  return role === undefined ? [handler.name] : [handler.name, `${role} : ${handler.name}`];
}
