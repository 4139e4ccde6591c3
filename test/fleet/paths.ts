import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where bases, keys and the state of fleets are kept: outside of every work tree, shared by all of them. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'flotte-fleet');
}

/** The project's folder: the first above this file that has a package.json (this file also runs compiled). */
export function projectFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

export function fleetsFolder(): string {
  return join(cacheFolder(), 'fleets');
}

export function fleetFolder(fleet: string): string {
  return join(fleetsFolder(), fleet);
}

/** What a person or a test needs to log in: key, known_hosts, inventory, the worker's password. */
export function accessFolder(fleet: string): string {
  return join(fleetFolder(fleet), 'access');
}

export function hostFolder(fleet: string, host: string): string {
  return join(fleetFolder(fleet), 'hosts', host);
}
