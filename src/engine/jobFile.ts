import { parseTypedJson } from '../lib/typedJson.ts';
import type { AnyModule } from '../module/define.ts';
import type { Plan } from '../module/plan.ts';
import type { Step, StepResult } from '../module/step.ts';
import type { Loading } from '../playbook/loading.ts';
import { failureText, okCodes } from '../remote/writer.ts';
import { withLines } from './outcome.ts';

/** What a job's file says. Hosts write it, so nothing of it is sure. */
export interface JobFile extends Record<string, unknown> {
  finished: boolean;
  /** Its time limit was over. */
  late: boolean;
  steps?: unknown[];
  /** Set where Flotte started it: what its result is made of. */
  flotte?: { module?: unknown; params?: unknown; now?: unknown };
}

/** Reads the text of a job's file; one that is not written yet is of a job that runs. */
export function readJobFile(text: string): JobFile {
  const said = parsed(text);
  const file = typeof said === 'object' && said !== null && !Array.isArray(said) ? said : { finished: false };
  const fields = file as Record<string, unknown>;
  // A file of ansible-core's own says neither when the work is over.
  const finished = 'started' in fields ? Boolean(fields.finished) : !('finished' in fields);
  return { ...fields, finished, late: fields.late === true };
}

function parsed(text: string): unknown {
  try {
    return parseTypedJson(text);
  } catch {
    return { started: true, finished: false };
  }
}

const OURS = new Set(['flotte', 'steps', 'late', 'started', 'finished']);

/** What a job that has ended registers; what the file says itself where Flotte did not start it. */
export async function jobResult(text: string, loading: Loading): Promise<Record<string, unknown>> {
  const file = readJobFile(text);
  const said = Object.fromEntries(Object.entries(file).filter(([name]) => !OURS.has(name)));
  const state = { started: true, finished: file.finished };
  if (!file.finished || file.late || file.flotte === undefined) return { ...said, ...state };
  const module = await loading.loadModule(String(file.flotte.module));
  if (!module) return { ...said, ...state };
  const { params, now } = file.flotte;
  try {
    const plan: Plan = module.plan(params, now);
    const steps = plan.changes.flatMap((change) => module.steps(change, params));
    const came = await concluded(file, steps, module, params, now);
    return { ...said, ...plan.result, ...came, ...state };
  } catch (error) {
    const msg = `Could not parse job output: ${(error as Error).message}`;
    return { ...said, ...state, failed: true, msg };
  }
}

/** What the module says of the steps of a job that has ended. */
export async function concluded(
  file: JobFile,
  steps: Step[],
  module: AnyModule,
  params: unknown,
  now: unknown,
): Promise<Record<string, unknown>> {
  const results = stepResults(file, steps);
  const last = results.at(-1);
  const failing = last && !isOk(last);
  const came: Record<string, unknown> = failing
    ? { failed: true, msg: failureText(last), rc: last.rc, stdout: last.stdout, stderr: last.stderr }
    : { ...module.result?.(params, now, results) };
  if (!last) Object.assign(came, { failed: true, msg: 'the job ended without doing anything' });
  withLines(came);
  return came;
}

function isOk({ step, rc }: StepResult): boolean {
  const codes = okCodes(step);
  return codes === 'any' || codes.includes(rc);
}

function stepResults(file: JobFile, steps: Step[]): StepResult[] {
  const said = Array.isArray(file.steps) ? (file.steps as Record<string, unknown>[]) : [];
  return said.flatMap(({ rc, stdout, stderr, started, ended }, i) => {
    const step = steps[i];
    if (!step) return [];
    return [
      {
        step,
        rc: Number(rc),
        stdout: String(stdout ?? ''),
        stderr: String(stderr ?? ''),
        started: Number(started),
        ended: Number(ended),
      },
    ];
  });
}
