import {
  define,
  isDict,
  isInt,
  isTruthy,
  requireInteger,
  toItems,
  typeError,
  typeName,
  valueError,
} from '../../jinja/index.ts';
import { type DrawBelow, secureDraw, seededDraw } from './pythonRandom.ts';
import type { Callables } from './register.ts';
import { isSequence } from './values.ts';

function random(end: unknown, start: unknown, step: unknown, seed: unknown): unknown {
  const draw = seed === null ? secureDraw : seededDraw(seed);
  if (isInt(end)) {
    const first = isTruthy(start) ? requireInteger(start) : 0;
    return drawFromRange(draw, first, Number(end), isTruthy(step) ? requireInteger(step) : 1);
  }
  if (typeof end === 'number' || typeof end === 'boolean' || end === null) {
    throw typeError(`random can only be used on sequences and integers, not on ${typeName(end)}`);
  }
  if (isTruthy(start) || isTruthy(step))
    throw valueError('start and step can only be used with integer values');
  const items = toItems(end);
  if (items.length === 0) throw valueError('there is nothing to choose from');
  return items[draw(items.length)];
}

function drawFromRange(draw: DrawBelow, start: number, end: number, step: number): number {
  const count = Math.ceil((end - start) / step);
  if (!(count >= 1)) throw valueError(`empty range for random (${start}, ${end}, ${step})`);
  return start + step * draw(count);
}

/** A copy in random order, which a seed decides as Python's `Random(seed).shuffle` does. */
export function shuffled(items: readonly unknown[], draw: DrawBelow): unknown[] {
  const order = [...items];
  for (let at = order.length - 1; at > 0; at--) {
    const other = draw(at + 1);
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
}

/** Filters that choose by chance; with a seed they choose what Python chooses. */
export const randomFilters: Callables = {
  random: define(['end', ['start', null], ['step', null], ['seed', null]], random),
  shuffle: define(['mylist', ['seed', null]], (list, seed) => {
    // Ansible gives back what it cannot shuffle.
    if (typeof list !== 'string' && !isSequence(list) && !isDict(list)) return list;
    return shuffled(toItems(list), isTruthy(seed) ? seededDraw(seed) : secureDraw);
  }),
};
