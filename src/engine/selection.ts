import { toText } from '../jinja/index.ts';
import type { Task } from '../playbook/model.ts';
import type { VariableScope } from '../variables/scope.ts';
import { hasTemplateMark, type Templating } from '../variables/templating.ts';
import type { Lane } from './context.ts';
import { taskScope } from './scope.ts';

/** Whether the tags asked for choose a task. */
export function selected(lane: Lane, task: Task): boolean {
  const { tags, skipTags } = lane.batch.run.options;
  const { templating } = lane.batch.run;
  return tagsChoose(
    renderedTags(task, templating, () => taskScope(lane, task)),
    tags,
    skipTags,
  );
}

/** A task's tags with their templates rendered. Throws TemplateError. */
export function renderedTags(task: Task, templating: Templating, scope: () => VariableScope): string[] {
  if (!task.tags.some(hasTemplateMark)) return task.tags;
  const rendered = templating.value(task.tags, scope(), { place: task.place });
  return [rendered].flat(2).flatMap((tag) => toText(tag).split(','));
}

/**
 * Ansible's rule: `always` runs unless it is skipped by name, `never` only when one of the task's other tags (or
 * itself) is asked for; `tagged`, `untagged` and `all` mean what they say.
 */
export function tagsChoose(own: string[], wanted: string[], skipped: string[]): boolean {
  const tagged = own.some((tag) => tag !== 'untagged');
  const matches = (list: string[]): boolean =>
    list.some((tag) => own.includes(tag)) ||
    (list.includes('tagged') && tagged) ||
    (list.includes('untagged') && !tagged);
  const asked = wanted.length === 0 ? ['all'] : wanted;
  const runs = own.includes('always')
    ? true
    : asked.includes('all') && !own.includes('never')
      ? true
      : matches(asked) && (!own.includes('never') || asked.some((tag) => own.includes(tag)));
  if (!runs || skipped.length === 0) return runs;
  if (skipped.includes('all')) return own.includes('always') && !skipped.includes('always');
  return !matches(skipped);
}
