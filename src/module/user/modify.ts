import type { Group, Passwd } from '../reads.ts';
import type { Brings, RunStep } from '../step.ts';
import {
  ageingDifferences,
  ageingStep,
  ageingText,
  expiryDate,
  expiryDay,
  withDays,
  withExpiry,
} from './ageing.ts';
import { ACCOUNT_FILES, type UserChange } from './changes.ts';
import type { UserParams } from './params.ts';
import { lockPart, passwordStep, passwordToSet } from './passwords.ts';
import type { UserNow } from './read.ts';

/** A part of a usermod: what it does in words, and its options. */
type Part = [text: string, words: string[]];

/** What differs on a user who is there: one usermod, password and ageing apart. */
export function modifyChanges(now: UserNow, user: Passwd): UserChange[] {
  const { wanted: params } = now;
  const { name } = params;
  const parts = [...fieldParts(now, user), ...shadowParts(params, user)];
  const list: { summary: string; step: RunStep }[] = [];
  if (parts.length > 0)
    list.push({
      summary: `modify user ${name}: ${parts.map(([text]) => text).join(', ')}`,
      step: usermodStep(now, user, parts),
    });
  const password = passwordToSet(params, user);
  if (password !== undefined) {
    const summary = `set password of ${name}${params.password_lock ? ', locked' : ''}`;
    list.push({ summary, step: passwordStep(name, password) });
  }
  const shadow = user.shadow ?? { password: '' };
  const ageing = ageingDifferences(params, shadow);
  if (ageing.length > 0)
    list.push({
      summary: `set password ageing of ${name}: ${ageingText(ageing, shadow)}`,
      step: ageingStep(name, ageing),
    });
  const users = { [name]: userAfter(now, user) };
  return list.map(({ summary, step }, i) => ({
    summary,
    steps: [i === 0 ? { ...step, brings: { ...step.brings, users } } : step],
  }));
}

/** Whether usermod moves the home: it wants an old one, and nothing where the new one shall be. */
export function movesHome({ wanted, home, oldHome }: UserNow, user: Passwd): boolean {
  const isAnother = wanted.home !== undefined && wanted.home !== user.home;
  return isAnother && wanted.move_home && oldHome?.type === 'directory' && !home.stat;
}

/** The user with what is asked for, for later tasks of check mode. */
export function userAfter({ wanted: params, group, groups }: UserNow, user: Passwd): Passwd {
  const all = params.append ? [...user.groups, ...groups] : groups;
  return {
    ...user,
    ...(params.uid !== undefined && { uid: params.uid }),
    ...(group && { gid: group.gid, group: group.name }),
    ...(params.comment !== undefined && { gecos: params.comment }),
    ...(params.home !== undefined && { home: params.home }),
    ...(params.shell !== undefined && { shell: params.shell }),
    ...(params.groups !== undefined && { groups: [...new Set(all)].sort() }),
    ...(user.shadow && { shadow: shadowAfter(params, user, user.shadow) }),
  };
}

function fieldParts(now: UserNow, user: Passwd): Part[] {
  const { wanted: params, group } = now;
  const { uid, comment, home, shell } = params;
  const parts: Part[] = [];
  if (uid !== undefined && uid !== user.uid)
    parts.push([`uid ${uid} (was ${user.uid})`, ['-u', String(uid), ...(params.non_unique ? ['-o'] : [])]]);
  if (group && !isPrimary(group, user))
    parts.push([`group ${group.name} (was ${user.group})`, ['-g', String(params.group)]]);
  parts.push(...groupParts(params, user, now.groups));
  if (comment !== undefined && comment !== user.gecos)
    parts.push([`comment "${comment}" (was "${user.gecos}")`, ['-c', comment]]);
  if (home !== undefined && home !== user.home) {
    const moves = movesHome(now, user);
    const text = `home ${moves ? 'moved to ' : ''}${home} (was ${user.home})`;
    parts.push([text, ['-d', home, ...(moves ? ['-m'] : [])]]);
  }
  if (shell !== undefined && shell !== user.shell)
    parts.push([`shell ${shell} (was ${user.shell})`, ['-s', shell]]);
  return parts;
}

/** Of a group that is only planned the number may not be known yet. */
function isPrimary(group: Group, user: Passwd): boolean {
  return group.gid < 0 || user.gid < 0 ? group.name === user.group : group.gid === user.gid;
}

// Only what /etc/group lists counts: the primary group may be listed too, or not.
function groupParts({ groups, append }: UserParams, user: Passwd, wanted: string[]): Part[] {
  if (groups === undefined) return [];
  const shall = [...new Set(wanted)];
  const missing = shall.filter((group) => !user.groups.includes(group));
  const surplus = append ? [] : user.groups.filter((group) => !shall.includes(group));
  const text = [...missing.map((group) => `+${group}`), ...surplus.map((group) => `-${group}`)].join(' ');
  return text === '' ? [] : [[`groups ${text}`, [...(append ? ['-a'] : []), '-G', shall.join(',')]]];
}

function shadowParts(params: UserParams, user: Passwd): Part[] {
  const { expires } = params;
  const lock = lockPart(params, user);
  const date = expires === undefined ? '' : expiryDate(expires);
  const differs = expires !== undefined && expiryDay(expires) !== user.shadow?.expires;
  return [
    ...(differs ? [[`expires ${date || 'never'}`, ['-e', date]] as Part] : []),
    ...(lock ? [[lock.text, [lock.flag]] as Part] : []),
  ];
}

function usermodStep(now: UserNow, user: Passwd, parts: Part[]): RunStep {
  const { wanted: params, group, home } = now;
  const { name, uid } = params;
  const moves = movesHome(now, user);
  const renumbers = uid !== undefined && uid !== user.uid;
  const regroups = group !== undefined && !isPrimary(group, user);
  const owned = (moves ? now.oldHome : home.stat)?.uid === user.uid;
  const files: NonNullable<Brings['files']> = [
    ...(moves ? [{ kind: 'rename' as const, from: user.home, to: home.path }] : []),
    ...((renumbers || regroups) && owned
      ? [
          {
            kind: 'attributes' as const,
            path: home.path,
            attributes: { owner: name, group: group?.name ?? user.group },
          },
        ]
      : []),
  ];
  return {
    kind: 'run',
    argv: ['usermod', ...parts.flatMap(([, words]) => words), '--', name],
    touches: [
      ...ACCOUNT_FILES,
      ...(moves ? [user.home] : []),
      // Given to the new owner, with all in it.
      ...(moves || renumbers || regroups ? [home.path] : []),
      ...(renumbers ? [`/var/mail/${name}`] : []),
    ],
    ...(files.length > 0 && { brings: { files } }),
  };
}

function shadowAfter(params: UserParams, user: Passwd, shadow: NonNullable<Passwd['shadow']>) {
  const password = passwordToSet(params, user) ?? lockPart(params, user)?.after;
  const days = withExpiry(withDays(shadow, ageingDifferences(params, shadow)), params.expires);
  return { ...days, ...(password !== undefined && { password }) };
}
