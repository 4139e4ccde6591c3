import { dirname } from 'node:path';
import { type Level, playOf, roleOf, type Task } from './model.ts';

/**
 * The folders that a task looks for files in (`ansible_search_path`): its role's, those of the roles that use it, its
 * own, and the playbook's.
 */
export function searchFolders(level: Level): string[] {
  const folders: string[] = [];
  for (let use = roleOf(level); use; use = use.parent) folders.push(use.role.path);
  if (level.kind === 'task') folders.push(dirname((level as Task).place.file));
  return [...new Set([...folders, playOf(level).folder])];
}
