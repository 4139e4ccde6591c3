import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { shellQuote } from '../lib/shell.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usageError.ts';

/**
 * Lets a person change a secret text in their editor ($VISUAL, $EDITOR, else vi) and gives what they saved. The text
 * lies in a folder for its owner alone meanwhile, and is removed whatever happens. `name`: the file that it is of.
 */
export function editText(content: Uint8Array, name: string, { env }: Terminal): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'flotte-edit-'));
  try {
    const file = join(folder, basename(name));
    writeFileSync(file, content, { mode: 0o600 });
    const editor = env.VISUAL || env.EDITOR || 'vi';
    // An editor is a command line: `code --wait`, `emacsclient -t`.
    const { status, error } = spawnSync(`${editor} ${shellQuote(file)}`, { shell: true, stdio: 'inherit' });
    if (error || status !== 0) {
      throw new UsageError(
        `the editor "${editor}" failed; nothing was changed`,
        'Set EDITOR to the one to use.',
      );
    }
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
