import { createEnvironment } from '../jinja/index.ts';
import { type Dict, dictEntries, isDict } from '../lib/dict.ts';
import { didYouMean } from '../lib/nearest.ts';
import { placeOfValue } from '../lib/places.ts';
import { type Place, SourceError } from '../lib/sourceError.ts';
import { allTasks } from '../playbook/load.ts';
import { type Block, collected, type Level, type Play, roleOf, type Task } from '../playbook/model.ts';
import { hasTemplateMark } from '../variables/templating.ts';
import { referencesIn } from './conditions.ts';
import type { Batch, Lane } from './context.ts';
import { playScope, stateOf, taskScope } from './scope.ts';

/**
 * Variables that tasks use and that nothing can define: no inventory, vars, defaults, register, set_fact, prompt or
 * fact has the name. A use behind `default`, `is defined` or a condition that asks so is left alone, and a play with
 * variables of names nobody can know beforehand (include_vars, includes, vars_files) is not judged.
 */
export function undefinedNames(play: Play, batch: Batch, everyTask: Task[]): SourceError[] {
  if (batch.playHosts.length === 0 || !knowable(play, everyTask)) return [];
  const learned = new Set([...play.varsPrompt.map(({ name }) => name), ...everyTask.flatMap(learnedBy)]);
  const problems: SourceError[] = [];
  for (const task of allTasks(play)) {
    if (isForgiven(task)) continue;
    const [problem] = undefinedIn(task, batch, learned);
    if (problem) problems.push(problem);
  }
  return problems;
}

// A playbook may count on such a failure; then it is none that can be told beforehand.
function isForgiven(task: Task): boolean {
  if (collected(task, 'when').some(({ value }) => [value].flat().includes(false))) return true;
  for (let level: Level | undefined = task; level; level = level.parent) {
    const ignores = level.keywords.get('ignore_errors');
    if (ignores && ignores.value !== false) return true;
    if (level.kind === 'block' && (level as Block).rescue.length > 0) return true;
  }
  return false;
}

const BRINGS_NAMES = ['include_vars', 'include_role', 'include_tasks', 'add_host', 'group_by'];

function knowable(play: Play, everyTask: Task[]): boolean {
  if (play.varsFiles && play.varsFiles.value !== null) return false;
  return !everyTask.some(
    (task) =>
      BRINGS_NAMES.includes(task.module.name) ||
      task.argsTemplate !== undefined ||
      Object.keys(task.args).some(hasTemplateMark),
  );
}

// Facts of these have no prefix.
const FACTS_OF_MODULES: Record<string, string[]> = {
  package_facts: ['packages'],
  service_facts: ['services'],
};

function learnedBy(task: Task): string[] {
  const names: string[] = [];
  const register = task.keywords.get('register')?.value;
  if (typeof register === 'string') names.push(register);
  if (task.module.name === 'set_fact') names.push(...Object.keys(task.args));
  names.push(...(FACTS_OF_MODULES[task.module.name] ?? []));
  if (task.module.name === 'getent') names.push(`getent_${String(task.args.database)}`);
  return names;
}

const LANGUAGE_NAMES = new Set([
  ...createEnvironment().globals.keys(),
  ...[
    'item',
    'ansible_loop',
    'ansible_index_var',
    'ansible_loop_var',
    'lookup',
    'query',
    'q',
    'now',
    'undef',
    'true',
    'false',
    'none',
    'True',
    'False',
    'None',
  ],
]);

function undefinedIn(task: Task, batch: Batch, learned: Set<string>): SourceError[] {
  const known = knownNames(task, batch);
  const conditions = collected(task, 'when').flatMap(({ value }) => [value].flat().map(String));
  const isKnown = (name: string): boolean =>
    known.has(name) ||
    learned.has(name) ||
    LANGUAGE_NAMES.has(name) ||
    name.startsWith('ansible_') ||
    loopNames(task).has(name);
  const problems: SourceError[] = [];
  for (const { text, place, bare } of textsOf(task)) {
    for (const name of referencesIn(text, bare)) {
      if (
        isKnown(name) ||
        isGuarded(name, text) ||
        conditions.some((condition) => isGuarded(name, condition))
      )
        continue;
      const used = `used by "${task.name ?? task.action}"`;
      problems.push(
        new SourceError(
          `'${name}' is undefined, ${used}`,
          place,
          didYouMean(name, [...known, ...learned]) ??
            'Define it in the inventory, in vars, in the defaults of the role, or with -e.',
        ),
      );
    }
  }
  return problems;
}

const knownByHosts = new WeakMap<Batch, Map<unknown, Set<string>>>();

// The names that any host of the play has; what lies around the task counts, so they are kept by role.
function knownNames(task: Task, batch: Batch): Set<string> {
  const cache = knownByHosts.get(batch) ?? new Map<unknown, Set<string>>();
  knownByHosts.set(batch, cache);
  const key = roleOf(task) ?? batch.play;
  let names = cache.get(key);
  if (!names) {
    names = new Set<string>();
    for (const host of batch.playHosts)
      for (const name of playScope(batch, stateOf(batch.run, host)).names()) names.add(name);
    cache.set(key, names);
  }
  const lane = {
    batch,
    host: stateOf(batch.run, batch.playHosts[0]!),
    extra: [],
    scopes: new Map(),
  } as unknown as Lane;
  return new Set([...names, ...taskScope(lane, task).names()]);
}

function loopNames(task: Task): Set<string> {
  const control = task.keywords.get('loop_control')?.value;
  const names = new Set<string>();
  if (!isDict(control)) return names;
  for (const [key, value] of dictEntries(control))
    if (key === 'loop_var' || key === 'index_var') names.add(String(value));
  return names;
}

function isGuarded(name: string, text: string): boolean {
  const asks = `\\b${name}\\b[^{}]*?(?:\\|\\s*(?:default|d)\\b|\\bis\\s+(?:not\\s+)?(?:defined|undefined)\\b)`;
  // Names that the template itself sets are not the scope's.
  const sets = `\\b(?:for|set|import|macro)\\b[^%}]*\\b${name}\\b`;
  return new RegExp(asks, 's').test(text) || new RegExp(sets, 's').test(text);
}

/** Every text of a task that is rendered or evaluated, with its place; `bare` ones are expressions without braces. */
export function* textsOf(task: Task): Generator<{ text: string; place: Place; bare: boolean }> {
  yield* textsIn(task.args, task.place, false);
  if (task.loop) yield* textsIn(task.loop.value, task.loop.place, false);
  for (const name of ['when', 'changed_when', 'failed_when', 'until']) {
    const keyword = task.keywords.get(name);
    for (const value of [keyword?.value].flat())
      if (typeof value === 'string') yield { text: value, place: keyword!.place, bare: true };
  }
  for (
    let level: Level | undefined = task;
    level?.kind === 'task' || level?.kind === 'block';
    level = level.parent
  ) {
    for (const name of ['become_user', 'environment', 'delegate_to']) {
      const keyword = level.keywords.get(name);
      if (keyword) yield* textsIn(keyword.value, keyword.place, false);
    }
  }
}

function* textsIn(
  value: unknown,
  place: Place,
  bare: boolean,
): Generator<{ text: string; place: Place; bare: boolean }> {
  if (typeof value === 'string') yield { text: value, place, bare };
  else if (Array.isArray(value))
    for (const [index, item] of value.entries())
      yield* textsIn(item, placeOfValue(value, index) ?? place, bare);
  else if (isDict(value))
    for (const [key, item] of dictEntries(value as Dict))
      yield* textsIn(item, placeOfValue(value, key) ?? place, bare);
}
