import { describe, expect, it } from 'vitest';
import { MEANT } from './differences.ts';
import { findOracle } from './oracle.ts';
import { type Answer, oracleAnswers, ourAnswer } from './playbookAnswers.ts';
import { differencesOf } from './playbookCompare.ts';
import { playbookRuns } from './playbookRuns.ts';

const oracle = await findOracle();
const skipped = oracle.missing === undefined ? '' : ` (skipped: ${oracle.missing})`;
const runs = playbookRuns();
const answers =
  oracle.missing === undefined ? await oracleAnswers(runs, oracle.folder) : new Map<string, Answer>();

describe.skipIf(oracle.missing)(`playbooks as ansible-playbook runs them${skipped}`, () => {
  it.concurrent.each(runs.map((run) => ({ run, name: run.name })))('$name', async ({ run }) => {
    const found = differencesOf(answers.get(run.name)!, await ourAnswer(run));
    const meant = MEANT.filter((each) => each.runs.some((name) => run.name.startsWith(name)));
    expect(found.filter((line) => !meant.some((each) => each.found.test(line)))).toEqual([]);
    for (const each of meant)
      expect(
        found.some((line) => each.found.test(line)),
        each.what,
      ).toBe(true);
  });
});
