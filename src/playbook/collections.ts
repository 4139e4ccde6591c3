import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Loading } from './loading.ts';
import { inherited, type Level, roleOf } from './model.ts';

const HOME = 'ansible_collections';

/** `namespace.collection` and what follows it; undefined where a name is no full one. */
function fullName(name: string): { collection: string; rest: string[] } | undefined {
  const parts = name.split('.');
  if (parts.length < 3 || parts.some((part) => !/^\w+$/.test(part))) return undefined;
  return { collection: parts.slice(0, 2).join('.'), rest: parts.slice(2) };
}

/** Where an installed collection lies: beside the playbook, else where the settings say. */
function collectionFolder(collection: string, loading: Loading): string | undefined {
  const roots = [join(loading.folder, 'collections'), ...loading.collectionsPath];
  return roots
    .map((root) => join(basename(root) === HOME ? root : join(root, HOME), ...collection.split('.')))
    .find((folder) => existsSync(folder));
}

/** The folder of a role by its full name, or by its short one in the collections that are searched. */
export function collectionRole(
  name: string,
  searched: readonly string[],
  loading: Loading,
): { name: string; path: string; collection: string } | undefined {
  const full = fullName(name);
  const wanted = full
    ? [{ collection: full.collection, rest: full.rest }]
    : searched.map((collection) => ({ collection, rest: [name] }));
  for (const { collection, rest } of wanted) {
    const folder = collectionFolder(collection, loading);
    const path = folder && join(folder, 'roles', ...rest);
    if (path && existsSync(path) && statSync(path).isDirectory())
      return { name: [collection, ...rest].join('.'), path, collection };
  }
  return undefined;
}

/** The file of a playbook by its full name (`namespace.collection.playbook`). */
export function collectionPlaybook(name: string, loading: Loading): string | undefined {
  const full = fullName(name.replace(/\.ya?ml$/, ''));
  const folder = full && collectionFolder(full.collection, loading);
  if (!folder) return undefined;
  const path = join(folder, 'playbooks', ...full.rest);
  return [`${path}.yml`, `${path}.yaml`, path].find((file) => existsSync(file));
}

/** The collections in which short names are looked for: the role's own, or those of `collections:`. */
export function searchedCollections(level: Level | undefined, loading: Loading): string[] {
  const role = level && roleOf(level)?.role;
  if (role) return [...(role.collection ? [role.collection] : []), ...(role.searches ?? [])];
  const keyword = level && inherited(level, 'collections');
  const written = [keyword?.value ?? []].flat().map(String);
  const own = ownCollection(loading.folder);
  return own === undefined ? written : [...written, own];
}

// A playbook of a collection finds that collection's roles by their short names.
function ownCollection(folder: string): string | undefined {
  const match = /[/\\]ansible_collections[/\\]([^/\\]+)[/\\]([^/\\]+)[/\\]playbooks(?:[/\\]|$)/.exec(folder);
  return match ? `${match[1]}.${match[2]}` : undefined;
}
