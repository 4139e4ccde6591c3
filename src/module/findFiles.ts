import { modeBits } from '../lib/fileMode.ts';
import { patternExpression } from '../lib/fnmatch.ts';
import { translate } from '../lib/pythonRegex.ts';
import type { Stat } from './reads.ts';

/** A path that was found, with its checksum where that is asked for. */
export interface Found {
  stat: Stat;
  checksum: string | undefined;
}

/** What `find` looks for in what a directory listing tells. */
export interface FindCriteria {
  patterns: string[];
  excludes: string[];
  use_regex: boolean;
  file_type: 'any' | 'directory' | 'file' | 'link';
  hidden: boolean;
  depth?: number | undefined;
  age?: string | undefined;
  age_stamp: 'atime' | 'ctime' | 'mtime';
  size?: string | undefined;
  mode?: string | undefined;
  exact_mode: boolean;
  /** The host's time in seconds since the epoch. */
  now: number;
}

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };
const BYTES: Record<string, number> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** `2d` in seconds; undefined where it is no age. */
export function ageSeconds(text: string): number | undefined {
  return scaled(text, SECONDS);
}

/** `10m` in bytes; undefined where it is no size. */
export function sizeBytes(text: string): number | undefined {
  return scaled(text, BYTES);
}

/** What of a directory's content all criteria but the content of files choose, the shallowest first. */
export function chosenBefore(
  tree: Stat[],
  path: string,
  criteria: FindCriteria,
): { found: Stat[]; examined: number } {
  const depthOf = (stat: Stat) => stat.path.slice(path.length).replace(/^\/+/, '').split('/').length;
  const deepest = criteria.depth || Number.POSITIVE_INFINITY;
  const isWanted = wantedName(criteria);
  const found = tree.filter((stat) => {
    const name = stat.path.slice(stat.path.lastIndexOf('/') + 1);
    if (depthOf(stat) > deepest || (name.startsWith('.') && !criteria.hidden)) return false;
    return isWanted(name) && fits(stat, criteria);
  });
  const examined = tree.filter((stat) => depthOf(stat) <= deepest + 1).length;
  return { found: found.sort((a, b) => depthOf(a) - depthOf(b)), examined };
}

/** A text that cannot be read in its encoding. */
export class UnreadableText extends Error {}

/**
 * Whether a file's content is what is looked for: a line that begins with it, or anything in the whole. Throws
 * UnreadableText.
 */
export function containsMatch(
  path: string,
  bytes: Uint8Array | undefined,
  {
    contains,
    encoding,
    read_whole_file,
  }: { contains?: string | undefined; encoding: string; read_whole_file: boolean },
): boolean {
  if (contains === undefined) return true;
  if (bytes === undefined) return false;
  const text = decoded(path, bytes, encoding);
  const pattern = translate(contains);
  if (read_whole_file) return pattern.test(text);
  return text.split(/(?<=\n)/).some((line) => pattern.exec(line)?.index === 0);
}

function decoded(path: string, bytes: Uint8Array, encoding: string): string {
  const decoder = decoderOf(encoding);
  try {
    return decoder.decode(bytes);
  } catch {
    const why = `due to an encoding error. current encoding: ${encoding}`;
    throw new UnreadableText(`Failed to read the file ${path} ${why}`);
  }
}

function decoderOf(encoding: string): { decode(bytes: Uint8Array): string } {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch {
    throw new UnreadableText(`unknown encoding: ${encoding}`);
  }
}

function scaled(text: string, units: Record<string, number>): number | undefined {
  const [, number, unit] = /^(-?\d+)([a-z])?$/.exec(text.toLowerCase()) ?? [];
  const factor = unit === undefined ? 1 : units[unit];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

function wantedName({ patterns, excludes, use_regex }: FindCriteria): (name: string) => boolean {
  const expression = (pattern: string) =>
    use_regex ? translate(`\\A(?:${pattern})`) : patternExpression(pattern);
  const wanted = patterns.map(expression);
  const unwanted = excludes.map(expression);
  return (name) =>
    (wanted.length === 0 || wanted.some((pattern) => pattern.test(name))) &&
    !unwanted.some((pattern) => pattern.test(name));
}

function fits(stat: Stat, criteria: FindCriteria): boolean {
  const { file_type, age, size, mode } = criteria;
  if (file_type !== 'any' && file_type !== stat.type) return false;
  if (age !== undefined && !within(ageSeconds(age)!, criteria.now - stat[criteria.age_stamp])) return false;
  if (size !== undefined && stat.type === 'file' && !within(sizeBytes(size)!, stat.size)) return false;
  return (
    !mode || hasMode(stat.mode, modeBits(mode, { mode: 0, directory: false, umask: 0 }), criteria.exact_mode)
  );
}

// At least as much as wanted; with a minus at most.
function within(wanted: number, is: number): boolean {
  return wanted >= 0 ? is >= wanted : is <= -wanted;
}

function hasMode(is: number, wanted: number, exact: boolean): boolean {
  return exact ? is === wanted : (is & wanted) !== 0;
}
