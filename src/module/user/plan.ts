import { changes, none, type Plan } from '../plan.ts';
import type { Passwd } from '../reads.ts';
import type { Step, StepResult } from '../step.ts';
import { createChange, homeChange, modifyChanges, removeStep, type UserChange } from './changes.ts';
import type { UserParams } from './params.ts';
import type { UserNow } from './read.ts';
import { fingerprint, KEY_TITLE, sshKeySteps } from './sshKey.ts';

const LOOK_TITLE = 'look at the user';

/** Compares a user with what is asked for. */
export function planUser(params: UserParams, now: UserNow): Plan<UserChange> {
  const { name, state } = params;
  if (state === 'absent') {
    const result = { name, state };
    if (!now.user) return none(result);
    const summary = `remove user ${name}${params.remove ? ' with home and mail' : ''}`;
    const told = { ...result, force: params.force, remove: params.remove };
    return changes([{ summary, steps: [removeStep(params, now.user)] }], told);
  }
  const user = now.user ? modifyChanges(params, now.user, now) : createChange(params, now);
  const list = [...user, ...homeChange(params, now), ...keyChange(params, now)];
  const look: Step = { kind: 'run', argv: ['getent', 'passwd', name], title: LOOK_TITLE, touches: [] };
  const last = list.at(-1);
  if (last) last.steps = [...last.steps, look];
  const warnings = [...hashWarning(params), ...keyWarning(params, now)];
  return {
    ...changes(list, { ...told(params, now), ...comparedFields(now.user, params) }),
    ...(warnings.length > 0 && { warnings }),
  };
}

/** What the user module registers: the user as it is afterwards. */
export function userResult(params: UserParams, now: UserNow, done: StepResult[]): Record<string, unknown> {
  const looked = done.find(({ step }) => step.kind === 'run' && step.title === LOOK_TITLE);
  const made = done.find(({ step }) => step.kind === 'run' && step.title === KEY_TITLE);
  const [, , uid, gid, comment, home, shell] = looked?.stdout.trim().split(':') ?? [];
  const [print, publicKey] = made?.stdout.trim().split('\n') ?? [];
  const others = done.filter((one) => one !== looked && one !== made);
  const stdout = others.map((one) => one.stdout).join('');
  const stderr = others.map((one) => one.stderr).join('');
  return {
    ...told(params, now),
    ...(uid !== undefined && { uid: Number(uid), group: Number(gid), comment, home, shell }),
    ...(print !== undefined && { ssh_fingerprint: print, ssh_public_key: publicKey }),
    ...(stdout && { stdout }),
    ...(stderr && { stderr }),
  };
}

function told(params: UserParams, { user, key }: UserNow): Record<string, unknown> {
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

function comparedFields(user: Passwd | undefined, params: UserParams): Record<string, unknown> {
  if (!user) return {};
  return {
    uid: params.uid ?? user.uid,
    group: user.gid,
    comment: params.comment ?? user.gecos,
    home: params.home ?? user.home,
    shell: params.shell ?? user.shell,
  };
}

function keyChange(params: UserParams, { key }: UserNow): UserChange[] {
  if (!key || (key.isThere && !params.force)) return [];
  return [{ summary: `make SSH key ${key.path}`, steps: sshKeySteps(params, key) }];
}

function keyWarning(params: UserParams, { key }: UserNow): string[] {
  return key?.isThere && params.force ? [`Overwriting existing ssh key private file "${key.path}"`] : [];
}

// A hash of crypt(3): `$id$...`, `_` and 19 letters, or 13 letters; after a lock `!`, or nothing but one.
function hashWarning({ password }: UserParams): string[] {
  if (password === undefined || /^(!*|\*|x|!*(\$\w+\$.+|_.{19}|[./\w]{13}))$/.test(password)) return [];
  return [
    'The password does not look as if it were hashed: give it as crypt(3) has it, by the filter password_hash',
  ];
}
