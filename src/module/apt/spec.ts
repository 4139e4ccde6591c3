import { compareDebianVersions } from '../../lib/debianVersion.ts';
import { patternExpression } from '../../lib/fnmatch.ts';
import { TaskFailure } from '../plan.ts';
import type { PackageState } from '../reads.ts';

/** The parameters of apt, with Ansible's names. */
export interface AptParams {
  package?: string[] | undefined;
  state: 'present' | 'latest' | 'absent' | 'build-dep' | 'fixed';
  update_cache: boolean;
  update_cache_retries: number;
  update_cache_retry_max_delay: number;
  cache_valid_time: number;
  upgrade: 'no' | 'yes' | 'safe' | 'full' | 'dist';
  deb?: string | undefined;
  purge: boolean;
  autoremove: boolean;
  autoclean: boolean;
  clean: boolean;
  default_release?: string | undefined;
  install_recommends?: boolean | undefined;
  force: boolean;
  dpkg_options: string;
  fail_on_autoremove: boolean;
  policy_rc_d?: number | undefined;
  only_upgrade: boolean;
  allow_unauthenticated: boolean;
  allow_downgrade: boolean;
  allow_change_held_packages: boolean;
  lock_timeout: number;
}

export interface AptWanted extends AptSpec {
  state: PackageState | undefined;
}

/** One package as a playbook names it: `curl`, `curl=7.88*`, `curl>=7.80`. */
export interface AptSpec {
  text: string;
  name: string;
  operator?: '=' | '>=';
  version?: string;
}

/** What apt and dpkg are told about their surroundings, so that they ask nobody and can be understood. */
export const APT_ENV = { DEBIAN_FRONTEND: 'noninteractive', DEBIAN_PRIORITY: 'critical', LC_ALL: 'C.UTF-8' };

export function parseAptSpec(text: string): AptSpec {
  const match = /^([^=>]*)(>?=)(.*)$/s.exec(text.trim());
  if (!match) return { text: text.trim(), name: text.trim() };
  return { text: text.trim(), name: match[1]!, operator: match[2] as '=' | '>=', version: match[3]! };
}

/** Whether an installed version is one that was asked for; shell patterns count after `=`. */
export function versionFits(version: string, { operator, version: asked = '' }: AptSpec): boolean {
  if (operator === '=') return patternExpression(asked).test(version);
  return operator !== '>=' || compareDebianVersions(version, asked) >= 0;
}

export function isInstalled(state: PackageState | undefined): boolean {
  return state?.status === 'installed';
}

/** Packages that are to be there are to stay there when what needed them goes. */
export function marksMissing(params: AptParams, wanted: AptWanted[]): string[] {
  if (params.state !== 'present' && params.state !== 'latest') return [];
  return wanted.filter(({ state }) => isInstalled(state) && state?.auto).map(({ name }) => name);
}

/** Whether a package is as it shall be, as far as dpkg's own records tell. */
export function isAsWanted(params: AptParams, one: AptWanted): boolean {
  const { state } = one;
  if (params.state === 'absent')
    return !isInstalled(state) && !(params.purge && state?.status === 'config-files');
  if (!isInstalled(state)) return params.only_upgrade;
  return params.state === 'present' && versionFits(state?.version ?? '', one);
}

/** `*` stands for all that is installed, and counts only for `latest`. */
export function namesOf(params: AptParams): string[] {
  const names = (params.package ?? [])
    .map((name) => name.trim())
    .filter((name) => name !== '*' && name !== '');
  const invalid = names.find((name) => name.split('=').length > 2);
  if (invalid !== undefined) throw new TaskFailure(`invalid package spec: ${invalid}`);
  return names;
}
