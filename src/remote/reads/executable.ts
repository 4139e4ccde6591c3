import { shellQuote } from '../../lib/shell.ts';
import { definePrimitive } from '../primitive.ts';

// Where a step may put a program that is looked for.
const FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

// The folders of system programs are no part of a common user's PATH, and Ansible looks there too. No forks.
const FIND = `find_program() (
  case $1 in */*) [ -f "$1" ] && [ -x "$1" ] && printf '%s' "$1"; return ;; esac
  IFS=:
  set -f
  for d in $PATH /usr/local/sbin /usr/sbin /sbin; do
    [ -f "$d/$1" ] && [ -x "$d/$1" ] && { printf '%s' "$d/$1"; return; }
  done
)`;

/** Where programs are. */
export const executable = definePrimitive('executable', {
  script: (asked) => [FIND, ...asked.map(({ name }) => `find_program ${shellQuote(name)}; echo`)].join('\n'),
  parse({ stdout }, asked) {
    const lines = stdout.toString().split('\n');
    return asked.map((_, i) => lines[i] || undefined);
  },
  paths: ({ name }) => (name.includes('/') ? [name] : FOLDERS.map((folder) => `${folder}/${name}`)),
});
