/** One file system of an fstab: fstab(5). Blanks in values are plain here, and octal in the file. */
export interface FstabEntry {
  src: string;
  path: string;
  fstype: string;
  opts: string;
  dump: string;
  passno: string;
}

/** The fstab with this entry in the place of an old one for the path (for swap: of the same source), else at the end. */
export function withEntry(text: string, entry: FstabEntry): string {
  const line = entryLine(entry);
  const lines = linesOf(text);
  const at = lines.findIndex((one) => isFor(one, entry));
  if (at < 0) return joined([...lines, line]);
  const old = parsed(lines[at]!)!;
  const same = entryLine(old) === line;
  return same
    ? text
    : joined(lines.flatMap((one, i) => (i === at ? [line] : isFor(one, entry) ? [] : [one])));
}

/** The fstab without the entries for a path; for swap only that of a source. */
export function withoutEntry(text: string, path: string, src: string | undefined): string {
  const gone = (line: string) => {
    const entry = parsed(line);
    return entry?.path === path && (src === undefined || path !== 'none' || entry.src === src);
  };
  const lines = linesOf(text);
  return lines.some(gone) ? joined(lines.filter((line) => !gone(line))) : text;
}

/** Whether an fstab has an entry for a path. */
export function hasMount(text: string, path: string): boolean {
  return linesOf(text).some((line) => parsed(line)?.path === path);
}

/** What is mounted now, by path, from /proc/self/mountinfo: source (for bind mounts the directory), type. */
export function mountedPaths(mountinfo: string): Map<string, { src: string; fstype: string; root: string }> {
  const found = new Map<string, { src: string; fstype: string; root: string }>();
  for (const line of mountinfo.split('\n')) {
    const [fields = '', rest = ''] = line.split(' - ');
    const [, , , root = '', path] = fields.split(' ').map(plain);
    const [fstype = '', src = ''] = rest.split(' ').map(plain);
    if (path) found.set(path, { src, fstype, root });
  }
  return found;
}

function isFor(line: string, entry: FstabEntry): boolean {
  const one = parsed(line);
  if (one?.path !== entry.path) return false;
  return one.path !== 'none' || one.fstype !== 'swap' || one.src === entry.src;
}

function parsed(line: string): FstabEntry | undefined {
  const words = line.replace(/#.*$/, '').trim().split(/\s+/);
  if (words.length < 4 || words.length > 6) return undefined;
  const [src = '', path = '', fstype = '', opts = '', dump = '0', passno = '0'] = words.map(plain);
  return { src, path, fstype, opts, dump, passno };
}

function entryLine({ src, path, fstype, opts, dump, passno }: FstabEntry): string {
  return [src, path, fstype, opts, dump, passno].map(escaped).join(' ');
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function joined(lines: string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function escaped(text: string): string {
  const codes: Record<string, string> = {
    '\\': '\\134',
    ' ': '\\040',
    '\t': '\\011',
    '\n': '\\012',
    '&': '\\046',
  };
  return text.replace(/[\\ \t\n&]/g, (char) => codes[char]!);
}

function plain(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
