import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  compareSnapshots,
  contentFields,
  everyField,
  type FleetHost,
  type Snapshot,
  snapshot,
  tracesOfRunning,
} from '../../fleet/index.ts';

/** What is there or not whatever a playbook does: ansible-core's own files, and what its Python compiled. */
const LEFT_OUT = [...tracesOfRunning, /\/\.ansible(\/|$)/, /\/__pycache__(\/|$)/, /\.pyc$/];

/** Files whose content holds times, process numbers, random keys or the places of other files on the disk. */
const VARYING = [
  /^\/var\/log\//,
  /^\/var\/cache\/(apt\/(src)?pkgcache\.bin|ldconfig\/aux-cache|man\/.*)$/,
  /^\/var\/lib\/(apt\/periodic\/|logrotate\/|mysql\/|postgresql\/)/,
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
  const only = (all: Snapshot) => new Map([...all].filter(([path]) => written.has(path)));
  const different = compareSnapshots(only(left), only(right), contentFields).filter((line) => {
    const path = line.slice(0, line.indexOf(': '));
    const entries = [left.get(path), right.get(path)];
    if (entries.some((entry) => entry?.type !== 'file')) return true;
    if (entries[0]!.mode !== entries[1]!.mode || entries[0]!.uid !== entries[1]!.uid) return true;
    if (entries[0]!.gid !== entries[1]!.gid) return true;
    return !isVarying(path, varying) && textOf(theirs.host, path) !== textOf(ours.host, path);
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

function isVarying(path: string, more: RegExp[]): boolean {
  return [...VARYING, ...more].some((pattern) => pattern.test(path));
}

// Each fleet has an address and a password of its own.
function textOf(host: FleetHost, path: string): string {
  const text = readFileSync(join(host.upperDir, path), 'latin1').replaceAll(host.address, 'ADDRESS');
  return text.replace(/^worker:[^:]+/m, 'worker:PASSWORD');
}
