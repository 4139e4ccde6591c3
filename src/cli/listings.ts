import type { Prepared } from '../engine/prepared.ts';
import { hostsOfPlays } from '../engine/run.ts';
import { renderedTags, tagsChoose } from '../engine/selection.ts';
import { TemplateError } from '../jinja/index.ts';
import type { Play, Task } from '../playbook/model.ts';
import { roleOf, tasksBelow } from '../playbook/model.ts';
import { variablesAbove } from '../playbook/tasks.ts';
import { oneLine } from '../report/printable.ts';
import { layerOf } from '../variables/layer.ts';
import { createScope } from '../variables/scope.ts';

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
    const tasks = chosenTasks(play, prepared, choice);
    if (flags.listTasks) lines.push('    tasks:', ...tasks.map(taskLine));
    if (flags.listTags) lines.push(`      TASK TAGS: [${allTags(tasks).join(', ')}]`);
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

interface Listed {
  task: Task;
  /** Rendered. */
  tags: string[];
}

function chosenTasks(play: Play, prepared: Prepared, { tags, skipTags }: TagChoice): Listed[] {
  return [...tasksBelow([...play.preTasks, ...play.tasks, ...play.postTasks])]
    .map((task) => ({ task, tags: knownTags(task, prepared) }))
    .filter((listed) => tagsChoose(listed.tags, tags, skipTags));
}

// Without a host only what the playbook's files and the command line say is known; other templates stay as written.
function knownTags(task: Task, { templating, extraVars }: Prepared): string[] {
  const layers = () => variablesAbove(task).map(({ values, origin }) => layerOf(values, origin, true));
  try {
    return renderedTags(task, templating, () => createScope([extraVars, ...layers()], templating));
  } catch (error) {
    if (error instanceof TemplateError) return task.tags;
    throw error;
  }
}

function taskLine({ task, tags }: Listed): string {
  const role = roleOf(task)?.role.name;
  const name = task.name ?? task.action;
  const shown = tags.map(oneLine).sort().join(', ');
  return `      ${oneLine(role === undefined ? name : `${role} : ${name}`)}\tTAGS: [${shown}]`;
}

function allTags(tasks: Listed[]): string[] {
  return [...new Set(tasks.flatMap(({ tags }) => tags))].sort();
}
