import { shellQuote, shellWords } from '../../lib/shell.ts';
import type { Reads } from '../../module/reads.ts';
import { definePrimitive } from '../primitive.ts';

// A resolution downloads metadata of many packages; slow indexes need minutes.
const SECONDS = 600;

type Asked = Parameters<Reads['pipDryRun']>[0];

interface Report {
  install?: { metadata: { name: string; version: string } }[];
}

/**
 * `pip install --dry-run --report -` (pip 22.2 or newer) with these arguments. What pip unpacks goes to a folder that
 * is gone afterwards; its cache and compiled files are turned off.
 */
export const pipDryRun = definePrimitive('pipDryRun', {
  script: ([asked]) => (asked ? script(asked) : ''),
  parse({ rc, stdout, stderr }, asked) {
    const out = stdout.toString();
    const answer = { install: rc === 0 ? planned(out) : [], rc, stdout: out, stderr: stderr.toString() };
    return asked.map(() => answer);
  },
  alone: () => ({ seconds: SECONDS }),
});

function script({ python, args, cwd, env = {} }: Asked): string {
  const variables = Object.entries(env)
    .map(([name, value]) => `${name}=${shellQuote(value)} `)
    .join('');
  return `${cwd === undefined ? '' : `cd ${shellQuote(cwd)} || exit\n`}\
d=$(mktemp -d "\${TMPDIR:-/tmp}/flotte-pip.XXXXXX") || exit
trap 'rm -rf "$d"' EXIT
trap 'exit 129' HUP INT TERM
TMPDIR=$d PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8 ${variables}${shellQuote(python)} -m pip install --dry-run --quiet \\
--no-input --no-cache-dir --disable-pip-version-check --report - ${shellWords(args)}`;
}

function planned(json: string): { name: string; version: string }[] {
  const report = JSON.parse(json) as Report;
  return (report.install ?? []).map(({ metadata }) => ({ name: metadata.name, version: metadata.version }));
}
