import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const found = new Map<string, string | undefined>();

/** Where a program of this machine lies, by PATH; undefined where there is none. */
export function findProgram(name: string): string | undefined {
  if (!found.has(name)) found.set(name, lookFor(name));
  return found.get(name);
}

function lookFor(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
