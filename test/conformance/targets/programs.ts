import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellQuote } from '../../../src/lib/shell.ts';

/** One call of a program by a target: how, and what it printed. */
export interface Call {
  command: string;
  stdout: string;
  stderr: string;
}

/** Programs of Ansible's names in a folder, and what they are to start. */
export type Programs = Record<string, string[]>;

/**
 * Writes programs that do as those behind them and note each call in the folder that `CALLS` in their environment names:
 * a target may keep what they print to itself.
 */
export function writePrograms(folder: string, programs: Programs): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, command] of Object.entries(programs)) {
    const file = join(folder, name);
    writeFileSync(file, recording(name, command.map(shellQuote).join(' ')));
    chmodSync(file, 0o755);
  }
}

function recording(name: string, command: string): string {
  return `#!/bin/bash
note="$CALLS/$(date +%s.%N).$$"
printf '%s' ${name} > "$note.call"
printf ' %q' "$@" >> "$note.call"
{ { ${command} "$@" 3>&- | tee -p "$note.out" >&3 3>&-; exit "\${PIPESTATUS[0]}"; } 2>&1 | tee -p "$note.err" >&2 3>&-; exit "\${PIPESTATUS[0]}"; } 3>&1
`;
}

/** The calls that were noted, in order. */
export function recordedCalls(folder: string): Call[] {
  const notes = readdirSync(folder)
    .filter((file) => file.endsWith('.call'))
    .sort()
    .map((file) => join(folder, file.replace(/\.call$/, '')));
  return notes.map((note) => ({
    command: readFileSync(`${note}.call`, 'utf8'),
    stdout: readFileSync(`${note}.out`, 'utf8'),
    stderr: readFileSync(`${note}.err`, 'utf8'),
  }));
}

/** The ok tasks that the recaps of calls count. */
export function okTasks(calls: readonly Call[]): number {
  const counts = calls.flatMap(({ stdout }) => [
    ...plain(stdout).matchAll(/^\S.* : ok=(\d+) +changed=\d+ +unreachable=/gm),
  ]);
  return counts.reduce((sum, [, ok]) => sum + Number(ok), 0);
}

/** The first thing that went wrong in the last call, in a line. */
export function firstError(calls: readonly Call[]): string | undefined {
  const last = calls.at(-1);
  if (!last) return undefined;
  const lines = plain(`${last.stderr}\n${last.stdout}`).split('\n');
  const index = lines.findIndex((line) =>
    /^(ERROR!|\[ERROR\]|error:|unexpected error|fatal: |failed: )/.test(line),
  );
  return index === -1
    ? undefined
    : lines
        .slice(index, index + 2)
        .join(' ')
        .trim();
}

function plain(text: string): string {
  return text.replace(/\x1b\[[0-9;]*m/g, '');
}
