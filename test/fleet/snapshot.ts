import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { join } from 'node:path';

export interface SnapshotEntry {
  /** `removed` is a file of the base that the host has removed. */
  type: 'file' | 'folder' | 'link' | 'removed' | 'other';
  /** Permission bits, for example 0o644. */
  mode: number;
  uid: number;
  gid: number;
  /** Bytes; 0 for all but files. */
  size: number;
  /** Of a file's content, in hexadecimal. */
  sha256?: string;
  linkTarget?: string;
  /** Milliseconds since 1970, with their fraction. */
  modified: number;
}

/** What a host has written to its disk: entries by their path on the host. */
export type Snapshot = Map<string, SnapshotEntry>;

/**
 * What changes on a host that just runs and is logged in to, whatever is done there: the journal and the
 * login records, random seeds and timers' stamps, sudo's notes of whom it has lectured.
 */
export const tracesOfRunning: RegExp[] = [
  /^\/var\/log\/(journal(\/|$)|wtmp$|btmp$|lastlog$|faillog$)/,
  /^\/var\/lib\/systemd\/(timers(\/|$)|random-seed$)/,
  /^\/var\/lib\/sudo\/lectured\//,
  /^\/(var\/)?tmp\/systemd-private-/,
];

/** Reads a host's upper folder. Entries whose path matches one of `ignored` are left out. */
export function snapshot(host: { upperDir: string }, ignored: RegExp[] = tracesOfRunning): Snapshot {
  const entries: Snapshot = new Map();
  const walk = (folder: string) => {
    for (const name of readdirSync(join(host.upperDir, folder)).sort()) {
      const path = `${folder}/${name}`;
      const file = join(host.upperDir, path);
      const status = lstatSync(file);
      if (!ignored.some((pattern) => pattern.test(path))) entries.set(path, entryOf(file, status));
      if (status.isDirectory()) walk(path);
    }
  };
  walk('');
  return entries;
}

/** All of an entry but its time: whether two hosts, or two tools, ended up with the same. */
export const contentFields = ['type', 'mode', 'uid', 'gid', 'size', 'sha256', 'linkTarget'] as const;

/** The time too: shows also what was written and taken back, by its folder's time. */
export const everyField = [...contentFields, 'modified'] as const;

/**
 * What differs between two snapshots, one line a path; empty when nothing does. For the same host before
 * and after something that must not write, compare `everyField`.
 */
export function compareSnapshots(
  before: Snapshot,
  after: Snapshot,
  fields: readonly (keyof SnapshotEntry)[] = contentFields,
): string[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path) => {
    const [old, now] = [before.get(path), after.get(path)];
    if (old === undefined) return [`${path}: new ${now!.type}`];
    if (now === undefined) return [`${path}: gone, was a ${old.type}`];
    const changes = fields.filter((field) => old[field] !== now[field]);
    const told = changes.map((field) => `${field} ${show(field, old[field])} -> ${show(field, now[field])}`);
    return told.length === 0 ? [] : [`${path}: ${told.join(', ')}`];
  });
}

function show(field: keyof SnapshotEntry, value: string | number | undefined): string {
  if (value === undefined) return 'none';
  if (field === 'mode') return Number(value).toString(8).padStart(4, '0');
  return field === 'modified' ? new Date(value).toISOString() : String(value);
}

function entryOf(file: string, status: Stats): SnapshotEntry {
  const owned = { mode: status.mode & 0o7777, uid: status.uid, gid: status.gid, modified: status.mtimeMs };
  if (status.isFile()) {
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    return { type: 'file', ...owned, size: status.size, sha256 };
  }
  if (status.isSymbolicLink()) return { type: 'link', ...owned, size: 0, linkTarget: readlinkSync(file) };
  if (status.isDirectory()) return { type: 'folder', ...owned, size: 0 };
  // overlayfs marks what is removed by a character device with the number 0/0.
  const isRemoved = status.isCharacterDevice() && status.rdev === 0;
  return { type: isRemoved ? 'removed' : 'other', ...owned, size: 0 };
}
