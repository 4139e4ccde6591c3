import { type Block, inherited, type Level, type Task } from './model.ts';

/** Whether the playbook itself reckons with a task's failure: it goes on all the same, judges it, or has a rescue. */
export function expectsFailure(task: Task): boolean {
  if (task.keywords.has('failed_when')) return true;
  const ignoring = inherited(task, 'ignore_errors')?.value;
  if (ignoring !== undefined && ignoring !== false && !/^(no|off|false)$/i.test(String(ignoring)))
    return true;
  return isRescued(task);
}

/** Whether a condition may leave a task out. */
export function isConditional(task: Task): boolean {
  for (let at: Level | undefined = task; at; at = at.parent) if (at.keywords.has('when')) return true;
  return false;
}

function isRescued(task: Task): boolean {
  let below: Level = task;
  for (let at: Level | undefined = task.parent; at; below = at, at = at.parent) {
    if (at.kind !== 'block' && at.kind !== 'role') continue;
    const block = at as Block;
    if (block.rescue.length > 0 && block.block.some((node) => node === below)) return true;
  }
  return false;
}
