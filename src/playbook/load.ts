import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { toText } from '../jinja/index.ts';
import { type Dict, dictEntries, dictGet, dictHas, isDict } from '../lib/dict.ts';
import { type Place, SourceError } from '../lib/sourceError.ts';
import { collectionPlaybook } from './collections.ts';
import {
  KEYWORDS,
  placeWithin,
  splitKeywords,
  startOf,
  UNSUPPORTED,
  unknownKeyword,
  variablesOf,
} from './keywords.ts';
import type { Loading } from './loading.ts';
import {
  type Block,
  type Keyword,
  type Level,
  type Node,
  type Play,
  type RawVariables,
  type RoleUse,
  type Task,
  tasksBelow,
  type VarsPrompt,
} from './model.ts';
import { findRole, roleEntries, roleMeta, useKey } from './roles.ts';
import { loadRole, loadRoleHandlers, loadTasks, MAIN_FILES, numberNodes } from './tasks.ts';

/** The parts of a play in their order; the numbers begin the order of their tasks. */
export const SECTIONS = {
  facts: 0,
  preTasks: 1,
  preHandlers: 2,
  tasks: 3,
  taskHandlers: 4,
  postTasks: 5,
  postHandlers: 6,
};

/**
 * Reads a playbook with all that it imports. Mistakes are gathered in `loading.problems`; the plays are whole only
 * where there are none.
 */
export async function loadPlaybook(file: string, loading: Loading): Promise<Play[]> {
  const path = resolve(file);
  loading.folder = dirname(path);
  const list = gather(loading, () => loading.readYaml(path));
  return list === undefined ? [] : loadPlays(list, path, loading);
}

/** The plays of a playbook's values; `file` is where they come from, or would. */
export async function loadPlays(list: unknown, file: string, loading: Loading): Promise<Play[]> {
  if (!Array.isArray(list)) {
    const hint = 'Begin each play with "- hosts: ...".';
    loading.problems.push(new SourceError('a playbook is a list of plays', startOf(file), hint));
    return [];
  }
  if (list.length === 0) {
    loading.problems.push(new SourceError('A playbook must contain at least one play', startOf(file)));
    return [];
  }
  const plays: Play[] = [];
  for (const [index, item] of list.entries()) {
    const loaded = await gatherAsync(loading, () =>
      loadPlay(item, placeWithin(list, index, file), file, loading),
    );
    plays.push(...(loaded ?? []));
  }
  return plays;
}

function gather<T>(loading: Loading, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    loading.problems.push(error);
    return undefined;
  }
}

const IMPORTS = ['import_playbook', 'ansible.builtin.import_playbook'];

async function loadPlay(item: unknown, place: Place, file: string, loading: Loading): Promise<Play[]> {
  if (!isDict(item)) throw new SourceError('a play is a map', place, 'Begin it with "- hosts: ...".');
  const imported = IMPORTS.find((name) => dictHas(item, name));
  if (imported) return importPlaybook(item, imported, place, file, loading);
  const { keywords, others } = splitKeywords(item, KEYWORDS.play, file);
  for (const name of others.keys()) throw unknownKeyword(item, name, 'play', file);
  const unsupported = Object.keys(UNSUPPORTED).find((name) => keywords.has(name));
  if (unsupported) {
    throw new SourceError(
      `the keyword "${unsupported}" is not supported`,
      keywords.get(unsupported)!.place,
      UNSUPPORTED[unsupported],
    );
  }
  const hosts = keywords.get('hosts');
  if (!hosts)
    throw new SourceError('this play has no "hosts"', place, 'Say on which hosts it runs: "hosts: all".');
  const user = keywords.get('user');
  if (user && keywords.has('remote_user')) {
    const hint = "Leave 'user' out, which is the older name of the same.";
    throw new SourceError("both 'user' and 'remote_user' are set for this play.", user.place, hint);
  }
  if (user) keywords.set('remote_user', user);
  for (const [name, value] of Object.entries(loading.playDefaults))
    if (!keywords.has(name)) keywords.set(name, { value, place });
  const play = emptyPlay(item, keywords, hosts, place, file, loading);
  await fillPlay(play, keywords, file, loading);
  return [play];
}

function emptyPlay(
  item: Dict,
  keywords: Map<string, Keyword>,
  hosts: Keyword,
  place: Place,
  file: string,
  loading: Loading,
): Play {
  const name = dictGet(item, 'name');
  const pattern = Array.isArray(hosts.value) ? hosts.value.join(',') : String(hosts.value ?? '');
  const play: Play = {
    kind: 'play',
    id: loading.nextId(),
    name: name === undefined || name === null ? pattern : toText(name),
    hosts,
    keywords,
    place,
    preTasks: [],
    tasks: [],
    postTasks: [],
    handlers: [],
    roles: [],
    varsFiles: keywords.get('vars_files'),
    varsPrompt: promptsOf(keywords.get('vars_prompt')),
    folder: dirname(file),
  };
  const vars = variablesOf(keywords.get('vars'), 'play vars');
  if (vars) play.vars = vars;
  play.name = renderedName(play, loading);
  return play;
}

// What only hosts know is no part of a play's name; a name that cannot be rendered is shown as it is written.
function renderedName(play: Play, loading: Loading): string {
  try {
    return loading.template(play.name, play.place, play.vars ? [play.vars] : []);
  } catch (error) {
    if (error instanceof SourceError) return play.name;
    throw error;
  }
}

async function fillPlay(
  play: Play,
  keywords: Map<string, Keyword>,
  file: string,
  loading: Loading,
): Promise<void> {
  loading.usedRoles = new Map();
  const origin = { file, handlers: false };
  const section = (name: string): Promise<Node[]> =>
    loadTasks(keywords.get(name)?.value, { ...origin, section: name }, play, loading);
  play.preTasks = await section('pre_tasks');
  const { blocks, uses } = await loadRoles(play, keywords.get('roles')?.value, file, loading);
  const tasks = await section('tasks');
  play.tasks = [...blocks, ...tasks];
  play.postTasks = await section('post_tasks');
  const own = await loadTasks(keywords.get('handlers')?.value, { file, handlers: true }, play, loading);
  const ofRoles = await roleHandlers([...uses, ...tasks], loading);
  numberNodes(play.preTasks, [SECTIONS.preTasks]);
  numberNodes(play.tasks, [SECTIONS.tasks]);
  numberNodes(play.postTasks, [SECTIONS.postTasks]);
  play.handlers = [...tasksBelow([...ofRoles, ...own])];
  for (const [index, handler] of play.handlers.entries()) handler.order = [index];
}

/** The blocks of the roles to run, and those of all that are named, which may name one again. */
async function loadRoles(
  play: Play,
  list: unknown,
  file: string,
  loading: Loading,
): Promise<{ blocks: Block[]; uses: Block[] }> {
  const blocks: Block[] = [];
  const uses: Block[] = [];
  for (const entry of roleEntries(list, file, 'roles')) {
    const block = gatherAsync(loading, async () => {
      const role = findRole(
        loading.template(entry.name, entry.place, play.vars ? [play.vars] : []),
        loading,
        entry.place,
        play,
      );
      const key = useKey(role.path, entry);
      const known = loading.usedRoles.get(key);
      if (known && !roleMeta(role, loading).allowDuplicates) return known;
      const made = await loadRole(entry, play, loading, MAIN_FILES);
      loading.usedRoles.set(key, made);
      blocks.push(made);
      return made;
    });
    const use = await block;
    if (!use) continue;
    uses.push(use);
    play.roles.push(use.role!);
  }
  return { blocks, uses };
}

async function gatherAsync<T>(loading: Loading, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    loading.problems.push(error);
    return undefined;
  }
}

/** The handlers of every role used below nodes, each role's once, dependencies first. */
export async function roleHandlers(nodes: Node[], loading: Loading): Promise<Node[]> {
  // Of a role that is used several times the last use counts, as handlers of one name go.
  const handlers = new Map<string, Node[]>();
  const visit = async (node: Node): Promise<void> => {
    if (node.kind === 'task') return;
    for (const below of [...node.block, ...node.rescue, ...node.always]) await visit(below);
    if (!node.role) return;
    const { path } = node.role.role;
    handlers.delete(path);
    handlers.set(path, await loadRoleHandlers(node, loading));
  };
  for (const node of nodes) await visit(node);
  return [...handlers.values()].flat();
}

/** The file of a playbook by its path from a folder, or by its full name in a collection. */
export function playbookFile(name: string, folder: string, loading: Loading): string {
  const path = resolve(folder, name);
  return existsSync(path) ? path : (collectionPlaybook(name, loading) ?? path);
}

async function importPlaybook(
  item: Dict,
  key: string,
  place: Place,
  file: string,
  loading: Loading,
): Promise<Play[]> {
  const { keywords } = splitKeywords(item, ['vars', 'tags', 'when', 'name'], file);
  const written = dictGet(item, key);
  if (typeof written !== 'string') throw new SourceError('import_playbook needs the name of a file', place);
  const vars = variablesOf(keywords.get('vars'), 'vars of import_playbook');
  const folder = loading.folder;
  const name = loading.template(written, place, vars ? [vars] : []);
  const within = vars ? loadingWith(loading, vars) : loading;
  const plays = await loadPlaybook(playbookFile(name, dirname(file), loading), within);
  loading.folder = folder;
  for (const play of plays) importInto(play, keywords, vars);
  return plays;
}

// Names of files and roles in what is imported may use the variables of the import.
function loadingWith(loading: Loading, vars: RawVariables): Loading {
  return {
    ...loading,
    template: (text, place, variables) => loading.template(text, place, [...variables, vars]),
  };
}

// What the import says lies around the imported plays: variables below theirs, tags and conditions on every task.
function importInto(play: Play, keywords: Map<string, Keyword>, vars: Play['vars']): void {
  if (vars)
    play.vars = {
      values: { ...play.vars?.values, ...vars.values },
      origin: play.vars?.origin ?? vars.origin,
    };
  const outer: Level = {
    kind: 'block',
    keywords: new Map([...keywords].filter(([name]) => name === 'tags' || name === 'when')),
    place: play.place,
  };
  const merged = new Map(play.keywords);
  for (const [name, keyword] of outer.keywords) {
    const own = merged.get(name);
    merged.set(name, own ? { value: [keyword.value, own.value].flat(), place: keyword.place } : keyword);
  }
  play.keywords = merged;
  const tags = outer.keywords.get('tags');
  if (!tags) return;
  const added = [tags.value].flat().map(String);
  for (const task of [
    ...tasksBelow([...play.preTasks, ...play.tasks, ...play.postTasks]),
    ...play.handlers,
  ]) {
    task.tags = [...new Set([...added, ...task.tags])];
  }
}

function promptsOf(keyword: Keyword | undefined): VarsPrompt[] {
  if (!keyword || keyword.value === null) return [];
  if (!Array.isArray(keyword.value)) throw new SourceError('vars_prompt needs a list', keyword.place);
  return keyword.value.map((item) => promptOf(item, keyword.place));
}

function promptOf(item: unknown, place: Place): VarsPrompt {
  const name = isDict(item) ? dictGet(item, 'name') : item;
  if (typeof name !== 'string')
    throw new SourceError("Invalid vars_prompt data structure, missing 'name' key", place);
  const map = isDict(item) ? Object.fromEntries([...dictEntries(item)]) : {};
  const prompt: VarsPrompt = {
    name,
    prompt: typeof map.prompt === 'string' ? map.prompt : name,
    private: map.private !== false,
    confirm: map.confirm === true,
    unsafe: map.unsafe === true,
  };
  if ('default' in map) prompt.default = map.default;
  if (typeof map.encrypt === 'string') prompt.encrypt = map.encrypt;
  if (typeof map.salt_size === 'number') prompt.saltSize = map.salt_size;
  return prompt;
}

/** All tasks of a play in their order, handlers last. */
export function allTasks(play: Play): Task[] {
  return [...tasksBelow([...play.preTasks, ...play.tasks, ...play.postTasks]), ...play.handlers];
}

/** Role uses of a play, dependencies before those that need them. */
export function allRoleUses(nodes: Node[]): RoleUse[] {
  const uses: RoleUse[] = [];
  const visit = (node: Node): void => {
    if (node.kind === 'task') return;
    for (const below of (node as Block).block) visit(below);
    if (node.role) uses.push(node.role);
  };
  for (const node of nodes) visit(node);
  return uses;
}
