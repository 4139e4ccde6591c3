import { randomBytes } from 'node:crypto';
import { toText } from '../jinja/index.ts';
import { SourceError } from '../lib/sourceError.ts';
import type { Play } from '../playbook/model.ts';
import type { Transport } from '../transport/index.ts';
import { type Layer, layerOf } from '../variables/layer.ts';
import type { Run } from './context.ts';
import type { HostRecap, Listener, RunEvent, WireCounts } from './events.ts';
import { factsTask } from './facts.ts';
import type { HostState } from './hostState.ts';
import { newRun } from './newRun.ts';
import type { RunOptions } from './options.ts';
import { latePlays } from './patternMismatch.ts';
import { orderedHosts, runPlay } from './play.ts';
import type { Prepared } from './prepared.ts';

/** Exit codes of a run, as ansible-playbook has them. */
export const EXIT = { ok: 0, badInput: 1, failed: 2, unreachable: 4, interrupted: 99 };

/** What a run came to. */
export interface RunResult {
  id: string;
  exitCode: number;
  recap: Record<string, HostRecap>;
}

/** Runs what was prepared and tells the listener all of it. Asks for `vars_prompt` first. */
export async function run(
  prepared: Prepared,
  options: RunOptions,
  transport: Transport,
  listener: Listener,
): Promise<RunResult> {
  const start = Date.now() / 1000;
  const id = newRunId(start);
  const prompts = await askPrompts(prepared.plays, options, prepared);
  const state = newRun(prepared, options, transport, listener);
  listener({
    type: 'run-start',
    time: start,
    id,
    version: '',
    playbooks: prepared.subject.playbooks,
    plays: prepared.playCounts,
    check: options.check,
    diff: options.diff,
    forks: options.forks,
    verbosity: options.verbosity,
  });
  for (const warning of prepared.warnings) {
    listener({
      type: 'message',
      time: start,
      level: 'warning',
      text: warning.message,
      ...(warning.place && { place: warning.place }),
    });
  }
  const onAbort = (): void => void state.sessions.abortAll();
  options.signal?.addEventListener('abort', onAbort);
  const ended = await runPlays(state, prepared, prompts);
  options.signal?.removeEventListener('abort', onAbort);
  await state.sessions.closeAll();
  return endRun(state, id, start, ended);
}

type Ended = { how: 'finished' | 'interrupted' | 'error'; error?: unknown };

async function runPlays(state: Run, prepared: Prepared, prompts: Map<Play, Layer[]>): Promise<Ended> {
  const { plays, limit } = prepared;
  const late = latePlays(plays);
  try {
    for (const [index, play] of plays.entries()) {
      if (index > 0 && play.given !== plays[index - 1]!.given && hasFailures(state)) break;
      const neededLater = new Set(
        plays.slice(index + 1).flatMap((later) => orderedHosts(state, later, limit)),
      );
      const facts = await factsTask(play, state.loading);
      const planned = { play, prompts: prompts.get(play) ?? [], neededLater, late: late.has(play) };
      if (!(await runPlay(state, planned, limit, facts))) break;
    }
  } catch (error) {
    return { how: 'error', error };
  }
  return { how: state.options.signal?.aborted ? 'interrupted' : 'finished' };
}

// As with Ansible, a playbook that failed ends a run of several.
function hasFailures(state: Run): boolean {
  return [...state.hosts.values()].some(({ status }) => status === 'failed' || status === 'unreachable');
}

async function endRun(state: Run, id: string, start: number, ended: Ended): Promise<RunResult> {
  const recap: Record<string, HostRecap> = {};
  const wire: Record<string, WireCounts> = {};
  for (const [name, host] of state.hosts) {
    const spent = state.sessions.spent(name);
    if (spent) wire[name] = spent;
    // A host that only did tasks of others is not in Ansible's recap either.
    if (Object.values(host.recap).some((count) => count > 0)) recap[name] = host.recap;
  }
  const time = Date.now() / 1000;
  const exitCode = exitCodeOf([...state.hosts.values()], ended);
  const event: RunEvent = {
    type: 'run-end',
    time,
    seconds: time - start,
    ended: ended.how,
    exitCode,
    recap,
    wire,
  };
  state.emit(event);
  if (ended.error !== undefined) throw ended.error;
  return { id, exitCode, recap };
}

// As the hosts stand at the end: `clear_host_errors` forgives what was before it.
function exitCodeOf(hosts: HostState[], ended: Ended): number {
  if (ended.how === 'interrupted') return EXIT.interrupted;
  if (ended.how === 'error') return EXIT.badInput;
  if (hosts.some(({ status }) => status === 'unreachable')) return EXIT.unreachable;
  return hosts.some(({ status }) => status === 'failed') ? EXIT.failed : EXIT.ok;
}

function newRunId(start: number): string {
  const stamp = new Date(start * 1000)
    .toISOString()
    .replace(/[-:]/g, '')
    .replace(/\..*/, '')
    .replace('T', '-');
  return `${stamp}-${randomBytes(3).toString('hex')}`;
}

async function askPrompts(
  plays: Play[],
  options: RunOptions,
  prepared: Prepared,
): Promise<Map<Play, Layer[]>> {
  const asked = new Map<Play, Layer[]>();
  for (const play of plays) {
    const values: Record<string, unknown> = {};
    for (const prompt of play.varsPrompt) {
      if ([...prepared.extraVars.names()].includes(prompt.name)) continue;
      if (!options.ask) {
        if (prompt.default === undefined)
          throw new SourceError(
            `the play asks for ${prompt.name}, and there is no terminal to ask on`,
            play.place,
            `Give it with -e ${prompt.name}=...`,
          );
        values[prompt.name] = toText(prompt.default);
        continue;
      }
      const shown =
        prompt.default === undefined ? prompt.prompt : `${prompt.prompt} [${String(prompt.default)}]`;
      const answer = await options.ask({ text: shown, secret: prompt.private, confirm: prompt.confirm });
      if (prompt.private && answer) prepared.masker.add(answer);
      values[prompt.name] = answer === '' && prompt.default !== undefined ? prompt.default : answer;
    }
    if (Object.keys(values).length > 0) asked.set(play, [layerOf(values, 'vars_prompt', false)]);
  }
  return asked;
}

/** Names of hosts that plays will reach, in order; for `--list-hosts` and for questions before a run. */
export function hostsOfPlays(prepared: Prepared): { play: Play; hosts: string[] }[] {
  const state = { loading: prepared.loading, inventory: prepared.inventory, hosts: new Map() };
  return prepared.plays.map((play) => ({ play, hosts: orderedHosts(state, play, prepared.limit) }));
}
