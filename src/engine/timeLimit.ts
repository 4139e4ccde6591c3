import { TaskFailure } from '../module/plan.ts';
import type { Task } from '../playbook/model.ts';
import { plainValue } from '../variables/templating.ts';
import { keywordValue } from './keywordValue.ts';
import type { Attempt } from './outcome.ts';

/** The time that a task's `timeout` leaves its steps; `signal` tells that it is over. */
export interface TimeLimit {
  seconds: number;
  signal: AbortSignal;
}

/** The limit of a task that begins its steps now. Throws TemplateError. */
export function timeLimit({ task, scope, lane }: Attempt): TimeLimit | undefined {
  const seconds = Number(plainValue(keywordValue(task, 'timeout', scope, lane.batch.run.templating) ?? 0));
  return seconds > 0 ? { seconds, signal: AbortSignal.timeout(seconds * 1000) } : undefined;
}

/** The failure of a task whose time was over, in the words of several versions of ansible-core. */
export function lateFailure(task: Task, { seconds }: TimeLimit): TaskFailure {
  const msg = `Timed out after ${seconds} second(s). The ${task.action} action failed to execute in the expected time frame (${seconds}) and was terminated`;
  return new TaskFailure(msg, { msg, timedout: { period: seconds } });
}
