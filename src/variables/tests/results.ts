import {
  type Callable,
  type Dict,
  define,
  dictGet,
  isDict,
  isList,
  isTruthy,
  MISSING,
  toText,
  typeError,
} from '../../jinja/index.ts';
import type { Callables } from '../filters/register.ts';

function ofResult(holds: (result: Dict) => boolean): Callable {
  return define(['result'], (result) => {
    if (isDict(result)) return holds(result);
    throw typeError(`it expects a dictionary, which is what a task registers; this is ${toText(result)}`);
  });
}

function has(result: Dict, field: string): boolean {
  const value = dictGet(result, field);
  return value !== MISSING && isTruthy(value);
}

// The result of a loop may say it only in the results of its items.
function isChanged(result: Dict): boolean {
  if (dictGet(result, 'changed') !== MISSING) return has(result, 'changed');
  const items = dictGet(result, 'results');
  return isList(items) && items.some((item) => isDict(item) && has(item, 'changed'));
}

// A task that runs at once has neither field, and counts as started and finished.
function orAtOnce(field: string): Callable {
  return ofResult((result) => dictGet(result, field) === MISSING || has(result, field));
}

const changed = ofResult(isChanged);
const failed = ofResult((result) => has(result, 'failed'));
const succeeded = ofResult((result) => !has(result, 'failed'));
const skipped = ofResult((result) => has(result, 'skipped'));

/** Tests of what a task registered. */
export const resultTests: Callables = {
  changed,
  change: changed,
  failed,
  failure: failed,
  succeeded,
  success: succeeded,
  successful: succeeded,
  skipped,
  skip: skipped,
  reachable: ofResult((result) => !has(result, 'unreachable')),
  unreachable: ofResult((result) => has(result, 'unreachable')),
  started: orAtOnce('started'),
  finished: orAtOnce('finished'),
  timedout: ofResult((result) => {
    const value = dictGet(result, 'timedout');
    return isDict(value) && has(value, 'period');
  }),
};
