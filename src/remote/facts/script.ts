import { shellQuote } from '../../lib/shell.ts';
import type { Collector } from './collector.ts';

/*
 * The parts of the gathering script. Each is one program at most; what a shell can do itself it does, and all small
 * files are read by one grep that puts their paths before their lines.
 */
const PARTS: Record<string, string> = {
  uname: 'uname -srvm',
  // `id` would be one program more than /proc/self.
  passwd: `while read -r k v w; do [ "$k" != Uid: ] || { getent passwd "$v"; break; }; done </proc/self/status`,
  // Asks a name server only where /etc/hosts does not know the host.
  hosts: `read -r h </proc/sys/kernel/hostname
f=
while read -r a n; do case " $n " in *" $h "*|*"	$h "*) f=1 ;; esac; done </etc/hosts
[ -n "$f" ] || getent hosts "$h"`,
  date: `date -f - '+%s %N %Y %m %A %w %W %d %H %M %S %Z %z' <<E
now
1 jan
1 jul
E`,
  env: 'env -0',
  python: 'command -v python3 && python3 -V 2>&1',
  systemd: '[ ! -d /run/systemd/system ] || systemctl --version',
  lsb: '! command -v lsb_release >/dev/null || lsb_release -a 2>/dev/null',
  caps: '! command -v capsh >/dev/null || capsh --print',
  programs: 'for p in apt-get dnf yum zypper apk pacman systemctl; do command -v "$p"; done',
  chroot: `if [ -n "$debian_chroot" ]; then echo yes
elif [ -e /proc/1/root/. ]; then [ / -ef /proc/1/root/. ] && echo no || echo yes
else stat -f -c %T /; stat -c %i /
fi`,
  cpu: `awk -F '[ \\t]*:' '/^(processor|Processor|vendor_id|Vendor|model name|cpu|physical id|core id|cpu cores|siblings)[ \\t]*:/
/^(flags|Features)[ \\t]*:/ && !f++' /proc/cpuinfo`,
  network: `ip -o -force -batch - <<E 2>/dev/null
link show
addr show
route get 8.8.8.8
route get 2404:6800:400a:800::1012
route show table local
E
ip -6 -o route show table local 2>/dev/null`,
  links: `find /dev/disk /dev/mapper /sys/class/net/*/device /sys/class/net/*/device/driver/module /sys/block/*/slaves \\
  /sys/block/*/holders /sys/block/*/*/holders -maxdepth 2 -type l -printf '%p\\t%l\\n' 2>/dev/null`,
  // A dead network file system would let stat wait for ever.
  mounts: `n=
set --
while read -r d m t o; do
  case $d in /*) ;; *:/*) n='timeout -k 1 10' ;; *) continue ;; esac
  [ "$t" != none ] || continue
  case $m in *\\\\*) m=$(printf '%b' "$(printf '%s' "$m" | sed 's/\\\\\\([0-7][0-7][0-7]\\)/\\\\0\\1/g')") ;; esac
  set -- "$@" "$m"
done </proc/mounts
[ $# = 0 ] || $n stat -f -c '%s %S %b %a %c %d %n' -- "$@" 2>/dev/null`,
  lvm: `if command -v vgs >/dev/null && [ -w /proc/1/oom_score_adj ]; then
  for p in vgs lvs pvs; do echo "=$p"; $p --noheadings --nosuffix --units g --separator , 2>/dev/null; done
fi`,
};

/** The script for these collectors; the time zone counts, the rest is in the C locale. */
export function gatheringScript(collectors: Collector[], factPath: string): string {
  const all = <T>(list: (T[] | undefined)[]) => [...new Set(list.flatMap((items) => items ?? []))];
  const parts = all(collectors.map(({ parts }) => parts));
  const files = all(collectors.map(({ files }) => files));
  const exist = all(collectors.map(({ exist }) => exist));
  return [
    // The environment is shown as it was.
    ...(parts.includes('env') ? [`printf '\\036env\\n'\n${PARTS.env}`] : []),
    'PATH=$PATH:/usr/sbin:/sbin',
    'section() { printf "\\\\036%s\\\\n" "$1"; }',
    ...(exist.length > 0
      ? [`section exist\nfor e in ${exist.join(' ')}; do [ ! -e "$e" ] || printf '%s\\n' "$e"; done`]
      : []),
    // -a: /proc/1/environ has NULs in it.
    ...(files.length > 0 ? [`section files\ngrep -asH '' ${files.join(' ')}`] : []),
    ...parts
      .filter((part) => part !== 'env')
      .map((part) => `section ${part}\n${part === 'local' ? localScript(factPath) : PARTS[part]}`),
    'true',
  ].join('\n');
}

/** Prints each fact file, or what it says when run, between marks that hold its path and its exit code. */
function localScript(factPath: string): string {
  return `for f in ${shellQuote(factPath)}/*.fact; do
  [ -h "$f" ] || [ -f "$f" ] || continue
  printf '\\035%s\\n' "$f"
  r=
  if [ ! -e "$f" ]; then r='!'; elif [ -x "$f" ]; then "$f" 2>/dev/null; r=$?; else cat -- "$f"; fi
  printf '\\035%s' "$r"
done`;
}
