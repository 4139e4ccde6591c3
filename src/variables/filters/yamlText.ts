import {
  dictEntries,
  float,
  isDict,
  isFloat,
  isInt,
  sorted,
  toItems,
  toRepr,
  toText,
  typeError,
  typeName,
} from '../../jinja/index.ts';
import { resolvePlain } from '../../lib/yamlScalar.ts';
import { Datetime, isMoment } from './moments.ts';

/** One value of a document that is to be written. Nodes that occur twice are written once and referred to. */
export type YamlNode = ScalarNode | SequenceNode | MappingNode;

export interface ScalarNode {
  kind: 'scalar';
  text: string;
  tag?: string;
  /** Whether the value is a text. */
  isText: boolean;
  /** Whether the plain text would be read as what it is. */
  plain: boolean;
}

export interface SequenceNode {
  kind: 'sequence';
  items: YamlNode[];
  flow: boolean;
}

export interface MappingNode {
  kind: 'mapping';
  entries: [YamlNode, YamlNode][];
  flow: boolean;
}

/** How values become nodes, by the names of PyYAML's `dump`. */
export interface NodeOptions {
  sortKeys: boolean;
  /** Whether collections are written with brackets; null where they are if all in them is plain. */
  flowStyle: boolean | null;
  /** A style for all scalars that allow it: ', ", | or >. */
  scalarStyle: string | null;
}

const TIMESTAMP =
  /^(?:\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/;

/** The nodes of a value, as PyYAML's SafeRepresenter makes them. Throws for what YAML has no form for. */
export function nodesOf(value: unknown, options: NodeOptions): YamlNode {
  const known = new Map<object, YamlNode>();

  const nodeOf = (item: unknown): YamlNode => {
    if (typeof item === 'string') return { kind: 'scalar', text: item, isText: true, plain: isPlain(item) };
    const scalar = scalarText(item);
    if (scalar !== undefined) return { kind: 'scalar', text: scalar, isText: false, plain: true };
    const object = item as object;
    if (object instanceof Uint8Array) return binaryNode(object);
    const same = known.get(object);
    if (same) return same;
    return isDict(object) ? mappingOf(object) : sequenceOf(object);
  };

  const sequenceOf = (list: object): YamlNode => {
    const node: SequenceNode = { kind: 'sequence', items: [], flow: false };
    // All empty tuples are the same one to Python, and so are never referred to.
    known.set(list, node);
    for (const item of itemsOf(list)) node.items.push(nodeOf(item));
    node.flow = options.flowStyle ?? node.items.every((item) => isBare(item, options));
    return node;
  };

  const mappingOf = (dict: object): YamlNode => {
    const node: MappingNode = { kind: 'mapping', entries: [], flow: false };
    known.set(dict, node);
    for (const [key, item] of orderedEntries(dict, options.sortKeys))
      node.entries.push([nodeOf(key), nodeOf(item)]);
    const bare = ([key, item]: [YamlNode, YamlNode]) => isBare(key, options) && isBare(item, options);
    node.flow = options.flowStyle ?? node.entries.every(bare);
    return node;
  };

  return nodeOf(value);
}

function isBare(node: YamlNode, { scalarStyle }: NodeOptions): boolean {
  return node.kind === 'scalar' && scalarStyle === null && node.tag === undefined;
}

function itemsOf(list: object): readonly unknown[] {
  const type = typeName(list);
  if (Array.isArray(list) || type === 'range' || type.startsWith('dict_')) return toItems(list);
  // Throws where the value is undefined.
  toText(list);
  throw typeError(`there is no form in YAML for ${type}`);
}

// Keys that have no order stay in theirs.
function orderedEntries(dict: object, sortKeys: boolean): [unknown, unknown][] {
  const entries = dictEntries(dict as Map<unknown, unknown>);
  if (!sortKeys) return entries;
  try {
    return sorted(entries, ([key]) => key);
  } catch {
    return entries;
  }
}

function isPlain(text: string): boolean {
  return resolvePlain(text, float) === text && !TIMESTAMP.test(text) && text !== '=' && text !== '<<';
}

/** The text of a value that is no text and no collection, or undefined. */
function scalarText(value: unknown): string | undefined {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (isInt(value)) return toRepr(value);
  if (isFloat(value)) return floatText(Number(value));
  if (isMoment(value)) return value.isoFormat(value instanceof Datetime ? ' ' : '');
  return undefined;
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const text = toRepr(float(value));
  // Without a point it would be read as a text.
  return text.includes('.') ? text : text.replace('e', '.0e');
}

function binaryNode(bytes: Uint8Array): ScalarNode {
  const lines = Buffer.from(bytes).toString('base64').replace(/.{76}/g, '$&\n');
  return { kind: 'scalar', text: `${lines.trimEnd()}\n`, tag: '!!binary', isText: true, plain: false };
}
