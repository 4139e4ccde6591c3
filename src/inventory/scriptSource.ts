import { spawnSync } from 'node:child_process';
import { float } from '../jinja/values.ts';
import { type Dict, dictEntries, dictGet, dictHas, isDict } from '../lib/dict.ts';
import { parseJson } from '../lib/json.ts';
import { reasonOf } from '../lib/readText.ts';
import { SourceError } from '../lib/sourceError.ts';
import { addChild, addGroup, addGroupVariables, addHost, joinGroup } from './inventory.ts';
import type { Inventory } from './model.ts';

// A list of some hundred thousand hosts with variables.
const LARGEST_OUTPUT = 1 << 30;

/**
 * Adds what an executable inventory prints: `--list` gives the groups, `_meta.hostvars` in it the variables of hosts;
 * without `_meta` the program is asked with `--host NAME` for each host. Throws a SourceError that tells what the
 * program printed on stderr.
 */
export function readScript(inventory: Inventory, file: string, cwd: string): void {
  const data = run(file, ['--list'], cwd);
  if (!isDict(data)) throw malformed(file, 'its output has to be a JSON object of groups');
  const names = new Set<string>();
  for (const [name, content] of dictEntries(data)) {
    if (name !== '_meta') readGroup(inventory, file, String(name), content, names);
  }
  const meta = metaVariables(data, file);
  for (const name of names) {
    const values = meta ? dictGet(meta, name) : run(file, ['--host', name], cwd);
    if (values === undefined || values === null) continue;
    if (!isDict(values)) throw malformed(file, `the variables of the host ${name} have to be an object`);
    addHost(inventory, name).layers.push({ values, origin: file, trusted: true });
  }
}

function metaVariables(data: Dict, file: string): Dict | undefined {
  if (!dictHas(data, '_meta')) return undefined;
  const meta = dictGet(data, '_meta');
  const variables = isDict(meta) ? dictGet(meta, 'hostvars') : undefined;
  if (!isDict(variables))
    throw malformed(file, '"_meta" has to be an object with an object "hostvars" in it');
  return variables;
}

function readGroup(
  inventory: Inventory,
  file: string,
  name: string,
  written: unknown,
  names: Set<string>,
): void {
  const group = addGroup(inventory, name);
  const content = groupContent(name, written);
  for (const host of listOf(content, 'hosts', name, file)) {
    names.add(host);
    joinGroup(inventory, addHost(inventory, host, { source: file }), group);
  }
  const values = dictGet(content, 'vars');
  if (values !== undefined) {
    if (!isDict(values)) throw malformed(file, `"vars" of the group ${name} has to be an object`);
    addGroupVariables(inventory, group, { values, origin: file, trusted: true });
  }
  for (const child of listOf(content, 'children', name, file))
    addChild(inventory, group, addGroup(inventory, child));
}

// The short forms of old: a list is the hosts, and an object without the known keys the variables of one host.
function groupContent(name: string, content: unknown): Dict {
  if (!isDict(content)) return { hosts: content };
  const known = ['hosts', 'vars', 'children'].some((key) => dictHas(content, key));
  return known ? content : { hosts: [name], vars: content };
}

function listOf(content: Dict, key: string, group: string, file: string): string[] {
  const value = dictGet(content, key);
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw malformed(file, `"${key}" of the group ${group} has to be a list of names`);
}

function malformed(file: string, what: string): SourceError {
  return new SourceError(`the inventory program ${file} gives no inventory: ${what}`);
}

function run(file: string, args: string[], cwd: string): unknown {
  const command = [file, ...args].join(' ');
  const result = spawnSync(file, args, { cwd, encoding: 'utf8', maxBuffer: LARGEST_OUTPUT });
  if (result.error)
    throw new SourceError(`cannot run the inventory program ${file}: ${reasonOf(result.error)}`);
  const stderr =
    result.stderr.trim() === '' ? undefined : `It printed on stderr:\n${result.stderr.trimEnd()}`;
  if (result.status !== 0) {
    const how = result.signal ? `was ended by ${result.signal}` : `failed with exit code ${result.status}`;
    throw new SourceError(`${command} ${how}`, undefined, stderr);
  }
  if (args[0] === '--host' && result.stdout.trim() === '') return null;
  try {
    return parseJson(result.stdout, float);
  } catch (error) {
    throw new SourceError(`${command} printed no JSON: ${(error as Error).message}`, undefined, stderr);
  }
}
