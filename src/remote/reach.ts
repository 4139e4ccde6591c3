import { basename, dirname, resolve } from 'node:path/posix';
import type { Reads, Stat } from '../module/reads.ts';
import type { Step } from '../module/step.ts';

/** What a step may change. */
export interface Reach {
  /** Paths it changes. */
  paths: string[];
  /** It may change anything. */
  anything: boolean;
  /** It changes things besides files: packages, users, units. */
  beyondFiles: boolean;
}

/** An answer that was given, and what it depends on. */
export interface Known {
  name: keyof Reads;
  /** Paths whose change makes it stale; undefined: only a step that may change anything does. */
  paths: string[] | undefined;
  /** The answer, once it is there. */
  answer: unknown;
}

const OF_FILES: ReadonlySet<keyof Reads> = new Set([
  'stat',
  'checksum',
  'content',
  'entries',
  'tree',
  'realpath',
]);
const OF_DIRECTORIES: ReadonlySet<keyof Reads> = new Set(['entries', 'tree']);

/** What a step may change. */
export function reachOf(step: Step): Reach {
  const files = (...paths: string[]): Reach => ({ paths, anything: false, beyondFiles: false });
  switch (step.kind) {
    case 'rename':
      return files(step.from, step.to);
    case 'copy':
      return files(step.to);
    case 'run':
      return { paths: step.touches ?? [], anything: !step.touches, beyondFiles: step.brings !== undefined };
    default:
      return files(step.path);
  }
}

/**
 * Chooses the answers that a step makes stale. A path has more names than one (links, hard links, a linked parent), so
 * besides the paths themselves count: every name that an answer has shown for the same file, and files of the same
 * last name. Too many cost a little time; too few would be a lie.
 */
export function staleBy<K extends Known>(reach: Reach, known: Iterable<K>): K[] {
  const all = [...known];
  if (reach.anything) return all;
  const paths = withOtherNames(reach.paths, all);
  const names = new Set(paths.map((path) => basename(path)));
  return all.filter((one) => {
    if (reach.beyondFiles && !OF_FILES.has(one.name)) return true;
    if (paths.length === 0 || !one.paths) return false;
    if (OF_DIRECTORIES.has(one.name)) return true;
    if (one.paths.some((path) => paths.some((changed) => related(path, changed)))) return true;
    return OF_FILES.has(one.name) && one.paths.some((path) => names.has(basename(path)));
  });
}

/** One of them is the other, or lies below it. */
function related(a: string, b: string): boolean {
  return a === b || below(a, b) || below(b, a);
}

function below(path: string, directory: string): boolean {
  return path.startsWith(directory.endsWith('/') ? directory : `${directory}/`);
}

function withOtherNames(paths: string[], known: Known[]): string[] {
  const found = new Set(paths);
  const links = known.flatMap(knownLink);
  for (const path of paths) {
    for (const [link, target] of links) {
      if (path === target || below(path, target)) found.add(link + path.slice(target.length));
      if (below(path, link)) found.add(target + path.slice(link.length));
    }
  }
  const files = known.flatMap(knownFile);
  const changed = new Set(files.filter(([path]) => found.has(path)).map(([, file]) => file));
  for (const [path, file] of files) if (changed.has(file)) found.add(path);
  return [...found];
}

/** A link that an answer has shown: its path and the absolute path it leads to. */
function knownLink({ name, paths, answer }: Known): [string, string][] {
  const path = paths?.[0];
  if (!path || !answer) return [];
  if (name === 'realpath') return answer === path ? [] : [[path, answer as string]];
  const target = name === 'stat' ? (answer as Stat).target : undefined;
  return target === undefined ? [] : [[path, resolve(dirname(path), target)]];
}

/** A file that an answer has shown: its path, and which file it is. */
function knownFile({ name, paths, answer }: Known): [string, string][] {
  if (name !== 'stat' || !answer || !paths?.[0]) return [];
  const { device, inode } = answer as Stat;
  return [[paths[0], `${device}:${inode}`]];
}
