import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './paths.ts';
import { bootId } from './processes.ts';

const limitFile = '/proc/sys/fs/inotify/max_user_instances';

/** A host's systemd takes about six instances of inotify, and the kernel's 128 for root end at twenty hosts. */
const enough = 4096;

function note(): string {
  return join(cacheFolder(), 'inotify-instances-were');
}

/** Lets more hosts run than the kernel's limit of inotify allows by itself. */
export function allowWatches(): void {
  const limit = readFileSync(limitFile, 'utf8').trim();
  if (Number(limit) >= enough) return;
  writeFileSync(note(), `${bootId()} ${limit}`);
  writeFileSync(limitFile, String(enough));
}

/** Puts the machine's limit back to what it was; to be called when the last fleet is gone. */
export function restoreWatches(): void {
  if (!existsSync(note())) return;
  const [boot, limit = ''] = readFileSync(note(), 'utf8').split(' ');
  if (boot === bootId()) writeFileSync(limitFile, limit);
  rmSync(note());
}
