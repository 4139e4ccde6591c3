import { closeSync, lstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { define, valueError } from '../../jinja/index.ts';
import { reasonOf } from '../../lib/readText.ts';
import type { Callables } from '../filters/register.ts';
import { requireString } from '../filters/values.ts';
import { isVaultText } from '../vaultFormat.ts';

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function linkStatOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

// A mount point is on another device than what it stands in, or is the root.
function isMount(path: string): boolean {
  const own = linkStatOf(path);
  if (!own || own.isSymbolicLink()) return false;
  const above = linkStatOf(join(path, '..')) ?? linkStatOf(dirname(path));
  return above !== undefined && (own.dev !== above.dev || own.ino === above.ino);
}

function isSameFile(a: string, b: string): boolean {
  const [left, right] = [statOf(a), statOf(b)];
  if (!left || !right) throw valueError(`there is no file ${left ? b : a}`);
  return left.dev === right.dev && left.ino === right.ino;
}

function isVaultFile(path: string): boolean {
  const start = Buffer.alloc(20);
  try {
    const file = openSync(path, 'r');
    try {
      return isVaultText(start.toString('latin1', 0, readSync(file, start)));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw valueError(`cannot read ${path}: ${reasonOf(error)}`);
  }
}

const ofPath = (body: (path: string) => boolean) => define(['path'], (path) => body(requireString(path)));

const directory = ofPath((path) => statOf(path)?.isDirectory() ?? false);
const file = ofPath((path) => statOf(path)?.isFile() ?? false);
const link = ofPath((path) => linkStatOf(path)?.isSymbolicLink() ?? false);
const absolute = ofPath((path) => path.startsWith('/'));
const mount = ofPath(isMount);
const sameFile = define(['a', 'b'], (a, b) => isSameFile(requireString(a), requireString(b)));

/** Tests of files of the machine that Flotte runs on. */
export const fileTests: Callables = {
  directory,
  is_dir: directory,
  file,
  is_file: file,
  link,
  is_link: link,
  exists: ofPath((path) => statOf(path) !== undefined),
  link_exists: ofPath((path) => linkStatOf(path) !== undefined),
  abs: absolute,
  is_abs: absolute,
  mount,
  is_mount: mount,
  same_file: sameFile,
  is_same_file: sameFile,
  vaulted_file: ofPath(isVaultFile),
};
