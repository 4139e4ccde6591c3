import { shellWords } from '../../lib/shell.ts';
import { TaskFailure } from '../../module/plan.ts';
import type { PackageState } from '../../module/reads.ts';
import { definePrimitive } from '../primitive.ts';

// Fields of dpkg-query(1); a tab stands in none of them.
export const PACKAGE_FORMAT =
  '${Package}\\t${Architecture}\\t${db:Status-Status}\\t${db:Status-Want}\\t${Version}\\n';

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

/** What dpkg knows of packages; `name` may carry an architecture: `libc6:i386`. One dpkg-query for all. */
export const packageState = definePrimitive('package', {
  script: (asked) =>
    `dpkg-query -W -f '${PACKAGE_FORMAT}' -- ${shellWords(asked.map(({ name }) => name))} 2>/dev/null`,
  parse({ rc, stdout }, asked) {
    if (rc === 127)
      return asked.map(() => new TaskFailure('dpkg-query is not there: this is no Debian host'));
    const rows = packageRows(stdout.toString());
    return asked.map(({ name }) => stateOf(name, rows));
  },
  paths: () => ['/var/lib/dpkg/status'],
});

function stateOf(asked: string, rows: Row[]): PackageState | undefined {
  const [name, architecture] = asked.split(':');
  const named = rows.filter(
    (row) =>
      row.name === name && (!architecture || architecture === row.architecture || row.architecture === 'all'),
  );
  const best = named.find((row) => row.status === 'installed') ?? named[0];
  if (!best || best.status === 'not-installed') return undefined;
  const { name: _, ...state } = best;
  return state;
}
