import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { FleetError } from './command.ts';
import { cacheFolder } from './paths.ts';

/**
 * Runs an action while no other process of this machine holds the lock of that name.
 *
 * flock(1) holds the lock for as long as its stdin is open, so that the kernel itself frees it when this
 * process dies, however it dies.
 */
export async function withLock<T>(name: string, action: () => Promise<T>): Promise<T> {
  const folder = join(cacheFolder(), 'locks');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const holder = spawn('flock', [join(folder, name), 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => holder.on('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    holder.on('error', (error) => reject(new FleetError(`cannot run flock: ${error.message}`)));
    holder.on('close', () => reject(new FleetError(`cannot lock ${join(folder, name)}`)));
    holder.stdout.once('data', () => resolve());
  });
  try {
    return await action();
  } finally {
    holder.stdin.end();
    await ended;
  }
}
