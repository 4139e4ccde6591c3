import type { Secret } from '../lib/secret.ts';
import { shellQuote } from '../lib/shell.ts';
import { UnreachableError } from './connection.ts';
import { startCommand } from './loop.ts';

/** Who a channel's commands run as. */
export interface Identity {
  user: string;
  method: 'sudo' | 'su';
  password?: Secret;
  /** The program instead of `sudo` or `su`. */
  exe?: string;
  /** Its flags, as one text that a shell splits; default for sudo: -H -S with a password, -H -n without. */
  flags?: string;
}

/** The host does not let us become that user. */
export class BecomeError extends UnreachableError {
  constructor(message: string, hint?: string) {
    super(message, hint);
    this.name = 'BecomeError';
  }
}

/** There is no such user; none was asked for a password, so it may be tried again once there is one. */
export class MissingUserError extends BecomeError {
  readonly user: string;

  constructor(as: Identity, detail: string) {
    super(`there is no user ${as.user} on the host${detail}`, 'check become_user');
    this.user = as.user;
  }
}

/** Two identities with the same key may share a channel. */
export function identityKey(as: Identity | undefined): string {
  if (!as) return '';
  return [as.method, as.user, as.exe ?? '', as.flags ?? '', as.password?.reveal() ?? ''].join('\0');
}

/** The command line that starts a channel's program, for the login user's shell. */
export function channelCommand(token: string, as: Identity | undefined): string {
  const start = startCommand(token);
  if (!as) return `exec ${start}`;
  const exe = shellQuote(as.exe ?? as.method);
  const user = shellQuote(as.user);
  if (as.method === 'su') {
    // -s: a user whose shell is nologin runs programs all the same, where the host allows it.
    return `exec ${exe} ${as.flags ?? ''} -s /bin/sh ${user} -c ${start.replace(/^sh -c /, '')}`;
  }
  const asking = as.password ? `-S -p ${token}` : '-n';
  // '-n' is a habit from Ansible, whose default flags hold it; with a password it would forbid to use it.
  const flags = (as.flags ?? '-H').replace(/(^|\s)(-n|--non-interactive)(?=\s|$)/g, '');
  return `exec ${exe} ${flags} ${asking} -u ${user} ${start}`;
}

/** How often our own prompt was shown: the second time says that the password was wrong. */
export function promptCount(token: string, stderr: string): number {
  return stderr.split(token).length - 1;
}

const CAUSES: [RegExp, (as: Identity) => [string, string]][] = [
  [
    /a password is required|no password was provided|a terminal is required/,
    (as) => [
      `sudo asks for a password to become ${as.user}`,
      'give it with --ask-become-pass (-K) or ansible_become_password',
    ],
  ],
  [
    /not in the sudoers file|not allowed to (execute|run)|may not run sudo/,
    (as) => [
      `sudo does not allow the login user to become ${as.user}`,
      "allow it in the host's sudoers, or log in as another user",
    ],
  ],
  [
    /not found|No such file or directory/,
    (as) => [
      `${as.exe ?? as.method} is not installed on the host`,
      'install it, log in as the user itself, or choose another become_method',
    ],
  ],
  [/Authentication failure|incorrect password|[Ss]orry, try again/, (as) => wrongPassword(as)],
  [
    /account is currently not available|nologin/,
    (as) => [`${as.user} has no login shell and su will not run one`, 'use become_method: sudo'],
  ],
];

/** The error for a password that was not accepted. */
export function wrongPasswordError(as: Identity): BecomeError {
  return new BecomeError(...wrongPassword(as));
}

function wrongPassword(as: Identity): [string, string] {
  return [
    `the password to become ${as.user} was not accepted`,
    'one attempt was made; check the become password',
  ];
}

/** The error for a channel that ended before it began, from what it printed on stderr. */
export function startError(
  as: Identity | undefined,
  stderr: string,
  code: number | undefined,
): UnreachableError {
  const said = stderr.trim().slice(-500);
  const detail = said ? `: ${said}` : code === undefined ? '' : ` (it exited with ${code})`;
  if (!as) {
    return new UnreachableError(
      `the host's shell did not start${detail}`,
      'the login user needs a POSIX sh and a shell that runs commands',
    );
  }
  if (/unknown user|does not exist/.test(said)) return new MissingUserError(as, detail);
  const cause = CAUSES.find(([pattern]) => pattern.test(said))?.[1](as);
  if (cause) return new BecomeError(`${cause[0]}${detail}`, cause[1]);
  return new BecomeError(`cannot become ${as.user} by ${as.method}${detail}`);
}
