import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import type { Host } from '../inventory/model.ts';
import { matchHosts } from '../inventory/patterns.ts';
import { toText } from '../jinja/index.ts';
import { SourceError } from '../lib/sourceError.ts';
import { allTasks, SECTIONS } from '../playbook/load.ts';
import type { Node, Play, Task } from '../playbook/model.ts';
import { type Layer, layerOf } from '../variables/layer.ts';
import { OMIT, plainValue } from '../variables/templating.ts';
import { createBarrier, openBarrier } from './barrier.ts';
import type { Batch, Lane, Run, Status } from './context.ts';
import { flushHandlers } from './flush.ts';
import { type HostState, packAway, reshape } from './hostState.ts';
import { lookAhead } from './lookahead.ts';
import { runNodes, runTask } from './nodes.ts';
import { judgeLatePattern } from './patternMismatch.ts';
import { playScope, stateOf } from './scope.ts';
import { truth } from './sessions.ts';
import { findStart } from './startAt.ts';
import { strategyOf } from './strategy.ts';

/** A play with what is asked of the person before it runs. */
export interface PlannedPlay {
  play: Play;
  prompts: Layer[];
  /** Hosts that later plays need too: their connections stay. */
  neededLater: Set<string>;
  /** Hosts may have been added since the playbook was checked. */
  late: boolean;
}

/** Runs a play on its hosts, batch after batch. Answers whether the playbook goes on. */
export async function runPlay(
  run: Run,
  planned: PlannedPlay,
  limit: ReadonlySet<Host> | undefined,
  facts: Task | undefined,
): Promise<boolean> {
  const { play } = planned;
  if (planned.late) judgeLatePattern(play, run);
  const matched = hostsMatched(run, play, limit);
  const all = inOrder(play, matched);
  const names = all.filter((name) => isUsable(run.hosts.get(name)));
  const batches = batchesOf(run, planned, all)
    .map((batch) => ({ size: batch.length, hosts: batch.filter((name) => names.includes(name)) }))
    .filter(({ hosts }) => hosts.length > 0);
  run.emit({
    type: 'play-start',
    time: now(),
    play: play.id,
    name: play.name,
    place: play.place,
    hosts: names,
    batches: batches.map(({ hosts }) => hosts),
    tasks: allTasks(play).length + (facts ? 1 : 0),
  });
  let then: AfterBatch = 'next batch';
  for (const [index, { size, hosts }] of batches.entries()) {
    run.emit({ type: 'batch-start', time: now(), play: play.id, batch: index, hosts });
    then = await runBatch(run, planned, matched, hosts, size, facts);
    if (then !== 'next batch' || run.options.signal?.aborted) break;
  }
  run.emit({ type: 'play-end', time: now(), play: play.id });
  return then !== 'end' && !run.options.signal?.aborted;
}

type AfterBatch = 'next batch' | 'next play' | 'end';

function now(): number {
  return Date.now() / 1000;
}

/** Names of the hosts that a play's pattern and the limit leave, without those that failed before. */
export function orderedHosts(
  run: Pick<Run, 'loading' | 'inventory' | 'hosts'>,
  play: Play,
  limit: ReadonlySet<Host> | undefined,
): string[] {
  return inOrder(play, hostsMatched(run, play, limit)).filter((name) => isUsable(run.hosts.get(name)));
}

function hostsMatched(
  run: Pick<Run, 'loading' | 'inventory'>,
  play: Play,
  limit: ReadonlySet<Host> | undefined,
): string[] {
  const pattern = run.loading.template(patternText(play), play.hosts.place, play.vars ? [play.vars] : []);
  const { hosts } = matchHosts(run.inventory, pattern, limit);
  return hosts.map((host) => host.name);
}

function inOrder(play: Play, names: string[]): string[] {
  const order = play.keywords.get('order')?.value;
  if (order === 'sorted') return names.toSorted();
  if (order === 'reverse_sorted') return names.toSorted().reverse();
  if (order === 'reverse_inventory') return names.toReversed();
  if (order === 'shuffle') return shuffled(names);
  return names;
}

function patternText(play: Play): string {
  const { value } = play.hosts;
  return Array.isArray(value) ? value.map(String).join(',') : String(value ?? '');
}

function isUsable(state: HostState | undefined): boolean {
  return state === undefined || state.status === 'active' || state.status === 'ended';
}

function shuffled(names: string[]): string[] {
  return names
    .map((name) => ({ name, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ name }) => name);
}

function batchesOf(run: Run, { play }: PlannedPlay, names: string[]): string[][] {
  const keyword = play.keywords.get('serial');
  if (!keyword || names.length === 0) return names.length > 0 ? [names] : [];
  const scope = playScope(newBatch(run, play, names, names), stateOf(run, names[0]!));
  const given = run.templating.value(keyword.value, scope, keyword);
  const sizes = [given === OMIT ? 0 : plainValue(given)]
    .flat()
    .map((size) => batchSize(size, names.length, keyword.place));
  const batches: string[][] = [];
  let at = 0;
  for (let index = 0; at < names.length; index++) {
    const size = sizes[Math.min(index, sizes.length - 1)]!;
    batches.push(names.slice(at, at + size));
    at += size;
  }
  return batches;
}

function batchSize(size: unknown, count: number, place: SourceError['place']): number {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(String(size));
  if (percent) return Math.max(1, Math.floor((Number(percent[1]) / 100) * count));
  const number = Number(size);
  if (!Number.isInteger(number) || number < 0)
    throw new SourceError(`serial: "${String(size)}" is no number of hosts and no percentage`, place);
  return number === 0 ? count : number;
}

/** A batch in which nothing has begun. */
export function newBatch(run: Run, play: Play, playHosts: string[], hosts: string[]): Batch {
  const inStep = strategyOf(play, run.loading) === 'linear';
  return {
    run,
    play,
    playHosts,
    hosts,
    inStep,
    barrier: inStep ? createBarrier() : openBarrier(),
    fatal: new Set(),
    lanes: new Map(),
    playLayers: [],
    ended: undefined,
    startAt: undefined,
    once: new Map(),
    throttles: new Map(),
    steps: { answers: new Map(), goesOn: false },
    includes: new Map(),
    strict: isStrict(run, play),
  };
}

function isStrict(run: Run, play: Play): boolean {
  return play.keywords.has('max_fail_percentage') || run.options.step !== undefined;
}

async function runBatch(
  run: Run,
  planned: PlannedPlay,
  playHosts: string[],
  hosts: string[],
  size: number,
  facts: Task | undefined,
): Promise<AfterBatch> {
  const batch = newBatch(run, planned.play, playHosts, hosts);
  if (findStart(batch) === 'elsewhere') return 'next batch';
  batch.playLayers.push(...planned.prompts);
  for (const name of hosts) {
    batch.lanes.set(name, newLane(batch, stateOf(run, name)));
    batch.barrier.enter(name);
  }
  await Promise.all([...batch.lanes.values()].map((lane) => runLane(lane, planned, facts)));
  const failed = hosts.filter((name) => ['failed', 'unreachable'].includes(run.hosts.get(name)!.status));
  if (batch.ended === 'end_play') return 'next play';
  // Hosts that failed before count as hosts of the batch that did not fail now, as with Ansible.
  return failed.length === size || (batch.ended !== undefined && batch.ended !== 'end_batch')
    ? 'end'
    : 'next batch';
}

function newLane(batch: Batch, host: HostState): Lane {
  if (host.status === 'ended') host.status = 'active';
  return {
    batch,
    host,
    release: undefined,
    notified: new Map(),
    maybe: undefined,
    rescuing: 0,
    extra: [],
    scopes: new Map(),
    layout: undefined,
    ahead: new Map(),
    varsFiles: [],
    remotes: new Map(),
  };
}

async function runLane(lane: Lane, planned: PlannedPlay, facts: Task | undefined): Promise<void> {
  const { batch, host } = lane;
  const { run } = batch;
  lane.release = await run.slots.take();
  try {
    await runSections(lane, facts);
  } finally {
    batch.barrier.leave(host.name);
    if (!planned.neededLater.has(host.name)) {
      const wire = await run.sessions.close(host.name);
      run.emit({ type: 'host-done', time: now(), host: host.name, play: planned.play.id, wire });
      packAway(host);
    }
    forget(lane);
    lane.release?.();
  }
}

// Of thousands of hosts that are done only what others may ask for stays in memory.
function forget(lane: Lane): void {
  lane.scopes.clear();
  lane.remotes.clear();
  lane.layout = undefined;
}

async function runSections(lane: Lane, facts: Task | undefined): Promise<void> {
  const { play } = lane.batch;
  lane.varsFiles = varsFileLayers(lane);
  lookAhead(lane, undefined);
  if (facts && wantsFacts(lane)) {
    if ((await runTask(lane, facts)) !== 'going') return;
    lane.varsFiles = varsFileLayers(lane);
    reshape(lane.host);
    lookAhead(lane, undefined);
  }
  const sections: [Node[], number][] = [
    [play.preTasks, SECTIONS.preHandlers],
    [play.tasks, SECTIONS.taskHandlers],
    [play.postTasks, SECTIONS.postHandlers],
  ];
  // That handlers run by themselves is a task with the tag always for Ansible.
  const flushesHandlers = !lane.batch.run.options.skipTags.includes('always');
  for (const [nodes, flushAt] of sections) {
    let status: Status = await runNodes(lane, nodes);
    if (!flushesHandlers) {
      if (status !== 'going') return;
      continue;
    }
    if (status === 'going' || (status === 'failed' && forcesHandlers(lane))) {
      const flushed = await flushHandlers(lane, [flushAt], runTask);
      if (status === 'going') status = flushed;
    }
    if (status !== 'going') return;
  }
}

function forcesHandlers(lane: Lane): boolean {
  if (lane.host.status === 'unreachable') return false;
  const keyword = lane.batch.play.keywords.get('force_handlers');
  return keyword ? truth(keyword.value) : lane.batch.run.options.forceHandlers;
}

function wantsFacts(lane: Lane): boolean {
  const { run, play } = lane.batch;
  const { gathering } = run.options;
  const keyword = play.keywords.get('gather_facts');
  const said =
    keyword &&
    truth(plainValue(run.templating.value(keyword.value, playScope(lane.batch, lane.host), keyword)));
  if (gathering === 'explicit') return said === true;
  return said !== false && !(gathering === 'smart' && lane.host.gathered);
}

// The strongest first: of two files the later counts. Each item may be a list: the first file that is there.
function varsFileLayers(lane: Lane): Layer[] {
  const { run, play } = lane.batch;
  if (!play.varsFiles || play.varsFiles.value === null) return [];
  const scope = playScope(lane.batch, lane.host);
  const layers: Layer[] = [];
  for (const item of [play.varsFiles.value].flat(1)) {
    const names = [item].flat().map((name) => {
      try {
        return toText(run.templating.value(name, scope, play.varsFiles!));
      } catch {
        // It may need a fact that is not gathered yet; then it is tried again.
        return undefined;
      }
    });
    if (names.includes(undefined) && Object.keys(lane.host.facts).length === 0) continue;
    layers.unshift(
      readVarsFile(
        names.filter((name) => name !== undefined),
        lane,
      ),
    );
  }
  return layers;
}

function readVarsFile(names: string[], lane: Lane): Layer {
  const { run, play } = lane.batch;
  const paths = names.flatMap((name) =>
    isAbsolute(name) ? [name] : [resolve(play.folder, name), resolve(play.folder, 'vars', name)],
  );
  const file = paths.find((path) => existsSync(path));
  if (file === undefined) {
    if (lane.host.name === lane.batch.hosts[0]) warnOfMissing(names, paths, lane);
    return layerOf({}, 'vars_files', true);
  }
  const values = run.loading.readYaml(file);
  return layerOf((values ?? {}) as Record<string, unknown>, file, true);
}

// Ansible passes over a file that is not there, and playbooks rely on it; a mistake it may be all the same.
function warnOfMissing(names: string[], paths: string[], { batch }: Lane): void {
  const { run, play } = batch;
  const text = `vars_files names ${names.join(', ')}, and there is no such file; looked for ${paths.join(', ')}`;
  run.emit({ type: 'message', time: now(), level: 'warning', text, place: play.varsFiles!.place });
}
