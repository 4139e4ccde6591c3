import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  compareSnapshots,
  contentFields,
  everyField,
  type FleetHost,
  type Snapshot,
  type SnapshotEntry,
  snapshot,
  tracesOfRunning,
} from '../../fleet/index.ts';

/**
 * What is there or not whatever a playbook does: ansible-core's own files, what its Python compiled, and pip's note of
 * when it has looked for a newer version of itself, which Flotte tells it not to do.
 */
const LEFT_OUT = [
  ...tracesOfRunning,
  /\/\.ansible(\/|$)/,
  /\/__pycache__(\/|$)/,
  /\.pyc$/,
  /\/\.cache(\/pip(\/selfcheck(\/.*)?)?)?$/,
];

/** Files whose content holds times, process numbers, random keys or the places of other files on the disk. */
const VARYING = [
  /^\/var\/log\//,
  /^\/var\/cache\/(apt\/(src)?pkgcache\.bin|ldconfig\/aux-cache|man\/.*)$/,
  /^\/var\/lib\/(apt\/periodic\/|logrotate\/|fail2ban\/|mysql\/|postgresql\/|redis\/)/,
  /^\/etc\/ssl\/(private|certs)\/ssl-cert-snakeoil\./,
  /\/\.git\/(index|logs\/.*)$/,
];

/** What a host holds now. */
export function lookAt(host: FleetHost): Snapshot {
  return snapshot(host, LEFT_OUT);
}

export interface Compared {
  /** Entries that both tools wrote, or removed, alike. */
  alike: number;
  different: string[];
}

/**
 * Compares what two tools wrote to two hosts that were alike before, times aside. A host's own address in a file
 * stands for that of the other.
 */
export function compareWritten(
  theirs: { host: FleetHost; before: Snapshot },
  ours: { host: FleetHost; before: Snapshot },
  varying: RegExp[],
): Compared {
  const [left, right] = [lookAt(theirs.host), lookAt(ours.host)];
  const written = new Set([...changed(theirs.before, left), ...changed(ours.before, right)]);
  const only = (all: Snapshot) => new Map([...all].filter(([path]) => written.has(path)).map(named));
  const [mine, yours] = [only(left), only(right)];
  const different = compareSnapshots(mine, yours, contentFields).filter((line) => {
    const path = line.slice(0, line.indexOf(': '));
    const [one, other] = [mine.get(path), yours.get(path)];
    if (one?.type !== 'file' || other?.type !== 'file') return true;
    if (one.mode !== other.mode || one.uid !== other.uid || one.gid !== other.gid) return true;
    const texts = [textOf(theirs.host, one.path), textOf(ours.host, other.path)];
    return !isVarying(path, varying) && texts[0] !== texts[1];
  });
  return { alike: written.size - different.length, different };
}

/** What a host wrote since, one line a path; a folder's time alone counts too. */
export function changedSince(host: FleetHost, before: Snapshot): string[] {
  return compareSnapshots(before, lookAt(host), everyField);
}

function changed(before: Snapshot, after: Snapshot): string[] {
  return compareSnapshots(before, after, everyField).map((line) => line.slice(0, line.indexOf(': ')));
}

// A backup is named by its time and the process that made it.
function named([path, entry]: [string, SnapshotEntry]): [string, SnapshotEntry & { path: string }] {
  return [path.replace(/\.\d+\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~$/, '.backup'), { ...entry, path }];
}

function isVarying(path: string, more: RegExp[]): boolean {
  return [...VARYING, ...more].some((pattern) => pattern.test(path));
}

// Each fleet has an address and a password of its own.
function textOf(host: FleetHost, path: string): string {
  const text = readFileSync(join(host.upperDir, path), 'latin1').replaceAll(host.address, 'ADDRESS');
  return text.replace(/^worker:[^:]+/m, 'worker:PASSWORD');
}
