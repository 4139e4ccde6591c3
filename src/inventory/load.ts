import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import { float } from '../jinja/values.ts';
import { isDict } from '../lib/dict.ts';
import { placeOfValue } from '../lib/places.ts';
import { readText, reasonOf } from '../lib/readText.ts';
import { SourceError, type SourceWarning } from '../lib/sourceError.ts';
import { parseYaml } from '../lib/yaml.ts';
import { expandHosts } from './address.ts';
import { type Constructing, readConstructed } from './constructed.ts';
import { readIni } from './iniSource.ts';
import { addHost, createInventory, joinGroup, settle } from './inventory.ts';
import type { Inventory } from './model.ts';
import { readScript } from './scriptSource.ts';
import { pluginOf, readYamlInventory } from './yamlSource.ts';

export interface InventoryOptions {
  /** The folder that relative sources start from, and in which programs run. */
  cwd: string;
  /** Evaluates what sources with `plugin: constructed` say. */
  constructing: Constructing;
  /** Gives a file's text; the place to decrypt files. Without it encrypted files are an error. */
  readText?: (file: string) => string;
  warn?: (warning: SourceWarning) => void;
  /** Hears of a source that cannot be read, in place of the error; what was read of it before stays. */
  unreadable?: (error: SourceError) => void;
}

interface Loading extends Required<Omit<InventoryOptions, 'unreadable'>> {
  inventory: Inventory;
  unreadable: (error: SourceError) => void;
}

const IGNORED_NAMES = /^\.|^(?:host_vars|group_vars|vars_plugins)$/;
const IGNORED_ENDINGS = /(?:\.pyc|\.pyo|\.swp|\.bak|~|\.rpm|\.md|\.txt|\.rst|\.orig|\.cfg|\.retry)$/;
const YAML_ENDINGS = ['.yml', '.yaml', '.json'];

/**
 * Reads the sources of an inventory, in their order: INI, YAML and JSON files, executable programs, folders of all
 * these, configurations of the constructed plugin, and lists of hosts such as `web1,web2,`. Later sources add to
 * earlier ones, and their variables are the stronger. group_vars and host_vars files are read when asked for.
 * Throws a SourceError for what cannot be read.
 */
export function loadInventory(sources: readonly string[], options: InventoryOptions): Inventory {
  const reader = { readText: options.readText ?? plainText, warn: options.warn ?? (() => {}) };
  const inventory = createInventory(reader);
  const unreadable = (error: SourceError) => {
    throw error;
  };
  const loading: Loading = { unreadable, ...options, ...reader, inventory };
  for (const source of sources) {
    const path = isHostList(source, options.cwd) ? source : absolutePath(source, options.cwd);
    inventory.sources.push(path);
    readSource(loading, path);
  }
  settle(inventory);
  warnOfSharedNames(inventory);
  return inventory;
}

function plainText(file: string): string {
  const text = readText(file);
  if (!text.startsWith('$ANSIBLE_VAULT;')) return text;
  throw new SourceError(`${file} is encrypted, and no vault password is given`);
}

function isHostList(source: string, cwd: string): boolean {
  return source.includes(',') && !existsSync(absolutePath(source, cwd));
}

function absolutePath(path: string, cwd: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : resolve(cwd, path);
}

function readSource(loading: Loading, source: string): void {
  try {
    if (source.includes(',') && !existsSync(source)) readHostList(loading, source);
    else if (!existsSync(source)) throw missing(source);
    else if (statSync(source).isDirectory()) readFolder(loading, source);
    else readFile(loading, source);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    loading.unreadable(error);
  }
}

function missing(source: string): SourceError {
  const name = basename(source);
  const hint = `If ${name} is a host and no file, write "${name}," with a comma.`;
  return new SourceError(`there is no inventory ${source}`, undefined, hint);
}

function readHostList({ inventory }: Loading, source: string): void {
  const ungrouped = inventory.groups.get('ungrouped')!;
  for (const item of source.split(',')) {
    if (item.trim() === '') continue;
    const { names, port } = expandHosts(item.trim());
    for (const name of names) {
      if (!inventory.hosts.has(name))
        joinGroup(inventory, addHost(inventory, name, { source, port }), ungrouped);
    }
  }
}

function readFolder(loading: Loading, folder: string): void {
  for (const name of listed(folder)) {
    if (!IGNORED_NAMES.test(name) && !IGNORED_ENDINGS.test(name)) readSource(loading, join(folder, name));
  }
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    throw new SourceError(`cannot read the folder ${folder}: ${reasonOf(error)}`);
  }
}

function readFile(loading: Loading, file: string): void {
  if (isProgram(file)) readScript(loading.inventory, file, loading.cwd);
  else if (YAML_ENDINGS.includes(extname(file))) readYamlFile(loading, file, loading.readText(file));
  else if (extname(file) === '.toml') {
    throw new SourceError(
      `${file} is TOML, which is not read as an inventory`,
      undefined,
      'Write it as YAML or INI.',
    );
  } else if (['', '.config'].includes(extname(file))) readUnmarked(loading, file);
  else readIni(loading.inventory, loading.readText(file), file);
}

// A file that somebody made executable by mistake is read as what it holds.
function isProgram(file: string): boolean {
  const start = Buffer.alloc(4);
  try {
    accessSync(file, constants.X_OK);
    const descriptor = openSync(file, 'r');
    readSync(descriptor, start, 0, start.length, 0);
    closeSync(descriptor);
  } catch {
    return false;
  }
  return start.toString('latin1').startsWith('#!') || start.includes(0x7f);
}

function readYamlFile(loading: Loading, file: string, text: string): void {
  const data = parseYaml(text, { file, float, warn: loading.warn });
  if (data === null) return;
  if (!isDict(data)) {
    const hint = 'It begins with "all:" or another group, with "hosts:" below.';
    throw new SourceError('an inventory has to be a map of groups', { file, line: 1, column: 1 }, hint);
  }
  const plugin = pluginOf(data);
  if (plugin === undefined) readYamlInventory(loading.inventory, data, file);
  else if (/^(?:ansible\.builtin\.)?constructed$/.test(plugin)) {
    readConstructed(loading.inventory, data, file, loading.constructing);
  } else {
    const hint =
      'Only "constructed" is there; let the plugin of Ansible write its hosts into a file, or use a program.';
    throw new SourceError(`the inventory plugin ${plugin} is not there`, placeOfValue(data, 'plugin'), hint);
  }
}

// A file without an ending is YAML when it reads as a map, else INI. The error is that of what it looks like more.
function readUnmarked(loading: Loading, file: string): void {
  const text = loading.readText(file);
  const yaml = tryYaml(text, file);
  if (yaml === 'map' || (yaml instanceof SourceError && looksLikeYaml(text)))
    readYamlFile(loading, file, text);
  else readIni(loading.inventory, text, file);
}

function tryYaml(text: string, file: string): 'map' | 'other' | SourceError {
  try {
    return isDict(parseYaml(text, { file, float })) ? 'map' : 'other';
  } catch (error) {
    if (error instanceof SourceError) return error;
    throw error;
  }
}

function looksLikeYaml(text: string): boolean {
  const first =
    text.split('\n').find((line) => line.trim() !== '' && !line.trimStart().startsWith('#')) ?? '';
  return /^---/.test(first) || /^["'\w.-]+:\s*(?:#.*)?$/.test(first);
}

function warnOfSharedNames({ groups, hosts, warn }: Inventory): void {
  for (const name of groups.keys()) {
    if (!hosts.has(name)) continue;
    warn({
      message: `${name} is the name of a group and of a host`,
      hint: 'A pattern with this name means the host.',
    });
  }
}
