import { basename, dirname, join, resolve } from 'node:path/posix';
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

const MOST_OTHER_NAMES = 100;

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
export function staleBy<K extends Known>(reach: Reach, known: Iterable<K>, otherNames: OtherNames): K[] {
  const all = [...known];
  if (reach.anything) return all;
  const paths = otherNames.of(reach.paths);
  // Links that lead above themselves give names without end: any path may be meant then.
  const tangled = paths.length > reach.paths.length + MOST_OTHER_NAMES;
  const names = new Set(paths.map((path) => basename(path)));
  return all.filter((one) => {
    if (reach.beyondFiles && !OF_FILES.has(one.name)) return true;
    if (paths.length === 0 || !one.paths) return false;
    if (OF_DIRECTORIES.has(one.name) || tangled) return true;
    if (one.paths.some((path) => paths.some((changed) => related(path, changed)))) return true;
    return OF_FILES.has(one.name) && one.paths.some((path) => names.has(basename(path)));
  });
}

/** What answers have shown of paths that mean the same file. It is never forgotten: a name too many does no harm. */
export interface OtherNames {
  learn(known: Known): void;
  /** The paths themselves and all other names of theirs that are known. */
  of(paths: string[]): string[];
}

export function openOtherNames(): OtherNames {
  const links = new Map<string, Set<string>>();
  const files = new Map<string, Set<string>>();

  function named(path: string): string[] {
    const names: string[] = [];
    for (const [link, targets] of links) {
      for (const target of targets) {
        if (path === target || below(path, target)) names.push(join(link, path.slice(target.length)));
        if (path === link || below(path, link)) names.push(join(target, path.slice(link.length)));
      }
    }
    for (const same of files.values()) if (same.has(path)) names.push(...same);
    return names;
  }

  return {
    learn({ name, paths, answer }) {
      const path = paths?.[0];
      if (path === undefined || !answer) return;
      if (name === 'realpath' && answer !== path) add(links, path, answer as string);
      if (name !== 'stat') return;
      const { target, device, inode } = answer as Stat;
      add(files, `${device}:${inode}`, path);
      if (target !== undefined) add(links, path, resolve(dirname(path), target));
    },
    of(paths) {
      const found = new Set(paths);
      for (const path of found) {
        if (found.size > paths.length + MOST_OTHER_NAMES) break;
        for (const name of named(path)) found.add(name);
      }
      return [...found];
    },
  };
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  map.set(key, (map.get(key) ?? new Set()).add(value));
}

/** One of them is the other, or lies below it. */
function related(a: string, b: string): boolean {
  return a === b || below(a, b) || below(b, a);
}

function below(path: string, directory: string): boolean {
  return path.startsWith(directory.endsWith('/') ? directory : `${directory}/`);
}
