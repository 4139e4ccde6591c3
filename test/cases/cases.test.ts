import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/lib/secret.ts';
import type { AnyModule } from '../../src/module/define.ts';
import { parseParams } from '../../src/module/parseParams.ts';
import { failed, type Plan, TaskFailure, UnknownAnswer, unknown } from '../../src/module/plan.ts';
import type { Step, StepResult } from '../../src/module/step.ts';
import { loadModule } from '../../src/modules/index.ts';
import { listedControl, listedReads } from './answers.ts';
import { type Case, readCases } from './caseFile.ts';

for (const [module, cases] of Object.entries(readCases(import.meta.dirname))) {
  describe(module, () => {
    for (const [name, one] of Object.entries(cases)) {
      it(`${name}: ${one.doc}`, async () => {
        await check(await loadModule(module), one);
      });
    }
  });
}

async function check(module: AnyModule, one: Case): Promise<void> {
  const parsed = parseParams(module, one.params);
  if (one.bad !== undefined) {
    const problems = 'problems' in parsed ? parsed.problems : [];
    expect(problems.map((problem) => [problem.message, problem.hint ?? ''].join('. ')).join('\n')).toContain(
      one.bad,
    );
    return;
  }
  if ('problems' in parsed) throw new Error(parsed.problems.map((problem) => problem.message).join('; '));
  const { reads, unasked } = listedReads(one.reads ?? []);
  const { params } = parsed;
  const { now, plan } = await planned(module, params, reads, one);
  expect(unasked(), 'reads that are listed but were never asked').toEqual([]);

  expect(shownPlan(plan)).toEqual(wantedPlan(one));
  expect(plan.warnings ?? []).toEqual(one.warnings ?? []);
  expect(plain(plan.effects ?? [])).toEqual(one.effects ?? []);
  expect(plain(plan.reconnect)).toEqual(one.reconnect);
  if (one.diff) expect(plan.changes.map((change) => plain(change.diff) ?? null)).toEqual(one.diff);
  if (one.check_result) expect(plain(plan.result ?? {})).toMatchObject(one.check_result);

  const steps = plan.changes.flatMap((change) => module.steps(change, params));
  expect(plain(steps)).toEqual(one.steps ?? []);
  if (plan.skipped !== undefined) expect(steps).toEqual([]);
  const result = {
    ...plan.result,
    ...performed(module, params, now, plan, stepResults(steps, one.done ?? [])),
  };
  if (one.result) expect(plain(result)).toMatchObject(one.result);
  for (const key of one.result_without ?? []) expect(result).not.toHaveProperty([key]);
}

async function planned(
  module: AnyModule,
  params: Record<string, unknown>,
  reads: Parameters<AnyModule['read']>[1],
  one: Case,
): Promise<{ now: unknown; plan: Plan }> {
  try {
    const now = await module.read(params, reads, listedControl(one.control));
    const before = structuredClone(plain(now));
    const plan = module.plan(params, now);
    expect(plain(module.plan(params, now)), 'the same plan from the same state').toEqual(plain(plan));
    expect(plain(now), 'a plan leaves what was read as it is').toEqual(before);
    return { now, plan };
  } catch (error) {
    if (error instanceof TaskFailure) return { now: undefined, plan: failed(error.message, error.result) };
    if (error instanceof UnknownAnswer) return { now: undefined, plan: unknown(error.why) };
    throw error;
  }
}

// As the engine does it: what was not performed has nothing to say of how it went.
function performed(module: AnyModule, params: unknown, now: unknown, plan: Plan, done: StepResult[]) {
  if (plan.failed !== undefined || plan.skipped !== undefined || now === undefined) return {};
  return module.result?.(params, now, done) ?? {};
}

function shownPlan(plan: Plan) {
  const { unknown, failed, skipped } = plan;
  return dropUndefined({ unknown, failed, skipped, changes: plan.changes.map((change) => change.summary) });
}

function wantedPlan(one: Case) {
  if (one.plan === 'none') return { changes: [] };
  return Array.isArray(one.plan) ? { changes: one.plan } : { changes: [], ...one.plan };
}

function stepResults(steps: Step[], done: Record<string, unknown>[]): StepResult[] {
  return steps.map((step, i) => ({
    step,
    rc: 0,
    stdout: '',
    stderr: '',
    started: 1700000000,
    ended: 1700000001.5,
    ...done[i],
  }));
}

/** Data as a case file can hold it: no undefined, secrets and bytes in words; anything that is no data fails. */
function plain(value: unknown): unknown {
  if (value instanceof Secret) return { secret: value.reveal() };
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (typeof value === 'function' || typeof value === 'symbol') throw new Error(`not data: ${String(value)}`);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return plain(Object.fromEntries(value));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, item]) => [key, plain(item)]);
  return dropUndefined(Object.fromEntries(entries));
}

function dropUndefined(of: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined));
}
