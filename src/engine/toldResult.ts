import type { Diff } from '../module/plan.ts';
import { inherited } from '../playbook/model.ts';
import { keywordHolds } from './arguments.ts';
import type { Attempt, ItemOutcome } from './outcome.ts';

/** What a result tells besides what its module says: its warnings, and the differences where they are asked for. */
export function told(outcome: ItemOutcome, attempt: Attempt): ItemOutcome {
  const { result, warnings, plan } = outcome;
  if (warnings.length > 0) result.warnings = warnings;
  const diffs = plan?.changes.flatMap(({ diff }) => (diff ? [namedAsAnsible(diff)] : [])) ?? [];
  if (diffs.length > 0 && wantsDiff(attempt)) result.diff = diffs.length === 1 ? diffs[0] : diffs;
  return outcome;
}

function wantsDiff({ task, scope, lane }: Attempt): boolean {
  return inherited(task, 'diff') ? keywordHolds('diff', task, scope, lane) : lane.batch.run.options.diff;
}

function namedAsAnsible(diff: Diff): Record<string, string> {
  if ('prepared' in diff) return { prepared: diff.prepared };
  const { before, after, beforeHeader, afterHeader } = diff;
  return {
    before,
    after,
    ...(beforeHeader !== undefined && { before_header: beforeHeader }),
    ...(afterHeader !== undefined && { after_header: afterHeader }),
  };
}
