import { basename } from 'node:path';
import type { Listener, RunEvent } from '../engine/events.ts';
import { type TaskQueue, taskQueue } from './ansibleQueue.ts';
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

const JOB_WORDS = {
  running: ['POLL', ' started=True finished=False'],
  ok: ['OK', ''],
  failed: ['FAILED', ''],
} as const;

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
  const queue = taskQueue({
    banner: (task) => taskBanner(task, options),
    included: (lines) =>
      lines.map((line) => ({ stream: 'stdout', text: `${options.paint.cyan(oneLine(line))}\n` })),
  });
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
    if (task && event.type !== 'included')
      queue.add(task, 'host' in event ? event.host : undefined, textOf(event, options));
    else print(textOf(event, options));
    if (event.type === 'included') queue.include(event);
    if (event.type === 'task-end' && event.items) queue.label(event);
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
      return verbosity > 1
        ? event.playbooks.flatMap((file, i) => playbookHead(file, event.plays[i]!, options))
        : [];
    case 'play-start':
      return [
        banner(event.name ? `PLAY [${event.name}]` : 'PLAY', width),
        ...(event.hosts.length === 0 ? out(paint.cyan('skipping: no hosts matched')) : []),
      ];
    case 'task-end':
      return SILENT.has(event.task.module) ? [] : endText(event, options);
    case 'retry': {
      const left = `${event.of - event.attempt + 1} retries left`;
      return out(
        paint.gray(`FAILED - RETRYING: [${hostLabel(event)}]: ${oneLine(event.task.name)} (${left}).`),
      );
    }
    case 'job': {
      const [word, more] = JOB_WORDS[event.state];
      return out(paint.gray(`ASYNC ${word} on ${hostLabel(event)}: jid=${oneLine(event.job)}${more}`));
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

function playbookHead(file: string, plays: number, { width, paint }: AnsibleReportOptions): Chunk[] {
  const count = `${plays} plays in ${oneLine(file)}`;
  return [banner(`PLAYBOOK: ${basename(file)}`, width), { stream: 'stdout', text: `${paint.blue(count)}\n` }];
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
