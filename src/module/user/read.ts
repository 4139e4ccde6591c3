import { TaskFailure } from '../plan.ts';
import type { Group, Passwd, Reads, Stat } from '../reads.ts';
import type { UserParams } from './params.ts';
import { readSshKey, type SshKey } from './sshKey.ts';

export interface UserNow {
  user: Passwd | undefined;
  /** The primary group that is asked for. */
  group: Group | undefined;
  /** Names of the further groups that are asked for. */
  groups: string[];
  /** Whether a group of the user's own name is there. */
  namesake: boolean;
  home: { path: string; stat: Stat | undefined; parentThere: boolean };
  key: SshKey | undefined;
}

/** Looks at a user, the groups it shall be in, its home and its key; throws for groups that are not there. */
export async function readUser(params: UserParams, host: Reads, hostName: string): Promise<UserNow> {
  const { name, state, home: wantedHome } = params;
  const absent = state === 'absent';
  const wanted = absent
    ? []
    : (params.groups ?? []).map((group) => group.trim()).filter((group) => group !== '');
  const [user, group, groups, namesake] = await Promise.all([
    host.passwd({ name }),
    absent || params.group === undefined ? undefined : readGroup(params.group, host),
    Promise.all(wanted.map((one) => readGroup(one, host))),
    host.group({ name }),
  ]);
  const path = wantedHome ?? user?.home ?? `/home/${name}`;
  const parent = path.replace(/\/+[^/]+\/*$/, '') || '/';
  const [stat, parentStat, key] = await Promise.all([
    absent ? undefined : host.stat({ path, follow: true }),
    absent ? undefined : host.stat({ path: parent, follow: true }),
    absent || !params.generate_ssh_key ? undefined : readSshKey(params, path, host, hostName),
  ]);
  const home = { path, stat, parentThere: parentStat?.type === 'directory' };
  return { user, group, groups: groups.map((one) => one.name), namesake: namesake !== undefined, home, key };
}

async function readGroup(asked: string, host: Reads): Promise<Group> {
  const byName = await host.group({ name: asked });
  const group = byName ?? (/^\d+$/.test(asked) ? await host.group({ gid: Number(asked) }) : undefined);
  if (!group) throw new TaskFailure(`Group ${asked} does not exist`);
  return group;
}
