import { type Accounts, attributeChanges, compareAttributes, type FileChange } from './fileAttributes.ts';
import { type FilePlace, type PutParams, planPut, type WantedFile } from './fileContent.ts';
import { directoryOf, parentsOf } from './hostPath.ts';
import { changes, failed, type Plan } from './plan.ts';
import type { Reads, Stat } from './reads.ts';

/** A directory that files go into. */
export interface DirectoryPlace {
  path: string;
  /** Of what a link leads to. */
  stat: Stat | undefined;
  /** The mode where the task gives none: that of the directory that is copied. */
  mode?: number;
  /** It was there before anything was copied into it, and only what goes into it counts. */
  kept?: boolean;
}

/** One file that is copied. */
export interface CopiedFile {
  place: FilePlace;
  wanted: WantedFile;
  /** The mode where the task says `preserve`, or nothing of a new copy of a host's file. */
  mode?: number;
}

/** All that a copy has to bring about, directories first. */
export interface CopyNow {
  accounts: Accounts;
  directories: DirectoryPlace[];
  files: CopiedFile[];
  links: { path: string; target: string; stat: Stat | undefined }[];
  /** What the task registers besides. */
  named: Record<string, unknown>;
}

export interface CopyParams extends PutParams {
  directory_mode?: string | number | undefined;
}

/** A directory and those above it that are missing, from the top. */
export async function readDirectories(path: string, host: Reads): Promise<DirectoryPlace[]> {
  const all = [path, ...parentsOf(path)];
  const stats = await Promise.all(all.map((one) => host.stat({ path: one, follow: true })));
  const there = stats.findIndex((stat) => stat !== undefined);
  const upTo = there < 0 ? all.length : there + 1;
  return all
    .slice(0, upTo)
    .map((one, i) => ({ path: one, stat: stats[i], kept: true }))
    .reverse();
}

/** Makes the directories, then puts the files and links there; the first that cannot be done decides. */
export function planCopy(params: CopyParams, now: CopyNow): Plan<FileChange> {
  const made = new Set(now.directories.map((directory) => directory.path));
  const plans = [
    ...now.directories.map((directory) => planFolder(params, directory, now.accounts)),
    ...now.files.map((file) => planFileCopy(params, file, made, now.accounts)),
    ...now.links.map(planLinkCopy),
  ];
  const wrong = plans.find((plan) => plan.failed !== undefined);
  if (wrong) return wrong;
  const single = now.files.length === 1 && now.links.length === 0 && now.directories.every((one) => one.kept);
  const only = single ? plans.at(-1)?.result : {};
  return changes(
    plans.flatMap((plan) => plan.changes),
    { ...now.named, ...only },
  );
}

function planFolder(
  params: CopyParams,
  { path, stat, mode, kept }: DirectoryPlace,
  accounts: Accounts,
): Plan<FileChange> {
  const wanted = { owner: params.owner, group: params.group, mode: params.directory_mode ?? mode };
  if (stat && stat.type !== 'directory')
    return failed(`${path} is a ${stat.type}, no directory`, { dest: path });
  if (stat && kept) return changes([]);
  const compared = compareAttributes(wanted, accounts, stat, 'directory');
  if (stat) return changes(attributeChanges(path, compared));
  const { attributes } = compared;
  const step = { kind: 'mkdir' as const, path, ...(Object.keys(attributes).length > 0 && { attributes }) };
  return changes([{ summary: `create directory ${path}`, steps: [step] }]);
}

function planFileCopy(
  params: CopyParams,
  { place, wanted, mode }: CopiedFile,
  made: Set<string>,
  accounts: Accounts,
): Plan<FileChange> {
  const parentThere = place.parentThere || made.has(directoryOf(place.path));
  const own = { ...params, mode: mode ?? (params.mode === 'preserve' ? undefined : params.mode) };
  return planPut(own, { ...place, parentThere }, wanted, accounts);
}

function planLinkCopy({ path, target, stat }: CopyNow['links'][number]): Plan<FileChange> {
  if (stat?.type === 'link' && stat.target === target) return changes([]);
  if (stat?.type === 'directory') return failed(`${path} is a directory, no link`, { dest: path });
  return changes([
    { summary: `link ${path} to ${target}`, steps: [{ kind: 'link', path, target, type: 'symbolic' }] },
  ]);
}
