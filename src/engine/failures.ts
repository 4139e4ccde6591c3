import { TemplateError, TemplateRuntimeError, UndefinedError } from '../jinja/index.ts';
import { type Effect, TaskFailure, UnknownAnswer } from '../module/plan.ts';
import type { Keyword, Task } from '../playbook/model.ts';
import { UnreachableError } from '../remote/connection.ts';
import { describeTemplateError } from '../variables/templating.ts';
import { firstError } from '../variables/uses.ts';
import { referencesOfArguments } from './arguments.ts';
import { conditionsOf, referencesIn, unsureBecause } from './conditions.ts';
import { chainOfError } from './errorChain.ts';
import { taskInfo } from './info.ts';
import { type Attempt, type ItemOutcome, unknownOutcome } from './outcome.ts';

/** What an error means for a task; errors that are no fault of the task are thrown on. */
export function failureOf(error: unknown, attempt: Pick<Attempt, 'lane' | 'task' | 'scope'>): ItemOutcome {
  const base = { changes: [], warnings: [], attempts: 1 };
  if (error instanceof UnknownAnswer) return unknownOutcome({ changes: [] }, error.why);
  if (error instanceof UnreachableError) {
    const msg = error.hint ? `${error.message}. ${capitalised(error.hint)}` : error.message;
    return { ...base, outcome: 'unreachable', why: msg, result: { changed: false, unreachable: true, msg } };
  }
  if (error instanceof TaskFailure) {
    return {
      ...base,
      outcome: 'failed',
      why: error.message,
      result: { changed: false, ...error.result, failed: true, msg: error.result.msg ?? error.message },
    };
  }
  if (error instanceof TemplateError) return templateFailure(error, attempt);
  throw error;
}

function capitalised(sentence: string): string {
  return sentence[0]!.toUpperCase() + sentence.slice(1);
}

function templateFailure(
  error: TemplateError,
  attempt: Pick<Attempt, 'lane' | 'task' | 'scope'>,
): ItemOutcome {
  const { message, place } = describeTemplateError(error);
  const { lane, task, scope } = attempt;
  const names = [
    ...referencesOfArguments(task),
    ...referencesIn(task.loop?.value),
    ...referencesOfConditions(conditionsOf(task)),
  ];
  const because = unsureBecause(names, scope, lane.host);
  if (because !== undefined) return unknownOutcome({ changes: [], effects: effectsOfUnknown(task) }, because);
  const led = { name: taskInfo(lane, task).name, level: task, cwd: lane.batch.run.cwd };
  const chain = chainOfError(error, led, () => scope.names());
  const cause = registeredMessage(firstError(error));
  // The words for other mistakes are compared whole by playbooks.
  const msg = error instanceof UndefinedError ? [cause, ...chain].join('\n') : cause;
  const result = { changed: false, failed: true, msg };
  const outcome: ItemOutcome = {
    outcome: 'failed',
    why: message,
    chain,
    changes: [],
    result,
    warnings: [],
    attempts: 1,
  };
  return { ...outcome, place: place ?? task.place };
}

// The words that playbooks look for in `msg`; where it happened is told beside it.
function registeredMessage(error: TemplateError): string {
  if (error instanceof UndefinedError)
    return `The task includes an option with an undefined variable. The error was: ${error.message}`;
  return error instanceof TemplateRuntimeError ? error.reason : error.message;
}

// Variables whose values cannot be told are set all the same: what uses them is unknown too, and no mistake.
function effectsOfUnknown({ module, args }: Task): Effect[] {
  if (module.name !== 'set_fact') return [];
  const { cacheable: _, ...facts } = args;
  const values = Object.fromEntries(Object.keys(facts).map((name) => [name, undefined]));
  return [{ kind: 'facts', facts: values, origin: 'set_fact', cacheable: false }];
}

/** Names of the variables that conditions use. */
export function referencesOfConditions(conditions: Keyword[]): Set<string> {
  return new Set(conditions.flatMap(({ value }) => [...referencesIn([value].flat(), true)]));
}
