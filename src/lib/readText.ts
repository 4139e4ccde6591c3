import { readFileSync } from 'node:fs';
import { SourceError } from './sourceError.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Reads a user's text file as UTF-8, without a byte order mark. Throws a SourceError that names the file. */
export function readText(file: string): string {
  const bytes = readBytes(file);
  try {
    return decoder.decode(bytes);
  } catch {
    throw new SourceError(`${file} is no UTF-8 text`, undefined, 'Save the file in UTF-8.');
  }
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new SourceError(`cannot read ${file}: ${reasonOf(error)}`);
  }
}

/** Why a file cannot be used, in words, from the error of a file system call. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'ENOTDIR') return 'a part of its path is no folder';
  return error instanceof Error ? error.message : String(error);
}
