import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { type Dict, dictEntries, dictFrom, isDict } from './dict.ts';
import { entryPlaces, type PlaceSource, recordPlaces } from './places.ts';
import { type Place, SourceError, type SourceWarning } from './sourceError.ts';
import { explainCollectionKey, explainMistake, type Mistake } from './yamlMistake.ts';
import { type MakeFloat, resolvePlain, resolveTagged } from './yamlScalar.ts';
import { withoutQuotedTab } from './yamlTabs.ts';

/** A `!vault` value, as it was written: encrypted. */
export class VaultText {
  readonly ciphertext: string;
  readonly place: Place | undefined;

  constructor(ciphertext: string, place?: Place) {
    this.ciphertext = ciphertext;
    this.place = place;
  }
}

/** An `!unsafe` text: never to be templated. */
export class UnsafeText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export interface YamlOptions {
  /** Name of the file, for places. */
  file: string;
  /** Makes a float, so that 1.0 can be told from 1; without it a float is a plain number. */
  float?: MakeFloat;
  /** Hears of what is odd but allowed: a key that is given twice. */
  warn?: (warning: SourceWarning) => void;
}

interface Reading {
  source: PlaceSource;
  text: string;
  float: MakeFloat;
  warn: (warning: SourceWarning) => void;
  anchors: Map<string, unknown>;
  /** Inside of a value tagged !unsafe. */
  unsafe: boolean;
}

type YamlNode = Scalar | YAMLMap | YAMLSeq | Alias | null;

const CORE = 'tag:yaml.org,2002:';
// Marks an anchor whose value is still being read, to find a value that contains itself.
const UNFINISHED = Symbol('unfinished');

/**
 * Reads one YAML document as PyYAML (YAML 1.1) and Ansible do: yes/no/on/off are booleans, `0644` is 420,
 * dates are the text that Python prints for them, `<<` merges, the later of two equal keys counts.
 *
 * Gives null, booleans, numbers (bigint beyond 2^53), texts, arrays, mappings (`Dict`: a plain object, or a
 * Map when keys are no texts or look like 80), VaultText and UnsafeText; null for an empty document.
 * Where each map, list, key and value stands is asked of `places.ts`. An alias gives the same object again.
 * Throws a SourceError with a place, for syntax errors and for tags that nobody knows.
 */
export function parseYaml(text: string, options: YamlOptions): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    schema: 'failsafe',
    version: '1.1',
    lineCounter,
    strict: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  const reading: Reading = {
    source: { file: options.file, linePos: (offset) => lineCounter.linePos(offset) },
    text,
    float: options.float ?? ((value) => value),
    warn: options.warn ?? (() => {}),
    anchors: new Map(),
    unsafe: false,
  };
  const error = document.errors[0];
  const untabbed = withoutQuotedTab(error, text);
  if (untabbed !== undefined) return parseYaml(untabbed, options);
  if (error) throw mistakeError(reading, explainMistake(error, text));
  return toValue(reading, document.contents as YamlNode);
}

function mistakeError(reading: Reading, mistake: Mistake): SourceError {
  return new SourceError(mistake.message, placeAt(reading, mistake.offset), mistake.hint);
}

function placeAt(reading: Reading, offset: number): Place {
  const { line, col } = reading.source.linePos(offset);
  return { file: reading.source.file, line, column: col };
}

function startOf(node: YamlNode): number {
  return node?.range?.[0] ?? 0;
}

function toValue(reading: Reading, node: YamlNode): unknown {
  if (node === null) return null;
  if (isAlias(node)) return aliasValue(reading, node);
  const { anchor } = node;
  if (anchor) reading.anchors.set(anchor, UNFINISHED);
  const value = taggedValue(reading, node);
  if (anchor) reading.anchors.set(anchor, value);
  return value;
}

function aliasValue(reading: Reading, node: Alias): unknown {
  const value = reading.anchors.get(node.source);
  const place = placeAt(reading, startOf(node));
  if (value === UNFINISHED) throw new SourceError(`*${node.source} stands inside of what it repeats`, place);
  if (value !== undefined || reading.anchors.has(node.source)) return value;
  const hint = `If this is no alias but a text, put it in quotes: "*${node.source}"`;
  throw new SourceError(`*${node.source} repeats an anchor &${node.source} that is not there`, place, hint);
}

function taggedValue(reading: Reading, node: Scalar | YAMLMap | YAMLSeq): unknown {
  const { tag } = node;
  if (tag === '!vault' || tag === '!vault-encrypted') return vaultValue(reading, node);
  if (tag === '!') return untaggedValue(reading, node);
  if (tag === '!unsafe') return untaggedValue({ ...reading, unsafe: true }, node);
  if (tag && !tag.startsWith(CORE)) throw unknownTag(reading, node);
  return tag ? coreValue(reading, node, tag.slice(CORE.length)) : untaggedValue(reading, node);
}

function vaultValue(reading: Reading, node: Scalar | YAMLMap | YAMLSeq): VaultText {
  const place = placeAt(reading, startOf(node));
  if (!isScalar(node)) throw new SourceError('!vault needs a text', place);
  return new VaultText(String(node.value), place);
}

function unknownTag(reading: Reading, node: Scalar | YAMLMap | YAMLSeq): SourceError {
  const hint = 'Known tags are !vault and !unsafe. A text that begins with "!" has to be quoted.';
  return new SourceError(`the tag ${node.tag} is not known`, placeAt(reading, startOf(node)), hint);
}

function untaggedValue(reading: Reading, node: Scalar | YAMLMap | YAMLSeq): unknown {
  if (isMap(node)) return mapValue(reading, node);
  if (isSeq(node)) return listValue(reading, node);
  const text = String(node.value ?? '');
  return node.type === Scalar.PLAIN
    ? textOf(reading, resolvePlain(text, reading.float))
    : textOf(reading, text);
}

function textOf(reading: Reading, value: unknown): unknown {
  return reading.unsafe && typeof value === 'string' ? new UnsafeText(value) : value;
}

function coreValue(reading: Reading, node: Scalar | YAMLMap | YAMLSeq, type: string): unknown {
  const place = placeAt(reading, startOf(node));
  if (isMap(node)) return type === 'set' ? [...setKeys(reading, node)] : mapValue(reading, node);
  if (isSeq(node))
    return type === 'omap' || type === 'pairs' ? pairList(reading, node) : listValue(reading, node);
  const text = String(node.value ?? '');
  if (type === 'str' || type === 'python/unicode') return textOf(reading, text);
  if (type === 'timestamp') return resolvePlain(text, reading.float);
  if (type === 'binary') return Buffer.from(text, 'base64').toString('utf8');
  const value = resolveTagged(type, text, reading.float);
  if (value === undefined) throw new SourceError(`"${text}" is no !!${type}`, place);
  return value;
}

function* setKeys(reading: Reading, node: YAMLMap): Generator<unknown> {
  for (const pair of node.items) yield toValue(reading, pair.key as YamlNode);
}

function pairList(reading: Reading, node: YAMLSeq): unknown[] {
  const items = node.items.map((item) => toValue(reading, item as YamlNode));
  return items.flatMap((item) => (isDict(item) ? [...dictEntries(item)] : [item]));
}

function listValue(reading: Reading, node: YAMLSeq): unknown[] {
  const places: EntryPlaces = new Map();
  const list = node.items.map((item, index) => {
    const start = startOf(item as YamlNode);
    places.set(index, [reading.source, start, start]);
    return toValue(reading, item as YamlNode);
  });
  recordPlaces(list, reading.source, startOf(node), places);
  return list;
}

type EntryPlaces = Parameters<typeof recordPlaces>[3];

function mapValue(reading: Reading, node: YAMLMap): Dict {
  const pairs = node.items as Pair<YamlNode, YamlNode>[];
  const merged = pairs.filter((pair) => isMergeKey(pair.key));
  const entries = new Map<unknown, unknown>();
  const places: EntryPlaces = new Map();
  for (const pair of merged) mergeInto(entries, places, reading, pair);
  const own = new Set<unknown>();
  for (const pair of pairs) {
    if (isMergeKey(pair.key)) continue;
    const key = keyValue(reading, pair.key);
    if (own.has(key)) warnTwice(reading, pair.key, key);
    own.add(key);
    entries.set(key, toValue(reading, pair.value));
    places.set(key, [
      reading.source,
      startOf(pair.key),
      pair.value ? startOf(pair.value) : startOf(pair.key),
    ]);
  }
  const dict = dictFrom(entries);
  recordPlaces(dict, reading.source, startOf(node), places);
  return dict;
}

function isMergeKey(key: YamlNode): boolean {
  return isScalar(key) && key.value === '<<' && key.type === Scalar.PLAIN && !key.tag;
}

// Of several maps the first counts most, so that it is laid on last.
function mergeInto(
  entries: Map<unknown, unknown>,
  places: EntryPlaces,
  reading: Reading,
  pair: Pair<YamlNode, YamlNode>,
): void {
  const value = toValue(reading, pair.value);
  const sources = Array.isArray(value) ? value.toReversed() : [value];
  for (const source of sources) {
    if (!isDict(source)) {
      throw new SourceError('"<<" needs a map or a list of maps', placeAt(reading, startOf(pair.value)));
    }
    const from = entryPlaces(source);
    for (const [key, item] of dictEntries(source)) {
      entries.set(key, item);
      const place = from.get(key);
      if (place) places.set(key, place);
    }
  }
}

function keyValue(reading: Reading, node: YamlNode): unknown {
  const key = toValue(reading, node);
  if (Array.isArray(key) || isDict(key)) {
    throw mistakeError(reading, explainCollectionKey(reading.text, startOf(node)));
  }
  return key instanceof UnsafeText ? key.text : key;
}

function warnTwice(reading: Reading, node: YamlNode, key: unknown): void {
  const message = `the key "${String(key)}" is given twice`;
  reading.warn({ message, place: placeAt(reading, startOf(node)), hint: 'The last one counts.' });
}
