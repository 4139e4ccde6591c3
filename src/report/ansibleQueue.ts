import type { ItemEnd, RunEvent, TaskEnd, TaskInfo } from '../engine/events.ts';
import { compareOrder } from '../playbook/model.ts';
import { type Chunk, INCLUDES } from './ansibleText.ts';

/**
 * Puts what hosts tell into the order of the play: what is ahead of the slowest host of the batch waits until that
 * host has come there.
 */
export interface TaskQueue {
  /** A batch begins with these hosts. */
  begin(hosts: string[]): void;
  add(task: TaskInfo, host: string | undefined, chunks: Chunk[]): void;
  /** Files that a task included: told behind its results, once for all hosts. */
  include(event: Extract<RunEvent, { type: 'included' }>): void;
  /** Names the items for which a task included something. */
  label(event: TaskEnd): void;
  /** The host began or ended the task at this place of the play: nothing before it will come from there. */
  reached(host: string, order: number[]): void;
  /** The host takes no further part. */
  gone(host: string): void;
  /** What can be printed now, in order. */
  ready(): Chunk[];
  /** All that is left. */
  drain(): Chunk[];
}

interface Waiting {
  task: TaskInfo;
  said: { host: string | undefined; chunks: Chunk[] }[];
}

export interface Looks {
  banner: (task: TaskInfo) => Chunk[];
  included: (lines: string[]) => Chunk[];
}

/** An empty queue. */
export function taskQueue(looks: Looks): TaskQueue {
  const waiting = new Map<string, Waiting>();
  const includes = new Map<string, { task: TaskInfo; files: IncludedFiles }>();
  const progress = new Map<string, number[]>();
  // Hosts that have not come to `next` yet, counted anew only when another task is the next one.
  let next: TaskInfo | undefined;
  let behind = new Set<string>();
  let printed: string | undefined;
  let ranks = new Map<string, number>();
  const rank = (host: string | undefined) => ranks.get(host ?? '') ?? -1;

  function includesOf(task: TaskInfo): IncludedFiles {
    const found = includes.get(task.id) ?? { task, files: includedFiles() };
    includes.set(task.id, found);
    return found.files;
  }

  // Told when a later task begins: until then more hosts may include the same.
  function takeIncluded(before: TaskInfo | undefined): Chunk[] {
    const lines = [...includes.values()].flatMap(({ task, files }) =>
      before === undefined || compareOrder(task.order, before.order) < 0 ? files.take(rank) : [],
    );
    return looks.included(lines);
  }

  function first(): TaskInfo | undefined {
    let found: TaskInfo | undefined;
    for (const { task } of waiting.values()) {
      if (!found || compareOrder(task.order, found.order) < 0) found = task;
    }
    return found;
  }

  function choose(): void {
    const chosen = first();
    if (chosen?.id === next?.id) return;
    next = chosen;
    behind = new Set(
      chosen
        ? [...progress].filter(([, at]) => compareOrder(at, chosen.order) < 0).map(([host]) => host)
        : [],
    );
  }

  function take(task: TaskInfo): Chunk[] {
    const { said } = waiting.get(task.id)!;
    waiting.delete(task.id);
    // What waited together is told in the order of the batch, as Ansible mostly does.
    const chunks = said.toSorted((a, b) => rank(a.host) - rank(b.host)).flatMap((each) => each.chunks);
    if (printed === task.id) return chunks;
    printed = task.id;
    return [...takeIncluded(task), ...looks.banner(task), ...chunks];
  }

  return {
    begin(hosts) {
      includes.clear();
      progress.clear();
      ranks = new Map(hosts.map((host, index) => [host, index]));
      for (const host of hosts) progress.set(host, []);
      next = undefined;
    },
    add(task, host, chunks) {
      const entry = waiting.get(task.id) ?? { task, said: [] };
      entry.said.push({ host, chunks });
      waiting.set(task.id, entry);
    },
    include({ task, hosts, file }) {
      for (const host of hosts) includesOf(task).add(host, file);
    },
    label({ task, items }) {
      if (INCLUDES.has(task.module)) includesOf(task).label(items ?? []);
    },
    reached(host, order) {
      const at = progress.get(host);
      if (!at || compareOrder(at, order) >= 0) return;
      progress.set(host, order);
      if (next && compareOrder(order, next.order) >= 0) behind.delete(host);
    },
    gone(host) {
      progress.delete(host);
      behind.delete(host);
    },
    ready() {
      const chunks: Chunk[] = [];
      choose();
      while (next && behind.size === 0) {
        chunks.push(...take(next));
        choose();
      }
      return chunks;
    },
    drain() {
      const tasks = [...waiting.values()]
        .map(({ task }) => task)
        .sort((a, b) => compareOrder(a.order, b.order));
      next = undefined;
      const chunks = tasks.flatMap(take);
      return [...chunks, ...takeIncluded(undefined)];
    },
  };
}

interface IncludedFiles {
  add(host: string, file: string): void;
  label(items: readonly ItemEnd[]): void;
  /** The lines that were not taken yet. */
  take(rank: (host: string) => number): string[];
}

// A host includes in the order of the loop's items, so its n-th file is that of the n-th item that did something.
function includedFiles(): IncludedFiles {
  const files: { file: string; index: number; hosts: string[] }[] = [];
  const counts = new Map<string, number>();
  let labels: string[] = [];
  return {
    add(host, file) {
      const index = counts.get(host) ?? 0;
      counts.set(host, index + 1);
      const known = files.find((each) => each.index === index && each.file === file);
      if (known) known.hosts.push(host);
      else files.push({ file, index, hosts: [host] });
    },
    label(items) {
      labels = items.filter((item) => item.outcome === 'ok').map((item) => item.label ?? '');
    },
    take: (rank) =>
      files
        .splice(0)
        .sort((a, b) => a.index - b.index)
        .map(({ file, index, hosts }) => {
          const label = labels[index] === undefined ? '' : ` => (item=${labels[index]})`;
          const names = hosts.sort((a, b) => rank(a) - rank(b)).join(', ');
          return `included: ${file} for ${names}${label}`;
        }),
  };
}
