import type { Place, SourceError } from '../lib/sourceError.ts';
import type { AnyModule } from '../module/define.ts';

/** A keyword as it was written, not templated. */
export interface Keyword {
  value: unknown;
  place: Place;
}

/** Variables as written in one place: a play's, block's or task's `vars`, a role's defaults ... */
export interface RawVariables {
  values: Record<string, unknown>;
  /** For messages: 'play vars', 'roles/web/defaults/main.yml'. */
  origin: string;
}

/**
 * One step on the way from a play to a task. A keyword that a task does not say itself is looked for at its
 * parent, and so on up to the play.
 */
export interface Level {
  kind: 'play' | 'role' | 'block' | 'task';
  parent?: Level;
  keywords: ReadonlyMap<string, Keyword>;
  vars?: RawVariables;
  /** `vars` of the include that brought what stands below. */
  includeParams?: RawVariables;
  /** The role use that begins here. */
  role?: RoleUse;
  place: Place;
}

/** A role's files, read once however often the role is used. */
export interface Role {
  /** Of a collection's role the full one. */
  name: string;
  /** Absolute folder. */
  path: string;
  /** `namespace.collection` that it is part of. */
  collection?: string;
  /** Collections that its meta file has searched besides. */
  searches?: string[];
}

/** One use of a role: its parameters and what they lead to. */
export interface RoleUse {
  role: Role;
  defaults: RawVariables[];
  vars: RawVariables[];
  /** Parameters of the use (`- role: web, port: 80`, `vars:` of the use). */
  params: RawVariables;
  /** Uses in `meta/main.yml`, in order; their variables are seen by this role too. */
  dependencies: RoleUse[];
  /** The use that named this one as a dependency. */
  parent?: RoleUse;
}

export type Node = Task | Block;

export interface Task extends Level {
  kind: 'task';
  parent: Level;
  /** Unique in a run. */
  id: string;
  /** Position for the order of steps between hosts; compared number by number. */
  order: number[];
  name?: string;
  /** The module as written. */
  action: string;
  module: AnyModule;
  /** Arguments as written, aliases resolved, free-form text under its parameter. */
  args: Record<string, unknown>;
  /** The module's name as a template: which one it is, is known when a host comes to the task. */
  moduleTemplate?: string;
  /** `args` given as one template (`file: "{{ options }}"`). */
  argsTemplate?: string;
  handler: boolean;
  /** `loop` or the lookup's name of a `with_...`. */
  loop?: { lookup: string; value: unknown; place: Place };
  /** Names by which a handler is notified besides its own. */
  listen: string[];
  /** All tags that apply, its own and inherited, as written. */
  tags: string[];
  /** Why it can only fail when its turn comes, where that is known from its text. */
  mistake?: SourceError;
}

export interface Block extends Level {
  kind: 'block' | 'role';
  parent: Level;
  order: number[];
  name?: string;
  block: Node[];
  rescue: Node[];
  always: Node[];
}

export interface Play extends Level {
  kind: 'play';
  id: string;
  name: string;
  hosts: Keyword;
  preTasks: Node[];
  /** Roles first, then tasks. */
  tasks: Node[];
  postTasks: Node[];
  /** In the order in which they run. */
  handlers: Task[];
  roles: RoleUse[];
  varsFiles: Keyword | undefined;
  varsPrompt: VarsPrompt[];
  /** Folder of the playbook. */
  folder: string;
  /** The playbook that was given, which may import the one that the play stands in. */
  given?: string;
}

export interface VarsPrompt {
  name: string;
  prompt: string;
  private: boolean;
  default?: unknown;
  confirm: boolean;
  encrypt?: string;
  saltSize?: number;
  unsafe: boolean;
}

/** The nearest value of a keyword on the way up to the play. */
export function inherited(level: Level, name: string): Keyword | undefined {
  for (let at: Level | undefined = level; at; at = at.parent) {
    const keyword = at.keywords.get(name);
    if (keyword) return keyword;
  }
  return undefined;
}

/** All values of a keyword from the play down to the level itself. */
export function collected(level: Level, name: string): Keyword[] {
  const found: Keyword[] = [];
  for (let at: Level | undefined = level; at; at = at.parent) {
    const keyword = at.keywords.get(name);
    if (keyword) found.push(keyword);
  }
  return found.reverse();
}

/** The role use that a level stands in. */
export function roleOf(level: Level): RoleUse | undefined {
  for (let at: Level | undefined = level; at; at = at.parent) if (at.role) return at.role;
  return undefined;
}

/** The play that a level stands in. */
export function playOf(level: Level): Play {
  let at = level;
  while (at.parent) at = at.parent;
  return at as Play;
}

/** Every task below nodes, in order; rescue and always sections included. */
export function* tasksBelow(nodes: Iterable<Node>): Generator<Task> {
  for (const node of nodes) {
    if (node.kind === 'task') yield node;
    else {
      yield* tasksBelow(node.block);
      yield* tasksBelow(node.rescue);
      yield* tasksBelow(node.always);
    }
  }
}

/** Sorts as the playbook reads: number by number, a beginning before what follows it. */
export function compareOrder(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
