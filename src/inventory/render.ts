import { Document, type Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { toText } from '../jinja/text.ts';
import { PyFloat } from '../jinja/values.ts';
import { type Dict, dictEntries, dictFrom, isDict } from '../lib/dict.ts';
import { UnsafeText, VaultText } from '../lib/yaml.ts';
import { groupLayers, hostLayers, ownGroupLayers } from './layers.ts';
import { hostsOf } from './membership.ts';
import type { Group, Host, Inventory, VariableLayer } from './model.ts';

export interface RenderOptions {
  /** Folders that count as beside the playbook, the weakest first. */
  playbookFolders: readonly string[];
  /** Only these hosts. */
  limit?: ReadonlySet<Host>;
  /** `export` keeps the variables of groups with the groups, `flatten` gives each host all that is its own. */
  variables: 'flatten' | 'export';
}

/**
 * What `ansible-inventory --list` prints as JSON, as data: each group with its hosts and children, and the hosts'
 * variables under `_meta.hostvars`. Values are as written, their templates not rendered.
 */
export function inventoryData(inventory: Inventory, options: RenderOptions): Dict {
  const result = new Map<string, unknown>();
  const all = inventory.groups.get('all')!;
  addGroupData(inventory, all, options, result, new Set());
  const hostvars = new Map<unknown, unknown>();
  for (const host of shownHosts(inventory, options)) {
    const variables = hostData(inventory, host, options);
    if (variables.size > 0) hostvars.set(host.name, dictFrom(variables));
  }
  result.set('_meta', { hostvars: dictFrom(hostvars), profile: 'inventory_legacy' });
  return dictFrom(result);
}

function shownHosts(inventory: Inventory, { limit }: RenderOptions): readonly Host[] {
  const hosts = hostsOf(inventory, inventory.groups.get('all')!);
  return limit ? hosts.filter((host) => limit.has(host)) : hosts;
}

function addGroupData(
  inventory: Inventory,
  group: Group,
  options: RenderOptions,
  result: Map<string, unknown>,
  seen: Set<Group>,
): void {
  const data: Record<string, unknown> = {};
  const hosts = [...group.hosts].filter((host) => !options.limit || options.limit.has(host));
  if (group.name !== 'all' && hosts.length > 0) data.hosts = hosts.map((host) => host.name);
  if (group.children.size > 0) data.children = [...group.children].map((child) => child.name);
  for (const child of group.children) {
    if (seen.has(child)) continue;
    seen.add(child);
    addGroupData(inventory, child, options, result, seen);
  }
  if (options.variables === 'export') {
    const variables = groupData(inventory, group, options);
    if (variables.size > 0) data.vars = dictFrom(variables);
  }
  if (Object.keys(data).length > 0) result.set(group.name, data);
}

/** The same as YAML reads it back: groups within groups, below `all`. */
export function inventoryTree(inventory: Inventory, options: RenderOptions): Dict {
  const seen = { groups: new Set<Group>(), hosts: new Set<Host>() };
  const all = inventory.groups.get('all')!;
  return dictFrom(new Map([[all.name, groupTree(inventory, all, options, seen)]]));
}

function groupTree(
  inventory: Inventory,
  group: Group,
  options: RenderOptions,
  seen: { groups: Set<Group>; hosts: Set<Host> },
): Dict {
  const tree = new Map<unknown, unknown>();
  const children = new Map<unknown, unknown>();
  for (const child of group.children) {
    const content = seen.groups.has(child) ? {} : groupTree(inventory, child, options, seen);
    if (seen.groups.has(child) || Object.keys(content).length > 0) children.set(child.name, content);
    seen.groups.add(child);
  }
  if (children.size > 0) tree.set('children', dictFrom(children));
  const hosts = new Map<unknown, unknown>();
  for (const host of group.name === 'all' ? [] : group.hosts) {
    if (options.limit && !options.limit.has(host)) continue;
    hosts.set(host.name, seen.hosts.has(host) ? {} : dictFrom(hostData(inventory, host, options)));
    seen.hosts.add(host);
  }
  if (hosts.size > 0) tree.set('hosts', dictFrom(hosts));
  if (options.variables === 'export') {
    const variables = groupData(inventory, group, options);
    if (variables.size > 0) tree.set('vars', dictFrom(variables));
  }
  return dictFrom(tree);
}

/** The variables of a host, those of its groups among them unless `export` is asked for. */
export function hostVariables(inventory: Inventory, host: Host, options: RenderOptions): Dict {
  return dictFrom(hostData(inventory, host, options));
}

function hostData(inventory: Inventory, host: Host, options: RenderOptions): Map<unknown, unknown> {
  const own = hostLayers(inventory, host, options.playbookFolders);
  if (options.variables === 'export') return merged(own);
  return merged([...groupLayers(inventory, host, options.playbookFolders), ...own]);
}

function groupData(inventory: Inventory, group: Group, options: RenderOptions): Map<unknown, unknown> {
  const variables = merged(ownGroupLayers(inventory, group, options.playbookFolders));
  if (group.priority !== 1) variables.set('ansible_group_priority', group.priority);
  return variables;
}

function merged(layers: readonly VariableLayer[]): Map<unknown, unknown> {
  const result = new Map<unknown, unknown>();
  for (const layer of layers) {
    for (const [name, value] of dictEntries(layer.values)) {
      result.set(name, layer.trusted ? value : mapLeaves(value, unsafeText));
    }
  }
  return result;
}

function mapLeaves(value: unknown, replace: (leaf: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => mapLeaves(item, replace));
  if (!isDict(value)) return replace(value);
  const entries = [...dictEntries(value)].map(([key, item]) => [key, mapLeaves(item, replace)] as const);
  return dictFrom(new Map(entries));
}

// Who reads the inventory back is to template a text of a layer that is not trusted as little as we do.
function unsafeText(leaf: unknown): unknown {
  return typeof leaf === 'string' ? new UnsafeText(leaf) : leaf;
}

/** The tree of groups and hosts below a group, as `--graph` prints it; with `variables` also what they hold. */
export function inventoryGraph(inventory: Inventory, top: Group, variables?: RenderOptions): string {
  return graphLines(inventory, top, variables, 0).join('\n');
}

function graphLines(
  inventory: Inventory,
  group: Group,
  variables: RenderOptions | undefined,
  depth: number,
): string[] {
  const lines = [graphLine(`@${group.name}:`, depth)];
  for (const child of group.children) lines.push(...graphLines(inventory, child, variables, depth + 1));
  for (const host of group.name === 'all' ? [] : group.hosts) {
    lines.push(graphLine(host.name, depth + 1));
    if (variables) lines.push(...variableLines(hostData(inventory, host, variables), depth + 2));
  }
  if (variables) lines.push(...variableLines(groupData(inventory, group, variables), depth + 1));
  return lines;
}

function graphLine(text: string, depth: number): string {
  return depth === 0 ? text : `${'  |'.repeat(depth)}--${text}`;
}

function variableLines(variables: Map<unknown, unknown>, depth: number): string[] {
  return [...variables]
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
    .map(([name, value]) => graphLine(`{${String(name)} = ${toText(mapLeaves(value, shownLeaf))}}`, depth));
}

function shownLeaf(leaf: unknown): unknown {
  if (leaf instanceof VaultText) return '<encrypted>';
  return leaf instanceof UnsafeText ? leaf.text : leaf;
}

/** JSON as Ansible prints an inventory: keys sorted, four blanks of indentation. No newline at its end. */
export function toJson(value: unknown): string {
  return jsonValue(value, '\n');
}

function jsonValue(value: unknown, newline: string): string {
  const inner = `${newline}    `;
  if (value instanceof VaultText) return jsonValue({ __ansible_vault: value.ciphertext }, newline);
  if (value instanceof UnsafeText) return jsonValue({ __ansible_unsafe: value.text }, newline);
  if (value instanceof PyFloat || typeof value === 'bigint' || typeof value === 'number')
    return toText(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[${value.map((item) => inner + jsonValue(item, inner)).join(',')}${newline}]`;
  }
  if (!isDict(value)) return JSON.stringify(value) ?? 'null';
  const entries = [...dictEntries(value)].map(([key, item]) => [jsonKey(key), item] as const);
  if (entries.length === 0) return '{}';
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${inner}${JSON.stringify(key)}: ${jsonValue(item, inner)}`).join(',')}${newline}}`;
}

function jsonKey(key: unknown): string {
  return typeof key === 'boolean' || key === null ? String(key) : toText(key);
}

/** YAML with sorted keys, which Ansible and PyYAML read back to the same values. Ends in a newline. */
export function toYaml(value: unknown): string {
  const document = new Document(null, { version: '1.1' });
  document.contents = yamlNode(document, value);
  return document.toString({ lineWidth: 0, directives: false });
}

function yamlNode(document: Document, value: unknown): Node {
  if (value instanceof VaultText) return taggedText('!vault', value.ciphertext, Scalar.BLOCK_LITERAL);
  if (value instanceof UnsafeText) return taggedText('!unsafe', value.text, Scalar.QUOTE_DOUBLE);
  if (value instanceof PyFloat) return floatNode(value);
  if (Array.isArray(value)) {
    const list = new YAMLSeq<Node>();
    for (const item of value) list.add(yamlNode(document, item));
    return list;
  }
  return isDict(value) ? yamlMap(document, value) : document.createNode(value);
}

// Not made by the library from a Map: YAML 1.1 would have a list of pairs for it.
function yamlMap(document: Document, value: Dict): YAMLMap<Node, Node> {
  const map = new YAMLMap<Node, Node>();
  const entries = [...dictEntries(value)].sort(([a], [b]) => (toText(a) < toText(b) ? -1 : 1));
  for (const [key, item] of entries) map.add(new Pair(yamlNode(document, key), yamlNode(document, item)));
  return map;
}

function taggedText(tag: string, text: string, type: Scalar.Type): Scalar {
  const scalar = new Scalar(text);
  scalar.tag = tag;
  scalar.type = type;
  return scalar;
}

function floatNode(value: PyFloat): Scalar {
  const scalar = new Scalar(value.value);
  scalar.minFractionDigits = 1;
  return scalar;
}
