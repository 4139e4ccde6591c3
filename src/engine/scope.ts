import { resolve } from 'node:path';
import { findHost } from '../inventory/inventory.ts';
import { magicHostVariables } from '../inventory/magic.ts';
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
import { searchFolders } from '../playbook/searchPath.ts';
import { computedLayer, type Layer, layerOf } from '../variables/layer.ts';
import { LazyDict } from '../variables/lazyDict.ts';
import { createScope, type VariableScope } from '../variables/scope.ts';
import { OMIT } from '../variables/templating.ts';
import { ANSIBLE_VERSION } from './ansibleVersion.ts';
import type { Batch, Lane, Run } from './context.ts';
import { type HostState, newHostState } from './hostState.ts';
import { groupsMap, inventoryLayers } from './inventoryVariables.ts';

/** Variables of a task on a host in Ansible's order of precedence; `loop` are the variables of a loop's item and of those before it. */
export function taskScope(lane: Lane, task: Task, loop?: Layer[]): VariableScope {
  if (loop) return createScope(layersOf(lane, task, loop), lane.batch.run.templating);
  const known = lane.scopes.get(task);
  if (known && known.version === lane.host.version) return known.scope;
  const scope = createScope(layersOf(lane, task, undefined), lane.batch.run.templating);
  lane.scopes.set(task, { version: lane.host.version, scope });
  return scope;
}

/** Variables of a host in a play outside of any task. */
export function playScope(batch: Batch, host: HostState): VariableScope {
  return createScope(hostLayers(batch, host, batch.play, [], [], []), batch.run.templating);
}

function layersOf(lane: Lane, task: Task, loop: Layer[] | undefined): Layer[] {
  const { params, vars, roleVars, roleDefaults } = staticLayers(task);
  const layers = hostLayers(
    lane.batch,
    lane.host,
    task,
    [...lane.extra, ...params],
    vars,
    roleVars,
    roleDefaults,
  );
  return [...(loop ?? []), ...layers, addressLayer(lane)];
}

// Tasks, and nobody else, find the address that is used where the inventory gives none.
function addressLayer({ batch, host }: Lane): Layer {
  const implicit = findHost(batch.run.inventory, host.name)?.implicit;
  const address = implicit ? '127.0.0.1' : host.name;
  return layerOf({ ansible_host: address, ansible_ssh_host: address }, 'the host', false);
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
  params: Layer[],
  vars: Layer[],
  roleVars: Layer[],
  roleDefaults: Layer[] = otherUses(batch.play, undefined).flatMap((use) => use.defaults.map(trusted)),
): Layer[] {
  const { run, play } = batch;
  return [
    magicLayer(batch, host, level),
    run.extraVars,
    ...params,
    layerOf(host.learned, 'registered results and set_fact', false),
    ...host.included,
    ...vars,
    ...roleVars,
    ...(batch.lanes.get(host.name)?.varsFiles ?? []),
    ...batch.playLayers,
    ...(play.vars ? [trusted(play.vars)] : []),
    ...(run.options.injectFacts ? [factsLayer(host)] : []),
    ...inventoryLayers(run.inventory, host.name, play.folder),
    ...roleDefaults,
  ];
}

const factLayers = new WeakMap<HostState, Layer>();

function factsLayer(host: HostState): Layer {
  const cached = factLayers.get(host);
  if (cached) return cached;
  const layer = layerOf(host.facts, 'facts', false);
  factLayers.set(host, layer);
  return layer;
}

function magicLayer(batch: Batch, host: HostState, level: Level): Layer {
  const { run, play } = batch;
  const { options, inventory } = run;
  const use = roleOf(level);
  const active = (): string[] => batch.playHosts.filter((name) => isActive(run, name));
  const inventoryHost = findHost(inventory, host.name);
  const own = inventoryHost && magicHostVariables(inventory, inventoryHost);
  const compute: Record<string, () => unknown> = {
    inventory_hostname: () => host.name,
    inventory_hostname_short: () => own?.inventory_hostname_short ?? host.name,
    group_names: () => own?.group_names ?? [],
    groups: () => groupsMap(inventory),
    hostvars: () => hostvars(batch),
    vars: () => {
      const scope = createScope(hostLayers(batch, host, level, [], [], []), run.templating);
      return new LazyDict(() => scope.names(), scope.has, scope.get);
    },
    omit: () => OMIT,
    playbook_dir: () => play.folder,
    ansible_search_path: () => searchFolders(level),
    ansible_play_name: () => play.name,
    ansible_play_hosts: active,
    ansible_play_hosts_all: () => batch.playHosts,
    ansible_play_batch: () => batch.hosts.filter((name) => isActive(run, name)),
    play_hosts: active,
    ansible_play_role_names: () => play.roles.map(({ role }) => role.name),
    ansible_dependent_role_names: () => roleNames(play.roles.flatMap(dependenciesOf)),
    ansible_role_names: () => roleNames(play.roles.flatMap((each) => [...dependenciesOf(each), each])),
    role_names: () => play.roles.map(({ role }) => role.name),
    ansible_check_mode: () => options.check,
    ansible_diff_mode: () => options.diff,
    ansible_forks: () => options.forks,
    ansible_verbosity: () => options.verbosity,
    ansible_run_tags: () => (options.tags.length > 0 ? options.tags : ['all']),
    ansible_skip_tags: () => options.skipTags,
    ansible_version: () => ANSIBLE_VERSION,
    ansible_facts: () => withoutPrefix(host.facts),
    ansible_inventory_sources: () => run.inventorySources.map((each) => resolve(each)),
    ansible_playbook_python: () => 'python3',
  };
  if (own?.inventory_file) {
    compute.inventory_file = () => own.inventory_file;
    compute.inventory_dir = () => own.inventory_dir;
  }
  if (run.limit !== undefined) compute.ansible_limit = () => run.limit;
  if (use) {
    compute.role_name = () => (use.role.collection ? use.role.name.split('.').at(-1) : use.role.name);
    compute.ansible_collection_name = () => use.role.collection ?? '';
    compute.role_path = () => use.role.path;
    compute.ansible_role_name = () => use.role.name;
    const parents = parentNames(level);
    if (parents.length > 0) compute.ansible_parent_role_names = () => parents;
  }
  return computedLayer(compute, 'magic variables');
}

function roleNames(uses: RoleUse[]): string[] {
  return [...new Set(uses.map((use) => use.role.name))];
}

function dependenciesOf(use: RoleUse): RoleUse[] {
  return use.dependencies.flatMap((each) => [...dependenciesOf(each), each]);
}

// The roles whose tasks import or include this one; those that only depend on it do not count.
function parentNames(level: Level): string[] {
  const names: string[] = [];
  let below: RoleUse | undefined;
  for (let at: Level | undefined = level; at; at = at.parent) {
    if (!at.role) continue;
    if (below && below.parent !== at.role) names.push(at.role.role.name);
    below = at.role;
  }
  return names;
}

function isActive(run: Run, name: string): boolean {
  const status = run.hosts.get(name)?.status;
  return status === undefined || status === 'active';
}

const PREFIX = 'ansible_';

/** Facts as `ansible_facts` has them: without the prefix. */
export function withoutPrefix(facts: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name,
      value,
    ]),
  );
}

// The variables of every host, each found when it is asked for.
function hostvars(batch: Batch): LazyDict {
  const { run } = batch;
  const scopes = new Map<string, LazyDict>();
  const ofHost = (name: string): LazyDict => {
    const cached = scopes.get(name);
    if (cached) return cached;
    const scope = playScope(batch, stateOf(run, name));
    const dict = new LazyDict(() => scope.names(), scope.has, scope.get);
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
