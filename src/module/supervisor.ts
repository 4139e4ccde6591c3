import type { RunStep } from './step.ts';

export interface SupervisorParams {
  name: string;
  state: 'absent' | 'present' | 'restarted' | 'signalled' | 'started' | 'stopped';
  signal?: string | undefined;
  stop_before_removing: boolean;
  config?: string | undefined;
  server_url?: string | undefined;
  username?: string | undefined;
  password?: string | undefined;
  supervisorctl_path?: string | undefined;
}

/** A line of `supervisorctl status`: `group:program` or `program`, and RUNNING, STOPPED, FATAL ... */
export interface Process {
  name: string;
  status: string;
}

/** The name without the colon that marks a group. */
export function plainName(name: string): string {
  return name.replace(/:+$/, '');
}

/** The processes that a name means: a program, all of a group (`group:`), or `all`. */
export function processesOf(status: string, name: string): Process[] {
  const wanted = plainName(name);
  const isMeant = (process: string): boolean => {
    if (name.endsWith(':')) return process.includes(':') && process.split(':')[0] === wanted;
    return process === wanted || wanted === 'all';
  };
  return status
    .split('\n')
    .map((line) => line.split(' ').filter(Boolean))
    .filter((fields) => fields.length > 1 && isMeant(fields[0]!))
    .map(([process, word]) => ({ name: process!, status: word! }));
}

const RUNS = ['RUNNING', 'STARTING'];

/** Names of the processes that must be acted on for a state. */
export function processesDue(state: SupervisorParams['state'], processes: Process[]): string[] {
  const isDue: Record<SupervisorParams['state'], (status: string) => boolean> = {
    present: () => false,
    absent: (status) => RUNS.includes(status),
    restarted: () => true,
    started: (status) => !RUNS.includes(status),
    stopped: (status) => RUNS.includes(status),
    signalled: (status) => status === 'RUNNING',
  };
  return processes.filter(({ status }) => isDue[state](status)).map(({ name }) => name);
}

/** The calls of supervisorctl for a state, `affected` being the processes to act on. */
export function supervisorSteps(params: SupervisorParams, argv: string[], affected: string[]): RunStep[] {
  const call = (...words: string[]): RunStep => ({ kind: 'run', argv: [...argv, ...words], ok: 'any' });
  const name = plainName(params.name);
  switch (params.state) {
    case 'present':
      return [call('reread'), call('add', name)];
    case 'absent': {
      const stops = params.stop_before_removing ? affected.map((one) => call('stop', one)) : [];
      return [...stops, call('reread'), call('remove', name)];
    }
    case 'restarted':
      return [call('update'), ...affected.map((one) => call('restart', one))];
    case 'signalled':
      return affected.map((one) => call('signal', params.signal ?? '', one));
    default: {
      const verb = params.state === 'started' ? 'start' : 'stop';
      return affected.map((one) => call(verb, one));
    }
  }
}
