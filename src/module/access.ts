import { directoryOf } from './hostPath.ts';
import type { Identity, Reads, Stat } from './reads.ts';

/** Whether a user may read a file, or list a directory, as its mode says. */
export function mayRead(stat: Stat, me: Identity): boolean {
  return isAllowed(stat, me, 0o4);
}

/** Whether a user may reach what is below a directory, as its mode says. */
function mayEnter(stat: Stat, me: Identity): boolean {
  return isAllowed(stat, me, 0o1);
}

function isAllowed(stat: Stat, me: Identity, bit: number): boolean {
  if (me.uid === 0) return true;
  if (stat.uid === me.uid) return (stat.mode & (bit << 6)) !== 0;
  const shared = stat.gid === me.gid || me.groups.includes(stat.gid);
  return (stat.mode & (shared ? bit << 3 : bit)) !== 0;
}

/** Why nothing is seen at a path: nothing is there, something above it is no directory, or may not be entered. */
export async function absence(path: string, host: Reads): Promise<'missing' | 'not a directory' | 'denied'> {
  const parent = directoryOf(path);
  const stat = await host.stat({ path: parent, follow: true });
  if (!stat) return parent === path ? 'missing' : absence(parent, host);
  if (stat.type !== 'directory') return 'not a directory';
  return mayEnter(stat, await host.identity({})) ? 'missing' : 'denied';
}
