import type { FileKind, Identity, Stat } from './reads.ts';

// Names for the flags that lsattr(1) prints, as Ansible has them.
const FLAGS: Record<string, string> = {
  A: 'noatime',
  C: 'nocow',
  D: 'dirsync',
  E: 'encrypted',
  I: 'indexed',
  N: 'inline',
  S: 'synchronous',
  T: 'blockroot',
  X: 'compressedraw',
  Z: 'compresseddirty',
  a: 'append',
  c: 'compressed',
  d: 'nodump',
  e: 'extents',
  h: 'blocksize',
  i: 'immutable',
  j: 'journalled',
  s: 'zero',
  t: 'notail',
  u: 'undelete',
};

/**
 * What Ansible's `stat` tells of a path, from what was read: whether it is accessible as far as permission
 * bits decide it, of a link those of what it leads to (`target`).
 */
export function statResult(stat: Stat, me: Identity, target: Stat | undefined): Record<string, unknown> {
  return { exists: true, ...foundResult(stat), ...access(stat.type === 'link' ? target : stat, me) };
}

/** What Ansible's `find` tells of a path. */
export function foundResult(stat: Stat): Record<string, unknown> {
  const { mode, type } = stat;
  const bit = (mask: number) => (mode & mask) !== 0;
  return {
    path: stat.path,
    mode: mode.toString(8).padStart(4, '0'),
    isdir: type === 'directory',
    ischr: type === 'char',
    isblk: type === 'block',
    isreg: type === 'file',
    isfifo: type === 'fifo',
    islnk: type === 'link',
    issock: type === 'socket',
    uid: stat.uid,
    gid: stat.gid,
    size: stat.size,
    inode: stat.inode,
    dev: stat.device,
    nlink: stat.links,
    atime: stat.atime,
    mtime: stat.mtime,
    ctime: stat.ctime,
    wusr: bit(0o200),
    rusr: bit(0o400),
    xusr: bit(0o100),
    wgrp: bit(0o020),
    rgrp: bit(0o040),
    xgrp: bit(0o010),
    woth: bit(0o002),
    roth: bit(0o004),
    xoth: bit(0o001),
    isuid: bit(0o4000),
    isgid: bit(0o2000),
    pw_name: stat.owner,
    gr_name: stat.group,
  };
}

/** What Ansible's `stat` tells of flags; none where the host cannot tell. */
export function flagsResult({ flags = '', version }: FileKind): Record<string, unknown> {
  const attributes = [...flags].flatMap((letter) => FLAGS[letter] ?? []);
  return { attr_flags: flags, attributes, version: version ?? null };
}

// Root may read and write anything, and execute what anybody may.
function access(stat: Stat | undefined, me: Identity): Record<string, boolean> {
  if (!stat) return { readable: false, writeable: false, executable: false };
  const { mode, uid, gid, type } = stat;
  if (me.uid === 0) {
    return { readable: true, writeable: true, executable: type === 'directory' || (mode & 0o111) !== 0 };
  }
  const shift = uid === me.uid ? 6 : me.groups.includes(gid) ? 3 : 0;
  const may = (mask: number) => ((mode >> shift) & mask) !== 0;
  return { readable: may(4), writeable: may(2), executable: may(1) };
}
