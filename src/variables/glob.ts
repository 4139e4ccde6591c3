import { type Dirent, readdirSync, statSync } from 'node:fs';
import { isPattern, patternExpression } from '../lib/fnmatch.ts';

/**
 * The regular files that a shell pattern matches, sorted: `*`, `?` and `[...]` within each part of the path, as
 * Python's `glob.glob`. Hidden files need a pattern that begins with a dot.
 */
export function globFiles(pattern: string): string[] {
  return globPaths(pattern).filter(isFile).sort();
}

function globPaths(pattern: string): string[] {
  const slash = pattern.lastIndexOf('/');
  const folder = pattern.slice(0, slash + 1);
  const name = pattern.slice(slash + 1);
  const folders = isPattern(folder)
    ? globPaths(folder.replace(/\/+$/, '')).map((path) => `${path}/`)
    : [folder];
  return folders.flatMap((each) => (isPattern(name) ? matching(each, name) : existing(each + name)));
}

function matching(folder: string, pattern: string): string[] {
  const expression = patternExpression(pattern);
  return entries(folder)
    .map(({ name }) => name)
    .filter((name) => expression.test(name) && (pattern.startsWith('.') || !name.startsWith('.')))
    .map((name) => folder + name);
}

function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function existing(path: string): string[] {
  return statSync(path, { throwIfNoEntry: false }) ? [path] : [];
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
