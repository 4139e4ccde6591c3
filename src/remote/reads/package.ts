import { shellQuote, shellWords } from '../../lib/shell.ts';
import { TaskFailure } from '../../module/plan.ts';
import type { PackageState } from '../../module/reads.ts';
import { definePrimitive } from '../primitive.ts';

// Fields of dpkg-query(1); a tab stands in none of them.
export const PACKAGE_FORMAT =
  '${Package}\\t${Architecture}\\t${db:Status-Status}\\t${db:Status-Want}\\t${Version}\\n';

// Where apt keeps what it installed of its own accord: paragraphs of Package, Architecture and Auto-Installed.
const MARKS = '/var/lib/apt/extended_states';
const RECORD = '\x1e';

interface Row extends PackageState {
  name: string;
}

/** One row for each package that dpkg has a record of. */
export function packageRows(text: string): Row[] {
  return text.split('\n').flatMap((line) => {
    const [name, architecture, status, want, version] = line.split('\t');
    if (!name || !status) return [];
    const hold = want === 'hold';
    return [
      {
        name,
        status,
        ...(architecture && { architecture }),
        ...(version && { version }),
        ...(hold && { hold }),
      },
    ];
  });
}

/** What dpkg knows of packages, and apt's mark; `name` may carry an architecture: `libc6:i386`. One dpkg-query for all. */
export const packageState = definePrimitive('package', {
  script: (asked) => {
    const names = asked.map(({ name }) => name);
    return `dpkg-query -W -f '${PACKAGE_FORMAT}' -- ${shellWords(names)} 2>/dev/null; r=$?
printf '\\036'
[ ! -r ${MARKS} ] || awk -v n=${shellQuote(` ${names.join(' ')} `)} \
  'BEGIN { RS = "" } /Auto-Installed: 1/ && index(n, " " $2) { print $2 ":" $4 }' ${MARKS}
exit "$r"`;
  },
  parse({ rc, stdout }, asked) {
    if (rc === 127)
      return asked.map(() => new TaskFailure('dpkg-query is not there: this is no Debian host'));
    const [states = '', marks = ''] = stdout.toString().split(RECORD);
    const rows = packageRows(states);
    const automatic = marks.split('\n');
    return asked.map(({ name }) => stateOf(name, rows, automatic));
  },
  paths: () => ['/var/lib/dpkg/status', MARKS],
});

function stateOf(asked: string, rows: Row[], automatic: string[]): PackageState | undefined {
  const [name, architecture] = asked.split(':');
  const named = rows.filter(
    (row) =>
      row.name === name && (!architecture || architecture === row.architecture || row.architecture === 'all'),
  );
  const best = named.find((row) => row.status === 'installed') ?? named[0];
  if (!best || best.status === 'not-installed') return undefined;
  const { name: _, ...state } = best;
  // apt writes packages for all architectures down under the machine's own.
  const own = state.architecture === 'all' ? '' : state.architecture;
  return automatic.some((mark) => mark.startsWith(`${name}:${own}`)) ? { ...state, auto: true } : state;
}
