import { allTasks } from '../playbook/load.ts';
import type { Play } from '../playbook/model.ts';
import { oneLine } from '../report/printable.ts';
import { countHosts } from '../report/recap.ts';

/** What a run will do, as far as it is known before. */
export interface Intention {
  playbooks: string[];
  plays: { name: string; hosts: string[]; tasks: number }[];
  check: boolean;
  tags: string[];
}

const MOST_HOSTS = 12;

// Tasks of these change nothing on a host.
const HARMLESS = new Set([
  'assert',
  'debug',
  'fail',
  'gather_facts',
  'import_role',
  'import_tasks',
  'include_vars',
  'meta',
  'pause',
  'ping',
  'set_fact',
  'gather_facts',
  'setup',
  'stat',
  'wait_for',
]);

const HARMLESS_METHODS = new Set<unknown>(['GET', 'HEAD', 'OPTIONS', undefined]);

/** Whether a run of these plays may change hosts, as far as their modules tell. */
export function mayChange(plays: readonly Play[]): boolean {
  return plays.some((play) => allTasks(play).some((task) => !isHarmless(task.module.name, task.args)));
}

function isHarmless(module: string, args: Record<string, unknown>): boolean {
  if (module === 'uri') return HARMLESS_METHODS.has(args.method) && args.dest === undefined;
  return HARMLESS.has(module);
}

/** Whether a task waits for a person's answer in the middle of the run: `pause` without a time. */
export function asksWhileRunning(plays: readonly Play[]): boolean {
  const waits = (args: Record<string, unknown>) => args.seconds === undefined && args.minutes === undefined;
  return plays.some((play) =>
    allTasks(play).some((task) => task.module.name === 'pause' && waits(task.args)),
  );
}

/** Says in a few lines what is going to happen. */
export function describeIntention({ playbooks, plays, check, tags }: Intention): string {
  const hosts = [...new Set(plays.flatMap((play) => play.hosts))];
  const shown = hosts.slice(0, MOST_HOSTS).map(oneLine).join(', ');
  const more = hosts.length > MOST_HOSTS ? ` and ${hosts.length - MOST_HOSTS} more` : '';
  const what = check ? 'shows what would change on' : 'changes';
  const tagged = tags.length > 0 ? ` (tags ${tags.map(oneLine).join(', ')})` : '';
  const lines = [
    `${playbooks.map(oneLine).join(', ')} ${what} ${countHosts(hosts.length)}${tagged}: ${shown}${more}`,
  ];
  for (const play of plays) {
    if (play.hosts.length === 0) continue;
    const tasks = play.tasks === 1 ? '1 task' : `${play.tasks} tasks`;
    lines.push(`  ${oneLine(play.name)}: ${tasks} on ${countHosts(play.hosts.length)}`);
  }
  return lines.join('\n');
}
