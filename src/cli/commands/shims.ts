import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { shellWords } from '../../lib/shell.ts';
import { exitCodes } from '../exitCodes.ts';
import { ansiblePrograms } from '../programs/names.ts';
import type { Terminal } from '../terminal.ts';

/** `flotte shims DIR`: writes programs of Ansible's names there that start Flotte. Gives the exit code. */
export function shimsCommand(folder: string, terminal: Terminal): number {
  const target = resolve(terminal.cwd, folder);
  mkdirSync(target, { recursive: true });
  for (const name of ansiblePrograms) {
    const file = join(target, name);
    writeFileSync(file, shim(name, terminal.command));
    // An executable that was there keeps its mode otherwise.
    chmodSync(file, 0o755);
    terminal.stdout.write(`${file}\n`);
  }
  return exitCodes.ok;
}

function shim(name: string, command: readonly string[]): string {
  return `#!/bin/sh\nexec ${shellWords([...command, name])} "$@"\n`;
}
