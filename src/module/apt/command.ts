import { shellQuote, shellWords } from '../../lib/shell.ts';
import type { RunStep } from '../step.ts';
import { APT_ENV, type AptParams, type AptWanted, isAsWanted, namesOf } from './spec.ts';

/** What apt-get is to do, as its arguments; nothing where all is as wanted. */
export function aptCommands(params: AptParams, wanted: AptWanted[]): string[][] {
  if (params.upgrade !== 'no' || (params.state === 'latest' && params.package?.includes('*')))
    return [upgrade(params)];
  if (params.deb !== undefined) {
    return params.deb.includes('://') ? [] : [['install', ...installFlags(params), debPath(params.deb)]];
  }
  if (params.state === 'build-dep' && wanted.length > 0) {
    return [['build-dep', ...installFlags(params), ...wanted.map(({ text }) => text)]];
  }
  if (params.state === 'fixed') return [['install', ...installFlags(params), ...wanted.map(target)]];
  if (namesOf(params).length === 0) {
    const purge = flags([params.purge && '--purge', params.force && '--force-yes']);
    return [
      ...(params.autoclean ? [['autoclean']] : []),
      ...(params.autoremove ? [['autoremove', ...purge]] : []),
    ];
  }
  const open = wanted.filter((one) => !isAsWanted(params, one));
  if (open.length === 0) return [];
  if (params.state === 'absent') return [['remove', ...removeFlags(params), ...open.map(({ name }) => name)]];
  return [['install', ...installFlags(params), ...open.map(target)]];
}

/** The step that runs apt-get for real. */
export function aptStep(args: string[], params: AptParams): RunStep {
  const options = params.dpkg_options
    .split(',')
    .filter(Boolean)
    .map((option) => `Dpkg::Options::=--${option.trim()}`);
  const all = [...options, `DPkg::Lock::Timeout=${params.lock_timeout}`].flatMap((option) => ['-o', option]);
  const argv = ['apt-get', '-q', '-y', ...all, ...args];
  const title = `apt-get ${args.join(' ')}`;
  if (params.policy_rc_d === undefined) return { kind: 'run', argv, env: APT_ENV, stream: true, title };
  return { kind: 'run', script: withPolicy(argv, params.policy_rc_d), env: APT_ENV, stream: true, title };
}

/** Updates the lists, more than once where it must be, and prints the new time of the lists as its last line. */
export function updateStep({
  update_cache_retries: tries,
  update_cache_retry_max_delay: longest,
}: Pick<AptParams, 'update_cache_retries' | 'update_cache_retry_max_delay'>): RunStep {
  return {
    kind: 'run',
    title: 'apt-get update',
    script: `n=1 d=1
until apt-get -q -o APT::Update::Error-Mode=any update; do
  [ "$n" -lt ${tries} ] || exit 100
  sleep "$d"
  n=$((n + 1)) d=$((d * 2))
  [ "$d" -le ${longest} ] || d=${longest}
done
stat -c %Y /var/lib/apt/periodic/update-success-stamp 2>/dev/null || stat -c %Y /var/lib/apt/lists`,
    env: APT_ENV,
    touches: ['/var/lib/apt', '/var/cache/apt'],
  };
}

/** Fetches a package file by URL and installs it. */
export function debUrlStep(url: string, params: AptParams): RunStep {
  const { argv, script } = aptStep(['install', ...installFlags(params)], params);
  const install = script ?? shellWords(argv!);
  return {
    kind: 'run',
    title: `install ${url}`,
    script: `d=$(mktemp -d) && chmod 755 "$d" || exit
trap 'rm -rf "$d"' EXIT
/usr/lib/apt/apt-helper download-file ${shellQuote(url)} "$d/package.deb" || exit
set -- "$d/package.deb"
(${install} "$@")`,
    env: APT_ENV,
    stream: true,
  };
}

// Programs that maintainer scripts would start ask this script first, and find its exit code.
function withPolicy(argv: string[], code: number): string {
  return `p=/usr/sbin/policy-rc.d
[ ! -e $p ] || mv $p $p.kept || exit
trap 'rm -f $p; [ ! -e $p.kept ] || mv $p.kept $p' EXIT
printf '#!/bin/sh\\nexit ${code}\\n' > $p && chmod 755 $p || exit
${shellWords(argv)}`;
}

function upgrade(params: AptParams): string[] {
  const all = params.upgrade === 'full' || params.upgrade === 'dist';
  return [all ? 'dist-upgrade' : 'upgrade', ...(all ? [] : ['--with-new-pkgs']), ...installFlags(params)];
}

function installFlags(params: AptParams): string[] {
  const recommends = params.install_recommends;
  return flags([
    params.only_upgrade && '--only-upgrade',
    params.state === 'fixed' && '--fix-broken',
    params.force && '--force-yes',
    params.autoremove && '--auto-remove',
    params.fail_on_autoremove && '--no-remove',
    recommends !== undefined && (recommends ? '--install-recommends' : '--no-install-recommends'),
    params.allow_unauthenticated && '--allow-unauthenticated',
    params.allow_downgrade && '--allow-downgrades',
    params.allow_change_held_packages && '--allow-change-held-packages',
    ...(params.default_release === undefined ? [] : ['-t', params.default_release]),
  ]);
}

function removeFlags(params: AptParams): string[] {
  return flags([
    params.purge && '--purge',
    params.force && '--force-yes',
    params.autoremove && '--auto-remove',
    params.allow_change_held_packages && '--allow-change-held-packages',
  ]);
}

// apt-get knows versions by `=` alone; what `>=` asks for is looked for in what it chose.
function target({ name, operator, version }: AptWanted): string {
  return operator === '=' ? `${name}=${version}` : name;
}

// apt-get takes an argument for a file by its slash.
function debPath(path: string): string {
  return path.includes('/') ? path : `./${path}`;
}

function flags(list: (string | false)[]): string[] {
  return list.filter((flag) => flag !== false);
}
