import { shellQuote, shellWords } from '../lib/shell.ts';

/** What of an archive goes where. */
export interface Unpacking {
  archive: string;
  /** A directory that is there. */
  dest: string;
  include: string[];
  exclude: string[];
  keepNewer: boolean;
  options: string[];
  owner: string | undefined;
  group: string | undefined;
  mode: string | undefined;
}

/** What the script of `unpackScript` did, as it printed it. */
export interface Unpacked {
  changed: boolean;
  files: string[];
}

/** What unpacks a file of this name: zip has a program of its own, all else is tar's. */
export function handlerOf(archive: string): 'TgzArchive' | 'ZipArchive' {
  return /\.(zip|jar|war)$/i.test(archive) ? 'ZipArchive' : 'TgzArchive';
}

/**
 * Shell text that unpacks an archive where it differs from what is there, then gives what it holds owner, group and
 * mode. It prints 'same' or 'unpacked', what was set, an empty line, and the names in the archive.
 */
export function unpackScript(unpacking: Unpacking): string {
  const zip = handlerOf(unpacking.archive) === 'ZipArchive';
  return [
    `a=${shellQuote(unpacking.archive)} d=${shellQuote(unpacking.dest)}`,
    ...(zip ? zipLines(unpacking) : tarLines(unpacking)),
    'cd -- "$d" || exit 1',
    ...settingLines(unpacking),
    'echo',
    `printf '%s\\n' "$names"`,
  ].join('\n');
}

/** Reads what `unpackScript` printed. */
export function parseUnpacked(stdout: string): Unpacked {
  const end = stdout.indexOf('\n\n');
  const [state, ...set] = stdout.slice(0, end).split('\n');
  const files = stdout
    .slice(end + 2)
    .split('\n')
    .filter((name) => name !== '');
  return { changed: state === 'unpacked' || set.length > 0, files };
}

// tar itself compares. A common user's files are theirs, whoever the archive names; and what is set afterwards anyway
// is no difference.
function tarLines({ include, exclude, keepNewer, options, owner, group, mode }: Unpacking): string[] {
  const excludes = exclude.map((pattern) => `--exclude=${pattern}`);
  const chosen = shellWords([...excludes, ...options]);
  const members = include.length > 0 ? ` -- ${shellWords(include)}` : '';
  const ignored = [
    '^tar: (Removing leading|Ignoring unknown extended header)',
    ...(owner === undefined ? [] : [': Uid differs$']),
    ...(group === undefined ? [] : [': Gid differs$']),
    ...(mode === undefined ? [] : [': Mode differs$']),
  ];
  return [
    `names=$(tar --list --quoting-style=literal -f "$a" ${chosen}${members}) || exit 1`,
    `u=${shellQuote(ignored.join('|'))}`,
    `[ "$(id -u)" = 0 ] || u="$u|: [UG]id differs$"`,
    `if [ -n "$(tar --compare -C "$d" -f "$a" ${chosen}${members} 2>&1 | grep -vE "$u")" ]; then`,
    `  tar --extract -C "$d" -f "$a" ${keepNewer ? '--keep-newer-files ' : ''}${chosen}${members} || exit 1`,
    '  echo unpacked',
    'else',
    '  echo same',
    'fi',
  ];
}

// unzip cannot compare: it unpacks beside, and what differs is copied to its place.
function zipLines({ include, exclude, keepNewer, options }: Unpacking): string[] {
  const members = include.length > 0 ? ` ${shellWords(include)}` : '';
  const excludes = exclude.length > 0 ? ` -x ${shellWords(exclude)}` : '';
  const extra = options.length > 0 ? ` ${shellWords(options)}` : '';
  const different = `for f; do cmp -s -- "$f" "$0/$f" || { echo "$f"; exit; }; done`;
  return [
    's=$(mktemp -d -- "$d/.flotte-XXXXXXXX") || exit 1',
    `trap 'rm -rf -- "$s"' EXIT`,
    `trap 'exit 143' HUP INT TERM`,
    `unzip -q -o${extra} -- "$a"${members}${excludes} -d "$s" >&2 || exit 1`,
    'cd -- "$s" || exit 1',
    `names=$(find . -mindepth 1 | sed 's|^\\./||')`,
    `if [ -n "$(find . ! -type d -exec sh -c ${shellQuote(different)} "$d" {} +)" ]; then`,
    `  find . -mindepth 1 -maxdepth 1 -exec cp -a${keepNewer ? 'u' : ''} -- {} "$d" \\; || exit 1`,
    '  echo unpacked',
    'else',
    '  echo same',
    'fi',
  ];
}

// With -c they say what they changed, and nothing where nothing was to be changed. A mode is never set through a link,
// which may lead anywhere.
function settingLines({ owner, group, mode }: Unpacking): string[] {
  const account = `${owner ?? ''}${group === undefined ? '' : `:${group}`}`;
  const each = (names: string, command: string) => `${names} | xargs -r -d '\\n' ${command} || exit 1`;
  const all = '[ -z "$names" ] || printf \'%s\\n\' "$names"';
  const files = `{ ${all}; } | while IFS= read -r n; do [ -L "$n" ] || printf '%s\\n' "$n"; done`;
  return [
    ...(account === '' ? [] : [each(`{ ${all}; }`, `chown -hc -- ${shellQuote(account)}`)]),
    ...(mode === undefined ? [] : [each(files, `chmod -c -- ${shellQuote(mode)}`)]),
  ];
}
