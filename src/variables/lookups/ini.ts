import { readFileSync } from 'node:fs';
import { interpolateIni } from '../../lib/iniInterpolation.ts';
import { translate } from '../../lib/pythonRegex.ts';
import { decode } from '../filters/bytes.ts';
import { flagOption, type Lookup, type LookupOptions, lookupError, textOption, textTerm } from './context.ts';
import { requireFile } from './searchPath.ts';

/** Sections by name, each with its keys; DEFAULT's are those of all. A key without a value has null. */
type Sections = Map<string, Map<string, string | null>>;

interface Reading {
  file: string;
  caseSensitive: boolean;
  allowNoValue: boolean;
}

/** Reads a file of Python's `configparser`: `key = value` or `key: value`, longer values on indented lines. */
function parseIni(text: string, { file, caseSensitive, allowNoValue }: Reading): Sections {
  const sections: Sections = new Map([['DEFAULT', new Map()]]);
  let section: Map<string, string | null> | undefined;
  let key: string | undefined;
  let indent = 0;
  for (const line of text.split(/\r?\n/)) {
    const content = /^\s*[#;]/.test(line) ? '' : line.trim();
    const depth = line.length - line.trimStart().length;
    if (section && key !== undefined && (content === '' || depth > indent)) {
      if (!/^\s*[#;]/.test(line)) section.set(key, `${section.get(key) ?? ''}\n${content}`);
      continue;
    }
    if (content === '') continue;
    indent = depth;
    const header = /^\[(.+)\]/.exec(content);
    if (header) {
      section = sections.get(header[1]!) ?? new Map();
      sections.set(header[1]!, section);
      key = undefined;
      continue;
    }
    if (!section) throw lookupError(`${file} contains no section headers`);
    const [, name = content, value] = /^(.*?)\s*[=:]\s*(.*)$/s.exec(content) ?? [];
    if (value === undefined && !allowNoValue)
      throw lookupError(`${file} contains parsing errors: ${content}`);
    key = caseSensitive ? name.trim() : name.trim().toLowerCase();
    if (section.has(key))
      throw lookupError(`Duplicate option in '${file}': ${key} is there twice in one section`);
    section.set(key, value ?? null);
  }
  for (const keys of sections.values())
    for (const [name, value] of keys) keys.set(name, value?.trimEnd() ?? null);
  return sections;
}

function interpolated(value: string, keys: ReadonlyMap<string, string | null>): string {
  try {
    return interpolateIni(value, keys);
  } catch (error) {
    throw lookupError((error as Error).message);
  }
}

const OPTIONS = [
  'type',
  'file',
  'section',
  're',
  'encoding',
  'default',
  'case_sensitive',
  'allow_no_value',
  'allow_none',
  'interpolation',
];

// A term may hold the key and, behind it, options: `user section=integration file=users.ini`.
function parseTerm(term: string, options: LookupOptions): { key: string; own: LookupOptions } {
  if (!/[= ]/.test(term.trim())) return { key: term, own: options };
  const words: string[] = [];
  for (const word of term.split(/\s+/).filter((part) => part !== '')) {
    if (words.length === 0 || /^\w+=/.test(word)) words.push(word);
    else words.push(`${words.pop()} ${word}`);
  }
  const pairs = words
    .filter((word) => word.includes('='))
    .map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] as const);
  const odd = pairs.find(([name]) => !OPTIONS.includes(name));
  if (odd) throw lookupError(`'${odd[0]}' is not a valid option (known: ${OPTIONS.join(', ')})`);
  const key = words.find((word) => !word.includes('='));
  if (key === undefined)
    throw lookupError(`No key to lookup was provided as first term with in string inline options: ${term}`);
  return { key, own: { ...options, ...Object.fromEntries(pairs) } };
}

/** The value of a key in a section of an INI file, or of a Java properties file. */
export const ini: Lookup = (terms, context, options) =>
  terms.flatMap((term) => {
    const { key, own } = parseTerm(textTerm(term), options);
    const file = requireFile(context, 'files', textOption(own, 'file', 'ansible.ini'));
    const isProperties = textOption(own, 'type', 'ini') === 'properties';
    const text = decode(readFileSync(file), textOption(own, 'encoding', 'utf-8'));
    const caseSensitive = flagOption(own, 'case_sensitive', false);
    const allowNoValue = flagOption(own, 'allow_no_value', flagOption(own, 'allow_none', false));
    const sections = parseIni(isProperties ? `[properties]\n${text}` : text, {
      file,
      caseSensitive,
      allowNoValue,
    });
    const name = isProperties ? 'properties' : textOption(own, 'section', 'global');
    const found = sections.get(name);
    if (!found) throw lookupError(`No section '${name}' in ${file}.`);
    const keys = new Map([...sections.get('DEFAULT')!, ...found]);
    const read = (value: string | null) =>
      value === null || !flagOption(own, 'interpolation', true) ? value : interpolated(value, keys);
    if (flagOption(own, 're', false)) {
      const pattern = new RegExp(translate(key).source, 'uy');
      return [...keys].flatMap(([each, value]) => {
        pattern.lastIndex = 0;
        return pattern.test(each) ? [read(value)] : [];
      });
    }
    const wanted = caseSensitive ? key : key.toLowerCase();
    const value = keys.has(wanted) ? read(keys.get(wanted) ?? null) : (own.default ?? '');
    return value === null ? [] : Array.isArray(value) ? value : [value];
  });
