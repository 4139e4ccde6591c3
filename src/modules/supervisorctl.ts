import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { hostPath } from '../module/hostPath.ts';
import { ansibleBool, ansibleText, choice } from '../module/params.ts';
import { type Change, changes, failed, none, TaskFailure } from '../module/plan.ts';
import {
  type Process,
  plainName,
  processesDue,
  processesOf,
  type SupervisorParams,
  supervisorSteps,
} from '../module/supervisor.ts';

interface Now {
  /** supervisorctl with its options. */
  argv: string[];
  /** The processes that are meant. */
  processes: Process[];
}

interface SupervisorChange extends Change {
  argv: string[];
  /** Names of the processes that are acted on. */
  affected: string[];
}

const text = (words: string) => ansibleText().optional().describe(words);

export default defineModule({
  name: 'supervisorctl',
  collection: 'community.general',
  doc: `Starts, stops and restarts programs of supervisord, and makes it know new ones.

Restarting makes supervisord read its configuration again before; so does adding a program.`,
  params: z
    .strictObject({
      name: ansibleText().describe("A program's name, a group's name with a colon behind it, or all."),
      state: choice(['absent', 'present', 'restarted', 'signalled', 'started', 'stopped']).describe(
        'What shall be: present and absent are about whether supervisord knows the program.',
      ),
      signal: text('The signal for state signalled.'),
      stop_before_removing: ansibleBool().default(false).describe('With state absent: stop it first.'),
      config: text('Configuration file of supervisord.'),
      server_url: text('Where supervisord listens.'),
      username: text('User to log in with.'),
      password: text(
        'Password to log in with; other users of the host can see it, since supervisorctl takes it as an argument.',
      ),
      supervisorctl_path: text('The supervisorctl to use.'),
    })
    .refine(({ state, signal }) => state !== 'signalled' || signal !== undefined, {
      error: 'state is signalled but all of the following are missing: signal',
    }),
  async read(given, host): Promise<Now> {
    const argv = [await programOf(given, host), ...optionsOf(given)];
    const { stdout } = await host.supervisorStatus({ argv });
    return { argv, processes: processesOf(stdout, given.name) };
  },
  plan(given, { argv, processes }) {
    const { state } = given;
    const name = plainName(given.name);
    const isKnown = processes.length > 0;
    if (!isKnown && state === 'absent') return none({ name, state });
    if (isKnown && state === 'present') return none({ name, state });
    // Restarting reads the configuration again before, and that may bring the program.
    if (!isKnown && state !== 'present' && state !== 'restarted')
      return failed('ERROR (no such process)', { name });
    const affected = isKnown ? processesDue(state, processes) : [given.name.replace(/:+$/, ':*')];
    const isListed = state === 'present' || state === 'absent';
    if (affected.length === 0 && !isListed) return none({ name, state });
    const change: SupervisorChange = { summary: summaryOf(given, name, affected), argv, affected };
    return changes([change], { name, state, ...(!isListed && { affected }) });
  },
  steps: ({ argv, affected }: SupervisorChange, given) => supervisorSteps(given, argv, affected),
  result({ state }, _now, done) {
    const wrong = done.find(({ rc, stdout }) => rc !== 0 || /\bERROR\b/.test(stdout));
    if (!wrong) return {};
    const said = wrong.stdout || wrong.stderr;
    return { failed: true, msg: said.trim() || `supervisorctl failed at ${state}` };
  },
});

async function programOf(
  { supervisorctl_path }: SupervisorParams,
  host: Parameters<typeof hostPath>[1],
): Promise<string> {
  if (supervisorctl_path !== undefined) return hostPath(supervisorctl_path, host);
  const found = await host.executable({ name: 'supervisorctl' });
  if (found === undefined)
    throw new TaskFailure(
      'Failed to find required executable "supervisorctl": install the package supervisor',
    );
  return found;
}

function optionsOf({ config, server_url, username, password }: SupervisorParams): string[] {
  const options = { '-c': config, '-s': server_url, '-u': username, '-p': password };
  return Object.entries(options).flatMap(([option, value]) => (value ? [option, value] : []));
}

function summaryOf({ state, signal }: SupervisorParams, name: string, affected: string[]): string {
  if (state === 'present') return `make supervisord know ${name}`;
  if (state === 'absent') return `make supervisord forget ${name}`;
  const verbs = { started: 'start', stopped: 'stop', restarted: 'restart', signalled: `send ${signal} to` };
  return `${verbs[state]} ${affected.join(', ')}`;
}
