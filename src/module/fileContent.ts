import { contentDiff, DIFF_BYTES, tooLong } from './contentDiff.ts';
import {
  type Accounts,
  type AttributeParams,
  attributeChanges,
  compareAttributes,
  type FileChange,
  fileResult,
} from './fileAttributes.ts';
import { directoryOf } from './hostPath.ts';
import { changes, type Diff, failed, type Plan } from './plan.ts';
import type { Reads, Stat } from './reads.ts';
import type { Content, CopyStep, PutStep, StepResult } from './step.ts';

/** A file as it shall be. */
export interface WantedFile {
  sha1: string;
  /** Told in results, where it is known without reading more. */
  md5?: string;
  size: number;
  /** What is shown as the place that it comes from. */
  source: string;
  /** What goes over the wire, or the host's own file that is copied. */
  from: { content: Content } | { path: string };
  /** Its bytes, for a diff; undefined where they are not at hand or too many; 'secret' where nobody may see them. */
  bytes: Uint8Array | undefined | 'secret';
}

/** What is there where a file shall go. */
export interface FilePlace {
  path: string;
  stat: Stat | undefined;
  /** Of a file, or of what a link leads to. */
  sha1: string | undefined;
  /** Its bytes, where they differ from the wanted ones and are not too many. */
  before: Uint8Array | undefined;
  /** Whether the directory that it goes to is there. */
  parentThere: boolean;
}

export interface PutParams extends AttributeParams {
  backup: boolean;
  force: boolean;
  validate?: string | undefined;
}

/** Looks at the place for a file: one frame where it is as wanted or not there, another one for what a diff needs. */
export async function readPlace(
  path: string,
  wanted: Pick<WantedFile, 'sha1'>,
  follow: boolean,
  host: Reads,
): Promise<FilePlace> {
  const [stat, sha1, parent] = await Promise.all([
    host.stat({ path }),
    host.checksum({ path, algorithm: 'sha1' }),
    host.stat({ path: directoryOf(path), follow: true }),
  ]);
  if (follow && stat?.type === 'link') {
    const real = await host.realpath({ path });
    if (real !== undefined && real !== path) return readPlace(real, wanted, false, host);
  }
  const shown = stat?.type === 'file' && sha1 !== wanted.sha1 && stat.size <= DIFF_BYTES;
  const before = shown ? await host.content({ path }) : undefined;
  return { path, stat, sha1, before, parentThere: parent?.type === 'directory' };
}

/** Whether the content has to be written: it differs, or a link is in its place. */
export function differs({ stat, sha1 }: FilePlace, wanted: Pick<WantedFile, 'sha1'>): boolean {
  return stat?.type !== 'file' || sha1 !== wanted.sha1;
}

/** Compares a file with what is there: its content first, then owner, group and mode. */
export function planPut(
  params: PutParams,
  place: FilePlace,
  wanted: WantedFile,
  accounts: Accounts,
): Plan<FileChange> {
  const { path, stat } = place;
  const named = { dest: path, path, checksum: wanted.sha1 };
  if (stat && !params.force) return changes([], { ...named, msg: 'file already exists' });
  if (stat && stat.type !== 'file' && stat.type !== 'link')
    return failed(`${path} is a ${stat.type}, no file`, named);
  const isFile = stat?.type === 'file';
  const { after, attributes, differences } = compareAttributes(
    params,
    accounts,
    isFile ? stat : undefined,
    'file',
  );
  const md5sum = wanted.md5 === undefined ? {} : { md5sum: wanted.md5 };
  const result = { ...named, ...md5sum, ...fileResult({ ...after, size: wanted.size }) };
  if (!differs(place, wanted)) {
    return changes(attributeChanges(path, { after, attributes, differences }), result);
  }
  // A link gives way to the file; nothing of what it leads to is kept.
  const set = stat && !isFile ? { ...attributes, mode: after.mode } : attributes;
  const also = differences.length > 0 ? `, set ${differences.join(', ')}` : '';
  const summary = `${stat ? 'write' : 'create'} ${path}${also}`;
  const put = { summary, diff: putDiff(place, wanted), steps: [contentStep(params, path, wanted, set)] };
  if (stat || place.parentThere) return changes([put], result);
  return { ...failed(`Destination directory ${directoryOf(path)} does not exist`, named), changes: [put] };
}

/** Where the writer kept what was there, as modules register it. */
export function backupResult(done: StepResult[]): { backup_file?: string } {
  const kept = done.find((one) => one.backupFile !== undefined)?.backupFile;
  return kept === undefined ? {} : { backup_file: kept };
}

function contentStep(
  params: PutParams,
  path: string,
  { from }: WantedFile,
  attributes: NonNullable<PutStep['attributes']>,
): PutStep | CopyStep {
  const options = {
    ...(Object.keys(attributes).length > 0 && { attributes }),
    ...(params.backup && { backup: true }),
    ...(params.validate !== undefined && { validate: params.validate }),
  };
  if ('path' in from) return { kind: 'copy', from: from.path, to: path, ...options };
  return { kind: 'put', path, content: from.content, ...options };
}

function putDiff({ path, stat, before }: FilePlace, { bytes, source }: WantedFile): Diff {
  if (bytes === 'secret') return { prepared: `the content of ${path} is secret; it is not shown\n` };
  const unread = stat?.type === 'file' && before === undefined;
  return bytes === undefined || unread ? tooLong(path) : contentDiff(path, before, bytes, source);
}
