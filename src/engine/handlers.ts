import { TemplateError, toText } from '../jinja/index.ts';
import { TaskFailure } from '../module/plan.ts';
import { collected, type Play, roleOf, type Task } from '../playbook/model.ts';
import type { VariableScope } from '../variables/scope.ts';
import { hasTemplateMark } from '../variables/templating.ts';
import type { Lane } from './context.ts';
import { taskInfo } from './info.ts';
import { isErrorWithoutHandler, missingHandler } from './missingHandler.ts';
import { taskScope } from './scope.ts';

/** Notes the handlers that a task names; `why` where the task only perhaps changes something. Throws TaskFailure. */
export function notifyHandlers(lane: Lane, task: Task, scope: VariableScope, why: string | undefined): void {
  const { run, play } = lane.batch;
  for (const { value, place } of collected(task, 'notify')) {
    const names = [run.templating.value(value, scope, { place })].flat(2);
    for (const name of names.map(toText)) {
      const handlers = handlersNamed(play, name, (handler) => renderedName(lane, handler));
      if (handlers.length === 0) {
        const msg = missingHandler(name);
        if (isErrorWithoutHandler(run.templating)) throw new TaskFailure(msg, { msg });
        run.emit({ type: 'message', time: Date.now() / 1000, level: 'warning', text: msg, place });
        continue;
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

// A name may hold variables of the play; one that cannot be rendered is no name to be notified by.
function renderedName(lane: Lane, handler: Task): string | undefined {
  const { name } = handler;
  if (name === undefined || !hasTemplateMark(name)) return name;
  try {
    return toText(lane.batch.run.templating.value(name, taskScope(lane, handler), { place: handler.place }));
  } catch (error) {
    if (error instanceof TemplateError) return undefined;
    throw error;
  }
}

/**
 * The handlers that a name means: one that is called so, and all that listen to it. Of several with one name it is
 * that of the role loaded last, the play's own after all roles, and there the first, as ansible-core searches them.
 */
export function handlersNamed(
  play: Play,
  name: string,
  nameOf: (handler: Task) => string | undefined = (handler) => handler.name,
): Task[] {
  const matching = play.handlers.filter((handler) => namesOf(handler, nameOf(handler)).includes(name));
  const last = matching.at(-1);
  const named = last && matching.find((handler) => roleOf(handler) === roleOf(last));
  const listening = play.handlers.filter(
    (handler) => handler !== named && handler.listen.some((each) => namesOf(handler, each).includes(name)),
  );
  return [...(named ? [named] : []), ...listening];
}

function namesOf(handler: Task, name: string | undefined): string[] {
  if (name === undefined) return [];
  const role = roleOf(handler)?.role.name;
  if (role === undefined) return [name];
  // A role of a collection is known by its short name, too.
  return [name, `${role} : ${name}`, `${role.split('.').at(-1)} : ${name}`];
}
