import { findHost } from '../inventory/inventory.ts';
import { allRoleUses } from '../playbook/load.ts';
import {
  type Level,
  type Play,
  playOf,
  type RawVariables,
  type RoleUse,
  roleOf,
  type Task,
} from '../playbook/model.ts';
import { type Layer, layerOf } from '../variables/layer.ts';
import { LazyDict } from '../variables/lazyDict.ts';
import { createScope, type VariableScope } from '../variables/scope.ts';
import { connectionLayer } from './connectionLayer.ts';
import type { Batch, Lane, Layout, Run } from './context.ts';
import { type HostState, newHostState } from './hostState.ts';
import { inventoryLayers } from './inventoryVariables.ts';
import { type MagicDicts, magicLayer } from './magicVariables.ts';

/** Variables of a task on a host in Ansible's order of precedence; `loop` are the variables of a loop's item and of those before it. */
export function taskScope(lane: Lane, task: Task, loop?: Layer[]): VariableScope {
  const { templating } = lane.batch.run;
  const { version } = lane.host;
  const layers = layersOf(lane, task);
  if (loop) return createScope([...loop, ...layers], templating);
  const known = lane.scopes.get(task);
  if (known && known.version === version && known.layers === layers) return known.scope;
  const scope = createScope(layers, templating);
  lane.scopes.set(task, { version, layers, scope });
  return scope;
}

/** Variables of a host in a play outside of any task. */
export function playScope(batch: Batch, host: HostState): VariableScope {
  return levelScope(batch, host, batch.play);
}

// A new value of a variable changes what layers answer, not which there are: they are found once for a task.
function layersOf(lane: Lane, task: Task): Layer[] {
  const layout = layoutOf(lane);
  const known = layout.layers.get(task);
  if (known) return known;
  const { params, vars, roleVars, roleDefaults } = staticLayers(task);
  const over = [...lane.extra, ...params];
  const layers = hostLayers(
    lane.batch,
    lane.host,
    task,
    { params: over, vars, roleVars, roleDefaults },
    layout.base,
  );
  // Tasks, and nobody else, find how the host is reached where nothing else says it.
  layers.push(connectionLayer(lane, task, [...layers]));
  layout.layers.set(task, layers);
  return layers;
}

function levelScope(batch: Batch, host: HostState, level: Level): VariableScope {
  const roleDefaults = otherUses(batch.play, undefined).flatMap((use) => use.defaults.map(trusted));
  const over = { params: [], vars: [], roleVars: [], roleDefaults };
  const layers = hostLayers(batch, host, level, over, baseLayers(batch, host));
  return createScope(layers, batch.run.templating);
}

function layoutOf(lane: Lane): Layout {
  const { batch, host } = lane;
  const { layout: number } = host;
  const plays = batch.playLayers.length;
  if (lane.layout?.number === number && lane.layout.plays === plays) return lane.layout;
  lane.layout = { number, plays, base: baseLayers(batch, host), layers: new Map() };
  return lane.layout;
}

interface StaticLayers {
  /** Role and include parameters, inner first. */
  params: Layer[];
  /** Task and block vars, inner first. */
  vars: Layer[];
  roleVars: Layer[];
  roleDefaults: Layer[];
}

const known = new WeakMap<Task, StaticLayers>();

// What the playbook's files say is the same for all hosts.
function staticLayers(task: Task): StaticLayers {
  const cached = known.get(task);
  if (cached) return cached;
  const params: Layer[] = [];
  const vars: Layer[] = [];
  for (let level: Level | undefined = task; level && level.kind !== 'play'; level = level.parent) {
    if (level.includeParams) params.push(trusted(level.includeParams));
    if (level.role) params.push(trusted(level.role.params));
    if (level.vars) vars.push(trusted(level.vars));
  }
  const own = roleOf(task);
  const uses = [...(own ? chainOf(own) : []), ...otherUses(playOf(task), own)];
  const made = {
    params,
    vars,
    roleVars: uses.flatMap((use) => use.vars.map(trusted).reverse()),
    roleDefaults: uses.flatMap((use) => use.defaults.map(trusted).reverse()),
  };
  known.set(task, made);
  return made;
}

// A role's own variables first, then those of the roles it depends on, the last named first, then its users'.
function chainOf(use: RoleUse): RoleUse[] {
  const below = (at: RoleUse): RoleUse[] => [at, ...at.dependencies.toReversed().flatMap(below)];
  const users: RoleUse[] = [];
  for (let at = use.parent; at; at = at.parent) users.push(at);
  return [...below(use), ...users];
}

// The roles of a play see each other's variables; of two, the later counts.
function otherUses(play: Play, own: RoleUse | undefined): RoleUse[] {
  return allRoleUses(play.tasks)
    .filter((use) => use !== own)
    .reverse();
}

function trusted(variables: RawVariables): Layer {
  return layerOf(variables.values, variables.origin, true);
}

function hostLayers(
  batch: Batch,
  host: HostState,
  level: Level,
  { params, vars, roleVars, roleDefaults }: StaticLayers,
  base: Layer[],
): Layer[] {
  return [
    magicLayer({ batch, host, level }, dicts),
    batch.run.extraVars,
    ...params,
    layerOf(host.learned, 'registered results and set_fact', false),
    ...host.included,
    ...vars,
    ...roleVars,
    ...base,
    ...roleDefaults,
  ];
}

/** What holds for all tasks of a play on a host, below the variables of tasks and roles. */
function baseLayers(batch: Batch, host: HostState): Layer[] {
  const { run, play } = batch;
  return [
    ...(batch.lanes.get(host.name)?.varsFiles ?? []),
    ...batch.playLayers,
    ...(play.vars ? [trusted(play.vars)] : []),
    ...(run.options.injectFacts ? [factsLayer(host)] : []),
    ...inventoryLayers(run.inventory, host.name, play.folder),
  ];
}

const factLayers = new WeakMap<HostState, Layer>();

function factsLayer(host: HostState): Layer {
  const cached = factLayers.get(host);
  if (cached?.container === host.facts) return cached;
  const layer = layerOf(host.facts, 'facts', false);
  factLayers.set(host, layer);
  return layer;
}

const dicts: MagicDicts = {
  vars: ({ batch, host, level }) => {
    const scope = levelScope(batch, host, level);
    return new LazyDict(() => scope.names(), scope.has, scope.get);
  },
  hostvars: ({ batch }) => hostvars(batch),
};

// Names that a host's variables have too, and that list no value of its own.
const NO_OWN: ReadonlySet<string> = new Set(['hostvars', 'omit', 'vars']);

// The variables of every host, each found when it is asked for.
function hostvars(batch: Batch): LazyDict {
  const { run } = batch;
  const scopes = new Map<string, LazyDict>();
  const ofHost = (name: string): LazyDict => {
    const cached = scopes.get(name);
    if (cached) return cached;
    const scope = playScope(batch, stateOf(run, name));
    const names = (): Set<string> => new Set([...scope.names()].filter((each) => !NO_OWN.has(each)));
    const dict = new LazyDict(names, scope.has, scope.get);
    scopes.set(name, dict);
    return dict;
  };
  return new LazyDict(
    () => run.inventory.hosts.keys(),
    (name) => findHost(run.inventory, name) !== undefined,
    ofHost,
  );
}

/** What the run knows of a host; made when it is first asked for. */
export function stateOf(run: Run, name: string): HostState {
  let state = run.hosts.get(name);
  if (!state) {
    state = newHostState(name, run.factCache);
    run.hosts.set(name, state);
  }
  return state;
}
