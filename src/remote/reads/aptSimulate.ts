import { shellQuote, shellWords } from '../../lib/shell.ts';
import type { AptSimulation } from '../../module/reads.ts';
import { definePrimitive } from '../primitive.ts';

// RECORD ends an answer on both outputs, FORGET takes back what was printed before it; apt prints neither.
const RECORD = '\x1e';
const FORGET = '\x1d';

/**
 * Shell text that defines `apt_reads`: runs an apt program so that it writes nothing. As root, apt renews its binary
 * cache files whenever they are out of date; as nobody it can use good ones and write none. What nobody may not read
 * (private sources, packages in a home) is looked at by root then, with the cache files turned off.
 */
export function aptWithoutCacheFiles(program: string): string {
  const plain = `${program} -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=`;
  const nobody = `setpriv --reuid=65534 --regid=65534 --clear-groups ${program}`;
  return `apt_reads() {
  if [ "$(id -u)" != 0 ]; then ${program} "$@"; return; fi
  { e=$(${nobody} "$@" 2>&1 >&3); r=$?; } 3>&1
  case $r$e in
    0*) ;;
    *ermission?denied*|*"Unsupported file"*|*setpriv*) printf '\\035'; ${plain} "$@"; return ;;
  esac
  [ -z "$e" ] || printf '%s\\n' "$e" >&2
  return "$r"
}`;
}

/** What apt-get would do; `args` are those after `apt-get`: ['install', 'curl']. */
export const aptSimulate = definePrimitive('aptSimulate', {
  script: (asked) =>
    [
      aptWithoutCacheFiles('apt-get'),
      ...asked.map(({ args }) => {
        const options = `-q -y --simulate -o ${shellQuote('APT::Get::Show-User-Simulation-Note=0')}`;
        return `apt_reads ${options} ${shellWords(args)}; printf '%s\\036' $?; printf '\\036' >&2`;
      }),
    ].join('\n'),
  parse({ stdout, stderr }, asked) {
    const outs = stdout.toString().split(RECORD);
    const errs = stderr.toString().split(RECORD);
    return asked.map((_, i) => simulation(outs[i] ?? '127', errs[i] ?? ''));
  },
  paths: () => ['/var/lib/dpkg/status', '/var/lib/apt/lists', '/etc/apt'],
});

/** `out` ends in the exit code. */
function simulation(out: string, err: string): AptSimulation {
  const last = out.slice(out.lastIndexOf(FORGET) + 1);
  const rc = Number(last.match(/\d+$/)?.[0]);
  const stdout = last.replace(/\d+$/, '');
  const lines = stdout.split('\n');
  return {
    install: lines.flatMap(installLine),
    remove: lines.flatMap(removeLine),
    rc,
    stdout,
    stderr: err,
  };
}

// 'Inst curl [7.88.1-10] (7.88.1-11 Debian:12.1/stable [amd64])'
function installLine(line: string): AptSimulation['install'] {
  const match = /^Inst (\S+)(?: \[([^\]]*)\])? \((\S+)/.exec(line);
  return match ? [{ name: match[1]!, version: match[3]!, ...(match[2] && { from: match[2] }) }] : [];
}

// 'Remv curl [7.88.1-10]', 'Purg curl [7.88.1-10]'
function removeLine(line: string): AptSimulation['remove'] {
  const match = /^(Remv|Purg) (\S+)(?: \[([^\]]*)\])?/.exec(line);
  return match ? [{ name: match[2]!, version: match[3] ?? '', purge: match[1] === 'Purg' }] : [];
}
