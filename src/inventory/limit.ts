import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { didYouMean } from '../lib/nearest.ts';
import { reasonOf } from '../lib/readText.ts';
import { SourceError } from '../lib/sourceError.ts';
import type { Host, Inventory } from './model.ts';
import { matchHosts, splitPattern } from './patterns.ts';

/**
 * The hosts that `--limit` leaves: a pattern, in which `@file` stands for the patterns in a file, one a line.
 * Throws a SourceError for a part that names neither host nor group, with the nearest name, and where nothing is left:
 * a mistyped `!web` would let a run reach the very hosts that it was to keep away from.
 */
export function limitHosts(inventory: Inventory, limit: string, cwd: string): Set<Host> {
  const parts = splitPattern(limit).flatMap((part) =>
    part.startsWith('@') ? fileParts(part.slice(1), cwd) : [part],
  );
  const { hosts, unknown } = matchHosts(inventory, parts);
  const wrong = unknown.find((part) => !/^[!&]?~|[*?[]/.test(part));
  if (wrong !== undefined) throw unknownName(inventory, wrong.replace(/^[!&]/, ''));
  if (hosts.length === 0) throw new SourceError(`--limit ${limit} leaves no host`);
  return new Set(hosts);
}

function fileParts(name: string, cwd: string): string[] {
  try {
    const lines = readFileSync(resolve(cwd, name), 'utf8').split(/\r?\n/);
    return lines.map((line) => line.trim()).filter((line) => line !== '');
  } catch (error) {
    throw new SourceError(`cannot read the hosts of --limit from ${name}: ${reasonOf(error)}`);
  }
}

function unknownName(inventory: Inventory, name: string): SourceError {
  const known = [...inventory.groups.keys(), ...inventory.hosts.keys(), 'localhost'];
  const hint = didYouMean(name, known) ?? '"flotte inventory --graph" shows all groups and hosts.';
  return new SourceError(`--limit names ${name}, and there is no such host or group`, undefined, hint);
}
