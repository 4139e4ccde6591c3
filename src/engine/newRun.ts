import type { Transport } from '../transport/index.ts';
import type { Run } from './context.ts';
import type { Listener } from './events.ts';
import type { RunOptions } from './options.ts';
import type { Prepared } from './prepared.ts';
import { createSessions } from './sessions.ts';
import { createSlots } from './slots.ts';

/** The state of a run in which nothing has happened. */
export function newRun(
  prepared: Prepared,
  options: RunOptions,
  transport: Transport,
  listener: Listener,
): Run {
  const { templating, masker, inventory, loading, extraVars, readText, subject } = prepared;
  for (const secret of [options.connection.password, options.become.password])
    if (secret) masker.add(secret.reveal());
  return {
    options,
    inventory,
    inventorySources: inventory.sources,
    limit: subject.limit,
    cwd: subject.cwd,
    templating,
    masker,
    emit: listener,
    hosts: new Map(),
    startAtTask: options.startAtTask,
    sessions: createSessions(listener, transport),
    slots: createSlots(options.forks),
    loading,
    extraVars,
    factCache: subject.factCache,
    readText,
  };
}
