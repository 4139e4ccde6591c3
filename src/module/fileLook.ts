import { readAccounts, stateOf } from './fileAttributes.ts';
import type { FileNow, FileParams } from './fileStates.ts';
import { readTimes, type TimeParams } from './fileTimes.ts';
import { directoryOf, hostPath, parentsOf } from './hostPath.ts';
import type { Reads, Stat } from './reads.ts';

export type FileState = 'absent' | 'directory' | 'file' | 'hard' | 'link' | 'touch';

interface Asked extends FileParams, TimeParams {
  path: string;
  state?: FileState | undefined;
  recurse: boolean;
}

interface Lies {
  path: string;
  stat: Stat | undefined;
}

/** What is there around the path of a task of `file`, and the state that the task wants, given or by default. */
export async function readFileNow(params: Asked, host: Reads): Promise<{ now: FileNow; state: FileState }> {
  const [given, src] = await Promise.all([hostPath(params.path, host), expandedSource(params.src, host)]);
  const follows = params.follow && ['file', 'directory', 'touch'].includes(params.state ?? '');
  const [first, accounts, times, parents, firstTarget] = await Promise.all([
    lookAt(given, follows, host),
    readAccounts(params, host),
    readTimes(params, params.state === 'touch' ? 'now' : 'preserve', host),
    Promise.all(parentsToLookAt(given, params).map((path) => lookThrough(path, host))),
    src === undefined ? undefined : readTarget(given, src, params, host),
  ]);
  const { path, stat } = await insteadOfDirectory(first, src, params.state, host);
  const state = params.state ?? (stat ? stateOf(stat) : params.recurse ? 'directory' : 'file');
  const [below, target, entries] = await Promise.all([
    params.recurse && stat?.type === 'directory' ? readBelow(path, params.follow, host) : [],
    firstTarget ??
      (state === 'link' && stat?.target ? readTarget(path, stat.target, { state }, host) : undefined),
    state === 'link' && stat?.type === 'directory' ? host.entries({ path }) : undefined,
  ]);
  return { state, now: { path, stat, accounts, times, parents, below, src, target, entries } };
}

function parentsToLookAt(path: string, { state, recurse }: Asked): string[] {
  if (state === 'absent' || state === 'file' || (state === undefined && !recurse)) return [];
  const all = state === 'directory' || state === undefined;
  return parentsOf(path).slice(0, all ? undefined : 1);
}

/** What lies at a path, or, with `follow`, at the place that a link there leads to. */
export async function lookAt(path: string, follow: boolean, host: Reads): Promise<Lies> {
  const stat = await host.stat({ path });
  if (!follow || stat?.type !== 'link') return { path, stat };
  const real = await host.realpath({ path });
  if (real === undefined || real === path) return { path, stat };
  return { path: real, stat: await host.stat({ path: real }) };
}

async function lookThrough(path: string, host: Reads): Promise<Lies> {
  return { path, stat: await host.stat({ path, follow: true }) };
}

// A link's text stays as it is written, but for the user's own directory.
async function expandedSource(src: string | undefined, host: Reads): Promise<string | undefined> {
  return src !== undefined && /^~|\$/.test(src) ? hostPath(src, host) : src;
}

async function readTarget(
  path: string,
  src: string,
  { state, follow = true }: { state?: FileState | undefined; follow?: boolean },
  host: Reads,
): Promise<Lies> {
  if (state === 'hard') return lookAt(await hostPath(src, host), follow, host);
  return lookThrough(src.startsWith('/') ? src : `${directoryOf(path)}/${src}`.replace(/^\/+/, '/'), host);
}

// A hard link that is to be made at a directory goes into it.
async function insteadOfDirectory(
  found: Lies,
  src: string | undefined,
  state: FileState | undefined,
  host: Reads,
): Promise<Lies> {
  if (state !== 'hard' || src === undefined || found.stat?.type !== 'directory') return found;
  return lookAt(`${found.path}/${src.slice(src.lastIndexOf('/') + 1)}`, false, host);
}

/** All below a directory; with `follow` also what links there lead to, and all below that. */
async function readBelow(
  path: string,
  follow: boolean,
  host: Reads,
  seen = new Set<string>(),
): Promise<Stat[]> {
  if (seen.has(path)) return [];
  seen.add(path);
  const below = (await host.tree({ path })) ?? [];
  if (!follow) return below;
  const links = below.filter((stat) => stat.type === 'link');
  const followed = await Promise.all(links.map((link) => lookAt(link.path, true, host)));
  const targets = followed.flatMap(({ stat }) => (stat && stat.type !== 'link' ? [stat] : []));
  const deeper: Stat[] = [];
  for (const stat of targets) {
    deeper.push(stat, ...(stat.type === 'directory' ? await readBelow(stat.path, follow, host, seen) : []));
  }
  const known = new Set(below.map((stat) => stat.path));
  return [...below, ...deeper.filter((stat) => !known.has(stat.path))];
}
