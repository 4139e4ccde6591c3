import { type Dict, dictEntries, dictGet, isDict } from '../lib/dict.ts';
import { didYouMean } from '../lib/nearest.ts';
import { placeOf, placeOfKey, placeOfValue } from '../lib/places.ts';
import { SourceError } from '../lib/sourceError.ts';
import { expandHosts } from './address.ts';
import { addChild, addGroup, addGroupVariables, addHost, joinGroup } from './inventory.ts';
import type { Group, Inventory, VariableLayer } from './model.ts';

interface Reading {
  inventory: Inventory;
  file: string;
}

const SECTIONS = ['hosts', 'vars', 'children'];

/** Adds the hosts, groups and variables of a YAML (or JSON) inventory that was read from `file`. Throws SourceError. */
export function readYamlInventory(inventory: Inventory, data: Dict, file: string): void {
  for (const [name, content] of dictEntries(data)) readGroup({ inventory, file }, data, name, content);
}

// `container` is the map in which `key` names the group, for places.
function readGroup(reading: Reading, container: Dict, key: unknown, content: unknown): Group | undefined {
  const { inventory, file } = reading;
  const place = placeOfKey(container, key);
  if (typeof key !== 'string') {
    throw new SourceError(
      `the name of a group has to be a text, and ${String(key)} is none`,
      place,
      'Put it in quotes.',
    );
  }
  if (content !== null && !isDict(content)) {
    inventory.warn({
      message: `"${key}" is no group and is left out`,
      place,
      hint: 'A group is a map with hosts, vars and children in it.',
    });
    return undefined;
  }
  const group = addGroup(inventory, key, place);
  if (content === null) return group;
  for (const [section, value] of dictEntries(content)) {
    if (section === 'vars') readVariables(reading, group, content, value);
    else if (section === 'hosts') readHosts(reading, group, content, value);
    else if (section === 'children') readChildren(reading, group, content, value);
    else {
      inventory.warn({
        message: `"${String(section)}" in the group ${group.name} is not known and is left out (${file})`,
        place: placeOfKey(content, section),
        hint: didYouMean(String(section), SECTIONS) ?? 'A group has hosts, vars and children.',
      });
    }
  }
  return group;
}

function readVariables(reading: Reading, group: Group, content: Dict, value: unknown): void {
  const values = section(content, 'vars', value, group);
  if (values) addGroupVariables(reading.inventory, group, layer(reading, values));
}

function layer(reading: Reading, values: Dict): VariableLayer {
  return { values, origin: reading.file, trusted: true };
}

function readChildren(reading: Reading, group: Group, content: Dict, value: unknown): void {
  const children = section(content, 'children', value, group);
  if (!children) return;
  for (const [name, child] of dictEntries(children)) {
    const below = readGroup(reading, children, name, child);
    if (below) addChild(reading.inventory, group, below, placeOfKey(children, name));
  }
}

function readHosts(reading: Reading, group: Group, content: Dict, value: unknown): void {
  const hosts = section(content, 'hosts', value, group);
  if (!hosts) return;
  for (const [name, variables] of dictEntries(hosts)) readHost(reading, group, hosts, name, variables);
}

function readHost(reading: Reading, group: Group, hosts: Dict, key: unknown, variables: unknown): void {
  const place = placeOfKey(hosts, key) ?? placeOf(hosts);
  if (typeof key !== 'string') {
    throw new SourceError(
      `the name of a host has to be a text, and ${String(key)} is none`,
      place,
      'Put it in quotes.',
    );
  }
  if (variables !== null && !isDict(variables)) {
    const hint = 'Write each variable of the host on a line of its own, as "name: value".';
    throw new SourceError(`the variables of ${key} have to be a map`, placeOfValue(hosts, key), hint);
  }
  const { names, port } = expandHosts(key, place);
  const own = variables ? layer(reading, variables) : undefined;
  for (const name of names) {
    const host = addHost(reading.inventory, name, { source: reading.file, port, place });
    joinGroup(reading.inventory, host, group);
    if (own) host.layers.push(own);
  }
}

// A text stands for a map with that one key; nothing for no map at all.
function section(content: Dict, key: string, value: unknown, group: Group): Dict | undefined {
  if (value === null) return undefined;
  if (typeof value === 'string') return { [value]: null };
  if (isDict(value)) return value;
  const hint = Array.isArray(value)
    ? `Write "name:" instead of "- name", and what belongs to it below.`
    : undefined;
  throw new SourceError(
    `"${key}" of the group ${group.name} has to be a map`,
    placeOfValue(content, key),
    hint,
  );
}

/** The plugin that a YAML source configures (`plugin: constructed`), undefined when it is an inventory itself. */
export function pluginOf(data: Dict): string | undefined {
  const plugin = dictGet(data, 'plugin');
  return typeof plugin === 'string' && plugin !== '' ? plugin : undefined;
}
