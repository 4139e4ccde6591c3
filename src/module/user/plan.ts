import { changes, failed, type Plan } from '../plan.ts';
import type { Passwd } from '../reads.ts';
import type { Step, StepResult } from '../step.ts';
import type { UserChange } from './changes.ts';
import { createChange, userToBe } from './create.ts';
import { homeChange } from './home.ts';
import { modifyChanges, userAfter } from './modify.ts';
import { shadowParams, type UserParams } from './params.ts';
import { cannotUnlock } from './passwords.ts';
import type { UserNow } from './read.ts';
import { planAbsent } from './remove.ts';
import { fingerprint, KEY_TITLE, sshKeySteps } from './sshKey.ts';

const LOOK_TITLE = 'look at the user';

/** Compares a user with what is asked for. */
export function planUser(_params: UserParams, now: UserNow): Plan<UserChange> {
  const { wanted: params, rival } = now;
  const { name, state, uid } = params;
  if (state === 'absent') return planAbsent(now);
  const ofShadow = shadowParams(params);
  if (now.isBlind)
    return failed(
      `Only root can tell whether ${ofShadow.join(', ')} of user ${name} must change: become: true`,
    );
  if (rival && rival.name !== name && now.user?.uid !== uid)
    return failed(
      `UID '${uid}' already exists with user '${rival.name}': choose another, or share it with non_unique: true`,
      { name, state },
    );
  const lacksShadow = ofShadow.length > 0 && !now.user?.shadow;
  const user = now.user && lacksShadow ? { ...now.user, shadow: NO_SHADOW } : now.user;
  const own = user ? modifyChanges(now, user) : now.defaults ? [createChange(now, now.defaults)] : [];
  const list = [...own, ...(user ? homeChange(now, user) : []), ...keyChange(now)];
  const look: Step = { kind: 'run', argv: ['getent', 'passwd', '--', name], title: LOOK_TITLE, touches: [] };
  const last = list.at(-1);
  if (last) last.steps = [...last.steps, look];
  const after = user ? userAfter(now, user) : now.defaults && userToBe(now, now.defaults);
  const warnings = [
    ...appendWarning(params),
    ...hashWarning(params),
    ...(user ? [...lockWarning(params, user), ...moveWarning(now, user)] : []),
    ...keyWarning(now),
  ];
  return {
    ...changes(list, { ...told(now), ...(after && account(after)) }),
    ...(warnings.length > 0 && { warnings }),
  };
}

// Of a user whom shadow(5) does not list.
const NO_SHADOW = { password: '' };

/** What the user module registers: the user as it is afterwards. */
export function userResult(_params: UserParams, now: UserNow, done: StepResult[]): Record<string, unknown> {
  const looked = done.find(({ step }) => step.kind === 'run' && step.title === LOOK_TITLE);
  const made = done.find(({ step }) => step.kind === 'run' && step.title === KEY_TITLE);
  const [, , uid, gid, comment, home, shell] = looked?.stdout.trim().split(':') ?? [];
  const [print, publicKey] = made?.stdout.trim().split('\n') ?? [];
  const others = done.filter((one) => one !== looked && one !== made);
  const stdout = others.map((one) => one.stdout).join('');
  const stderr = others.map((one) => one.stderr).join('');
  return {
    ...told(now),
    ...(uid !== undefined && { uid: Number(uid), group: Number(gid), comment, home, shell }),
    ...(print !== undefined && { ssh_fingerprint: print, ssh_public_key: publicKey }),
    ...(stdout && { stdout }),
    ...(stderr && { stderr }),
  };
}

function told({ wanted: params, user, key }: UserNow): Record<string, unknown> {
  return {
    name: params.name,
    state: params.state,
    ...(user
      ? { append: params.append, move_home: params.move_home }
      : { system: params.system, create_home: params.create_home }),
    ...(params.password !== undefined && { password: 'NOT_LOGGING_PASSWORD' }),
    ...(params.groups !== undefined && { groups: params.groups.join(',') }),
    ...(key && { ssh_key_file: key.path }),
    ...(key?.publicKey !== undefined && {
      ssh_fingerprint: fingerprint(key.publicKey),
      ssh_public_key: key.publicKey,
    }),
  };
}

/** The fields of a user, without numbers that are not known yet. */
function account({ uid, gid, gecos, home, shell }: Passwd): Record<string, unknown> {
  return { ...(uid >= 0 && { uid }), ...(gid >= 0 && { group: gid }), comment: gecos, home, shell };
}

function keyChange({ wanted: params, key }: UserNow): UserChange[] {
  if (!key || (key.isThere && !params.force)) return [];
  return [{ summary: `make SSH key ${key.path}`, steps: sshKeySteps(params, key) }];
}

function appendWarning({ append, groups }: UserParams): string[] {
  return append && groups === undefined
    ? ["'append' is set, but no 'groups' are specified. Use 'groups' for appending new groups."]
    : [];
}

function lockWarning(params: UserParams, user: Passwd): string[] {
  return cannotUnlock(params, user)
    ? [`The password of ${user.name} stays locked: behind the lock there is none. Set one with password`]
    : [];
}

function moveWarning(now: UserNow, user: Passwd): string[] {
  const { wanted, home, oldHome } = now;
  const asked = wanted.move_home && wanted.home !== undefined && wanted.home !== user.home;
  return asked && oldHome && home.stat
    ? [`${home.path} is there already: nothing is moved to it from ${user.home}`]
    : [];
}

function keyWarning({ wanted: params, key }: UserNow): string[] {
  return key?.isThere && params.force ? [`Overwriting existing ssh key private file "${key.path}"`] : [];
}

// A hash of crypt(3): `$id$...`, `_` and 19 letters, or 13 letters; after a lock `!`, or nothing but one.
function hashWarning({ password }: UserParams): string[] {
  if (password === undefined || /^(!*|\*|x|!*(\$\w+\$.+|_.{19}|[./\w]{13}))$/.test(password)) return [];
  return [
    'The password does not look as if it were hashed: give it as crypt(3) has it, by the filter password_hash',
  ];
}
