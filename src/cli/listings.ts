import type { Prepared } from '../engine/prepared.ts';
import { hostsOfPlays } from '../engine/run.ts';
import { tagsChoose } from '../engine/selection.ts';
import type { Play, Task } from '../playbook/model.ts';
import { roleOf, tasksBelow } from '../playbook/model.ts';
import { oneLine } from '../report/printable.ts';

export interface ListingFlags {
  listHosts?: boolean;
  listTasks?: boolean;
  listTags?: boolean;
}

export interface TagChoice {
  tags: string[];
  skipTags: string[];
}

/** What --list-hosts, --list-tasks and --list-tags print, in Ansible's form. Files that are included are not known. */
export function listings(prepared: Prepared, flags: ListingFlags, choice: TagChoice): string {
  const plays = hostsOfPlays(prepared).map(({ play, hosts }, index) => {
    const lines = [playLine(play, index, flags)];
    if (flags.listHosts) lines.push(...hostLines(play, hosts));
    if (flags.listTasks) lines.push('    tasks:', ...chosenTasks(play, choice).map(taskLine));
    if (flags.listTags) lines.push(`      TASK TAGS: [${allTags(play, choice).join(', ')}]`);
    return lines.join('\n');
  });
  const names = prepared.subject.playbooks.map(oneLine).join(', ');
  return `\nplaybook: ${names}\n\n${plays.join('\n\n')}`;
}

function playLine(play: Play, index: number, flags: ListingFlags): string {
  const { value } = play.hosts;
  const pattern = Array.isArray(value) ? value.join(',') : String(value);
  const tags = ownTags(play);
  const shown = flags.listHosts && !flags.listTasks && !flags.listTags ? '' : `\tTAGS: [${tags.join(',')}]`;
  return `  play #${index + 1} (${oneLine(pattern)}): ${oneLine(play.name)}${shown}`;
}

function ownTags(play: Play): string[] {
  const tags = play.keywords.get('tags')?.value;
  return tags === undefined ? [] : [tags].flat().map(String);
}

function hostLines(play: Play, hosts: string[]): string[] {
  const pattern = [play.hosts.value].flat().map((part) => `'${String(part)}'`);
  return [
    `    pattern: [${oneLine(pattern.join(', '))}]`,
    `    hosts (${hosts.length}):`,
    ...hosts.map((host) => `      ${oneLine(host)}`),
  ];
}

function chosenTasks(play: Play, { tags, skipTags }: TagChoice): Task[] {
  const tasks = [...tasksBelow([...play.preTasks, ...play.tasks, ...play.postTasks])];
  return tasks.filter((task) => task.module.name !== 'meta' && tagsChoose(task.tags, tags, skipTags));
}

function taskLine(task: Task): string {
  const role = roleOf(task)?.role.name;
  const name = task.name ?? task.action;
  return `      ${oneLine(role === undefined ? name : `${role} : ${name}`)}\tTAGS: [${task.tags.map(oneLine).join(', ')}]`;
}

function allTags(play: Play, choice: TagChoice): string[] {
  return [...new Set(chosenTasks(play, choice).flatMap((task) => task.tags))].sort();
}
