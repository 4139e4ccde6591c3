import { TaskFailure } from '../module/plan.ts';
import { BOOLEAN_KEYWORDS, isBooleanWord, noBoolean } from '../playbook/booleans.ts';
import type { Level, Task } from '../playbook/model.ts';
import type { VariableScope } from '../variables/scope.ts';
import { OMIT, type Templating } from '../variables/templating.ts';

/** The value of a keyword, rendered, from a level up to the play; a level that says `omit` says nothing. Throws TemplateError. */
export function keywordValue(
  level: Level,
  name: string,
  scope: VariableScope,
  templating: Templating,
): unknown {
  for (let at: Level | undefined = level; at; at = at.parent) {
    const keyword = at.keywords.get(name);
    if (!keyword) continue;
    const value = templating.value(keyword.value, scope, keyword);
    if (value !== OMIT) return value;
  }
  return undefined;
}

/** Checks what a task itself says under keywords that are yes or no. Throws TaskFailure, TemplateError. */
export function checkBooleans(task: Task, scope: VariableScope, templating: Templating): void {
  for (const [name, keyword] of task.keywords) {
    if (!BOOLEAN_KEYWORDS.has(name) || typeof keyword.value !== 'string') continue;
    const value = templating.value(keyword.value, scope, keyword);
    if (typeof value !== 'string' || isBooleanWord(value)) continue;
    const msg = noBoolean(name, value);
    throw new TaskFailure(msg, { msg });
  }
}
