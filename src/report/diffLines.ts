import { createTwoFilesPatch, OMIT_HEADERS } from 'diff';
import type { Diff } from '../module/plan.ts';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';

// Comparing two large texts that have nothing in common takes minutes; a person would not read the result.
const LIMIT_MILLISECONDS = 2000;

/** The lines of a unified diff with Ansible's headers (`--- before: PATH`), without control characters. */
export function diffLines(diff: Diff): string[] {
  const text = 'prepared' in diff ? diff.prepared : unified(diff);
  const lines = printable(text).split('\n');
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Removed lines red, added ones green, places cyan, as Ansible has them. */
export function paintDiff(lines: string[], paint: Palette): string[] {
  return lines.map((line) => {
    if (line.startsWith('+')) return paint.green(line);
    if (line.startsWith('-')) return paint.red(line);
    return line.startsWith('@@') ? paint.cyan(line) : line;
  });
}

function unified(diff: Exclude<Diff, { prepared: string }>): string {
  const { before, after, beforeHeader, afterHeader } = diff;
  if (before === after) return '';
  const head = `--- before${beforeHeader ? `: ${beforeHeader}` : ''}\n+++ after${afterHeader ? `: ${afterHeader}` : ''}\n`;
  const hunks = createTwoFilesPatch('', '', before, after, '', '', {
    context: 3,
    timeout: LIMIT_MILLISECONDS,
    headerOptions: OMIT_HEADERS,
  });
  return head + (hunks ?? '(too different to compare line by line)\n');
}
