import { directoryOf, hostPath } from '../hostPath.ts';
import { TaskFailure } from '../plan.ts';
import type { Group, Passwd, Reads, Stat } from '../reads.ts';
import { type AccountDefaults, readDefaults } from './defaults.ts';
import { shadowParams, type UserParams } from './params.ts';
import { readSshKey, type SshKey } from './sshKey.ts';

export interface UserNow {
  user: Passwd | undefined;
  /** Parameters with their paths as the host means them. */
  wanted: UserParams;
  /** Who has the number that is asked for. */
  rival: Passwd | undefined;
  /** The primary group that is asked for. */
  group: Group | undefined;
  /** Names of the further groups that are asked for. */
  groups: string[];
  /** The group of the user's own name. */
  namesake: Group | undefined;
  /** Of a new user without a group that is asked for: the one that useradd gives. */
  givenGroup: { name: string; gid: number; isOwn: boolean } | undefined;
  home: { path: string; stat: Stat | undefined; parentThere: boolean };
  /** The home as it is, where another one is asked for. */
  oldHome: Stat | undefined;
  /** Read where a user or a home is to be made. */
  defaults: AccountDefaults | undefined;
  /** Shadow fields are asked for, which nobody but root sees, and somebody else looks. */
  isBlind: boolean;
  key: SshKey | undefined;
}

/** Looks at a user, the groups it shall be in, its home and its key; throws for groups that are not there. */
export async function readUser(params: UserParams, host: Reads, hostName: string): Promise<UserNow> {
  return params.state === 'absent' ? readLeaving(params, host) : readPresent(params, host, hostName);
}

async function readLeaving(params: UserParams, host: Reads): Promise<UserNow> {
  const { name } = params;
  const [user, namesake] = await Promise.all([host.passwd({ name }), host.group({ name, primaryOf: true })]);
  const path = user?.home ?? '';
  const stat = user && params.remove ? await host.stat({ path }) : undefined;
  return { ...NOTHING, user, wanted: params, namesake, home: { path, stat, parentThere: true } };
}

const NOTHING = {
  rival: undefined,
  group: undefined,
  groups: [],
  givenGroup: undefined,
  oldHome: undefined,
  defaults: undefined,
  isBlind: false,
  key: undefined,
};

async function readPresent(params: UserParams, host: Reads, hostName: string): Promise<UserNow> {
  const { name, uid } = params;
  const names = (params.groups ?? []).map((group) => group.trim()).filter((group) => group !== '');
  const [user, rival, group, groups, namesake, wanted] = await Promise.all([
    host.passwd({ name }),
    uid === undefined || params.non_unique ? undefined : host.passwd({ uid }),
    params.group === undefined ? undefined : readGroup(params.group, host),
    Promise.all(names.map((one) => readGroup(one, host))),
    host.group({ name }),
    withPaths(params, host),
  ]);
  const early = user ? undefined : await readDefaults(host);
  const path = wanted.home ?? user?.home ?? `${early?.homes}/${name}`;
  const [stat, parent, oldHome, givenGroup, isBlind, key] = await Promise.all([
    host.stat({ path, follow: true }),
    host.stat({ path: directoryOf(path), follow: true }),
    user && user.home !== path ? host.stat({ path: user.home, follow: true }) : undefined,
    early && !group ? readGivenGroup(params, namesake, early, host) : undefined,
    user && !user.shadow && shadowParams(params).length > 0
      ? host.identity({}).then((me) => me.uid !== 0)
      : false,
    params.generate_ssh_key ? readSshKey(wanted, path, host, hostName) : undefined,
  ]);
  return {
    user,
    wanted,
    rival,
    group,
    groups: groups.map((one) => one.name),
    namesake,
    givenGroup,
    home: { path, stat, parentThere: parent?.type === 'directory' },
    oldHome,
    defaults: early ?? (params.create_home && !stat ? await readDefaults(host) : undefined),
    isBlind,
    key,
  };
}

async function withPaths(params: UserParams, host: Reads): Promise<UserParams> {
  const [home, shell, file] = await Promise.all(
    [params.home, params.shell, params.ssh_key_file].map((path) =>
      path !== undefined && /^~|\$/.test(path) ? hostPath(path, host) : path,
    ),
  );
  if (home !== undefined && !home.startsWith('/'))
    throw new TaskFailure(`home ${home} is not absolute: give it from the root, or with ~ at its start`);
  return { ...params, home, shell, ssh_key_file: file };
}

// As getgrgid and then getgrnam would find it, as useradd does.
async function readGroup(asked: string, host: Reads): Promise<Group> {
  const [byNumber, byName] = await Promise.all([
    /^\d+$/.test(asked) ? host.group({ gid: Number(asked) }) : undefined,
    host.group({ name: asked }),
  ]);
  const group = byNumber ?? byName;
  if (!group) throw new TaskFailure(`Group ${asked} does not exist`);
  return group;
}

async function readGivenGroup(
  { name, uid, system }: UserParams,
  namesake: Group | undefined,
  defaults: AccountDefaults,
  host: Reads,
): Promise<UserNow['givenGroup']> {
  if (namesake || !defaults.ownGroup) return { ...(await readGroup(defaults.group, host)), isOwn: false };
  const [low, high] = system ? defaults.systemGids : defaults.gids;
  const isInReach = uid !== undefined && uid >= low && uid <= high;
  const isFree = isInReach && !(await host.group({ gid: uid }));
  return { name, gid: isFree ? uid : -1, isOwn: true };
}
