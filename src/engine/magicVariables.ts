import { resolve } from 'node:path';
import { findHost } from '../inventory/inventory.ts';
import { type MagicHostVariables, magicHostVariables } from '../inventory/magic.ts';
import { MISSING } from '../jinja/index.ts';
import { findProgram } from '../lib/findProgram.ts';
import { type Level, type RoleUse, roleOf } from '../playbook/model.ts';
import { searchFolders } from '../playbook/searchPath.ts';
import type { Layer } from '../variables/layer.ts';
import type { LazyDict } from '../variables/lazyDict.ts';
import { OMIT } from '../variables/templating.ts';
import { ANSIBLE_VERSION } from './ansibleVersion.ts';
import type { Batch, Run } from './context.ts';
import type { HostState } from './hostState.ts';
import { groupsMap } from './inventoryVariables.ts';

/** Whose magic variables are asked for, and from where in the play. */
export interface Magic {
  batch: Batch;
  host: HostState;
  level: Level;
}

/** The two that are made of all other variables. */
export interface MagicDicts {
  vars(of: Magic): LazyDict;
  hostvars(of: Magic): LazyDict;
}

/** Variables that Ansible gives to every task, computed when asked for; one table serves all hosts and tasks. */
export function magicLayer(of: Magic, dicts: MagicDicts): Layer {
  return {
    origin: 'magic variables',
    trusted: false,
    get(name) {
      if (name === 'vars' || name === 'hostvars') return dicts[name](of);
      const compute = COMPUTED.get(name);
      return compute ? compute(of) : MISSING;
    },
    names: () => [
      'vars',
      'hostvars',
      ...Object.keys(ALWAYS),
      ...Object.entries(SOMETIMES)
        .filter(([, compute]) => compute(of) !== MISSING)
        .map(([name]) => name),
    ],
  };
}

type Compute = (of: Magic) => unknown;

const active: Compute = ({ batch }) => batch.playHosts.filter((name) => isActive(batch.run, name));

const ALWAYS: Record<string, Compute> = {
  inventory_hostname: ({ host }) => host.name,
  inventory_hostname_short: (of) => ownOf(of)?.inventory_hostname_short ?? of.host.name,
  group_names: (of) => ownOf(of)?.group_names ?? [],
  groups: ({ batch }) => groupsMap(batch.run.inventory),
  omit: () => OMIT,
  playbook_dir: ({ batch }) => batch.play.folder,
  ansible_search_path: ({ level }) => searchFolders(level),
  ansible_play_name: ({ batch }) => batch.play.name,
  ansible_play_hosts: active,
  ansible_play_hosts_all: ({ batch }) => batch.playHosts,
  ansible_play_batch: ({ batch }) => batch.hosts.filter((name) => isActive(batch.run, name)),
  play_hosts: active,
  ansible_play_role_names: ({ batch }) => batch.play.roles.map(({ role }) => role.name),
  ansible_dependent_role_names: ({ batch }) => roleNames(batch.play.roles.flatMap(dependenciesOf)),
  ansible_role_names: ({ batch }) =>
    roleNames(batch.play.roles.flatMap((each) => [...dependenciesOf(each), each])),
  role_names: ({ batch }) => batch.play.roles.map(({ role }) => role.name),
  ansible_check_mode: ({ batch }) => batch.run.options.check,
  ansible_diff_mode: ({ batch }) => batch.run.options.diff,
  ansible_forks: ({ batch }) => batch.run.options.forks,
  ansible_verbosity: ({ batch }) => batch.run.options.verbosity,
  ansible_run_tags: ({ batch: { run } }) => (run.options.tags.length > 0 ? run.options.tags : ['all']),
  ansible_skip_tags: ({ batch }) => batch.run.options.skipTags,
  ansible_version: () => ANSIBLE_VERSION,
  ansible_facts: ({ host }) => withoutPrefix(host.facts),
  ansible_inventory_sources: ({ batch }) => batch.run.inventorySources.map((each) => resolve(each)),
  ansible_playbook_python: () => findProgram('python3') ?? '/usr/bin/python3',
};

/** Only from an inventory's file, under a limit, in a role: MISSING elsewhere. */
const SOMETIMES: Record<string, Compute> = {
  inventory_file: (of) => ownOf(of)?.inventory_file ?? MISSING,
  inventory_dir: (of) => {
    const own = ownOf(of);
    return own?.inventory_file ? own.inventory_dir : MISSING;
  },
  ansible_limit: ({ batch }) => batch.run.limit ?? MISSING,
  role_name: inRole(({ role }) => (role.collection ? role.name.split('.').at(-1) : role.name)),
  ansible_collection_name: inRole(({ role }) => role.collection ?? ''),
  role_path: inRole(({ role }) => role.path),
  ansible_role_name: inRole(({ role }) => role.name),
  ansible_parent_role_names: ({ level }) => {
    const parents = includingRoles(level);
    return parents.length > 0 ? parents.map(({ role }) => role.name) : MISSING;
  },
  ansible_parent_role_paths: ({ level }) => {
    const parents = includingRoles(level);
    return parents.length > 0 ? parents.map(({ role }) => role.path) : MISSING;
  },
};

const COMPUTED = new Map([...Object.entries(ALWAYS), ...Object.entries(SOMETIMES)]);

function inRole(compute: (use: RoleUse) => unknown): Compute {
  return ({ level }) => {
    const use = roleOf(level);
    return use ? compute(use) : MISSING;
  };
}

function ownOf({ batch, host }: Magic): MagicHostVariables | undefined {
  const { inventory } = batch.run;
  const found = findHost(inventory, host.name);
  return found && magicHostVariables(inventory, found);
}

function roleNames(uses: RoleUse[]): string[] {
  return [...new Set(uses.map((use) => use.role.name))];
}

function dependenciesOf(use: RoleUse): RoleUse[] {
  return use.dependencies.flatMap((each) => [...dependenciesOf(each), each]);
}

// The roles whose tasks import or include this one; those that only depend on it do not count.
function includingRoles(level: Level): RoleUse[] {
  const uses: RoleUse[] = [];
  let below: RoleUse | undefined;
  for (let at: Level | undefined = level; at; at = at.parent) {
    if (!at.role) continue;
    if (below && below.parent !== at.role) uses.push(at.role);
    below = at.role;
  }
  return uses;
}

function isActive(run: Run, name: string): boolean {
  const status = run.hosts.get(name)?.status;
  return status === undefined || status === 'active';
}

const PREFIX = 'ansible_';

// As `ansible_facts` has them.
function withoutPrefix(facts: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name,
      value,
    ]),
  );
}
