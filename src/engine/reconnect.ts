import { setTimeout as sleep } from 'node:timers/promises';
import type { Reconnected, Reconnecting } from '../module/plan.ts';
import type { Task } from '../playbook/model.ts';
import { UnreachableError } from '../remote/connection.ts';
import { StepFailed } from '../remote/host.ts';
import type { VariableScope } from '../variables/scope.ts';
import type { Lane } from './context.ts';
import { delegateOf } from './remotes.ts';
import { identityOf, targetOf } from './sessions.ts';
import { withoutPlace } from './turns.ts';

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** Waits until a task's host can be worked on, by connections made anew; what went wrong last is an answer, no error. */
export function reconnect(
  wish: Reconnecting,
  lane: Lane,
  task: Task,
  scope: VariableScope,
): Promise<Reconnected> {
  return withoutPlace(lane, async () => {
    const { signal } = lane.batch.run.options;
    const start = Date.now();
    const elapsed = (): number => (Date.now() - start) / 1000;
    await pause(wish.delay, signal);
    for (;;) {
      const problem = await within(wish.connectTimeout, tried(wish, lane, task, scope));
      if (problem === undefined) return { elapsed: elapsed() };
      if (elapsed() >= wish.timeout || signal?.aborted) return { elapsed: elapsed(), problem };
      forgetConnections(lane, task, scope);
      await pause(wish.sleep, signal);
    }
  });
}

async function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  // The run ends by itself where it is interrupted.
  await sleep(seconds * 1000, undefined, signal && { signal }).catch(() => {});
}

// A host that goes down may leave a connection that never answers.
function within(seconds: number, work: Promise<string | undefined>): Promise<string | undefined> {
  // What comes too late is of no interest any more.
  work.catch(() => {});
  const late = sleep(seconds * 1000, `no answer within ${seconds} seconds`, { ref: false });
  return Promise.race([work, late]);
}

async function tried(
  wish: Reconnecting,
  lane: Lane,
  task: Task,
  scope: VariableScope,
): Promise<string | undefined> {
  const { sessions, templating, options } = lane.batch.run;
  const { name, settings } = placeOfTask(lane, task, scope);
  try {
    const target = targetOf(name, settings, task, templating, options);
    const host = await sessions.open(name, { ...target, timeout: wish.connectTimeout, retries: 0 });
    const as = identityOf(settings, task, templating, options);
    const boot = Buffer.from((await host.reads(as).content({ path: BOOT_ID })) ?? []).toString();
    if (boot === wish.bootId) return 'it has not gone down';
    if (wish.test !== undefined)
      await host.perform([{ kind: 'run', script: wish.test, touches: [] }], { ...(as && { as }) });
    return undefined;
  } catch (error) {
    if (error instanceof UnreachableError || error instanceof StepFailed) return error.message;
    throw error;
  }
}

function forgetConnections(lane: Lane, task: Task, scope: VariableScope): void {
  lane.batch.run.sessions.drop(placeOfTask(lane, task, scope).name);
  lane.remotes.clear();
}

function placeOfTask(
  lane: Lane,
  task: Task,
  scope: VariableScope,
): { name: string; settings: VariableScope } {
  const delegate = delegateOf(lane, task, scope);
  return delegate
    ? { name: delegate.name, settings: delegate.scope }
    : { name: lane.host.name, settings: scope };
}
