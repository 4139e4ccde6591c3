import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { float } from '../jinja/values.ts';
import { isDict } from '../lib/dict.ts';
import { SourceError } from '../lib/sourceError.ts';
import { parseYaml } from '../lib/yaml.ts';
import type { InventoryReader, VariableLayer, VarsFiles } from './model.ts';

/** Endings of files with variables, in the order in which they are looked for. */
const VARIABLE_EXTENSIONS: readonly string[] = ['.yml', '.yaml', '.json'];

const NONE: readonly VariableLayer[] = [];

/** The files as they are now; what was read once is not read again. */
export function createVarsFiles(reader: InventoryReader): VarsFiles {
  const listings = new Map<string, Set<string>>();
  const layers = new Map<string, readonly VariableLayer[]>();

  const listing = (folder: string): Set<string> => {
    let names = listings.get(folder);
    if (!names) {
      names = new Set(listFolder(folder, reader));
      listings.set(folder, names);
    }
    return names;
  };

  return {
    find(folder, kind, name) {
      // Names of chroots are paths, which must not lead out of the folder.
      if (name.includes('/')) return NONE;
      const path = join(folder, kind);
      const names = listing(path);
      const found = ['', ...VARIABLE_EXTENSIONS]
        .map((extension) => name + extension)
        .find((file) => names.has(file));
      if (found === undefined) return NONE;
      const key = join(path, found);
      let known = layers.get(key);
      if (!known) {
        known = variableFiles(key).flatMap((file) => readVariables(file, reader));
        layers.set(key, known);
      }
      return known;
    },
  };
}

function listFolder(folder: string, reader: InventoryReader): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') {
      reader.warn({ message: `${folder} is no folder, so that no variables are read from it` });
    }
    return [];
  }
}

/** The files below a path that hold variables: itself, or all files of a folder and its folders, sorted by name. */
function variableFiles(path: string): string[] {
  if (!isFolder(path)) return [path];
  const names = readdirSync(path).sort();
  return names
    .filter((name) => !name.startsWith('.') && !name.endsWith('~'))
    .flatMap((name) => {
      const entry = join(path, name);
      const extension = /.(\.[^.]*)$/.exec(name)?.[1] ?? '';
      if (isFolder(entry)) return extension === '' ? variableFiles(entry) : [];
      return extension === '' || VARIABLE_EXTENSIONS.includes(extension) ? [entry] : [];
    });
}

// A link that leads nowhere is no folder; reading it tells what is wrong.
function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function readVariables(file: string, reader: InventoryReader): VariableLayer[] {
  const values = parseYaml(reader.readText(file), { file, float, warn: (warning) => reader.warn(warning) });
  if (values === null) return [];
  if (!isDict(values)) {
    throw new SourceError(
      'a file of variables has to be a map of names and values',
      { file, line: 1, column: 1 },
      'Write each variable as "name: value".',
    );
  }
  return [{ values, origin: file, trusted: true }];
}
