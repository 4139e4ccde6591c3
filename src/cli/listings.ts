import type { Prepared } from '../engine/prepared.ts';
import { hostsOfPlays } from '../engine/run.ts';
import { renderedTags, tagsChoose } from '../engine/selection.ts';
import { TemplateError } from '../jinja/index.ts';
import type { Node, Play, Task } from '../playbook/model.ts';
import { roleOf } from '../playbook/model.ts';
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
  const plays = hostsOfPlays(prepared);
  const { playbooks } = prepared.subject;
  const listed = playbooks.map((given) => {
    const own = plays.filter(({ play }) => play.given === given);
    const texts = own.map((each, index) => playListing(each, index, prepared, flags, choice));
    return `\nplaybook: ${oneLine(given)}\n\n${texts.join('\n\n')}`;
  });
  return listed.join('\n');
}

function playListing(
  { play, hosts }: { play: Play; hosts: string[] },
  index: number,
  prepared: Prepared,
  flags: ListingFlags,
  choice: TagChoice,
): string {
  const lines = [playLine(play, index)];
  if (flags.listHosts) lines.push(...hostLines(play, hosts));
  const tasks = chosenTasks(play, prepared, choice);
  if (flags.listTasks) lines.push('    tasks:', ...tasks.map(taskLine));
  if (flags.listTags) {
    // Where none is chosen, those of tasks that never run by themselves are tags to choose from.
    const tagged =
      choice.tags.length > 0 ? tasks : chosenTasks(play, prepared, { ...choice, tags: ['all', 'never'] });
    lines.push(`      TASK TAGS: [${allTags(tagged).join(', ')}]`);
  }
  return lines.join('\n');
}

function playLine(play: Play, index: number): string {
  const { value } = play.hosts;
  const pattern = Array.isArray(value) ? value.join(',') : String(value);
  return `  play #${index + 1} (${oneLine(pattern)}): ${oneLine(play.name)}\tTAGS: [${ownTags(play).join(',')}]`;
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
  return [...play.preTasks, ...play.tasks, ...play.postTasks]
    .flatMap(listedBelow)
    .map((task) => ({ task, tags: knownTags(task, prepared) }))
    .filter((listed) => tagsChoose(listed.tags, tags, skipTags));
}

// What rescues or comes always is not listed, as with Ansible.
function listedBelow(node: Node): Task[] {
  return node.kind === 'task' ? [node] : node.block.flatMap(listedBelow);
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
  const shownName =
    task.name === undefined ? task.action : role === undefined ? task.name : `${role} : ${task.name}`;
  const shown = tags.map(oneLine).sort().join(', ');
  return `      ${oneLine(shownName)}\tTAGS: [${shown}]`;
}

function allTags(tasks: Listed[]): string[] {
  return [...new Set(tasks.flatMap(({ tags }) => tags))].sort();
}
