import { directoryOf, parentsOf } from '../hostPath.ts';
import type { Passwd } from '../reads.ts';
import type { Brings, RunStep, Step } from '../step.ts';
import { ageingDifferences, ageingStep, expiryDate, withDays, withExpiry } from './ageing.ts';
import { ACCOUNT_FILES, option, type UserChange } from './changes.ts';
import { type AccountDefaults, homeMode } from './defaults.ts';
import type { UserParams } from './params.ts';
import { lockedAsAsked, passwordStep } from './passwords.ts';
import type { UserNow } from './read.ts';

/** The change that makes a user who is not there. */
export function createChange(now: UserNow, defaults: AccountDefaults): UserChange {
  const { wanted: params, home } = now;
  const { name, password } = params;
  const user = userToBe(now, defaults);
  const makesHome = params.create_home && !home.stat;
  const parents = makesHome && params.home !== undefined && !home.parentThere ? [parentsStep(home.path)] : [];
  const add: RunStep = {
    kind: 'run',
    argv: useraddCommand(now),
    touches: [...ACCOUNT_FILES, ...(params.create_home ? [home.path] : [])],
    brings: {
      users: { [name]: user },
      ...(now.givenGroup?.isOwn && {
        groups: { [name]: { name, gid: user.gid, members: [], primaryOf: [] } },
      }),
      ...(makesHome && { files: [homeToBe(now, user, defaults)] }),
    },
  };
  // What useradd takes itself is no difference any more.
  const ageing = ageingDifferences({ ...params, password_expire_account_disable: undefined }, NEW_SHADOW);
  return {
    summary: `create ${params.system ? 'system user' : 'user'} ${name} (${details(now, user)})`,
    steps: [
      ...parents,
      add,
      ...(password === undefined ? [] : [passwordStep(name, lockedAsAsked(params, password))]),
      ...(ageing.length > 0 ? [ageingStep(name, ageing)] : []),
    ],
  };
}

/** The user as useradd makes it; -1 stands for a number that useradd will choose. */
export function userToBe(now: UserNow, defaults: AccountDefaults): Passwd {
  const { wanted: params, home, givenGroup } = now;
  const group = now.group ?? givenGroup;
  const shadow = withExpiry({ ...NEW_SHADOW, ...(params.system ? {} : defaults.ageing) }, params.expires);
  return {
    name: params.name,
    uid: params.uid ?? -1,
    gid: group?.gid ?? -1,
    gecos: params.comment ?? '',
    home: home.path,
    shell: params.shell ?? defaults.shell,
    groups: [...new Set(now.groups)].sort(),
    group: group?.name ?? params.name,
    shadow: {
      ...withDays(shadow, ageingDifferences(params, shadow)),
      ...(params.password !== undefined && { password: lockedAsAsked(params, params.password) }),
    },
  };
}

/** A planned home, laid over what is read. */
export function homeToBe(
  { wanted, home }: UserNow,
  user: Pick<Passwd, 'name' | 'group'>,
  defaults: AccountDefaults,
): NonNullable<Brings['files']>[number] {
  const mode = homeMode(defaults, wanted.umask);
  return { kind: 'mkdir', path: home.path, attributes: { mode, owner: user.name, group: user.group } };
}

const NEW_SHADOW = { password: '!' };

// useradd makes the home alone.
function parentsStep(home: string): RunStep {
  const parent = directoryOf(home);
  const files = parentsOf(home)
    .reverse()
    .map((path): Exclude<Step, RunStep> => ({ kind: 'mkdir', path }));
  return { kind: 'run', argv: ['mkdir', '-p', '--', parent], touches: [parent], brings: { files } };
}

function useraddCommand({ wanted: params, groups, namesake }: UserNow): string[] {
  return [
    'useradd',
    ...option('-u', params.uid),
    ...(params.uid !== undefined && params.non_unique ? ['-o'] : []),
    ...option('-Z', params.seuser),
    ...(params.group !== undefined ? ['-g', params.group] : namesake ? ['-N'] : []),
    ...(groups.length > 0 ? ['-G', groups.join(',')] : []),
    ...option('-c', params.comment),
    ...option('-d', params.home),
    ...option('-s', params.shell),
    ...option('-e', params.expires === undefined ? undefined : expiryDate(params.expires)),
    ...option('-f', params.password_expire_account_disable),
    ...homeOptions(params),
    ...(params.system ? ['-r'] : []),
    ...(params.uid_min === undefined ? [] : ['-K', `UID_MIN=${params.uid_min}`]),
    ...(params.uid_max === undefined ? [] : ['-K', `UID_MAX=${params.uid_max}`]),
    '--',
    params.name,
  ];
}

function homeOptions({ create_home, skeleton, umask }: UserParams): string[] {
  if (!create_home) return ['-M'];
  return ['-m', ...option('-k', skeleton), ...(umask === undefined ? [] : ['-K', `UMASK=${umask}`])];
}

function details({ wanted: params }: UserNow, user: Passwd): string {
  return [
    ...(user.uid < 0 ? [] : [`uid ${user.uid}`]),
    `group ${user.group}`,
    ...(user.groups.length > 0 ? [`groups ${user.groups.join(' ')}`] : []),
    ...(params.home === undefined ? [] : [`home ${params.home}`]),
    ...(params.create_home ? [] : ['without making a home']),
    `shell ${user.shell}`,
    ...(params.expires === undefined || params.expires < 0 ? [] : [`expires ${expiryDate(params.expires)}`]),
    ...(params.password === undefined ? [] : [`password${params.password_lock ? ' (locked)' : ''}`]),
  ].join(', ');
}
