import { float } from '../jinja/values.ts';
import { type Dict, dictFrom } from '../lib/dict.ts';
import { type PlaceSource, recordPlaces } from '../lib/places.ts';
import { parsePythonLiteral } from '../lib/pythonLiteral.ts';
import { SplitError, splitWords, type Word } from '../lib/shellSplit.ts';
import { type Place, SourceError } from '../lib/sourceError.ts';
import { expandHosts } from './address.ts';
import { addChild, addGroup, addGroupVariables, addHost, joinGroup } from './inventory.ts';
import type { Group, Inventory } from './model.ts';

interface Section {
  group: Group;
  kind: 'hosts' | 'children' | 'vars';
  /** For [group:vars]: the variables so far. */
  variables: Variables;
}

interface Variables {
  entries: Map<string, unknown>;
  places: Parameters<typeof recordPlaces>[3];
  start: number;
}

/** A group that a section refers to before any section makes it. */
interface Pending {
  place: Place;
  message: string;
  hint: string;
  /** The groups whose children it shall be, once it is there. */
  parents: Group[];
}

interface Reading {
  inventory: Inventory;
  file: string;
  source: PlaceSource;
  pending: Map<string, Pending>;
}

interface Line {
  text: string;
  number: number;
  /** Column of the text's first character, from 1. */
  column: number;
}

const SECTION = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/;
const GROUP_NAME = /^([^:\]\s]+)\s*(?:#.*)?$/;
// Places are kept as one number: the line times this, plus the column.
const WIDTH = 0x10000;

/**
 * Adds the hosts, groups and variables of an INI inventory. Values are Python literals where they can be read as
 * such (`[1, 2]`, `True`, `0x10`), else texts, on host lines as in [group:vars]. Throws a SourceError with the place.
 */
export function readIni(inventory: Inventory, text: string, file: string): void {
  const source: PlaceSource = {
    file,
    linePos: (offset) => ({ line: Math.floor(offset / WIDTH), col: offset % WIDTH }),
  };
  const reading: Reading = { inventory, file, source, pending: new Map() };
  let section = openSection(addGroup(inventory, 'ungrouped'), 'hosts');
  text.split(/\r\n|\n|\r/).forEach((raw, index) => {
    const column = raw.length - raw.trimStart().length + 1;
    const line = { text: raw.trim(), number: index + 1, column };
    if (line.text === '' || line.text.startsWith('#') || line.text.startsWith(';')) return;
    if (isSection(line.text)) {
      closeSection(reading, section);
      section = readSection(reading, line);
    } else if (section.kind === 'hosts') readHost(reading, line, section.group);
    else if (section.kind === 'vars') readVariable(reading, line, section.variables);
    else readChild(reading, line, section.group);
  });
  closeSection(reading, section);
  for (const { message, place, hint } of reading.pending.values())
    throw new SourceError(message, place, hint);
}

function isSection(text: string): boolean {
  return SECTION.test(text) || (text.startsWith('[') && text.endsWith(']'));
}

function openSection(group: Group, kind: Section['kind']): Section {
  return { group, kind, variables: { entries: new Map(), places: new Map(), start: 0 } };
}

function closeSection(reading: Reading, section: Section): void {
  if (section.variables.entries.size === 0) return;
  const values = toDict(reading, section.variables);
  addGroupVariables(reading.inventory, section.group, { values, origin: reading.file, trusted: true });
}

function toDict(reading: Reading, variables: Variables): Dict {
  const values = dictFrom(variables.entries);
  recordPlaces(values, reading.source, variables.start, variables.places);
  return values;
}

function placeIn(reading: Reading, line: Line, offset = 0): Place {
  return { file: reading.file, line: line.number, column: line.column + offset };
}

function readSection(reading: Reading, line: Line): Section {
  const [, name, kind = 'hosts'] = SECTION.exec(line.text) ?? [];
  if (name === undefined) {
    const hint = 'A section is written [group], [group:children] or [group:vars], without blanks.';
    throw new SourceError(`${line.text} is no section`, placeIn(reading, line), hint);
  }
  if (kind !== 'hosts' && kind !== 'children' && kind !== 'vars') {
    const hint = 'It can be [group], [group:children] or [group:vars].';
    throw new SourceError(
      `${line.text} is no kind of section`,
      placeIn(reading, line, name.length + 2),
      hint,
    );
  }
  const { inventory, pending } = reading;
  const waiting = pending.get(name);
  if (kind === 'vars' && !waiting && !inventory.groups.has(name)) {
    pending.set(name, {
      place: placeIn(reading, line, 1),
      message: `[${name}:vars] gives variables to a group that is not there`,
      hint: `Add a section [${name}] or [${name}:children].`,
      parents: [],
    });
  }
  const group = addGroup(inventory, name);
  if (kind !== 'vars' && waiting) {
    for (const parent of waiting.parents) addChild(inventory, parent, group, waiting.place);
    pending.delete(name);
  }
  const section = openSection(group, kind);
  section.variables.start = line.number * WIDTH + line.column;
  return section;
}

function readChild(reading: Reading, line: Line, parent: Group): void {
  const name = GROUP_NAME.exec(line.text)?.[1];
  const place = placeIn(reading, line);
  if (name === undefined) throw new SourceError(`"${line.text}" is no name of a group`, place);
  const child = reading.inventory.groups.get(name);
  if (child) {
    addChild(reading.inventory, parent, child, place);
    return;
  }
  const waiting = reading.pending.get(name);
  if (waiting) waiting.parents.push(parent);
  else {
    reading.pending.set(name, {
      place,
      message: `[${parent.name}:children] names a group ${name} that is not there`,
      hint: `Add a section [${name}]. If ${name} is a host, put it under [${parent.name}].`,
      parents: [parent],
    });
  }
}

function readVariable(reading: Reading, line: Line, variables: Variables): void {
  const equals = line.text.indexOf('=');
  if (equals < 0) {
    const hint = 'Lines below [group:vars] are written name=value.';
    throw new SourceError(`"${line.text}" has no "="`, placeIn(reading, line), hint);
  }
  const value = line.text.slice(equals + 1);
  const valueAt = equals + 1 + (value.length - value.trimStart().length);
  const name = line.text.slice(0, equals).trim();
  setVariable(reading, line, variables, { name, value: value.trim(), nameAt: 0, valueAt });
}

// Offsets are those of the name and of the value in the line.
interface Written {
  name: string;
  value: string;
  nameAt: number;
  valueAt: number;
}

function setVariable(reading: Reading, line: Line, variables: Variables, written: Written): void {
  const literal = parsePythonLiteral(written.value, float);
  variables.entries.set(written.name, literal === undefined ? written.value : literal);
  const start = line.number * WIDTH + line.column;
  variables.places.set(written.name, [reading.source, start + written.nameAt, start + written.valueAt]);
}

function readHost(reading: Reading, line: Line, group: Group): void {
  const [first, ...assignments] = words(reading, line);
  const { names, port } = hostNames(reading, line, first!);
  const variables = hostVariables(reading, line, assignments);
  const layer = variables && { values: toDict(reading, variables), origin: reading.file, trusted: true };
  for (const name of names) {
    const host = addHost(reading.inventory, name, {
      source: reading.file,
      port,
      place: placeIn(reading, line),
    });
    joinGroup(reading.inventory, host, group);
    if (layer) host.layers.push(layer);
  }
}

function words(reading: Reading, line: Line): Word[] {
  try {
    return splitWords(line.text);
  } catch (error) {
    if (!(error instanceof SplitError)) throw error;
    throw new SourceError(error.message, placeIn(reading, line, error.offset));
  }
}

function hostNames(reading: Reading, line: Line, word: Word): { names: string[]; port: number | undefined } {
  const place = placeIn(reading, line, word.offset);
  if (word.text === '---') {
    throw new SourceError(
      '"---" begins a YAML file, and this is read as INI',
      place,
      'Give the file the ending .yml.',
    );
  }
  const expanded = expandHosts(word.text, place);
  if (word.text.endsWith(':') && expanded.port === undefined) {
    const hint = 'A port follows a host as in web1:2222. Is this a YAML file? Then give it the ending .yml.';
    throw new SourceError(`"${word.text}" ends in a ":"`, place, hint);
  }
  return expanded;
}

function hostVariables(reading: Reading, line: Line, assignments: Word[]): Variables | undefined {
  if (assignments.length === 0) return undefined;
  const start = line.number * WIDTH + line.column;
  const variables: Variables = { entries: new Map(), places: new Map(), start };
  for (const word of assignments) {
    const equals = word.text.indexOf('=');
    if (equals < 0) {
      const hint =
        'What follows a host is written name=value; a value with blanks in it needs quotes around it.';
      throw new SourceError(`"${word.text}" has no "="`, placeIn(reading, line, word.offset), hint);
    }
    const name = word.text.slice(0, equals);
    const value = word.text.slice(equals + 1);
    const valueAt = word.offset + equals + 1;
    setVariable(reading, line, variables, { name, value, nameAt: word.offset, valueAt });
  }
  return variables;
}
