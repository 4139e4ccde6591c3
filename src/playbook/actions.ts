import { type Dict, dictEntries, isDict } from '../lib/dict.ts';
import { didYouMean } from '../lib/nearest.ts';
import { entryPlaces, placeOfKey, recordPlaces } from '../lib/places.ts';
import { type Place, SourceError } from '../lib/sourceError.ts';
import type { AnyModule } from '../module/define.ts';
import { hasTemplateMark } from '../variables/templating.ts';
import { absentModule, isKnownElsewhere } from './absentModule.ts';
import { isOneTemplate, parseArguments } from './arguments.ts';
import { KEYWORDS, startOf } from './keywords.ts';
import type { Loading } from './loading.ts';
import type { Keyword } from './model.ts';
import { parameterMistake, parametersOf } from './parameters.ts';

/** The module of a task with its arguments. */
export interface Action {
  /** The module's name as the task has it. */
  written: string;
  module: AnyModule;
  args: Record<string, unknown>;
  /** The module's name, where it is a template. */
  moduleTemplate?: string;
  /** All arguments by one template. */
  template?: string;
  /** Why the task can only fail: a module that is not there, or parameters that it does not take. */
  mistake?: SourceError;
}

/**
 * Finds out which module a task calls, in any of the ways to write it: `module: ...`, `action:`, `local_action:`;
 * arguments as a map, as `k=v` text or free-form, and `args:`. Throws SourceError.
 */
export async function resolveAction(
  item: Dict,
  keywords: Map<string, Keyword>,
  others: Map<string, Keyword>,
  place: Place,
  file: string,
  loading: Loading,
): Promise<Action> {
  const call = writtenCall(item, keywords, others, place, file);
  if (hasTemplateMark(call.name)) {
    if (call.local) keywords.set('delegate_to', { value: 'localhost', place: call.place });
    return {
      ...withArguments(call, absentModule(call.name), keywords.get('args')),
      moduleTemplate: call.name,
    };
  }
  const module = await loading.loadModule(call.name);
  const mistake = module
    ? undefined
    : unknownModule(call.name, placeOfKey(item, call.key) ?? call.place, loading);
  if (mistake && !isKnownElsewhere(call.name)) throw mistake;
  if (call.local) keywords.set('delegate_to', { value: 'localhost', place: call.place });
  const action = withArguments(call, module ?? absentModule(call.name), keywords.get('args'));
  return mistake ? { ...action, mistake } : action;
}

interface Call {
  name: string;
  /** The key of the task that holds it. */
  key: string;
  value: unknown;
  place: Place;
  local: boolean;
}

function writtenCall(
  item: Dict,
  keywords: Map<string, Keyword>,
  others: Map<string, Keyword>,
  place: Place,
  file: string,
): Call {
  for (const key of ['action', 'local_action']) {
    const keyword = keywords.get(key);
    if (keyword) return { ...namedCall(keyword), key, local: key === 'local_action' };
  }
  const names = [...others.keys()];
  if (names.length === 0) throw noModule(keywords, place);
  const [name] = names as [string];
  if (names.length > 1) throw tooManyKeys(item, names, file);
  const { value, place: at } = others.get(name)!;
  return { name, key: name, value, place: at, local: false };
}

function noModule(keywords: Map<string, Keyword>, place: Place): SourceError {
  const args = keywords.get('args');
  return new SourceError(
    'this task calls no module',
    args?.place ?? place,
    'Add a line "module: ..." to it.',
  );
}

// Of several keys that are no keywords, the module is one; the other is a misspelt keyword.
function tooManyKeys(item: Dict, names: string[], file: string): SourceError {
  const modules = names.filter((name) => name.includes('.') || !didYouMean(name, KEYWORDS.task));
  const wrong = names.find((name) => !modules.includes(name)) ?? names[1]!;
  const place = placeOfKey(item, wrong) ?? startOf(file);
  const hint =
    didYouMean(wrong, KEYWORDS.task) ??
    'Perhaps it stands too far to the left: options of a module stand below it.';
  return new SourceError(
    `"${wrong}" is no keyword of a task, and the task calls ${names.find((name) => name !== wrong)} already`,
    place,
    hint,
  );
}

function namedCall({ value, place }: Keyword): Pick<Call, 'name' | 'value' | 'place'> {
  if (isDict(value)) {
    const entries = Object.fromEntries([...dictEntries(value)].map(([key, entry]) => [String(key), entry]));
    const { module: name, ...args } = entries;
    if (typeof name !== 'string') throw new SourceError('an action given as a map needs "module"', place);
    return { name, value: args, place };
  }
  const text = String(value ?? '').trim();
  // The name may be a template with spaces in it.
  const cut = /^(?:\{\{.*?\}\}|\S)*/s.exec(text)![0].length;
  if (!text) throw new SourceError('the action is empty', place);
  return { name: text.slice(0, cut), value: text.slice(cut).trim() || null, place };
}

function unknownModule(name: string, place: Place, loading: Loading): SourceError {
  const near = didYouMean(name.split('.').at(-1)!, [...loading.moduleNames(), ...KEYWORDS.task]);
  return new SourceError(
    `there is no module "${name}"`,
    place,
    near ?? '"flotte modules" lists those there are.',
  );
}

function withArguments(call: Call, module: AnyModule, args: Keyword | undefined): Action {
  const given = argumentsOrMistake(call, module);
  const extra = args && isDict(args.value) ? args.value : undefined;
  if (args && !extra && typeof args.value !== 'string') throw new SourceError('args needs a map', args.place);
  const merged: Record<string, unknown> = {};
  for (const [key, value] of dictEntries(extra ?? {})) merged[aliasOf(module, String(key))] = value;
  for (const [key, value] of Object.entries(given.args)) merged[aliasOf(module, key)] = value;
  keepPlaces(merged, [extra, call.value], module);
  const action: Action = { written: call.name, module, args: merged };
  const template = given.template ?? (typeof args?.value === 'string' ? args.value : undefined);
  if (template !== undefined) action.template = template;
  const mistake = given.mistake ?? parameterMistake(module, merged, [call.value, args?.value], call.place);
  if (mistake) action.mistake = mistake;
  return action;
}

// Text that is no arguments is the task's own failure, which a playbook may reckon with.
function argumentsOrMistake(
  call: Call,
  module: AnyModule,
): ReturnType<typeof givenArguments> & { mistake?: SourceError } {
  try {
    return givenArguments(call, module);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { args: {}, mistake: error };
  }
}

// The merged arguments stand where the maps stand that they come from.
function keepPlaces(merged: object, containers: unknown[], module: AnyModule): void {
  for (const container of containers) {
    if (!isDict(container)) continue;
    const entries = new Map(
      [...entryPlaces(container)].map(([key, place]) => [aliasOf(module, String(key)), place]),
    );
    const [first] = entries.values();
    if (first) recordPlaces(merged, first[0], first[1], new Map([...entryPlaces(merged), ...entries]));
  }
}

function aliasOf(module: AnyModule, name: string): string {
  return module.aliases?.[name] ?? name;
}

function givenArguments(call: Call, module: AnyModule): { args: Record<string, unknown>; template?: string } {
  const { value, place } = call;
  if (value === null || value === undefined) return { args: {} };
  if (isDict(value))
    return { args: Object.fromEntries([...dictEntries(value)].map(([key, entry]) => [String(key), entry])) };
  const { freeForm } = module;
  if (Array.isArray(value) && freeForm) return { args: { [freeForm]: value } };
  if (typeof value !== 'string') {
    if (freeForm) return { args: { [freeForm]: value } };
    throw new SourceError(`${module.name} needs a map of parameters`, place);
  }
  if (isOneTemplate(value) && !freeForm) return { args: {}, template: value };
  const options = [...parametersOf(module).names, ...Object.keys(module.aliases ?? {})];
  return { args: parseArguments(value, freeForm ? { parameter: freeForm, options } : undefined, place) };
}
