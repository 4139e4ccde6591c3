import { Secret } from '../../lib/secret.ts';
import type { Passwd } from '../reads.ts';
import type { RunStep } from '../step.ts';
import type { UserParams } from './params.ts';

const bare = (password: string) => password.replace(/^!+/, '');

/** The password to set for a user who is there; undefined where it stays. */
export function passwordToSet(params: UserParams, { shadow }: Passwd): string | undefined {
  const { password, update_password } = params;
  if (password === undefined || update_password !== 'always') return undefined;
  return shadow && bare(shadow.password) === bare(password) ? undefined : lockedAsAsked(params, password);
}

/** A password as it goes to shadow(5): behind a `!` where it shall be locked. */
export function lockedAsAsked({ password_lock }: UserParams, password: string): string {
  return password_lock && !password.startsWith('!') ? `!${password}` : password;
}

/** Whether a password that shall be unlocked is nothing but a lock: usermod refuses to leave none at all. */
export function cannotUnlock(params: UserParams, user: Passwd): boolean {
  const { password = '' } = user.shadow ?? {};
  const stays = passwordToSet(params, user) === undefined;
  return params.password_lock === false && stays && password !== '' && bare(password) === '';
}

/** What to hand to usermod for locking, and the shadow password after that. */
export function lockPart(
  params: UserParams,
  user: Passwd,
): { text: string; flag: string; after: string } | undefined {
  const { password_lock: lock } = params;
  if (lock === undefined || passwordToSet(params, user) !== undefined || cannotUnlock(params, user))
    return undefined;
  const { password = '' } = user.shadow ?? {};
  if (lock === password.startsWith('!')) return undefined;
  return lock
    ? { text: 'locked', flag: '-L', after: `!${password}` }
    : { text: 'unlocked', flag: '-U', after: password.slice(1) };
}

export function passwordStep(name: string, password: string): RunStep {
  const touches = ['/etc/shadow'];
  // chpasswd takes no empty one.
  if (password === '') return { kind: 'run', argv: ['usermod', '-p', '', '--', name], touches };
  return { kind: 'run', argv: ['chpasswd', '-e'], stdin: new Secret(`${name}:${password}\n`), touches };
}
