import {
  type CopiedFile,
  type CopyNow,
  type CopyParams,
  type DirectoryPlace,
  readDirectories,
} from './copyPlan.ts';
import type { Control, ControlFile } from './define.ts';
import { readAccounts } from './fileAttributes.ts';
import { readPlace, type WantedFile } from './fileContent.ts';
import { hostPath } from './hostPath.ts';
import { TaskFailure } from './plan.ts';
import type { Reads } from './reads.ts';
import { wantedControlFile, withDiffBytes } from './wantedFile.ts';

export interface CopySource extends CopyParams {
  src: string;
  dest: string;
  follow: boolean;
  decrypt: boolean;
  checksum?: string | undefined;
}

/** What is there where one file goes; into `dest` where that is a directory or ends with a slash. */
export async function readSingle(
  { dest: given, follow, name }: { dest: string; follow: boolean; name: string | undefined },
  wanted: WantedFile,
  host: Reads,
): Promise<Pick<CopyNow, 'directories'> & { place: CopiedFile['place'] }> {
  const dest = await hostPath(given, host);
  const into = name === undefined ? undefined : `${dest === '/' ? '' : dest}/${name}`;
  if (given.endsWith('/') && into !== undefined) {
    const [directories, place] = await Promise.all([
      readDirectories(dest, host),
      readPlace(into, wanted, follow, host),
    ]);
    return { directories, place };
  }
  const place = await readPlace(dest, wanted, follow, host);
  const through = place.stat?.type === 'link' ? await host.stat({ path: dest, follow: true }) : place.stat;
  if (through?.type !== 'directory') return { directories: [], place };
  if (into === undefined) throw new TaskFailure('can not use content with a dir as dest', { dest });
  return { directories: [], place: await readPlace(into, wanted, follow, host) };
}

/** A copy of one file of the control side. */
export async function readControlCopy(params: CopySource, host: Reads, control: Control): Promise<CopyNow> {
  const found = await control.file(params.src);
  const wanted = await wantedControlFile(params.src, found, params.decrypt, control);
  checkSum(params, wanted.sha1);
  const [accounts, { directories, place }] = await Promise.all([
    readAccounts(params, host),
    readSingle({ ...params, name: lastName(params.src) }, wanted, host),
  ]);
  const shown = await withDiffBytes(wanted, place, params.src, control);
  const file = { place, wanted: shown, ...preserved(params, found) };
  return { accounts, directories, files: [file], links: [], named: { src: found.file } };
}

/** A copy of a directory of the control side: itself, or with a slash at its end only what is in it. */
export async function readControlTree(params: CopySource, host: Reads, control: Control): Promise<CopyNow> {
  const [dest, tree] = await Promise.all([hostPath(params.dest, host), control.directory(params.src)]);
  const base = treeBase(dest, params.src);
  const [accounts, above, below, files] = await Promise.all([
    readAccounts(params, host),
    readDirectories(base, host),
    Promise.all(tree.directories.map(({ path }) => readDirectory(`${base}/${path}`, host))),
    Promise.all(tree.files.map((file) => readTreeFile(params, file, base, host, control))),
  ]);
  return {
    accounts,
    directories: [...above, ...below],
    files,
    links: [],
    named: { dest: withSlash(params.dest), src: params.src.endsWith('/') ? withSlash(tree.path) : tree.path },
  };
}

/** Where the content of a copied directory goes. */
export function treeBase(dest: string, src: string): string {
  return src.endsWith('/') ? dest : `${dest === '/' ? '' : dest}/${lastName(src)}`;
}

export async function readDirectory(path: string, host: Reads): Promise<DirectoryPlace> {
  return { path, stat: await host.stat({ path, follow: true }) };
}

/** Fails where the file is not the one that the task means. */
export function checkSum({ checksum }: { checksum?: string | undefined }, sha1: string | undefined): void {
  if (checksum === undefined || checksum === sha1) return;
  const msg = 'Copied file does not match the expected checksum. Transfer failed.';
  throw new TaskFailure(msg, { checksum: sha1, expected_checksum: checksum });
}

export function withSlash(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}

export function lastName(path: string): string {
  return path.replace(/\/+$/, '').split('/').at(-1)!;
}

async function readTreeFile(
  params: CopySource,
  file: ControlFile & { path: string },
  base: string,
  host: Reads,
  control: Control,
): Promise<CopiedFile> {
  const src = `${params.src.replace(/\/+$/, '')}/${file.path}`;
  const wanted = await wantedControlFile(src, file, params.decrypt, control);
  const place = await readPlace(`${base}/${file.path}`, wanted, false, host);
  return { place, wanted: await withDiffBytes(wanted, place, src, control), ...preserved(params, file) };
}

function preserved({ mode }: CopyParams, file: ControlFile): { mode?: number } {
  return mode === 'preserve' ? { mode: file.mode } : {};
}
