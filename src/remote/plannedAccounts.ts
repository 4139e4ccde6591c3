import type { Group, Passwd, Reads } from '../module/reads.ts';
import type { Brings } from '../module/step.ts';

/** Users and groups that are planned, laid over those that are there. */
export interface PlannedAccounts {
  bring(brings: Pick<Brings, 'users' | 'groups'>): void;
  passwd(of: Parameters<Reads['passwd']>[0], real: () => Promise<unknown>): Promise<Passwd | undefined>;
  group(of: Parameters<Reads['group']>[0], real: () => Promise<unknown>): Promise<Group | undefined>;
}

export function openPlannedAccounts(): PlannedAccounts {
  const users = new Map<string, Passwd | undefined>();
  const groups = new Map<string, Group | undefined>();

  /** A group's new number is that of those whose primary group it is, too. */
  function withGroup(user: Passwd | undefined): Passwd | undefined {
    const gid = user && groups.get(user.group)?.gid;
    return user && gid !== undefined ? { ...user, gid } : user;
  }

  function withUsers(group: Group, asksUsers: boolean): Group {
    const joined = (had: string[], belongs: (user: Passwd) => boolean) => [
      ...had.filter((name) => !users.has(name)),
      ...[...users.values()].flatMap((user) => (user && belongs(user) ? [user.name] : [])),
    ];
    const members = joined(group.members, (user) => user.groups.includes(group.name));
    if (!asksUsers) return { ...group, members };
    return {
      ...group,
      members,
      primaryOf: joined(group.primaryOf ?? [], (user) => user.group === group.name),
    };
  }

  return {
    bring(brings) {
      for (const [name, user] of Object.entries(brings.users ?? {})) users.set(name, user);
      for (const [name, group] of Object.entries(brings.groups ?? {})) groups.set(name, group);
    },
    async passwd(of, real) {
      if ('name' in of && users.has(of.name)) return withGroup(users.get(of.name));
      const planned = 'uid' in of ? [...users.values()].find((user) => user?.uid === of.uid) : undefined;
      if (planned) return withGroup(planned);
      const there = (await real()) as Passwd | undefined;
      // Gone, or with another number.
      return there && users.has(there.name) ? undefined : withGroup(there);
    },
    async group(of, real) {
      const asksUsers = 'primaryOf' in of;
      const planned =
        'gid' in of ? [...groups.values()].find((group) => group?.gid === of.gid) : groups.get(of.name);
      if ('name' in of && groups.has(of.name) && !planned) return undefined;
      const there = planned && !asksUsers ? undefined : ((await real()) as Group | undefined);
      if (!planned && there && groups.has(there.name)) return undefined;
      const found = planned ? { ...there, ...planned } : there;
      return found && withUsers(found, asksUsers);
    },
  };
}
