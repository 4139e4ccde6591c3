import { type Dict, dictEntries } from '../lib/dict.ts';
import { didYouMean } from '../lib/nearest.ts';
import { placeOf, placeOfKey, placeOfValue } from '../lib/places.ts';
import { type Place, SourceError } from '../lib/sourceError.ts';
import type { Keyword, RawVariables } from './model.ts';

const COMMON = [
  'any_errors_fatal',
  'become',
  'become_exe',
  'become_flags',
  'become_method',
  'become_user',
  'check_mode',
  'collections',
  'connection',
  'debugger',
  'diff',
  'environment',
  'ignore_errors',
  'ignore_unreachable',
  'module_defaults',
  'name',
  'no_log',
  'port',
  'remote_user',
  'run_once',
  'tags',
  'throttle',
  'timeout',
  'vars',
];
const DELEGATION = ['delegate_facts', 'delegate_to'];

/** The keywords of each level, as ansible-core's list of playbook keywords has them. */
export const KEYWORDS = {
  play: [
    ...COMMON,
    'fact_path',
    'force_handlers',
    'gather_facts',
    'gather_subset',
    'gather_timeout',
    'handlers',
    'hosts',
    'max_fail_percentage',
    'order',
    'post_tasks',
    'pre_tasks',
    'roles',
    'serial',
    'strategy',
    'tasks',
    'user',
    'vars_files',
    'vars_prompt',
  ],
  role: [...COMMON, ...DELEGATION, 'role', 'when'],
  block: [...COMMON, ...DELEGATION, 'always', 'block', 'notify', 'rescue', 'when'],
  task: [
    ...COMMON,
    ...DELEGATION,
    'action',
    'args',
    'async',
    'changed_when',
    'delay',
    'failed_when',
    'listen',
    'local_action',
    'loop',
    'loop_control',
    'notify',
    'poll',
    'register',
    'retries',
    'until',
    'when',
  ],
} as const;

/** Keywords of ansible-core that Flotte does not carry out; they are said at load and not passed over. */
export const UNSUPPORTED: Record<string, string> = {
  debugger: 'Remove it; run with -vvv or --step to look at a task.',
};

/** Where a file's values say nothing of their own place. */
export function startOf(file: string): Place {
  return { file, line: 1, column: 1 };
}

/** The keywords of a map that are among `names`; the rest comes back as `others`. */
export function splitKeywords(
  map: Dict,
  names: readonly string[],
  file: string,
): { keywords: Map<string, Keyword>; others: Map<string, Keyword> } {
  const keywords = new Map<string, Keyword>();
  const others = new Map<string, Keyword>();
  for (const [key, value] of dictEntries(map)) {
    const name = String(key);
    const place = placeOfValue(map, key) ?? startOf(file);
    (names.includes(name) ? keywords : others).set(name, { value, place });
  }
  return { keywords, others };
}

/** An error for a keyword that nobody knows, at the key. */
export function unknownKeyword(
  map: Dict,
  name: string,
  level: keyof typeof KEYWORDS,
  file: string,
): SourceError {
  const place = placeOfKey(map, name) ?? startOf(file);
  return new SourceError(`"${name}" is no keyword of a ${level}`, place, didYouMean(name, KEYWORDS[level]));
}

/** Variables of a `vars` keyword: a map, or a list of maps as older playbooks have it. */
export function variablesOf(keyword: Keyword | undefined, origin: string): RawVariables | undefined {
  if (!keyword || keyword.value === null) return undefined;
  const maps = Array.isArray(keyword.value) ? keyword.value : [keyword.value];
  const values: Record<string, unknown> = {};
  for (const map of maps) {
    if (typeof map !== 'object' || map === null || Array.isArray(map)) {
      throw new SourceError('vars needs a map of names to values', keyword.place);
    }
    for (const [key, value] of dictEntries(map as Dict))
      values[checkedName(String(key), map, key, keyword.place)] = value;
  }
  return maps.length === 1 && !(maps[0] instanceof Map)
    ? { values: maps[0] as Record<string, unknown>, origin }
    : { values, origin };
}

function checkedName(name: string, map: unknown, key: unknown, fallback: Place): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name;
  const hint = 'A variable name has letters, digits and underscores and does not begin with a digit.';
  throw new SourceError(`"${name}" is no name for a variable`, placeOfKey(map, key) ?? fallback, hint);
}

/** A list of texts: a YAML list, one text, or a text with commas. */
export function textList(keyword: Keyword | undefined): string[] {
  if (!keyword || keyword.value === null || keyword.value === undefined) return [];
  const items = Array.isArray(keyword.value) ? keyword.value : [keyword.value];
  return items.flatMap((item) =>
    typeof item === 'string' && !item.includes('{{')
      ? item.split(',').map((part) => part.trim())
      : [String(item)],
  );
}

/** The place of a list's item or a map's value, or that of the whole. */
export function placeWithin(container: unknown, key: unknown, file: string): Place {
  return placeOfValue(container, key) ?? placeOf(container) ?? startOf(file);
}
