import { createEnvironment, findReferences } from '../jinja/index.ts';
import { type Dict, dictEntries, isDict } from '../lib/dict.ts';
import { collected, type Keyword, type Task } from '../playbook/model.ts';
import type { VariableScope } from '../variables/scope.ts';
import { hasTemplateMark, type Templating } from '../variables/templating.ts';
import type { HostState } from './hostState.ts';

/** The first condition of a list that does not hold; undefined when all do. Throws TemplateError. */
export function failingCondition(
  conditions: Keyword[],
  scope: VariableScope,
  templating: Templating,
): unknown {
  for (const { value, place } of conditions) {
    for (const condition of [value].flat()) {
      if (!templating.condition(condition, scope, { place })) return condition;
    }
  }
  return undefined;
}

/** All `when` of a task, those of its blocks, roles and imports first. */
export function conditionsOf(task: Task): Keyword[] {
  return collected(task, 'when');
}

// Names are looked for, nothing is evaluated: filters need not be known.
const plain = createEnvironment();
const referencesByText = new Map<string, readonly string[]>();
const MOST_TEXTS = 20_000;

/** Names of the variables that a template or a bare expression uses; none where it cannot be read. */
function referencesOf(text: string, bare: boolean): readonly string[] {
  const key = bare ? `?${text}` : text;
  const known = referencesByText.get(key);
  if (known) return known;
  if (!bare && !hasTemplateMark(text)) return [];
  let names: readonly string[] = [];
  try {
    const kind = bare && !hasTemplateMark(text) ? 'expression' : 'template';
    names = [...new Set(findReferences(plain, text, kind).paths.map(([name]) => name!))];
  } catch {
    // A mistake in the template is told when it is rendered, with its place.
  }
  if (referencesByText.size >= MOST_TEXTS) referencesByText.clear();
  referencesByText.set(key, names);
  return names;
}

/** Names of the variables that any text in a value uses. */
export function referencesIn(value: unknown, bare = false): Set<string> {
  const names = new Set<string>();
  const visit = (item: unknown): void => {
    if (typeof item === 'string') for (const name of referencesOf(item, bare)) names.add(name);
    else if (Array.isArray(item)) item.forEach(visit);
    else if (isDict(item)) for (const [, each] of dictEntries(item as Dict)) visit(each);
  };
  visit(value);
  return names;
}

/**
 * Why a value cannot be known in check mode: it uses, itself or by other variables, something that a task registers
 * whose outcome is unknown. Undefined when it can be known.
 */
export function unsureBecause(
  names: Iterable<string>,
  scope: VariableScope,
  host: HostState,
): string | undefined {
  if (host.unsure.size === 0) return undefined;
  const seen = new Set<string>();
  const visit = (name: string): string | undefined => {
    if (seen.has(name)) return undefined;
    seen.add(name);
    const why = host.unsure.get(name);
    if (why !== undefined) return `it depends on ${name}: ${why}`;
    const layer = scope.origin(name);
    if (!layer?.trusted) return undefined;
    for (const inner of referencesIn(layer.get(name))) {
      const found = visit(inner);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  for (const name of names) {
    const found = visit(name);
    if (found !== undefined) return found;
  }
  return undefined;
}
