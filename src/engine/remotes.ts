import { toText } from '../jinja/index.ts';
import type { Reads } from '../module/reads.ts';
import type { Task } from '../playbook/model.ts';
import type { Identity, RemoteHost } from '../remote/host.ts';
import type { VariableScope } from '../variables/scope.ts';
import type { Lane } from './context.ts';
import { keywordValue } from './keywordValue.ts';
import { playScope, stateOf } from './scope.ts';
import { identityOf, targetOf } from './sessions.ts';

/** A host that does a task in another's place. */
export interface Delegate {
  name: string;
  scope: VariableScope;
}

/** A host as a task sees it: connected to when the first thing is asked of it. */
export interface Remote {
  reads: Reads;
  identity: Identity | undefined;
  open(): Promise<RemoteHost>;
  /** The connection, where there is one already. */
  host(): RemoteHost | undefined;
}

/** The host that does a task, by whichever user it names. Throws TemplateError, UnreachableError. */
export function remoteFor(
  lane: Lane,
  task: Task,
  scope: VariableScope,
  delegate: Delegate | undefined,
  environment: Record<string, string>,
): Remote {
  const { run } = lane.batch;
  const name = delegate?.name ?? lane.host.name;
  const settings = delegate ? delegate.scope : scope;
  const identity = identityOf(settings, task, run.templating, run.options);
  const key = `${task.id} ${delegate?.name ?? ''}`;
  let opened = lane.remotes.get(key);
  const open = async (): Promise<RemoteHost> => {
    if (opened) return opened;
    const target = targetOf(name, settings, task, run.templating, run.options);
    opened = await run.sessions.open(name, target);
    lane.remotes.set(key, opened);
    return opened;
  };
  return {
    identity,
    open,
    host: () => opened,
    get reads() {
      return opened ? opened.reads(identity, environment) : readsWhenOpen(open, identity, environment);
    },
  };
}

// Every read connects first; once connected, reads go to the host's reader at once.
function readsWhenOpen(
  open: () => Promise<RemoteHost>,
  identity: Identity | undefined,
  environment: Record<string, string>,
): Reads {
  return new Proxy({} as Reads, {
    get: (_target, name) => async (argument: never) => {
      const reads = (await open()).reads(identity, environment);
      return (reads[name as keyof Reads] as (argument: never) => Promise<unknown>)(argument);
    },
  });
}

const MAY_BE_BROUGHT = new Set([
  'stat',
  'checksum',
  'content',
  'entries',
  'tree',
  'passwd',
  'group',
  'executable',
  'pipList',
]);

/**
 * Reads of check mode that notice what is not there now and may be brought about by something that is only planned.
 * `absent` says so, in a sentence, once such a thing was met.
 */
export function watchAbsent(remote: Remote): { reads: Reads; readonly absent: string | undefined } {
  let absent: string | undefined;
  const { reads } = remote;
  const watched = new Proxy(reads, {
    get: (target, name) => {
      const read = target[name as keyof Reads] as (of: Record<string, unknown>) => Promise<unknown>;
      if (!MAY_BE_BROUGHT.has(String(name))) return read;
      return async (of: Record<string, unknown>) => {
        const answer = await read(of);
        if (answer !== undefined) return answer;
        const path = of.path ?? of.python;
        const plannedBy = typeof path === 'string' ? remote.host()?.mayBring(path) : remote.host()?.plannedBy;
        if (plannedBy !== undefined) {
          const what = String(path ?? of.name);
          absent ??= `${what} is not there now, and "${plannedBy}", which is only planned, may bring it`;
        }
        return answer;
      };
    },
  });
  return {
    reads: watched,
    get absent() {
      return absent;
    },
  };
}

/** The host that a task is delegated to, if it is. Throws TemplateError. */
export function delegateOf(lane: Lane, task: Task, scope: VariableScope): Delegate | undefined {
  const { batch } = lane;
  const value = keywordValue(task, 'delegate_to', scope, batch.run.templating);
  if (value === undefined || value === null) return undefined;
  const name = toText(value);
  if (name === lane.host.name) return undefined;
  return { name, scope: playScope(batch, stateOf(batch.run, name)) };
}
