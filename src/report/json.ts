import type { HostRecap, ItemEnd, Listener, RunEvent, TaskEnd } from '../engine/events.ts';
import { compareOrder } from '../playbook/model.ts';
import { jsonText } from './jsonText.ts';
import { printableJson } from './printable.ts';

type RunEnd = Extract<RunEvent, { type: 'run-end' }>;

interface HostResult extends Record<string, unknown> {
  outcome: string;
}

interface TaskNode {
  task: Record<string, unknown>;
  order: number[];
  start: number;
  end: number;
  hosts: Record<string, HostResult>;
}

interface PlayNode {
  play: { id: string; name: string };
  start: number;
  end: number;
  tasks: Map<string, TaskNode>;
}

/**
 * One JSON document at the end of the run: plays with their tasks, each with what it registered on each host, and
 * the counts of each host. Keys are those of Ansible's json output as far as it has them.
 */
export function jsonReport(options: { write: (text: string) => void }): Listener {
  const plays: PlayNode[] = [];
  const messages: Record<string, unknown>[] = [];
  let started: Record<string, unknown> = {};
  return (event) => {
    const play = plays.at(-1);
    if (event.type === 'run-start') {
      const { type: _, time: __, ...rest } = event;
      started = rest;
    } else if (event.type === 'play-start') {
      const { play: id, name, time } = event;
      plays.push({ play: { id, name }, start: time, end: time, tasks: new Map() });
    } else if (event.type === 'task-end' && play) addEnd(play, event);
    else if (event.type === 'message') {
      const { type: _, ...rest } = event;
      messages.push(rest);
    } else if (event.type === 'run-end') {
      options.write(printableJson(`${jsonText(documentOf(started, plays, messages, event), 2)}\n`));
    }
  };
}

function addEnd(play: PlayNode, end: TaskEnd): void {
  const began = end.time - end.seconds;
  const node = play.tasks.get(end.task.id) ?? newTask(end, began);
  node.start = Math.min(node.start, began);
  node.end = Math.max(node.end, end.time);
  node.hosts[end.host] = resultOf(end);
  play.tasks.set(end.task.id, node);
  play.end = Math.max(play.end, end.time);
}

function newTask({ task, time }: TaskEnd, began: number): TaskNode {
  const { id, name, module, place, role, handler } = task;
  const shown = { id, name, action: module, place, ...(role && { role }), handler };
  return { task: shown, order: task.order, start: began, end: time, hosts: {} };
}

function resultOf(end: TaskEnd): HostResult {
  return {
    ...itemResult(end),
    action: end.task.module,
    seconds: end.seconds,
    attempts: end.attempts,
    ...(end.delegate && { delegate: end.delegate }),
    ...(end.forgiven && { forgiven: end.forgiven }),
    ...(end.items && { items: end.items.map(itemResult) }),
  };
}

function itemResult(end: ItemEnd): HostResult {
  return {
    ...end.result,
    outcome: end.outcome,
    changed: end.outcome === 'changed',
    ...(end.outcome === 'failed' && { failed: true }),
    ...(end.outcome === 'skipped' && { skipped: true }),
    ...(end.outcome === 'unreachable' && { unreachable: true }),
    ...(end.label !== undefined && { label: end.label }),
    ...(end.why !== undefined && { why: end.why }),
    ...(end.changes.length > 0 && { changes: end.changes }),
    ...(end.warnings.length > 0 && { warnings: end.warnings }),
  };
}

function documentOf(
  started: Record<string, unknown>,
  plays: PlayNode[],
  messages: Record<string, unknown>[],
  end: RunEnd,
): Record<string, unknown> {
  return {
    run: { ...started, seconds: end.seconds, ended: end.ended, exitCode: end.exitCode },
    plays: plays.map(({ play, start, end: ended, tasks }) => ({
      play: { ...play, duration: durationOf(start, ended) },
      tasks: [...tasks.values()]
        .sort((a, b) => compareOrder(a.order, b.order))
        .map(({ task, start, end, hosts }) => ({
          task: { ...task, duration: durationOf(start, end) },
          hosts,
        })),
    })),
    stats: Object.fromEntries(Object.entries(end.recap).map(([host, recap]) => [host, statsOf(recap)])),
    wire: end.wire,
    messages,
  };
}

function durationOf(start: number, end: number): { start: string; end: string } {
  const shown = (seconds: number) => new Date(seconds * 1000).toISOString();
  return { start: shown(start), end: shown(end) };
}

// Ansible's json output says `failures` where its recap says `failed`.
function statsOf({ failed, ...rest }: HostRecap): Record<string, number> {
  return { ...rest, failures: failed };
}

/** Every event as it happens, one JSON object a line. */
export function jsonLinesReport(options: { write: (text: string) => void }): Listener {
  return (event) => options.write(printableJson(`${jsonText(event)}\n`));
}
