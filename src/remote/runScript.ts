import { basename } from 'node:path/posix';
import { shellQuote, shellWords } from '../lib/shell.ts';
import type { RunStep } from '../module/step.ts';
import { exportText } from './environment.ts';

const SHELLS = new Set(['sh', 'dash', 'bash', 'ash', 'ksh', 'mksh', 'zsh']);

/**
 * Shell text that runs a program or a script, in the place of the subshell that reads it. `word` is one that no line of
 * the script is.
 */
export function runScript(step: RunStep, environment: Record<string, string>, word: string): string {
  const cwd = step.cwd === undefined ? '' : `cd -- ${shellQuote(step.cwd)} || exit 1\n`;
  return `${exportText({ ...environment, ...step.env })}${cwd}${program(step, word)}`;
}

function program(step: RunStep, word: string): string {
  if (step.argv) return `exec ${shellWords(step.argv)}`;
  const text = step.script ?? '';
  if (text.includes('\0')) throw new Error('a NUL character cannot be part of a shell script');
  const shell = step.shell ?? 'sh';
  // The text comes by a descriptor, since argv is for all to see and stdin is the script's own.
  const closing = SHELLS.has(basename(shell)) ? 'exec 3<&-; ' : '';
  return `exec 3<<'${word}'\n${closing}${text}\n${word}\nexec ${shellQuote(shell)} /dev/fd/3`;
}
