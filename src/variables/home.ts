import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';

/** `~` and `~name` at the start of a path replaced by the folder, as Python's `os.path.expanduser`. */
export function expandUser(path: string): string {
  const found = /^~([^/]*)(.*)$/s.exec(path);
  if (!found) return path;
  const home = found[1] === '' ? process.env.HOME || homedir() : homeOf(found[1]!);
  return home === undefined ? path : home.replace(/\/+$/, '') + found[2] || '/';
}

function homeOf(user: string): string | undefined {
  try {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
    return lines.map((line) => line.split(':')).find(([name]) => name === user)?.[5];
  } catch {
    return undefined;
  }
}
