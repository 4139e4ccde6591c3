import { isTruthy, toText, typeName } from '../jinja/index.ts';
import { type Dict, dictGet, isDict } from '../lib/dict.ts';
import { TaskFailure } from '../module/plan.ts';
import type { Task } from '../playbook/model.ts';
import { type Layer, layerOf } from '../variables/layer.ts';
import { definedTerms, isFirstFound, loopLookup } from '../variables/lookups/index.ts';
import type { VariableScope } from '../variables/scope.ts';
import { finalValue, plainValue } from '../variables/templating.ts';
import type { Lane } from './context.ts';

/** How a loop names and shows its items. */
export interface LoopControl {
  variable: string;
  index: string | undefined;
  /** A template, or undefined for the item itself. */
  label: unknown;
  /** Seconds between items. */
  pause: number;
  extended: boolean;
  /** Whether `ansible_loop` has the whole list too. */
  allItems: boolean;
  breakWhen: unknown;
}

/** The items of a task's loop. Throws TemplateError, TaskFailure. */
export function loopItems(lane: Lane, task: Task, scope: VariableScope): unknown[] {
  const { lookup, value, place } = task.loop!;
  const { templating } = lane.batch.run;
  const raw = templating.lazy(value, scope, { place });
  const terms = finalValue(isFirstFound(lookup) ? definedTerms(raw) : raw);
  if (lookup !== 'loop') {
    const module = task.module.name;
    return loopLookup(lookup, listOf(terms, lookup), { scope, templating, place, task: task.place, module });
  }
  if (Array.isArray(terms)) return terms;
  const msg = `loop needs a list, and \`${toText(value)}\` gives ${isDict(terms) ? 'a dict; use the filter dict2items' : toText(terms)}`;
  throw new TaskFailure(msg, { msg });
}

// These take the list that they are given and nothing else for one.
const NEEDS_LIST = /^(?:ansible\.(?:builtin|legacy)\.)?(indexed_items|list)$/;

function listOf(terms: unknown, lookup: string): unknown[] {
  if (Array.isArray(terms)) return terms;
  const strict = NEEDS_LIST.exec(lookup);
  if (!strict) return [terms];
  const msg = `with_${strict[1]} expects a list`;
  throw new TaskFailure(`${msg}, and gets ${typeName(terms)}`, { msg });
}

/** What `loop_control` says. */
export function loopControl(lane: Lane, task: Task, scope: VariableScope): LoopControl {
  const keyword = task.keywords.get('loop_control');
  const map: Dict = isDict(keyword?.value) ? keyword.value : {};
  const { templating } = lane.batch.run;
  const value = (name: string): unknown => {
    const raw = dictGet(map, name);
    return raw === undefined
      ? undefined
      : plainValue(templating.value(raw, scope, { place: keyword?.place }));
  };
  const index = value('index_var');
  return {
    variable: String(value('loop_var') ?? 'item'),
    index: index === undefined ? undefined : String(index),
    label: dictGet(map, 'label'),
    pause: Number(value('pause') ?? 0),
    extended: isTruthy(value('extended') ?? false),
    allItems: isTruthy(value('extended_allitems') ?? true),
    breakWhen: dictGet(map, 'break_when'),
  };
}

/** The variables of one item. */
export function itemLayer(control: LoopControl, items: unknown[], index: number): Layer {
  const values: Record<string, unknown> = {
    [control.variable]: items[index],
    ansible_loop_var: control.variable,
  };
  if (control.index !== undefined) {
    values[control.index] = index;
    values.ansible_index_var = control.index;
  }
  if (control.extended) values.ansible_loop = extendedInfo(control, items, index);
  return layerOf(values, 'the loop', false);
}

function extendedInfo(control: LoopControl, items: unknown[], index: number): Record<string, unknown> {
  const info: Record<string, unknown> = {
    ...(control.allItems && { allitems: items }),
    index: index + 1,
    index0: index,
    revindex: items.length - index,
    revindex0: items.length - index - 1,
    first: index === 0,
    last: index === items.length - 1,
    length: items.length,
  };
  if (index > 0) info.previtem = items[index - 1];
  if (index < items.length - 1) info.nextitem = items[index + 1];
  return info;
}

/** What is shown of an item: the label, else the item, in one short line. */
export function itemLabel(control: LoopControl, item: unknown, scope: VariableScope, lane: Lane): string {
  if (control.label === undefined) return toText(item);
  return toText(lane.batch.run.templating.value(control.label, scope, { title: 'label of the loop' }));
}
