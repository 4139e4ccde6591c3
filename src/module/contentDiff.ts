import type { Diff } from './plan.ts';

/** Longer texts are left out of diffs. */
export const DIFF_BYTES = 100_000;

/** Whether bytes are no text that a person could read. */
export function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8192).includes(0);
}

/** The diff of a file's content; a note in its place where it is too long or no text. `undefined` is no file. */
export function contentDiff(
  path: string,
  before: Uint8Array | undefined,
  after: Uint8Array | undefined,
  source = path,
): Diff {
  const both = [before, after].filter((bytes) => bytes !== undefined);
  if (both.some(isBinary)) return { prepared: `${path} is binary; its content is not shown\n` };
  if (both.some((bytes) => bytes.length > DIFF_BYTES)) return tooLong(path);
  const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes ?? new Uint8Array());
  return { before: text(before), after: text(after), beforeHeader: path, afterHeader: source };
}

/** The note in place of a diff that would be too long. */
export function tooLong(path: string): Diff {
  return { prepared: `the diff of ${path} is left out: it is longer than ${DIFF_BYTES / 1000} kB\n` };
}
