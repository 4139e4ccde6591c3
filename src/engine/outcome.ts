import type { Change, Plan } from '../module/plan.ts';
import type { Keyword, Task } from '../playbook/model.ts';
import type { VariableScope } from '../variables/scope.ts';
import type { Lane } from './context.ts';
import type { ItemEnd, Place } from './events.ts';
import type { Delegate } from './remotes.ts';

/** What became of a task for one item, before it is told. */
export interface ItemOutcome extends ItemEnd {
  plan?: Plan;
  attempts: number;
  place?: Place;
}

/** Everything that one attempt at a task needs. */
export interface Attempt {
  lane: Lane;
  task: Task;
  scope: VariableScope;
  check: boolean;
  delegate: Delegate | undefined;
  /** Why it may be that nothing of this happens (check mode: notified by an unknown task ...). */
  maybe: string | undefined;
  /** Waits until this host may write. */
  turn(): Promise<void>;
  output(stream: 'stdout' | 'stderr', text: string): void;
}

/** The outcome of a plan of which check mode cannot tell whether it happens, with the reason. */
export function unknownOutcome(plan: Plan, why: string): ItemOutcome {
  // Ansible calls a task skipped that its check mode does not do, but for one that is sure to change something.
  const skipped = plan.result?.changed === true ? {} : { skipped: true };
  const result = { changed: false, ...skipped, unknown: true, ...plan.result, msg: why };
  return {
    outcome: 'unknown',
    why,
    changes: summaries(plan),
    result,
    warnings: plan.warnings ?? [],
    attempts: 1,
    plan,
  };
}

/** The outcome with its kind and reason as its result says. */
export function settled(outcome: ItemOutcome): ItemOutcome {
  const { result } = outcome;
  if (result.failed === true) {
    const why = typeof result.msg === 'string' && result.msg ? result.msg : 'failed_when holds';
    return { ...outcome, outcome: 'failed', why: outcome.why ?? why };
  }
  const { why: _why, ...rest } = outcome;
  return { ...rest, outcome: result.changed === true ? 'changed' : 'ok' };
}

/** Whether a task changes nothing by its own word: `changed_when: false`. */
export function neverChanges(changedWhen: Keyword | undefined): boolean {
  return changedWhen?.value === false;
}

/** Whether a plan makes its task changed: some of what is performed counts for nothing. */
export function countsAsChange(plan: Plan): boolean {
  return plan.changes.some((change) => !change.uncounted);
}

/** What a person reads of a plan. */
export function summaries(plan: Plan): ItemEnd['changes'] {
  return plan.changes.map(({ summary, diff }: Change) => (diff ? { summary, diff } : { summary }));
}

/** Ansible's `stdout_lines` and `stderr_lines` beside what a result has. */
export function withLines(result: Record<string, unknown>): void {
  for (const name of ['stdout', 'stderr']) {
    const text = result[name];
    if (typeof text === 'string') result[`${name}_lines`] = linesOf(text);
  }
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
