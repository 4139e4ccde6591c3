import { relative } from 'node:path';

/** A path as a person would write it: relative below the current folder, else absolute. */
export function shownPath(file: string, cwd: string): string {
  const path = relative(cwd, file);
  return path === '' || path.startsWith('..') ? file : path;
}
