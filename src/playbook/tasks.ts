import { existsSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { toText } from '../jinja/index.ts';
import { type Dict, dictGet, dictHas, isDict } from '../lib/dict.ts';
import { type Place, SourceError } from '../lib/sourceError.ts';
import { resolveAction } from './actions.ts';
import { BOOLEAN_KEYWORDS, isBooleanWord, noBoolean } from './booleans.ts';
import {
  KEYWORDS,
  placeWithin,
  splitKeywords,
  textList,
  UNSUPPORTED,
  unknownKeyword,
  variablesOf,
} from './keywords.ts';
import type { Loading } from './loading.ts';
import { takeLoop } from './loopKeywords.ts';
import {
  type Block,
  collected,
  type Keyword,
  type Level,
  type Node,
  type RawVariables,
  type RoleUse,
  roleOf,
  type Task,
} from './model.ts';
import { findRole, type RoleEntry, roleFile, roleMeta, roleVariables, useKey } from './roles.ts';

/** Where a list of tasks comes from. */
export interface Origin {
  file: string;
  handlers: boolean;
  /** The keyword of the play that holds the list, where one does. */
  section?: string;
}

/** Reads a file of tasks below a level. Throws SourceError where the file itself cannot be used. */
export async function loadTasksFile(
  file: string,
  parent: Level,
  loading: Loading,
  handlers: boolean,
): Promise<Node[]> {
  const list = loading.readYaml(file);
  return loadTasks(list, { file, handlers }, parent, loading);
}

/** Turns a list of tasks and blocks into nodes; mistakes in single tasks are gathered, the others are loaded. */
export async function loadTasks(
  list: unknown,
  origin: Origin,
  parent: Level,
  loading: Loading,
): Promise<Node[]> {
  if (list === null || list === undefined) return [];
  if (!Array.isArray(list)) {
    throw new SourceError(
      malformedList(list, origin),
      placeWithin(list, '', origin.file),
      'Begin each task with "- ".',
    );
  }
  const nodes: Node[] = [];
  for (const [index, item] of list.entries()) {
    try {
      nodes.push(...(await loadNode(item, placeWithin(list, index, origin.file), origin, parent, loading)));
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      loading.problems.push(error);
    }
  }
  return nodes;
}

function malformedList(list: unknown, { section }: Origin): string {
  if (section === undefined) return 'a list of tasks is expected here';
  return `A malformed block was encountered while loading ${section}: ${String(list)} should be a list or None`;
}

async function loadNode(
  item: unknown,
  place: Place,
  origin: Origin,
  parent: Level,
  loading: Loading,
): Promise<Node[]> {
  if (!isDict(item))
    throw new SourceError(
      'a task is a map of a module and keywords',
      place,
      'Write "- name: ..." and below it "module: ...".',
    );
  if (dictHas(item, 'block')) return [await loadBlock(item, place, origin, parent, loading)];
  return loadTask(item, place, origin, parent, loading);
}

async function loadBlock(
  item: Dict,
  place: Place,
  origin: Origin,
  parent: Level,
  loading: Loading,
): Promise<Block> {
  const { keywords, others } = splitKeywords(item, KEYWORDS.block, origin.file);
  for (const name of others.keys()) throw unknownKeyword(item, name, 'block', origin.file);
  const block: Block = {
    kind: 'block',
    parent,
    keywords,
    place,
    order: [],
    block: [],
    rescue: [],
    always: [],
  };
  const vars = variablesOf(keywords.get('vars'), 'block vars');
  if (vars) block.vars = vars;
  const name = dictGet(item, 'name');
  if (typeof name === 'string') block.name = name;
  for (const section of ['block', 'rescue', 'always'] as const) {
    block[section] = await loadTasks(dictGet(item, section), origin, block, loading);
  }
  return block;
}

async function loadTask(
  item: Dict,
  place: Place,
  origin: Origin,
  parent: Level,
  loading: Loading,
): Promise<Node[]> {
  const { keywords, others } = splitKeywords(item, KEYWORDS.task, origin.file);
  for (const [name, hint] of Object.entries(UNSUPPORTED)) {
    const keyword = keywords.get(name);
    if (keyword) throw new SourceError(`the keyword "${name}" is not supported`, keyword.place, hint);
  }
  checkRegister(keywords.get('register'));
  const loop = takeLoop(keywords, others);
  const action = await resolveAction(item, keywords, others, place, origin.file, loading);
  const task: Task = {
    kind: 'task',
    parent,
    keywords,
    place,
    id: loading.nextId(),
    order: [],
    action: action.written,
    module: action.module,
    args: action.args,
    handler: origin.handlers,
    listen: textList(keywords.get('listen')),
    tags: [],
  };
  if (action.template !== undefined) task.argsTemplate = action.template;
  if (action.moduleTemplate !== undefined) task.moduleTemplate = action.moduleTemplate;
  if (action.mistake) task.mistake = action.mistake;
  const noTruth = action.mistake ? undefined : booleanMistake(keywords);
  if (noTruth) task.mistake = noTruth;
  if (loop) task.loop = loop;
  const name = keywords.get('name')?.value;
  if (name !== undefined && name !== null && name !== '') task.name = toText(name);
  const vars = variablesOf(keywords.get('vars'), 'task vars');
  if (vars) task.vars = vars;
  task.tags = tagsOf(task);
  if (action.mistake && action.module.name.startsWith('import_')) throw action.mistake;
  const isRole = /^(include|import)_role$/.test(action.module.name);
  if (isRole && task.args.name === undefined && task.args.role === undefined && !task.argsTemplate)
    throw new SourceError(`${action.module.name} needs the name of a role`, task.place);
  if (action.module.name === 'import_tasks') return [await importTasks(task, origin, loading)];
  if (action.module.name === 'import_role') return [await importRole(task, loading)];
  return [task];
}

function booleanMistake(keywords: Map<string, Keyword>): SourceError | undefined {
  for (const [name, { value, place }] of keywords) {
    if (!BOOLEAN_KEYWORDS.has(name) || typeof value !== 'string' || value.includes('{{')) continue;
    if (!isBooleanWord(value)) return new SourceError(noBoolean(name, value), place);
  }
  return undefined;
}

function checkRegister(register: Keyword | undefined): void {
  const name = register?.value;
  if (name === undefined || (typeof name === 'string' && /^[A-Za-z_]\w*$/.test(name))) return;
  throw new SourceError(
    `Invalid variable name in 'register' specified: '${String(name)}'`,
    register!.place,
    'A name has letters, digits and _, and begins with no digit.',
  );
}

/** All tags that apply to a level, inherited ones first. */
export function tagsOf(level: Level): string[] {
  return [...new Set(collected(level, 'tags').flatMap((keyword) => textList(keyword)))];
}

// A static import is a block of the file's tasks that hands all its keywords down.
async function importTasks(task: Task, origin: Origin, loading: Loading): Promise<Block> {
  if (task.loop) throw new SourceError('import_tasks cannot loop', task.loop.place, 'Use include_tasks.');
  const written = task.args.file;
  if (typeof written !== 'string') throw new SourceError('import_tasks needs the name of a file', task.place);
  const name = loading.template(written, task.place, variablesAbove(task));
  const block = blockFor(task, 'block');
  block.block = await loadTasksFile(
    tasksFile(name, task, origin.file, loading),
    block,
    loading,
    origin.handlers,
  );
  return block;
}

function blockFor(task: Task, kind: Block['kind']): Block {
  const block: Block = {
    kind,
    parent: task.parent,
    keywords: new Map([...task.keywords].filter(([name]) => name !== 'name')),
    place: task.place,
    order: [],
    block: [],
    rescue: [],
    always: [],
  };
  if (task.vars) block.vars = task.vars;
  return block;
}

/** The variables known before any host is, from the task up to the play. */
export function variablesAbove(level: Level): RawVariables[] {
  const found: RawVariables[] = [];
  for (let at: Level | undefined = level; at; at = at.parent) {
    if (at.vars) found.push(at.vars);
    if (at.role) found.push(at.role.params, ...at.role.vars, ...at.role.defaults);
  }
  return found;
}

/**
 * Finds a file of tasks as Ansible does: beside the including file, in the role's tasks/ (handlers look in handlers/
 * before), beside the playbook.
 */
export function tasksFile(name: string, task: Task, from: string, loading: Loading): string {
  const role = roleOf(task)?.role;
  const kinds = task.handler ? ['handlers', 'tasks'] : ['tasks'];
  const ofRole = role ? [...kinds.map((kind) => join(role.path, kind)), role.path] : [];
  // What a role includes as it runs is looked for in the role first, what it imports beside the importing file.
  const dynamic = task.module.name === 'include_tasks';
  const folders = [
    ...(dynamic ? [...ofRole, dirname(from)] : [dirname(from), ...ofRole]),
    loading.folder,
    join(loading.folder, 'tasks'),
  ];
  const places = isAbsolute(name) ? [name] : folders.map((folder) => resolve(folder, name));
  const found = places.find((path) => existsSync(path) && statSync(path).isFile());
  if (found) return found;
  throw new SourceError(
    `there is no file "${name}" to include`,
    task.place,
    `Looked for ${[...new Set(places)].join(', ')}.`,
  );
}

async function importRole(task: Task, loading: Loading): Promise<Block> {
  if (task.loop) throw new SourceError('import_role cannot loop', task.loop.place, 'Use include_role.');
  const text = (name: string, fallback: string): string => {
    const value = task.args[name];
    return value === undefined ? fallback : loading.template(String(value), task.place, variablesAbove(task));
  };
  const entry: RoleEntry = {
    name: text('name', ''),
    keywords: new Map(task.keywords),
    params: { values: {}, origin: 'role parameters' },
    place: task.place,
  };
  if (task.vars) entry.vars = task.vars;
  entry.keywords.delete('name');
  const from = {
    tasks: text('tasks_from', 'main'),
    vars: text('vars_from', 'main'),
    defaults: text('defaults_from', 'main'),
    handlers: text('handlers_from', 'main'),
  };
  return loadRole(entry, task.parent, loading, from);
}

/** Which files of a role are used, without their suffix. */
export interface RoleFiles {
  tasks: string;
  vars: string;
  defaults: string;
  handlers: string;
}

export const MAIN_FILES: RoleFiles = { tasks: 'main', vars: 'main', defaults: 'main', handlers: 'main' };

/** One use of a role as a block: its dependencies' blocks first, then its tasks. Throws SourceError. */
export async function loadRole(
  entry: RoleEntry,
  parent: Level,
  loading: Loading,
  from: RoleFiles = MAIN_FILES,
  user?: RoleUse,
): Promise<Block> {
  const role = findRole(
    loading.template(entry.name, entry.place, variablesAbove(parent)),
    loading,
    entry.place,
    parent,
  );
  for (let above = user; above; above = above.parent) {
    if (above.role.path === role.path)
      throw new SourceError(`role "${role.name}" depends on itself`, entry.place);
  }
  const use: RoleUse = {
    role,
    defaults: roleVariables(role, 'defaults', from.defaults, loading),
    vars: roleVariables(role, 'vars', from.vars, loading),
    params: entry.params,
    dependencies: [],
  };
  if (user) use.parent = user;
  const block: Block = {
    kind: 'role',
    parent,
    role: use,
    keywords: entry.keywords,
    place: entry.place,
    order: [],
    name: role.name,
    block: [],
    rescue: [],
    always: [],
  };
  if (entry.vars) block.vars = entry.vars;
  const meta = roleMeta(role, loading);
  for (const dependency of meta.dependencies) {
    const needed = await loadDependency(dependency, block, use, loading);
    if (needed) block.block.push(needed);
  }
  const file = roleFile(role, 'tasks', from.tasks);
  if (!file && from.tasks !== 'main') {
    throw new SourceError(`role "${role.name}" has no tasks/${from.tasks}`, entry.place);
  }
  if (file) block.block.push(...(await loadTasksFile(file, block, loading, false)));
  return block;
}

async function loadDependency(
  entry: RoleEntry,
  parent: Block,
  user: RoleUse,
  loading: Loading,
): Promise<Block | undefined> {
  const role = findRole(entry.name, loading, entry.place, parent);
  const key = useKey(role.path, entry);
  const known = loading.usedRoles.get(key);
  if (known?.role && !roleMeta(role, loading).allowDuplicates) {
    user.dependencies.push(known.role);
    return undefined;
  }
  const block = await loadRole(entry, parent, loading, MAIN_FILES, user);
  user.dependencies.push(block.role!);
  loading.usedRoles.set(key, block);
  return block;
}

/** A role's handlers, below its own level. */
export async function loadRoleHandlers(block: Level, loading: Loading, name = 'main'): Promise<Node[]> {
  const file = roleFile(block.role!.role, 'handlers', name);
  return file ? loadTasksFile(file, block, loading, true) : [];
}

/** Gives every node its position below `prefix`. */
export function numberNodes(nodes: Node[], prefix: readonly number[]): void {
  for (const [index, node] of nodes.entries()) {
    node.order = [...prefix, index];
    if (node.kind === 'task') continue;
    numberNodes(node.block, [...node.order, 0]);
    numberNodes(node.rescue, [...node.order, 1]);
    numberNodes(node.always, [...node.order, 2]);
  }
}
