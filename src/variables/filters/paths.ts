import { realpathSync } from 'node:fs';
import { posix } from 'node:path';
import { define, toText, tuple, typeError, typeName, valueError } from '../../jinja/index.ts';
import { globFiles } from '../glob.ts';
import { expandUser } from '../home.ts';
import type { Callables } from './register.ts';
import { isSequence, requireList, requireString } from './values.ts';

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function dirName(path: string): string {
  const head = path.slice(0, path.lastIndexOf('/') + 1);
  return /^\/*$/.test(head) ? head : head.replace(/\/+$/, '');
}

// Dots that a name begins with begin no extension.
function splitExtension(path: string): [string, string] {
  const name = baseName(path);
  const dot = name.lastIndexOf('.');
  if (dot < 0 || /^\.*$/.test(name.slice(0, dot))) return [path, ''];
  const at = path.length - name.length + dot;
  return [path.slice(0, at), path.slice(at)];
}

/** Python's `os.path.join`: an absolute part begins anew. */
export function joinPaths(parts: readonly string[]): string {
  return parts.reduce((path, part) => {
    if (part.startsWith('/') || path === '') return part;
    return path.endsWith('/') ? path + part : `${path}/${part}`;
  });
}

function pathJoin(paths: unknown): string {
  if (typeof paths === 'string') return paths;
  if (!isSequence(paths)) throw typeError(`it expects string or sequence, got ${typeName(paths)}`);
  const parts = requireList(paths).map((path) => requireString(path));
  if (parts.length === 0) throw typeError('it needs at least one path');
  return joinPaths(parts);
}

// A path that begins with exactly two slashes keeps them, by POSIX.
function normalPath(path: string): string {
  const normal = posix.normalize(path).replace(/(?<=.)\/$/, '');
  return /^\/\/(?!\/)/.test(path) ? `/${normal}` : normal;
}

function absolute(path: string): string {
  return normalPath(path.startsWith('/') ? path : `${process.cwd()}/${path}`);
}

// What is there of the path is resolved, the rest stays as it is.
function realPath(path: string): string {
  const full = absolute(path);
  try {
    return realpathSync(full);
  } catch {
    const above = posix.dirname(full);
    return above === full ? full : joinPaths([realPath(above), baseName(full)]);
  }
}

function relativePath(path: string, start: string): string {
  if (path === '') throw valueError('no path specified');
  return posix.relative(absolute(start), absolute(path)) || '.';
}

function commonPath(paths: unknown): string {
  const texts = requireList(paths).map((path) => requireString(path));
  if (texts.length === 0) throw valueError('commonpath() arg is an empty sequence');
  const isAbsolute = texts[0]!.startsWith('/');
  if (texts.some((path) => path.startsWith('/') !== isAbsolute)) {
    throw valueError("Can't mix absolute and relative paths");
  }
  const rows = texts.map((path) => path.split('/').filter((part) => part !== '' && part !== '.'));
  const first = rows[0]!;
  const differs = first.findIndex((part, index) => rows.some((row) => row[index] !== part));
  return (isAbsolute ? '/' : '') + first.slice(0, differs < 0 ? undefined : differs).join('/');
}

function expandVariables(text: string): string {
  return text.replace(
    /\$(?:(\w+)|\{([^}]*)\})/g,
    (whole, plain, braced) => process.env[plain ?? braced] ?? whole,
  );
}

// A drive letter or a share (\\host\share) and the rest.
function splitDrive(path: string): [string, string] {
  const found = /^(?:[\\/]{2}[^\\/]+[\\/][^\\/]+|.:)/.exec(path);
  return found ? [found[0], path.slice(found[0].length)] : ['', path];
}

function windowsSplit(path: string): [string, string] {
  const [drive, rest] = splitDrive(path);
  const at = Math.max(rest.lastIndexOf('/'), rest.lastIndexOf('\\')) + 1;
  const head = rest.slice(0, at);
  return [drive + (head.replace(/[\\/]+$/, '') || head), rest.slice(at)];
}

const ofPath = (body: (path: string) => unknown) => define(['path'], (path) => body(requireString(path)));

/** Filters on paths; those of the machine that Flotte runs on, where they look at files. */
export const pathFilters: Callables = {
  basename: ofPath(baseName),
  dirname: ofPath(dirName),
  splitext: ofPath((path) => tuple(...splitExtension(path))),
  expanduser: ofPath(expandUser),
  expandvars: ofPath(expandVariables),
  normpath: ofPath(normalPath),
  realpath: define(['filename', ['strict', false]], (path) => realPath(requireString(path))),
  relpath: define(['path', ['start', '.']], (path, start) =>
    relativePath(requireString(path), toText(start)),
  ),
  path_join: define(['paths'], pathJoin),
  commonpath: define(['paths'], commonPath),
  fileglob: define(['pathname'], (pattern) => globFiles(requireString(pattern))),
  win_basename: ofPath((path) => windowsSplit(path)[1]),
  win_dirname: ofPath((path) => windowsSplit(path)[0]),
  win_splitdrive: ofPath((path) => tuple(...splitDrive(path))),
};
