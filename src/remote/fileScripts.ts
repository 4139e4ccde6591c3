import { basename, dirname, join } from 'node:path/posix';
import { shellQuote } from '../lib/shell.ts';
import type {
  Attributes,
  AttributesStep,
  CopyStep,
  LinkStep,
  MkdirStep,
  PutStep,
  RemoveStep,
  RenameStep,
  TouchStep,
} from '../module/step.ts';

// A file name holds 255 bytes; a longer one's temporary name goes without it.
const NAME_BYTES = 200;

/** Where the content of a put comes from: the script itself, or its standard input. */
export type Delivery = { text: string } | { bytes: number };

/** Shell text that writes the step's content to its path. */
export function putScript(step: PutStep, delivery: Delivery, random: string): string {
  const [source, bytes] =
    'text' in delivery
      ? [`printf %s ${shellQuote(delivery.text)}`, Buffer.byteLength(delivery.text)]
      : ['cat', delivery.bytes];
  return [
    temporary(step.path, random),
    `( umask ${creationMask(step.attributes)}; set -C; ${source} >"$fl_t" ) || exit 1`,
    LOOK,
    // The input may have ended early because the connection did.
    `[ "$1" = ${bytes} ] || { echo "only $1 of ${bytes} bytes arrived" >&2; exit 1; }`,
    ...place(step),
  ].join('\n');
}

/** A new file is for nobody else, unless its mode is known and its owner stays: then it needs no chmod afterwards. */
function creationMask({ mode, owner, group }: Attributes = {}): string {
  const settled = mode !== undefined && owner === undefined && group === undefined;
  return (settled ? 0o777 & ~mode : 0o077).toString(8).padStart(3, '0');
}

/** Shell text that copies a file of the host. */
export function copyScript(step: CopyStep, random: string): string {
  return [
    temporary(step.to, random),
    `( umask ${creationMask(step.attributes)}; set -C; cat -- ${shellQuote(step.from)} >"$fl_t" ) || exit 1`,
    LOOK,
    ...place(step),
  ].join('\n');
}

function temporary(path: string, random: string): string {
  return [
    `fl_p=${shellQuote(path)}; fl_t=${shellQuote(temporaryPath(path, random))}`,
    `if [ -d "$fl_p" ]; then echo "$fl_p is a directory" >&2; exit 1; fi`,
    REMOVE_TEMPORARY,
  ].join('\n');
}

// The removal itself must not be ended by the signals that end the rest; PIPE comes when nobody hears of it any more.
const REMOVE_TEMPORARY = `trap 'trap "" TERM PIPE; rm -rf -- "$fl_t"' EXIT
trap 'trap "" TERM PIPE; exit 143' TERM INT HUP PIPE`;

/** A name beside the path that nobody else has. */
function temporaryPath(path: string, random: string): string {
  const name = basename(path);
  return join(
    dirname(path),
    Buffer.byteLength(name) > NAME_BYTES ? `.flotte-${random}` : `.${name}.flotte-${random}`,
  );
}

// One fork tells size, owner, group and mode of the new file ($1 to $4) and of the one that is there ($5 to $8).
const LOOK = `set -- $(stat -L -c '%s %u %g %a' -- "$fl_t" "$fl_p" 2>/dev/null)`;

/** Attributes, check, backup and the rename that puts the temporary file into its place. */
function place(step: PutStep | CopyStep): string[] {
  const { owner, group, mode } = step.attributes ?? {};
  return [
    // As Ansible's atomic move: an owner that is not asked for stays where we are allowed to give it.
    owner === undefined || group === undefined
      ? `[ "\${6-$2}:\${7-$3}" = "$2:$3" ] || chown "$6:$7" -- "$fl_t" 2>/dev/null`
      : '',
    owner !== undefined || group !== undefined ? `${chown(step.attributes!, '"$fl_t"', '')} || exit 1` : '',
    mode === undefined
      ? // '=rw' without a who obeys the umask, as a new file's mode does.
        `if [ -n "\${8-}" ]; then chmod "0000$8" -- "$fl_t"; else chmod =rw -- "$fl_t"; fi || exit 1`
      : `[ "$4" = ${mode.toString(8)} ] || chmod ${octal(mode)} -- "$fl_t" || exit 1`,
    step.validate === undefined ? '' : validation(step.validate),
    step.backup ? BACKUP : '',
    `mv -fT -- "$fl_t" "$fl_p" || exit 1`,
    'trap - EXIT',
  ].filter((line) => line !== '');
}

/** How the last line of stderr begins where a file was not found valid; then comes the exit code of the check. */
export const NOT_VALID = 'validation failed with exit code';

function validation(command: string): string {
  const filled = command.replaceAll('%s', '"$fl_t"');
  return `fl_o=$( ( eval ${shellQuote(filled)} ) </dev/null ) ||
{ fl_v=$?; printf '%s' "$fl_o"; echo "${NOT_VALID} $fl_v" >&2; exit 1; }`;
}

// The name is printed, and is all that this script prints.
const BACKUP = `if [ -e "$fl_p" ]; then
fl_b="$fl_p.$$.$(date +%Y-%m-%d@%H:%M:%S)~"
cp -p -- "$fl_p" "$fl_b" || exit 1
printf '%s' "$fl_b"
fi`;

/** Shell text that makes a directory; one that is there already only gets its attributes. */
export function mkdirScript({ path, attributes = {} }: MkdirStep): string {
  const at = shellQuote(path);
  if (Object.keys(attributes).length === 0) return `[ -d ${at} ] || exec mkdir -- ${at}`;
  return `[ -d ${at} ] || mkdir -m 700 -- ${at} || exit 1\n${attributesText(path, withMode(attributes), true)}`;
}

/** A directory's mode where none is asked for: what the umask leaves. */
function withMode(attributes: Attributes): Attributes & { mode: number | '=rwx' } {
  return { ...attributes, mode: attributes.mode ?? '=rwx' } as Attributes & { mode: number | '=rwx' };
}

/** Shell text that makes a link under a temporary name and renames it into place. */
export function linkScript(step: LinkStep, random: string): string {
  const flag = step.type === 'symbolic' ? '-s ' : '';
  return [
    `fl_p=${shellQuote(step.path)}; fl_t=${shellQuote(temporaryPath(step.path, random))}`,
    REMOVE_TEMPORARY,
    `ln ${flag}-- ${shellQuote(step.target)} "$fl_t" || exit 1`,
    step.attributes ? attributesLines(step.attributes, '"$fl_t"', false) : '',
    // rename(2) does nothing between two names of one file, and mv takes that for a mistake.
    step.type === 'hard' ? `if [ "$fl_t" -ef "$fl_p" ] && [ ! -L "$fl_p" ]; then exit 0; fi` : '',
    // busybox's mv takes a link to a directory for the directory.
    `if [ -z "$fl_find" ] && [ -L "$fl_p" ]; then rm -f -- "$fl_p"; fi`,
    `mv -fT -- "$fl_t" "$fl_p"`,
  ]
    .filter((line) => line !== '')
    .join('\n');
}

export function removeScript({ path }: RemoveStep): string {
  return `exec rm -rf -- ${shellQuote(path)}`;
}

export function attributesScript({ path, attributes, follow }: AttributesStep): string {
  return attributesText(path, attributes, follow === true);
}

export function touchScript({ path, atime, mtime, attributes }: TouchStep): string {
  const at = shellQuote(path);
  const lines = [
    // Makes the file too; the times given are set over it.
    atime === undefined || mtime === undefined ? `touch -- ${at} || exit 1` : '',
    atime === undefined ? '' : `touch -a -d @${atime} -- ${at} || exit 1`,
    mtime === undefined ? '' : `touch -m -d @${mtime} -- ${at} || exit 1`,
    attributes ? attributesText(path, attributes, true) : '',
  ];
  return lines.filter((line) => line !== '').join('\n');
}

export function renameScript({ from, to }: RenameStep): string {
  return `exec mv -fT -- ${shellQuote(from)} ${shellQuote(to)}`;
}

type Wanted = Omit<Attributes, 'mode'> & { mode?: number | '=rwx' };

function attributesText(path: string, attributes: Wanted, follow: boolean): string {
  return attributesLines(attributes, shellQuote(path), follow);
}

/** The owner before the mode, since a change of owner takes setuid and setgid away. */
function attributesLines(attributes: Wanted, at: string, follow: boolean): string {
  const { owner, group, mode } = attributes;
  const lines: string[] = [];
  if (owner !== undefined || group !== undefined)
    lines.push(`${chown(attributes, at, follow ? '' : '-h ')} || exit 1`);
  if (mode !== undefined) {
    // A link has no mode of its own.
    const guard = follow ? '' : `[ -L ${at} ] || `;
    lines.push(`${guard}chmod ${octal(mode)} -- ${at} || exit 1`);
  }
  return lines.join('\n');
}

function chown({ owner, group }: Wanted, at: string, flag: string): string {
  const to = `${owner ?? ''}${group === undefined ? '' : `:${group}`}`;
  return `chown ${flag}${shellQuote(to)} -- ${at}`;
}

/** With five digits or more GNU chmod also clears a directory's setgid bit, as chmod(2) does. */
function octal(mode: number | '=rwx'): string {
  return typeof mode === 'string' ? mode : mode.toString(8).padStart(6, '0');
}
