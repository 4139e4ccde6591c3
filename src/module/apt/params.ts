import { z } from 'zod';
import { ansibleBool, ansibleInt, ansibleText, choice, listOf } from '../params.ts';

const no = () => ansibleBool().default(false);

export const aptAliases = {
  name: 'package',
  pkg: 'package',
  'update-cache': 'update_cache',
  'default-release': 'default_release',
  'install-recommends': 'install_recommends',
  'allow-unauthenticated': 'allow_unauthenticated',
  'allow-downgrade': 'allow_downgrade',
  allow_downgrades: 'allow_downgrade',
  'allow-downgrades': 'allow_downgrade',
};

const fields = {
  package: listOf(ansibleText())
    .optional()
    .describe('Packages: names, with versions (curl=7.88*, curl>=7.80), with patterns in them (python3-*).'),
  state: choice(['absent', 'build-dep', 'fixed', 'latest', 'present'])
    .default('present')
    .describe('What shall be with the packages.'),
  update_cache: no().describe('Update the package lists first.'),
  update_cache_retries: ansibleInt().default(5).describe('How often the update is tried.'),
  update_cache_retry_max_delay: ansibleInt()
    .default(12)
    .describe('Longest pause between two tries, in seconds.'),
  cache_valid_time: ansibleInt()
    .default(0)
    .describe('Update the package lists only where they are older than this many seconds.'),
  upgrade: choice(['dist', 'full', 'no', 'safe', 'yes'])
    .default('no')
    .describe('Upgrade all packages: yes and safe remove none, full and dist may.'),
  deb: ansibleText()
    .optional()
    .describe('A package file: a path on the host, or a URL that the host fetches.'),
  purge: no().describe('Remove configuration files too.'),
  autoremove: no().describe('Remove packages that nothing needs any more.'),
  autoclean: no().describe('Remove downloaded package files that cannot be had any more.'),
  clean: no().describe('Remove all downloaded package files.'),
  default_release: ansibleText()
    .optional()
    .describe('The release to take packages from, as with apt-get -t.'),
  install_recommends: ansibleBool()
    .optional()
    .describe('Install recommended packages too; else as the host is set.'),
  force: no().describe('Give apt-get --force-yes: dangerous, it also installs what is not signed.'),
  dpkg_options: ansibleText()
    .default('force-confdef,force-confold')
    .describe('Options for dpkg, with commas between.'),
  fail_on_autoremove: no().describe('Fail where packages would have to be removed.'),
  policy_rc_d: ansibleInt()
    .optional()
    .describe(
      'Exit code of /usr/sbin/policy-rc.d while apt-get runs; 101 keeps services from being started.',
    ),
  only_upgrade: no().describe('Upgrade packages that are installed; install none anew.'),
  force_apt_get: no().describe('Has no effect: apt-get is always used.'),
  allow_unauthenticated: no().describe('Take packages without a valid signature.'),
  allow_downgrade: no().describe('Install older versions than those installed.'),
  allow_change_held_packages: no().describe('Change packages that are held back.'),
  lock_timeout: ansibleInt().default(60).describe('How long to wait for another apt or dpkg, in seconds.'),
  auto_install_module_deps: ansibleBool()
    .default(true)
    .describe('Has no effect: nothing is needed on the host.'),
};

/** The parameters of apt. */
export const aptParams = checked(z.strictObject(fields));

/** The parameters of package: apt's, and the choice of a package manager, of which there is one. */
export const packageParams = checked(
  z.strictObject({
    ...fields,
    use: choice(['auto', 'apt', 'ansible.builtin.apt'])
      .default('auto')
      .describe('The package manager; there is only apt.'),
  }),
);

function checked<T extends z.ZodType<Given>>(schema: T): T {
  return schema
    .refine(oneThing, { error: 'give only one of package, deb and upgrade' })
    .refine(something, {
      error: 'give package, deb, upgrade, update_cache, autoremove, autoclean or clean',
    })
    .refine(({ deb, state }) => deb === undefined || state === 'present', {
      error: 'deb goes with state present only',
    }) as T;
}

interface Given {
  package?: string[] | undefined;
  deb?: string | undefined;
  upgrade: string;
  update_cache: boolean;
  cache_valid_time: number;
  autoremove: boolean;
  autoclean: boolean;
  clean: boolean;
  state: string;
}

function oneThing(given: Given): boolean {
  return (
    [given.package !== undefined, given.deb !== undefined, given.upgrade !== 'no'].filter(Boolean).length <= 1
  );
}

function something(given: Given): boolean {
  const { update_cache, cache_valid_time, autoremove, autoclean, clean, state } = given;
  const upkeep =
    update_cache || cache_valid_time > 0 || autoremove || autoclean || clean || state === 'fixed';
  return upkeep || given.package !== undefined || given.deb !== undefined || given.upgrade !== 'no';
}
