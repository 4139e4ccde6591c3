import { changes, none, type Plan } from '../plan.ts';
import type { Passwd } from '../reads.ts';
import type { RunStep } from '../step.ts';
import { ACCOUNT_FILES, type UserChange } from './changes.ts';
import type { UserNow } from './read.ts';

// userdel: the user is gone, its home is not.
const HOME_STAYED = 12;

/** A user who shall not be there. */
export function planAbsent(now: UserNow): Plan<UserChange> {
  const { user, wanted } = now;
  const { name, state, force, remove } = wanted;
  const result = { name, state };
  if (!user) return none(result);
  const stays = remove && !force && now.home.stat !== undefined && now.home.stat.uid !== user.uid;
  const summary = `remove user ${name}${remove ? ` with home ${user.home} and mail` : ''}`;
  const warnings = stays
    ? [`${user.home} belongs to ${now.home.stat?.owner}: userdel does not remove it with ${name}`]
    : [];
  return {
    ...changes([{ summary, steps: [removeStep(now, user, stays)] }], { ...result, force, remove }),
    ...(warnings.length > 0 && { warnings }),
  };
}

function removeStep(now: UserNow, user: Passwd, homeStays: boolean): RunStep {
  const { name, force, remove } = now.wanted;
  const goes = remove && now.home.stat !== undefined && !homeStays;
  return {
    kind: 'run',
    argv: ['userdel', ...(force ? ['-f'] : []), ...(remove ? ['-r'] : []), '--', name],
    ...(remove && !goes && { ok: [0, HOME_STAYED] }),
    touches: [...ACCOUNT_FILES, ...(remove ? [user.home, `/var/mail/${name}`] : [])],
    brings: {
      users: { [name]: undefined },
      ...(takesGroup(now, user) && { groups: { [name]: undefined } }),
      ...(goes && { files: [{ kind: 'remove', path: user.home }] }),
    },
  };
}

/** userdel takes the group of the user's name along where it is the user's own and nobody else is in it. */
function takesGroup({ namesake, wanted: { name, force } }: UserNow, user: Passwd): boolean {
  if (!namesake || namesake.gid !== user.gid || user.group !== name) return false;
  const others = (names: string[] | undefined) => names?.some((one) => one !== name);
  return !others(namesake.members) && (force || !others(namesake.primaryOf));
}
