import { existsSync } from 'node:fs';
import { dirname, posix, resolve } from 'node:path';
import { isList, MISSING, type Scope } from '../../jinja/index.ts';
import { expandUser } from '../home.ts';
import { type LookupContext, lookupError } from './context.ts';

function textVariable(scope: Scope, name: string): string | undefined {
  const value = scope.get(name);
  return typeof value === 'string' ? value : undefined;
}

/** The folder of the playbook. */
export function playbookFolder({ scope }: LookupContext): string {
  return textVariable(scope, 'playbook_dir') ?? process.cwd();
}

/** The folders that a task looks for files in: its role's and those of its users, its own, and the playbook's. */
export function searchPath(context: LookupContext): string[] {
  const { scope, task } = context;
  const given = scope.get('ansible_search_path');
  const folders =
    given !== MISSING && isList(given)
      ? given.map(String)
      : [textVariable(scope, 'role_path'), task && dirname(task.file)].filter(
          (folder) => folder !== undefined,
        );
  return [...new Set([...folders, playbookFolder(context)])];
}

/**
 * The paths at which a file may be: in each folder of the search path, first in its subfolder for the kind of file. In
 * a role's tasks the role's own subfolder comes first.
 */
export function candidates(context: LookupContext, kind: string | undefined, name: string): string[] {
  const path = expandUser(name);
  if (path.startsWith('/')) return [posix.normalize(path)];
  const inKind = kind !== undefined && path.split('/')[0] !== kind ? [kind] : [];
  const folders = searchPath(context).flatMap((folder) => {
    const inTasks = posix.basename(dirname(folder)) === 'tasks' ? [dirname(dirname(folder))] : [];
    return [...inTasks, folder];
  });
  return folders.flatMap((folder) => [
    ...inKind.map((each) => resolve(folder, each, path)),
    resolve(folder, path),
  ]);
}

/** The first of the candidates that is there, or undefined. */
export function findFile(context: LookupContext, kind: string | undefined, name: string): string | undefined {
  return candidates(context, kind, name).find((path) => existsSync(path));
}

/** The same for a file that has to be there. */
export function requireFile(context: LookupContext, kind: string, name: string): string {
  const found = findFile(context, kind, name);
  if (found !== undefined) return found;
  const places = [...new Set(candidates(context, kind, name))].join(', ');
  throw lookupError(`could not find the file "${name}" (No such file or directory); looked for ${places}`);
}
