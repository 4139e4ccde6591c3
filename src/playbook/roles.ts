import { existsSync, readdirSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { type Dict, dictEntries, dictGet, isDict } from '../lib/dict.ts';
import { didYouMean } from '../lib/nearest.ts';
import { type Place, SourceError } from '../lib/sourceError.ts';
import { collectionRole, searchedCollections } from './collections.ts';
import { KEYWORDS, placeWithin, splitKeywords, startOf, variablesOf } from './keywords.ts';
import type { Loading } from './loading.ts';
import type { Keyword, Level, RawVariables, Role } from './model.ts';

const SUFFIXES = ['', '.yml', '.yaml', '.json'];

/** The folders that are searched for a role, in order. */
export function roleFolders(loading: Loading): string[] {
  return [join(loading.folder, 'roles'), ...loading.rolesPath, loading.folder];
}

/**
 * Finds a role by name or path, from `level` on, whose collections are searched for short names. Throws a SourceError
 * that lists where it was looked for.
 */
export function findRole(name: string, loading: Loading, place: Place, level?: Level): Role {
  const searched = searchedCollections(level, loading);
  const key = JSON.stringify([loading.folder, name, searched]);
  const known = loading.roles.get(key);
  if (known) return known;
  const folders = isAbsolute(name) || name.startsWith('.') ? [loading.folder] : roleFolders(loading);
  const path = folders.map((folder) => resolve(folder, name)).find(isFolder);
  // What lies in a collection wins for who searches it.
  const role: Role | undefined =
    collectionRole(name, searched, loading) ?? (path ? { name, path } : undefined);
  if (!role) throw missingRole(name, folders, place);
  const searches = metaCollections(role, loading);
  if (searches.length > 0) role.searches = searches;
  loading.roles.set(key, role);
  return role;
}

function metaCollections(role: Role, loading: Loading): string[] {
  const file = roleFile(role, 'meta', 'main');
  const meta = file ? loading.readYaml(file) : null;
  const names = isDict(meta) ? dictGet(meta, 'collections') : [];
  return Array.isArray(names) ? names.map(String) : [];
}

function missingRole(name: string, folders: string[], place: Place): SourceError {
  const others = folders.flatMap((folder) => (isFolder(folder) ? readdirSync(folder) : []));
  const looked = `Looked in ${folders.join(', ')}.`;
  const near = didYouMean(name, others);
  return new SourceError(`there is no role "${name}"`, place, near ? `${near} ${looked}` : looked);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** The file `kind/name` of a role with the usual suffixes; undefined where there is none. */
export function roleFile(role: Role, kind: string, name: string): string | undefined {
  return SUFFIXES.map((suffix) => join(role.path, kind, name + suffix)).find(
    (path) => existsSync(path) && statSync(path).isFile(),
  );
}

/** A role's defaults or vars: a file, or all files of a folder of that name in their order. */
export function roleVariables(
  role: Role,
  kind: 'defaults' | 'vars',
  name: string,
  loading: Loading,
): RawVariables[] {
  const folder = join(role.path, kind, name);
  const files = isFolder(folder)
    ? filesBelow(folder)
    : [roleFile(role, kind, name)].filter((file) => file !== undefined);
  return files.flatMap((file) => readVariables(file, loading) ?? []);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => /\.(yml|yaml|json)$/.test(path) && statSync(path).isFile());
}

/** The variables of a file; undefined for an empty one. */
export function readVariables(file: string, loading: Loading): RawVariables | undefined {
  const value = loading.readYaml(file);
  if (value === null) return undefined;
  return variablesOf({ value, place: startOf(file) }, file);
}

/** What `roles:` or a dependency says of one role. */
export interface RoleEntry {
  name: string;
  keywords: Map<string, Keyword>;
  params: RawVariables;
  /** Of its tasks; role parameters are stronger. */
  vars?: RawVariables;
  place: Place;
}

/** Reads the items of `roles:` or of a `dependencies:` list. */
export function roleEntries(list: unknown, file: string, origin: string): RoleEntry[] {
  if (list === null || list === undefined) return [];
  if (!Array.isArray(list))
    throw new SourceError(
      `A malformed role declaration was encountered. ${origin} needs a list`,
      startOf(file),
    );
  return list.map((item, index) => roleEntry(item, placeWithin(list, index, file), file));
}

function roleEntry(item: unknown, place: Place, file: string): RoleEntry {
  const empty = { values: {}, origin: 'role parameters' };
  if (typeof item === 'string' && item.includes(','))
    throw new SourceError(
      `Invalid old style role requirement: ${item}`,
      place,
      'Name one role, without a comma.',
    );
  if (typeof item === 'string') return { name: item, keywords: new Map(), params: empty, place };
  if (!isDict(item)) throw new SourceError('a role is a name or a map with "role"', place);
  const name = dictGet(item, 'role') ?? dictGet(item, 'name') ?? dictGet(item, 'src');
  if (typeof name !== 'string') throw new SourceError('a role needs its name under "role"', place);
  const { keywords, others } = splitKeywords(item, KEYWORDS.role, file);
  const own = Object.fromEntries([...others].map(([key, keyword]) => [key, keyword.value]));
  const vars = variablesOf(keywords.get('vars'), `vars of role ${name}`);
  keywords.delete('vars');
  const params = { values: own, origin: `parameters of role ${name}` };
  return { name, keywords, params, place, ...(vars && { vars }) };
}

/** The dependencies in a role's meta/main.yml and whether it may run several times. */
export function roleMeta(
  role: Role,
  loading: Loading,
): { dependencies: RoleEntry[]; allowDuplicates: boolean } {
  const file = roleFile(role, 'meta', 'main');
  const meta = file ? loading.readYaml(file) : null;
  if (!file || !isDict(meta)) return { dependencies: [], allowDuplicates: false };
  return {
    dependencies: roleEntries(dictGet(meta, 'dependencies'), file, 'dependencies'),
    allowDuplicates: dictGet(meta, 'allow_duplicates') === true,
  };
}

/** A text that is the same for two uses with the same parameters. */
export function useKey(path: string, entry: RoleEntry): string {
  const keywords = [...entry.keywords]
    .filter(([name]) =>
      ['when', 'tags', 'become', 'become_user', 'delegate_to', 'environment'].includes(name),
    )
    .map(([name, keyword]) => [name, keyword.value]);
  return JSON.stringify([path, entry.params.values, entry.vars?.values, keywords], (_key, value: unknown) =>
    value instanceof Map ? [...dictEntries(value as Dict)] : value,
  );
}
