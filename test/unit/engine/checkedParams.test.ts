import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkedParams } from '../../../src/engine/checkedParams.ts';
import { TaskFailure } from '../../../src/module/plan.ts';
import type { Task } from '../../../src/playbook/model.ts';

/** A task whose module counts how often its schema is asked. */
function aTask() {
  let asked = 0;
  const params = z.preprocess(
    (given) => {
      asked += 1;
      return given;
    },
    z.strictObject({ value: z.unknown() }),
  );
  const task = { module: { name: 'counted', params } } as unknown as Task;
  return { task, asked: () => asked };
}

describe('checked parameters', () => {
  it('are checked once for all hosts that have the same', () => {
    const { task, asked } = aTask();
    const first = checkedParams(task, { value: [1, 'a', { b: null }] });
    expect(checkedParams(task, { value: [1, 'a', { b: null }] })).toBe(first);
    expect(checkedParams(task, { value: [1, 'a', { b: 0 }] })).toEqual({ value: [1, 'a', { b: 0 }] });
    expect(asked()).toBe(2);
  });

  it.each([
    [new Map([['a', 1]]), new Map([['a', 2]])],
    [1n, 1],
    [0, -0],
    [Number.NaN, null],
    [undefined, null],
    [new Date(0), new Date(0).toJSON()],
  ])('are not taken for others that only look alike: %s and %s', (one, other) => {
    const { task, asked } = aTask();
    checkedParams(task, { value: one });
    expect(checkedParams(task, { value: other })).toEqual({ value: other });
    expect(asked()).toBe(2);
  });

  it('fail for every host', () => {
    const { task } = aTask();
    for (let host = 0; host < 2; host++) expect(() => checkedParams(task, { other: 1 })).toThrow(TaskFailure);
  });
});
