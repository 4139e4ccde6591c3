import { DIFF_BYTES } from './contentDiff.ts';
import type { CopiedFile, CopyNow } from './copyPlan.ts';
import { readDirectories } from './copyPlan.ts';
import { type CopySource, checkSum, lastName, readDirectory, readSingle, treeBase } from './copyRead.ts';
import { type Accounts, fileResult, freshState, readAccounts } from './fileAttributes.ts';
import { differs, type FilePlace, readPlace, type WantedFile } from './fileContent.ts';
import { hostPath } from './hostPath.ts';
import { TaskFailure } from './plan.ts';
import type { Reads, Stat } from './reads.ts';

/** A copy of what is on the host already. */
export async function readRemoteCopy(params: CopySource, host: Reads): Promise<CopyNow> {
  const src = await hostPath(params.src, host);
  const stat = await host.stat({ path: src, follow: true });
  if (!stat) throw new TaskFailure(`Source ${params.src} not found`);
  if (stat.type === 'directory') return readRemoteTree(params, { ...stat, path: src }, host);
  if (stat.type !== 'file') throw new TaskFailure(`Cannot copy invalid source '${params.src}': not a file`);
  const [file, md5] = await Promise.all([
    wantedHostFile({ ...stat, path: src }, host),
    host.checksum({ path: src, algorithm: 'md5' }),
  ]);
  const wanted = md5 === undefined ? file : { ...file, md5 };
  checkSum(params, wanted.sha1);
  const [accounts, { directories, place }] = await Promise.all([
    readAccounts(params, host),
    readSingle({ ...params, name: lastName(src) }, wanted, host),
  ]);
  const copied = {
    place,
    wanted: await withHostBytes(wanted, place, src, host),
    ...modeOf(params, stat, place, wanted),
  };
  return { accounts, directories, files: [copied], links: [], named: { src } };
}

// Links are copied as links.
async function readRemoteTree(params: CopySource, source: Stat, host: Reads): Promise<CopyNow> {
  const src = source.path;
  const [dest, tree = []] = await Promise.all([hostPath(params.dest, host), host.tree({ path: src })]);
  const base = treeBase(dest, params.src);
  const to = (path: string) => base + path.slice(src.length);
  const of = (type: Stat['type']) => tree.filter((stat) => stat.type === type);
  const [accounts, above, below, files, links] = await Promise.all([
    readAccounts(params, host),
    readDirectories(base, host),
    Promise.all(
      of('directory').map(async ({ path, mode }) => ({ ...(await readDirectory(to(path), host)), mode })),
    ),
    Promise.all(of('file').map((stat) => readTreeFile(params, stat, to(stat.path), host))),
    Promise.all(
      of('link').map(async ({ path, target }) => {
        return { path: to(path), target: target!, stat: await host.stat({ path: to(path) }) };
      }),
    ),
  ]);
  // What is there of the directory tree keeps its mode.
  const top = above.with(-1, { ...above.at(-1)!, mode: source.mode });
  const directories = [...top, ...below.map((one) => (one.stat ? { ...one, kept: true } : one))];
  const named = { ...(await destResult(dest, source, accounts, host)), dest: params.dest, src: params.src };
  return { accounts, directories, files, links, named };
}

async function readTreeFile(params: CopySource, stat: Stat, path: string, host: Reads): Promise<CopiedFile> {
  const wanted = await wantedHostFile(stat, host);
  const place = await readPlace(path, wanted, false, host);
  const shown = await withHostBytes(wanted, place, stat.path, host);
  const keeps = params.mode === 'preserve' || (params.mode === undefined && differs(place, wanted));
  return { place, wanted: shown, ...(keeps && { mode: stat.mode }) };
}

async function wantedHostFile({ path, size }: Pick<Stat, 'path' | 'size'>, host: Reads): Promise<WantedFile> {
  const sha1 = await host.checksum({ path, algorithm: 'sha1' });
  if (sha1 === undefined) throw new TaskFailure(`Source ${path} not readable`);
  return { sha1, size, source: path, from: { path }, bytes: undefined };
}

async function withHostBytes(
  wanted: WantedFile,
  place: FilePlace,
  path: string,
  host: Reads,
): Promise<WantedFile> {
  if (wanted.size > DIFF_BYTES || !differs(place, wanted)) return wanted;
  return { ...wanted, bytes: await host.content({ path }) };
}

// What is written over something has the mode of what it was made from; something new has what the umask leaves.
function modeOf({ mode }: CopySource, stat: Stat, place: FilePlace, wanted: WantedFile): { mode?: number } {
  const writesOver = mode === undefined && place.stat !== undefined && differs(place, wanted);
  return mode === 'preserve' || writesOver ? { mode: stat.mode } : {};
}

// What Ansible tells of the directory that a copied one goes to.
async function destResult(
  dest: string,
  source: Stat,
  { me }: Accounts,
  host: Reads,
): Promise<Record<string, unknown>> {
  const stat = await host.stat({ path: dest, follow: true });
  const fresh = { ...freshState('directory', me), mode: source.mode };
  return { ...fileResult(stat ?? fresh), checksum: null, md5sum: null };
}
