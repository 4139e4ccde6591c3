import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseYaml } from '../../src/lib/yaml.ts';

/** Folder with an area in each folder: playbooks, and the roles and files that they use. */
export const PLAYBOOKS = fileURLToPath(new URL('./playbooks', import.meta.url));

/** One run of a playbook, with its arguments and environment. */
export interface PlaybookRun {
  /** 'roles/defaults' and its arguments. */
  name: string;
  area: string;
  playbook: string;
  args: string[];
  env: Record<string, string>;
  /** Plays of the playbook's file; each is a case. */
  plays: number;
  /** Stands for all files that the run can read. */
  hash: string;
}

/**
 * All runs. A playbook runs once without arguments, or once for each of its lines `# run: ARGUMENTS`; words of the form
 * `NAME=value` before the first argument are its environment.
 */
export function playbookRuns(root = PLAYBOOKS): PlaybookRun[] {
  return readdirSync(root)
    .filter((area) => statSync(join(root, area)).isDirectory())
    .sort()
    .flatMap((area) => runsOfArea(area, root));
}

function runsOfArea(area: string, root: string): PlaybookRun[] {
  const folder = join(root, area);
  const shared = filesBelow(folder).filter((file) => !isPlaybook(relative(folder, file)));
  return readdirSync(folder)
    .filter(isPlaybook)
    .sort()
    .flatMap((playbook) => {
      const file = join(folder, playbook);
      const text = readFileSync(file, 'utf8');
      const hash = hashOf([file, ...shared], root);
      const plays = playsIn(text, file);
      return linesOf(text).map((line) => ({
        ...wordsOf(line),
        name: [`${area}/${playbook.replace(/\.yml$/, '')}`, line].filter(Boolean).join(' '),
        area,
        playbook,
        plays,
        hash,
      }));
    });
}

function isPlaybook(path: string): boolean {
  return /^[^/]+\.yml$/.test(path);
}

function linesOf(text: string): string[] {
  const lines = [...text.matchAll(/^# run:(.*)$/gm)].map((match) => match[1]!.trim());
  return lines.length > 0 ? lines : [''];
}

function wordsOf(line: string): Pick<PlaybookRun, 'args' | 'env'> {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2]!);
  const first = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  const count = first === -1 ? words.length : first;
  const env = Object.fromEntries(words.slice(0, count).map((word) => word.split(/=(.*)/s).slice(0, 2)));
  return { args: words.slice(count), env };
}

function playsIn(text: string, file: string): number {
  try {
    const plays = parseYaml(text, { file });
    return Array.isArray(plays) ? plays.length : 1;
  } catch {
    // What cannot be read is a case of its own.
    return 1;
  }
}

function hashOf(files: string[], root: string): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${relative(root, file)}\n`).update(readFileSync(file));
  return hash.digest('hex');
}

/** All files below a folder, sorted; none where there is no such folder. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
