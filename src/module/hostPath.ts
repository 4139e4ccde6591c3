import type { Reads } from './reads.ts';

/**
 * A path as the host means it: `~` and `~user` become home directories, `$HOME`, `$USER` and `$LOGNAME` their values, a
 * relative path lies in the home of the user who works there. Without doubled or trailing slashes; links are not
 * followed. A path that is absolute and plain costs no read.
 */
export async function hostPath(path: string, host: Reads): Promise<string> {
  if (/^\/[^$]*$/.test(path)) return tidyPath(path);
  const { home, owner } = await host.identity({});
  const values: Record<string, string> = { HOME: home, USER: owner, LOGNAME: owner };
  const filled = path.replace(
    /\$(?:(\w+)|\{(\w+)\})/g,
    (whole, bare, braced) => values[bare ?? braced] ?? whole,
  );
  const tilde = /^~([^/]*)/.exec(filled);
  if (!tilde) return tidyPath(filled.startsWith('/') ? filled : `${home}/${filled}`);
  const of = tilde[1] === '' ? home : (await host.passwd({ name: tilde[1]! }))?.home;
  return tidyPath(of === undefined ? `${home}/${filled}` : of + filled.slice(tilde[0].length));
}

/** Without doubled slashes and without a slash at the end. */
export function tidyPath(path: string): string {
  return path.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '');
}

/** The directories above a path, the nearest first, without the root. */
export function parentsOf(path: string): string[] {
  const parents: string[] = [];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
    parents.push(path.slice(0, at));
  return parents;
}

/** The directory that a path lies in. */
export function directoryOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}
