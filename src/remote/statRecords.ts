import { shellQuote } from '../lib/shell.ts';
import type { Stat } from '../module/reads.ts';

// One fork answers for as many paths as fit safely into one argument list.
const ARGUMENT_BYTES = 100_000;

const FIND_FORMAT = '%y %m %U %G %s %A@ %T@ %C@ %i %D %n\\0%u\\0%g\\0%l\\0%p\\0';

// The same record from stat(1), for a find without -printf (busybox): the raw mode in hex instead of type and bits.
const STAT_FORMAT = '#%f 0 %u %g %s %X %Y %Z %i %d %h';

const TYPES: Record<string, Stat['type']> = {
  f: 'file',
  d: 'directory',
  l: 'link',
  p: 'fifo',
  s: 'socket',
  b: 'block',
  c: 'char',
};

// The type's part of st_mode in octal, see inode(7).
const RAW_TYPES: Record<string, Stat['type']> = {
  '10': 'file',
  '4': 'directory',
  '12': 'link',
  '1': 'fifo',
  '14': 'socket',
  '6': 'block',
  '2': 'char',
};

/**
 * Shell text that prints a record for every path that is there: of the path itself, or (`-L`) of what it leads to.
 */
export function statScript(paths: readonly string[], flag: '-P' | '-L'): string {
  return argumentLists(paths)
    .map((list) => statList(list, flag))
    .join('\n');
}

function statList(paths: readonly string[], flag: '-P' | '-L'): string {
  return [
    `set -- ${paths.map(shellQuote).join(' ')}`,
    `if [ -n "$fl_find" ]; then find ${flag} "$@" -maxdepth 0 -printf '${FIND_FORMAT}' 2>/dev/null`,
    `else for fl_p; do ${flag === '-L' ? oneByStat('-L ') : ONE_BY_STAT}; done; fi`,
  ].join('\n');
}

function oneByStat(flag: '' | '-L '): string {
  return [
    `fl_s=$(stat ${flag}-c '${STAT_FORMAT}' -- "$fl_p" 2>/dev/null)`,
    `&& printf '%s\\0%s\\0%s\\0%s\\0%s\\0' "$fl_s" "$(stat ${flag}-c %U -- "$fl_p")" "$(stat ${flag}-c %G -- "$fl_p")"`,
    `"$(readlink -- "$fl_p")" "$fl_p"`,
  ].join(' ');
}

/** Shell text that prints the record of "$fl_p" with stat(1), or nothing where there is nothing. */
export const ONE_BY_STAT = oneByStat('');

/** The find action that prints a record; for scripts that walk. */
export const FIND_PRINT = `-printf '${FIND_FORMAT}'`;

/** Records as `statScript` prints them, in the order printed. */
export function parseStats(printed: Buffer): Stat[] {
  const fields = printed.toString('utf8').split('\0');
  const stats: Stat[] = [];
  for (let at = 0; at + 4 < fields.length; at += 5) {
    stats.push(parseRecord(fields.slice(at, at + 5)));
  }
  return stats;
}

function parseRecord([numbers = '', owner = '', group = '', target = '', path = '']: string[]): Stat {
  const [type = '', mode = '', uid, gid, size, atime, mtime, ctime, inode, device, links] =
    numbers.split(' ');
  const kind = type.startsWith('#')
    ? rawKind(type.slice(1))
    : { type: TYPES[type] ?? 'file', mode: Number.parseInt(mode, 8) };
  return {
    path,
    ...kind,
    uid: Number(uid),
    gid: Number(gid),
    owner: owner === 'UNKNOWN' ? String(uid) : owner,
    group: group === 'UNKNOWN' ? String(gid) : group,
    size: Number(size),
    atime: Number(atime),
    mtime: Number(mtime),
    ctime: Number(ctime),
    inode: Number(inode),
    device: Number(device),
    links: Number(links),
    ...(kind.type === 'link' ? { target } : {}),
  };
}

function rawKind(hex: string): { type: Stat['type']; mode: number } {
  const raw = Number.parseInt(hex, 16);
  return { type: RAW_TYPES[(raw >> 12).toString(8)] ?? 'file', mode: raw & 0o7777 };
}

/** Paths in lists that are each short enough for one program's arguments. */
export function argumentLists(paths: readonly string[]): string[][] {
  const lists: string[][] = [];
  let room = 0;
  for (const path of paths) {
    room -= Buffer.byteLength(path) + 8;
    if (room < 0) {
      lists.push([]);
      room = ARGUMENT_BYTES;
    }
    lists.at(-1)!.push(path);
  }
  return lists;
}
