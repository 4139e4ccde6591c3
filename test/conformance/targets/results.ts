import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../fleet/paths.ts';
import type { Outcome } from './run.ts';

/** What is known of a target: what ansible-core reaches, and what Flotte does. */
export interface Result {
  real?: Outcome;
  ours?: Outcome;
  /** Why it cannot pass, where that is meant. */
  note?: string;
}

const FILE = 'test/conformance/targets/results.json';

export type Results = Record<string, Result>;

export function readResults(): Results {
  const file = join(projectFolder(), FILE);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** Puts outcomes beside those that are known, a target a line, so that two people's results merge. */
export function keepResult(name: string, result: Result): void {
  const all = readResults();
  all[name] = { ...all[name], ...result };
  const lines = Object.entries(all)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  writeFileSync(join(projectFolder(), FILE), `{\n${lines.join(',\n')}\n}\n`);
}

/** Whether Flotte does a target: to its end, and at least the tasks that ansible-core does. */
export function passes({ real, ours }: Result): boolean {
  return ours?.exitCode === 0 && ours.ok >= (real?.ok ?? 0);
}

/** A table for the terminal: target, ok tasks of both, pass or fail, the first error. */
export function table(results: Results): string {
  const rows = Object.entries(results).map(([name, result]) => [
    name,
    outcomeCell(result.real),
    outcomeCell(result.ours),
    passes(result) ? 'pass' : 'FAIL',
    result.ours?.error ?? '',
  ]);
  const head = ['target', 'real', 'ours', '', 'first error'];
  const widths = head.map((_, i) =>
    Math.max(...[head, ...rows].map((row) => (i === 4 ? 0 : row[i]!.length))),
  );
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function outcomeCell(outcome: Outcome | undefined): string {
  if (!outcome) return '?';
  return outcome.exitCode === 0 ? `ok=${outcome.ok}` : `ok=${outcome.ok} exit ${outcome.exitCode}`;
}
