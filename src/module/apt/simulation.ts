import { compareDebianVersions } from '../../lib/debianVersion.ts';
import type { Diff } from '../plan.ts';
import type { AptSimulation } from '../reads.ts';
import type { Brings } from '../step.ts';

/** All that a simulation would bring and take, one package a line. */
export function simulationDiff({ install, remove }: AptSimulation): Diff {
  const lines = [
    ...remove.map(
      ({ name, version, purge }) => `- ${name} ${version}${purge ? ' (with its configuration)' : ''}`,
    ),
    ...install.map(({ name, version, from }) =>
      from ? `~ ${name} ${from} -> ${version}` : `+ ${name} ${version}`,
    ),
  ];
  return { prepared: `${lines.sort(byName).join('\n')}\n` };
}

/** 'install apache2, curl and 8 more; remove nginx': packages that were asked for by name, the others by number. */
export function simulationSummary({ install, remove }: AptSimulation, asked: string[]): string {
  const isNewer = (one: AptSimulation['install'][number]) =>
    compareDebianVersions(one.version, one.from!) >= 0;
  const changed = install.filter(({ from }) => from !== undefined);
  const parts: [string, { name: string }[]][] = [
    ['install', install.filter(({ from }) => from === undefined)],
    ['upgrade', changed.filter(isNewer)],
    ['downgrade', changed.filter((one) => !isNewer(one))],
    ['remove', remove.filter(({ purge }) => !purge)],
    ['purge', remove.filter(({ purge }) => purge)],
  ];
  return parts
    .filter(([, packages]) => packages.length > 0)
    .map(
      ([verb, packages]) =>
        `${verb} ${namedFirst(
          packages.map(({ name }) => name),
          asked,
        )}`,
    )
    .join('; ');
}

/** What dpkg will say of the packages afterwards. */
export function simulationBrings({ install, remove }: AptSimulation): Brings {
  return {
    packages: Object.fromEntries([
      ...remove.map(({ name, purge }) => [name, { status: purge ? 'not-installed' : 'config-files' }]),
      ...install.map(({ name, version }) => [name, { status: 'installed', version }]),
    ]),
  };
}

/** Why a simulation failed, in a sentence; undefined for one that went well. */
export function simulationProblem({ rc, stdout, stderr }: AptSimulation, args: string[]): string | undefined {
  // apt-get takes an unknown name for a regular expression and would install whatever matches.
  const guessed = /^Note, selecting '.*' for (?:regex|glob) '(.*)'$/m.exec(stdout);
  if (guessed) return `No package matching '${guessed[1]}' is available`;
  if (rc === 0) return undefined;
  const name = /^E: (?:Unable to locate package (\S+)|Package '(\S+)' has no installation candidate)$/m.exec(
    stderr,
  );
  if (name) return `No package matching '${name[1] ?? name[2]}' is available`;
  const version = /^E: Version '(.*)' for '(.*)' was not found$/m.exec(stderr);
  if (version) return `no available installation candidate for ${version[2]}=${version[1]}`;
  return `'apt-get ${args.join(' ')}' failed: ${stderr.trim() || stdout.trim()}`;
}

/** Whether apt-get changed nothing, by what it printed. */
export function changedNothing(stdout: string): boolean {
  return /^0 upgraded, 0 newly installed, 0 to remove/m.test(stdout);
}

const NAMED = 8;

function namedFirst(names: string[], asked: string[]): string {
  const named = names.filter((name) => asked.includes(name));
  const shown = (named.length > 0 ? named : names).slice(0, NAMED);
  const others = names.length - shown.length;
  return shown.join(', ') + (others > 0 ? ` and ${others} more` : '');
}

function byName(a: string, b: string): number {
  const [one, other] = [a.slice(2), b.slice(2)];
  return one < other ? -1 : one > other ? 1 : 0;
}
