import { isTruthy } from './compare.ts';
import type { Callable, CallContext, Kwargs } from './environment.ts';
import { TemplateRuntimeError, typeError } from './errors.ts';
import { attributeGetter } from './filters-sequence.ts';
import { toItems } from './sequences.ts';
import { requireText } from './strings.ts';

type Transform = (item: unknown) => unknown;

function argumentError(message: string): TemplateRuntimeError {
  return new TemplateRuntimeError(message, 'FilterArgumentError');
}

/** What `map` does with each item: reads an attribute, or applies a filter. */
function mapping(args: readonly unknown[], kwargs: Kwargs, context: CallContext): Transform {
  if (args.length === 0 && 'attribute' in kwargs) {
    const { attribute, default: fallback, ...others } = kwargs;
    const [unexpected] = Object.keys(others);
    if (unexpected !== undefined) throw argumentError(`Unexpected keyword argument '${unexpected}'`);
    return attributeGetter(attribute, fallback ?? null);
  }
  const [name, ...rest] = args;
  if (name === undefined) throw argumentError('map requires a filter argument');
  return (item) => context.filter(requireText(name, 'the name of a filter'), [item, ...rest], kwargs);
}

// None, false and the like count as nothing to go through here, other than for every other filter.
function itemsToGoThrough(value: unknown, { budget }: CallContext): readonly unknown[] {
  const items = isTruthy(value) ? toItems(value) : [];
  budget.spend(items.length);
  return items;
}

const map: Callable = ([value, ...args], kwargs, context) => {
  const items = itemsToGoThrough(value, context);
  const transform = mapping(args, kwargs, context);
  return items.map(transform);
};

/** The test that `select` and its kin apply; without a name, the truth of the value. */
function condition(
  args: readonly unknown[],
  kwargs: Kwargs,
  context: CallContext,
): (item: unknown) => boolean {
  const [name, ...rest] = args;
  if (name === undefined) return isTruthy;
  return (item) => context.test(requireText(name, 'the name of a test'), [item, ...rest], kwargs);
}

function selector(keep: boolean, byAttribute: boolean): Callable {
  return ([value, ...args], kwargs, context) => {
    const items = itemsToGoThrough(value, context);
    if (byAttribute && args.length === 0) throw typeError('the name of an attribute is missing');
    const read = byAttribute ? attributeGetter(args[0]) : (item: unknown) => item;
    const holds = condition(byAttribute ? args.slice(1) : args, kwargs, context);
    return items.filter((item) => holds(read(item)) === keep);
  };
}

/** Jinja2's filters that apply other filters and tests by name. */
export const selectFilters: readonly [string, Callable][] = [
  ['map', map],
  ['reject', selector(false, false)],
  ['rejectattr', selector(false, true)],
  ['select', selector(true, false)],
  ['selectattr', selector(true, true)],
];
