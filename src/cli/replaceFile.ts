import { randomBytes } from 'node:crypto';
import { chmodSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

/**
 * Puts new content in the place of a file in one step, so that no crash leaves half of it. An existing file's
 * permissions stay; a new one is for its owner alone.
 */
export function replaceFile(file: string, content: string | Uint8Array): void {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0o600;
  const temporary = `${file}.${randomBytes(4).toString('hex')}~`;
  try {
    writeFileSync(temporary, content, { mode: 0o600, flag: 'wx' });
    chmodSync(temporary, mode & 0o7777);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
