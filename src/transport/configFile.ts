import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'ssh-config';
import { UnreachableError } from '../remote/connection.ts';
import { wildcard } from './pattern.ts';

/** One directive, from a file or from ssh's command line. */
export interface ConfigLine {
  /** In lower case: ssh_config's keywords have none. */
  keyword: string;
  /** The value as words, quotes taken off. */
  words: string[];
  /** The value as it was written, for commands. */
  text: string;
  /** file:line, or the variable it came from. */
  place: string;
  /** For `include`: the files it names, each as its lines. */
  included?: ConfigLine[][];
}

/** How deep Include may go, as in OpenSSH. */
const MAX_DEPTH = 16;

/** Paths that only a file itself can resolve: `~`, and the folder that Include is relative to. */
export interface ConfigFolders {
  home: string;
  /** ~/.ssh for a user's file, /etc/ssh for the system's. */
  base: string;
}

/**
 * Reads an ssh_config file with everything it includes. The package `ssh-config` takes a line apart (quotes, `=`,
 * comments); each line is given to it alone, so that every directive keeps its place.
 *
 * @returns no lines where the file does not exist
 * @throws UnreachableError where it cannot be read or a line makes no sense
 */
export async function readConfigFile(file: string, folders: ConfigFolders, depth = 0): Promise<ConfigLine[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return '';
    throw new UnreachableError(`${file} cannot be read: ${error.code ?? error.message}`);
  });
  const lines: ConfigLine[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = parseConfigLine(raw, `${file}:${index + 1}`);
    if (!line) continue;
    if (line.keyword === 'include') line.included = await readIncluded(line, folders, depth + 1);
    lines.push(line);
  }
  return lines;
}

/** Takes one line apart; undefined for a comment or an empty line. */
export function parseConfigLine(raw: string, place: string): ConfigLine | undefined {
  const trimmed = raw.trim();
  if (trimmed === '' || trimmed.startsWith('#')) return undefined;
  const value = /^([^\s=]+)(?:\s*=\s*|\s+)(.*)$/.exec(trimmed);
  if (!value?.[1] || !value[2]) throw new UnreachableError(`${place}: ${trimmed} has no value`);
  return { keyword: value[1].toLowerCase(), words: wordsOf(trimmed, place), text: value[2], place };
}

function wordsOf(line: string, place: string): string[] {
  // Host makes the package split the value into words, whatever the keyword.
  const listed = line.replace(/^[^\s=]+/, 'Host');
  try {
    const directive = parse(listed)[0];
    if (!directive || !('value' in directive)) return [];
    const { value } = directive;
    return typeof value === 'string' ? [value] : value.map(({ val }) => val);
  } catch {
    throw new UnreachableError(`${place}: the quotes of this line do not close: ${line}`);
  }
}

async function readIncluded(
  line: ConfigLine,
  folders: ConfigFolders,
  depth: number,
): Promise<ConfigLine[][]> {
  if (depth > MAX_DEPTH)
    throw new UnreachableError(`${line.place}: Include goes deeper than ${MAX_DEPTH} files`);
  const files: string[] = [];
  for (const word of line.words) {
    const path = word.startsWith('~/') ? join(folders.home, word.slice(2)) : resolve(folders.base, word);
    files.push(...(await expandGlob(path)));
  }
  return Promise.all(files.map((file) => readConfigFile(file, folders, depth)));
}

/** The files that a path with `*` and `?` names, sorted. */
async function expandGlob(path: string): Promise<string[]> {
  if (!/[*?]/.test(path)) return [path];
  const folder = dirname(path);
  const last = path.slice(folder.length).replace(/^\//, '');
  const found: string[] = [];
  for (const parent of await expandGlob(folder)) {
    const names = await readdir(parent).catch(() => [] as string[]);
    const matching = names.filter((name) => !name.startsWith('.') && wildcard(last).test(name));
    found.push(...matching.sort().map((name) => join(parent, name)));
  }
  return found;
}
