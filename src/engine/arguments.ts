import { dictGet, dictKeys, isDict, isTruthy, toText, UndefinedError } from '../jinja/index.ts';
import { placeOfValue } from '../lib/places.ts';
import type { AnyModule } from '../module/define.ts';
import { collected, type Task } from '../playbook/model.ts';
import { parametersOf } from '../playbook/parameters.ts';
import type { VariableScope } from '../variables/scope.ts';
import { finalValue, hasTemplateMark, OMIT, plainValue } from '../variables/templating.ts';
import { checkedParams } from './checkedParams.ts';
import { referencesIn } from './conditions.ts';
import type { Lane } from './context.ts';
import type { Place } from './events.ts';
import { keywordValue } from './keywordValue.ts';
import { truth } from './sessions.ts';

/** Names that a task's arguments use; conditions and expressions among them are read as such. */
export function referencesOfArguments(task: Task): Set<string> {
  const bare = Object.entries(task.args).filter(([name]) => task.module.untemplated?.includes(name));
  const templated = Object.entries(task.args).filter(([name]) => !task.module.untemplated?.includes(name));
  const values = (entries: [string, unknown][]): unknown[] => entries.map(([, value]) => value);
  return new Set([
    ...referencesIn([values(templated), task.argsTemplate ?? '']),
    ...referencesIn(values(bare), true),
  ]);
}

/** The `environment` of a task and of all that lies around it. Throws TemplateError. */
export function environmentOf(task: Task, scope: VariableScope, lane: Lane): Record<string, string> {
  const environment: Record<string, string> = {};
  // As with Ansible, where it is the module that sets it: raw is none.
  if (task.module.name === 'raw') return environment;
  for (const { value, place } of collected(task, 'environment')) {
    for (const part of [value].flat()) {
      const map = knownYet(task, () => lane.batch.run.templating.lazy(part, scope, { place }));
      if (!isDict(map)) continue;
      for (const name of dictKeys(map)) {
        const text = knownYet(task, () => plainValue(finalValue(dictGet(map, name))));
        if (text !== undefined) environment[toText(name)] = toText(text);
      }
    }
  }
  return environment;
}

const GATHERING = ['setup', 'gather_facts'];

// Facts may be what an environment is made of; then they are gathered without that.
function knownYet<T>(task: Task, render: () => T): T | undefined {
  try {
    return render();
  } catch (error) {
    if (error instanceof UndefinedError && GATHERING.includes(task.module.name)) return undefined;
    throw error;
  }
}

/** The arguments of a task, rendered and checked by the module's schema. Throws TaskFailure. */
export function moduleParams(task: Task, scope: VariableScope, lane: Lane): unknown {
  const { module } = task;
  const { templating } = lane.batch.run;
  const args: Record<string, unknown> = { ...moduleDefaults(task, scope, lane) };
  if (task.argsTemplate !== undefined) {
    Object.assign(args, templating.value(task.argsTemplate, scope, { place: task.place }) as object);
  }
  for (const [written, raw] of Object.entries(task.args)) {
    const name = hasTemplateMark(written)
      ? toText(templating.value(written, scope, { place: task.place }))
      : written;
    const untouched = module.untemplated?.includes(name) ?? false;
    const value = untouched
      ? raw
      : argument(raw, scope, placeOfValue(task.args, written) ?? task.place, lane);
    if (value === OMIT || (value === null && takesNull(module, name))) delete args[name];
    else args[name] = untouched ? value : plainArgument(value, module);
  }
  return checkedParams(task, args);
}

// Nothing written behind a parameter is the same as not giving it.
function takesNull(module: AnyModule, name: string): boolean {
  return parametersOf(module).names.includes(name) && !module.controlSide;
}

function argument(raw: unknown, scope: VariableScope, place: Place, lane: Lane): unknown {
  const value = lane.batch.run.templating.lazy(raw, scope, { place });
  return value === OMIT ? OMIT : finalValue(value);
}

// Facts keep the language's own types; programs on hosts know plain ones.
function plainArgument(value: unknown, module: AnyModule): unknown {
  return module.name === 'set_fact' || module.name === 'debug' ? value : plainValue(value);
}

function moduleDefaults(task: Task, scope: VariableScope, lane: Lane): Record<string, unknown> {
  const defaults: Record<string, unknown> = {};
  const names = [task.action, task.module.name, `${task.module.collection}.${task.module.name}`];
  for (const keyword of collected(task, 'module_defaults')) {
    for (const all of [keyword.value].flat() as (Record<string, unknown> | null)[]) {
      const given = names.filter((name) => all && Object.hasOwn(all, name));
      for (const name of given)
        Object.assign(defaults, lane.batch.run.templating.value(all![name], scope, keyword));
    }
  }
  return defaults;
}

/** Whether a keyword that is a truth (`ignore_errors`, `no_log` ...) holds for a task. */
export function keywordHolds(name: string, task: Task, scope: VariableScope, lane: Lane): boolean {
  const value = keywordValue(task, name, scope, lane.batch.run.templating);
  if (value === undefined) return false;
  return typeof value === 'string' ? truth(value) : isTruthy(value);
}
