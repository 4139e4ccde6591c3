import type { Play, Task } from '../playbook/model.ts';
import type { Identity } from '../remote/host.ts';
import { createTransport, type Target } from '../transport/index.ts';
import { newRun } from './newRun.ts';
import type { RunOptions } from './options.ts';
import { newBatch } from './play.ts';
import type { Prepared } from './prepared.ts';
import { playScope, stateOf } from './scope.ts';
import { identityOf, targetOf } from './sessions.ts';

/**
 * How a host will be reached in a play and as whom its tasks run, as far as it can be told before the run.
 * Throws UnreachableError for a connection that is not known, TemplateError.
 */
export function hostTarget(
  prepared: Prepared,
  options: RunOptions,
  play: Play,
  host: string,
): { target: Target; identity: Identity | undefined } {
  const run = newRun(prepared, options, createTransport({}), () => {});
  const batch = newBatch(run, play, [host], [host]);
  const scope = playScope(batch, stateOf(run, host));
  // Keywords are looked for at a task and above it; what stands above all tasks is the play.
  const level = play as unknown as Task;
  return {
    target: targetOf(host, scope, level, prepared.templating, options),
    identity: identityOf(scope, level, prepared.templating, options),
  };
}
