import { type Fleet, startFleet } from '../../fleet/index.ts';
import type { Answer } from '../playbookAnswers.ts';
import { differencesOf } from '../playbookCompare.ts';
import { toolsFor } from './bothTools.ts';
import { changedSince, compareWritten, lookAt } from './hostFiles.ts';
import type { Trial } from './trials.ts';

/** What a trial came to. Counts are ansible-core's words: `ok=5 changed=2 ...`. */
export interface TrialResult {
  name: string;
  from: string;
  ansible: { run: string; again: string; check: string };
  flotte: { run: string; again: string; check: string };
  /** Tasks, outcomes, counts and exit codes that differ, of the run and of the run again. */
  runs: string[];
  files: { alike: number; different: string[] };
  /** What check mode wrote to the host; nothing, if it is honest. */
  checkWrote: string[];
  /** What the tool said where it failed. */
  said: string[];
}

/**
 * Runs a trial with both tools on hosts that are alike: check mode on fresh hosts, the run, the run again. Compares
 * tasks and counts, and all that was written to the hosts.
 */
export async function tryOut(trial: Trial, content: string, oracle: string): Promise<TrialResult> {
  const fleets = await Promise.all(
    ['theirs', 'ours', 'checked'].map((name) =>
      startFleet({ name: `roles-${name}`, count: 1, base: trial.base }),
    ),
  );
  try {
    return await onHosts(trial, content, oracle, fleets as [Fleet, Fleet, Fleet]);
  } finally {
    await Promise.all(fleets.map((fleet) => fleet.stop()));
  }
}

async function onHosts(
  trial: Trial,
  content: string,
  oracle: string,
  [left, right, checked]: [Fleet, Fleet, Fleet],
): Promise<TrialResult> {
  const tools = toolsFor(trial, content, oracle);
  const hosts = [left, right, checked].map((fleet) => fleet.hosts[0]!);
  await Promise.all(hosts.map((host) => trial.before && host.read(trial.before)));
  const [theirs, ours] = [hosts[0]!, hosts[1]!].map((host) => ({ host, before: lookAt(host) }));
  const [theirCheck, ourCheck] = await Promise.all([
    tools.theirs(checked, '--check'),
    tools.ours(right, '--check'),
  ]);
  const checkWrote = changedSince(ours!.host, ours!.before);
  const [first, second] = await Promise.all([tools.theirs(left), tools.ours(right)]);
  const files = compareWritten(
    theirs!,
    ours!,
    trial.varying.map((pattern) => new RegExp(pattern)),
  );
  const [again, secondAgain] = await Promise.all([tools.theirs(left), tools.ours(right)]);
  return {
    name: trial.name,
    from: trial.from,
    ansible: { run: counts(first), again: counts(again), check: counts(theirCheck) },
    flotte: { run: counts(second), again: counts(secondAgain), check: counts(ourCheck) },
    runs: [
      ...runDifferences(first, second).map((line) => `run: ${line}`),
      ...runDifferences(again, secondAgain).map((line) => `again: ${line}`),
    ],
    files,
    checkWrote,
    said: [
      ...failureOf('ansible', first),
      ...failureOf('flotte', second),
      ...failureOf('flotte --check', ourCheck),
    ],
  };
}

// What tasks register is compared elsewhere, and holds times and process numbers here.
function runDifferences(theirs: Answer, ours: Answer): string[] {
  const bare = (answer: Answer): Answer => ({
    ...answer,
    results: answer.results.map((result) => ({ ...result, result: {} })),
  });
  return differencesOf(bare(theirs), bare(ours));
}

function counts({ recap, code }: Answer): string {
  const told = Object.values(recap).map((each) =>
    Object.entries(each)
      .filter(([name, count]) => count > 0 || name === 'ok' || name === 'changed')
      .map(([name, count]) => `${name}=${count}`)
      .join(' '),
  );
  return told.length > 0 ? told.join('; ') : `exit code ${code}`;
}

function failureOf(tool: string, answer: Answer): string[] {
  if (answer.code === 0) return [];
  const failed = answer.results.filter(({ outcome, ignored }) => outcome === 'failed' && !ignored);
  const told = failed.map(({ task, result }) => `${tool}: ${task}: ${JSON.stringify(result.msg ?? result)}`);
  return told.length > 0 ? told : [`${tool}: ${answer.said.slice(0, 4000)}`];
}
