import { z } from 'zod';
import { mayRead } from '../module/access.ts';
import { defineModule } from '../module/define.ts';
import {
  ageSeconds,
  chosenBefore,
  containsMatch,
  type FindCriteria,
  type Found,
  sizeBytes,
  UnreadableText,
} from '../module/findFiles.ts';
import { hostPath } from '../module/hostPath.ts';
import { ansibleBool, ansibleInt, ansibleText, choice, listOf } from '../module/params.ts';
import { none } from '../module/plan.ts';
import type { Reads } from '../module/reads.ts';
import { foundResult } from '../module/statResult.ts';
import { patternParam } from '../module/textEdit.ts';

const ALGORITHMS = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const;

const params = z.strictObject({
  paths: listOf(ansibleText()).describe('Directories to look in.'),
  patterns: listOf(ansibleText())
    .default([])
    .describe('Shell patterns for names (regular expressions with use_regex).'),
  excludes: listOf(ansibleText()).default([]).describe('Patterns for names to leave out.'),
  use_regex: ansibleBool().default(false).describe('Take the patterns as regular expressions.'),
  contains: patternParam().optional().describe('Regular expression that a line of the file must begin with.'),
  read_whole_file: ansibleBool().default(false).describe('Look for contains anywhere in the whole file.'),
  encoding: ansibleText().default('utf-8').describe('Encoding of the files that contains looks into.'),
  file_type: choice(['any', 'directory', 'file', 'link']).default('file').describe('What to find.'),
  recurse: ansibleBool().default(false).describe('Look into directories below.'),
  depth: ansibleInt().optional().describe('How many levels to look into; 1 is the directories themselves.'),
  hidden: ansibleBool().default(false).describe('Find names that begin with a dot too.'),
  follow: ansibleBool()
    .refine((follows) => !follows, 'cannot be on: links to directories are not followed')
    .default(false)
    .describe('Follow links to directories; not supported.'),
  age: ansibleText()
    .refine((text) => ageSeconds(text) !== undefined, 'must be an age such as 2d, 3h or -10m')
    .optional()
    .describe('Find what is at least this old (`2d`, `1w`), or, with a minus, at most.'),
  age_stamp: choice(['atime', 'ctime', 'mtime']).default('mtime').describe('Which time counts for age.'),
  size: ansibleText()
    .refine((text) => sizeBytes(text) !== undefined, 'must be a size such as 10m, 1g or -5k')
    .optional()
    .describe('Find what is at least this large (`10m`), or, with a minus, at most.'),
  mode: ansibleText().optional().describe('Find what has this mode.'),
  exact_mode: ansibleBool().default(true).describe('The mode must be the same; else any bit of it will do.'),
  get_checksum: ansibleBool().default(false).describe('Tell the checksums of files.'),
  checksum_algorithm: choice(ALGORITHMS).default('sha1').describe('Which checksum.'),
  limit: ansibleInt()
    .refine((limit) => limit > 0, 'must be above 0')
    .optional()
    .describe('Stop at so many.'),
});

type Params = z.infer<typeof params>;

/** Finds files. */
export default defineModule({
  name: 'find',
  collection: 'ansible.builtin',
  doc: 'Find files, directories or links by name, age, size, mode or content. Register it and look at `files`.',
  params,
  aliases: {
    name: 'paths',
    path: 'paths',
    pattern: 'patterns',
    exclude: 'excludes',
    checksum: 'checksum_algorithm',
    checksum_algo: 'checksum_algorithm',
  },
  async read(params, host) {
    const [paths, now] = await Promise.all([
      Promise.all(params.paths.map((path) => hostPath(path, host))),
      params.age === undefined ? undefined : host.localTime({ time: 'now' }),
    ]);
    const trees = await Promise.all(paths.map((path) => readBelow(path, params.recurse, host)));
    const criteria: FindCriteria = { ...params, now: now ?? 0 };
    const looked = trees.map((tree, i) => chosenBefore(tree ?? [], paths[i]!, criteria));
    const skipped: Record<string, string> = {};
    for (const [i, path] of paths.entries())
      if (trees[i] === undefined) skipped[path] = `'${path}' is not a directory`;
    if (params.recurse) {
      const me = await host.identity({});
      const closed = trees.flatMap((tree) =>
        (tree ?? []).filter((stat) => stat.type === 'directory' && !mayRead(stat, me)),
      );
      for (const { path } of closed) skipped[path] = `[Errno 13] Permission denied: '${path}'`;
    }
    const examined = looked.reduce((sum, one) => sum + one.examined, 0);
    const inside = await Promise.all(
      looked.map((one) => Promise.all(one.found.map((stat) => lookInto(stat, params, host)))),
    );
    const found = inside.flatMap((all, i) => {
      // What cannot be read ends the looking below its path.
      const end = all.findIndex((one) => one instanceof UnreadableText);
      if (end >= 0) skipped[paths[i]!] = (all[end] as UnreadableText).message;
      return (end < 0 ? all : all.slice(0, end)) as (Found | undefined)[];
    });
    return { found: found.filter((one) => one !== undefined), examined, skipped };
  },
  plan({ limit }, { found, examined, skipped }) {
    const files = found
      .slice(0, limit)
      .map(({ stat, checksum }) => ({ ...foundResult(stat), ...(checksum && { checksum }) }));
    const enough = limit !== undefined && files.length === limit;
    const msg = enough ? 'Limit of matches reached' : 'All paths examined';
    const result = { files, matched: files.length, examined, skipped_paths: skipped, msg };
    const reasons = Object.entries(skipped).filter(([, why]) => !why.startsWith('[Errno 13]'));
    if (reasons.length === 0) return none(result);
    const warnings = reasons.map(([path, why]) => `Skipped '${path}' path: ${why}`);
    return { ...none({ ...result, msg: 'Not all paths examined, check warnings for details' }), warnings };
  },
  steps: () => [],
});

async function readBelow(path: string, recurse: boolean, host: Reads) {
  return recurse ? host.tree({ path }) : host.entries({ path });
}

async function lookInto(
  stat: Found['stat'],
  params: Params,
  host: Reads,
): Promise<Found | UnreadableText | undefined> {
  const isFile = stat.type === 'file';
  const contains = params.file_type === 'file' ? params.contains : undefined;
  const [bytes, checksum] = await Promise.all([
    contains === undefined ? undefined : host.content({ path: stat.path }),
    isFile && params.get_checksum
      ? host.checksum({ path: stat.path, algorithm: params.checksum_algorithm })
      : undefined,
  ]);
  try {
    return containsMatch(stat.path, bytes, { ...params, contains }) ? { stat, checksum } : undefined;
  } catch (error) {
    if (error instanceof UnreadableText) return error;
    throw error;
  }
}
