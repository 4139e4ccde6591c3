import { basename } from 'node:path';
import type { Listener, RunEvent, TaskInfo } from '../engine/events.ts';
import { compareOrder } from '../playbook/model.ts';
import {
  type AnsibleOptions,
  banner,
  type Chunk,
  endText,
  recapChunks,
  taskBanner,
  warningChunks,
} from './ansibleText.ts';
import { hostLabel } from './details.ts';
import { oneLine } from './printable.ts';

export interface AnsibleReportOptions extends AnsibleOptions {
  write: (chunk: Chunk) => void;
}

// Ansible says nothing of these.
const SILENT = new Set(['meta']);

/**
 * Ansible's default text, for people and scripts that know it. Ansible finishes a task on all hosts before the next;
 * here hosts may run ahead, so what is ahead of the slowest host of the batch waits until that host has come there.
 */
export function ansibleReport(options: AnsibleReportOptions): Listener {
  const queue = taskQueue((task) => taskBanner(task, options));
  const said = new Set<string>();
  const print = (chunks: Chunk[]) => {
    for (const chunk of chunks) {
      if (isRepeated(chunk, said)) continue;
      options.write(chunk);
    }
  };
  return (event) => {
    if (event.type === 'play-start' || event.type === 'batch-start' || event.type === 'run-end') {
      print(queue.drain());
      if (event.type !== 'run-end') queue.begin(event.hosts);
    }
    const task = 'task' in event && !SILENT.has(event.task.module) ? event.task : undefined;
    if (task) queue.add(task, textOf(event, options));
    else print(textOf(event, options));
    noteProgress(queue, event);
    print(queue.ready());
  };
}

// Ansible prints a warning, and an error with its place, once.
function isRepeated(chunk: Chunk, said: Set<string>): boolean {
  if (!/^(\x1b\[[0-9;]*m)?\[(WARNING|ERROR)\]: /.test(chunk.text)) return false;
  if (said.has(chunk.text)) return true;
  said.add(chunk.text);
  return false;
}

function textOf(event: RunEvent, options: AnsibleReportOptions): Chunk[] {
  const { paint, width, verbosity } = options;
  const out = (text: string): Chunk[] => [{ stream: 'stdout', text: `${text}\n` }];
  switch (event.type) {
    case 'run-start':
      return verbosity > 1 ? event.playbooks.map((file) => banner(`PLAYBOOK: ${basename(file)}`, width)) : [];
    case 'play-start':
      return [
        banner(event.name ? `PLAY [${event.name}]` : 'PLAY', width),
        ...(event.hosts.length === 0 ? out(paint.cyan('skipping: no hosts matched')) : []),
      ];
    case 'task-end':
      return SILENT.has(event.task.module) ? [] : endText(event, options);
    case 'included':
      return out(paint.cyan(`included: ${oneLine(event.file)} for ${event.hosts.map(oneLine).join(', ')}`));
    case 'retry': {
      const left = `${event.of - event.attempt} retries left`;
      return out(
        paint.gray(`FAILED - RETRYING: [${hostLabel(event)}]: ${oneLine(event.task.name)} (${left}).`),
      );
    }
    case 'notified':
      return verbosity > 1
        ? out(paint.blue(`NOTIFIED HANDLER ${oneLine(event.handler)} for ${oneLine(event.host)}`))
        : [];
    case 'message': {
      const text = event.host ? `${event.host}: ${event.text}` : event.text;
      if (event.level === 'warning') return warningChunks([text], options);
      return [{ stream: 'stderr', text: `${paint.red(`[ERROR]: ${oneLine(text)}`)}\n` }];
    }
    case 'run-end':
      return recapChunks(event, options);
    default:
      return [];
  }
}

function noteProgress(queue: TaskQueue, event: RunEvent): void {
  if (event.type === 'task-start') queue.reached(event.host, event.task.order);
  else if (event.type === 'host-done') queue.gone(event.host);
  else if (event.type === 'task-end') {
    const lost = (event.outcome === 'failed' || event.outcome === 'unreachable') && !event.forgiven;
    if (lost) queue.gone(event.host);
    else queue.reached(event.host, event.task.order);
  }
}

interface TaskQueue {
  /** A batch begins with these hosts. */
  begin(hosts: string[]): void;
  add(task: TaskInfo, chunks: Chunk[]): void;
  /** The host began or ended the task at this place of the play: nothing before it will come from there. */
  reached(host: string, order: number[]): void;
  /** The host takes no further part. */
  gone(host: string): void;
  /** What can be printed now, in order. */
  ready(): Chunk[];
  /** All that is left. */
  drain(): Chunk[];
}

function taskQueue(bannerOf: (task: TaskInfo) => Chunk[]): TaskQueue {
  const waiting = new Map<string, { task: TaskInfo; chunks: Chunk[] }>();
  const progress = new Map<string, number[]>();
  // Hosts that have not come to `next` yet, counted anew only when another task is the next one.
  let next: TaskInfo | undefined;
  let behind = new Set<string>();
  let printed: string | undefined;

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
    const { chunks } = waiting.get(task.id)!;
    waiting.delete(task.id);
    const head = printed === task.id ? [] : bannerOf(task);
    printed = task.id;
    return [...head, ...chunks];
  }

  return {
    begin(hosts) {
      progress.clear();
      for (const host of hosts) progress.set(host, []);
      next = undefined;
    },
    add(task, chunks) {
      const entry = waiting.get(task.id) ?? { task, chunks: [] };
      entry.chunks.push(...chunks);
      waiting.set(task.id, entry);
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
      return tasks.flatMap(take);
    },
  };
}
