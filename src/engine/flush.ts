import type { Task } from '../playbook/model.ts';
import type { Lane, Status } from './context.ts';

/** Runs the notified handlers of a host in the order in which the play has them; those that they notify too. */
export async function flushHandlers(
  lane: Lane,
  prefix: readonly number[],
  runTask: (lane: Lane, task: Task, maybe?: string) => Promise<Status>,
): Promise<Status> {
  for (let round = 0; lane.notified.size > 0; round++) {
    for (const [index, handler] of lane.batch.play.handlers.entries()) {
      if (!lane.notified.has(handler)) continue;
      const why = lane.notified.get(handler);
      lane.notified.delete(handler);
      handler.order = [...prefix, round, index];
      const status = await runTask(lane, handler, why);
      if (status !== 'going') return status;
    }
  }
  return 'going';
}
