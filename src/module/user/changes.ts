import { Secret } from '../../lib/secret.ts';
import { shellQuote } from '../../lib/shell.ts';
import type { Change } from '../plan.ts';
import type { Passwd } from '../reads.ts';
import type { RunStep, Step } from '../step.ts';
import type { UserParams } from './params.ts';
import type { UserNow } from './read.ts';

export interface UserChange extends Change {
  steps: Step[];
}

const FILES = ['/etc/passwd', '/etc/shadow', '/etc/group', '/etc/gshadow', '/etc/subuid', '/etc/subgid'];
const DAY = 86400;

/** The change that makes a user who is not there. */
export function createChange(params: UserParams, now: UserNow): UserChange[] {
  const { name, home, password_lock: lock } = params;
  const argv = [
    'useradd',
    ...option('-u', params.uid),
    ...(params.uid !== undefined && params.non_unique ? ['-o'] : []),
    ...option('-Z', params.seuser),
    ...(params.group !== undefined ? ['-g', params.group] : now.namesake ? ['-N'] : []),
    ...(now.groups.length > 0 ? ['-G', now.groups.join(',')] : []),
    ...option('-c', params.comment),
    ...option('-d', home),
    ...option('-s', params.shell),
    ...option('-e', params.expires === undefined ? undefined : date(params.expires)),
    ...option('-f', params.password_expire_account_disable),
    ...homeOptions(params),
    ...(params.system ? ['-r'] : []),
    ...(params.uid_min === undefined ? [] : ['-K', `UID_MIN=${params.uid_min}`]),
    ...(params.uid_max === undefined ? [] : ['-K', `UID_MAX=${params.uid_max}`]),
    name,
  ];
  const parent = now.home.path.replace(/\/+[^/]+\/*$/, '');
  const parents: Step[] =
    params.create_home && home !== undefined && !now.home.parentThere
      ? [{ kind: 'run', argv: ['mkdir', '-p', parent], touches: [parent] }]
      : [];
  const user = plannedUser(params, now);
  const brings = {
    users: { [name]: user },
    ...(params.group === undefined &&
      !now.namesake && { groups: { [name]: { name, gid: user.gid, members: [] } } }),
  };
  const add: RunStep = { kind: 'run', argv, touches: [...FILES, now.home.path], brings };
  return [
    {
      summary: `create user ${name}`,
      steps: [
        ...parents,
        add,
        ...(params.password === undefined
          ? []
          : [passwordStep(name, lock ? locked(params.password) : params.password)]),
        ...ageStep(params, undefined),
      ],
    },
  ];
}

/** What differs on a user who is there: one usermod, the password apart. */
export function modifyChanges(params: UserParams, user: Passwd, now: UserNow): UserChange[] {
  const { name } = params;
  const parts: [string, string[]][] = [
    ...when(params.uid !== undefined && params.uid !== user.uid, `uid ${params.uid} (was ${user.uid})`, [
      '-u',
      String(params.uid),
      ...(params.non_unique ? ['-o'] : []),
    ]),
    ...when(now.group && now.group.gid !== user.gid, `group ${now.group?.name} (was ${user.group})`, [
      '-g',
      String(params.group),
    ]),
    ...groupParts(params, user, now.groups),
    ...when(params.comment !== undefined && params.comment !== user.gecos, 'comment', [
      '-c',
      params.comment ?? '',
    ]),
    ...when(
      params.home !== undefined && params.home !== user.home,
      `home ${params.home} (was ${user.home})`,
      ['-d', params.home ?? '', ...(params.move_home ? ['-m'] : [])],
    ),
    ...when(
      params.shell !== undefined && params.shell !== user.shell,
      `shell ${params.shell} (was ${user.shell})`,
      ['-s', params.shell ?? ''],
    ),
    ...expiryParts(params, user),
    ...lockParts(params, user),
  ];
  const list: UserChange[] = [];
  if (parts.length > 0) {
    const argv = ['usermod', ...parts.flatMap(([, words]) => words), name];
    const brings = { users: { [name]: { ...user, ...plannedFields(params, user, now) } } };
    const homes = params.move_home ? [user.home, now.home.path] : [];
    const step: RunStep = { kind: 'run', argv, touches: [...FILES, ...homes], brings };
    list.push({ summary: `modify user ${name}: ${parts.map(([text]) => text).join(', ')}`, steps: [step] });
  }
  const password = wantedPassword(params, user);
  if (password !== undefined)
    list.push({ summary: `set password of ${name}`, steps: [passwordStep(name, password)] });
  const age = ageStep(params, user.shadow);
  if (age.length > 0) list.push({ summary: `set password ageing of ${name}`, steps: age });
  return list;
}

/** A home that is missing though its user is there. */
export function homeChange(params: UserParams, { user, home }: UserNow): UserChange[] {
  if (!user || !params.create_home || home.stat || (params.move_home && params.home !== user.home)) return [];
  const [path, skeleton] = [shellQuote(home.path), shellQuote(params.skeleton ?? '/etc/skel')];
  const umask = params.umask === undefined ? '' : `umask ${shellQuote(params.umask)}\n`;
  // Without a umask of its own the home gets the mode that useradd would give it.
  const mode =
    params.umask === undefined
      ? `\nm=$(awk '$1 == "HOME_MODE" { print $2 }' /etc/login.defs)\nchmod "\${m:-0755}" ${path} || exit`
      : '';
  const script = `${umask}mkdir -p ${path} || exit${mode}
[ ! -d ${skeleton} ] || cp -R ${skeleton}/. ${path} || exit
chown -hR ${params.uid ?? user.uid}:${user.gid} ${path}`;
  return [
    {
      summary: `create home ${home.path}`,
      steps: [{ kind: 'run', script, title: `create home ${home.path}`, touches: [home.path] }],
    },
  ];
}

export function removeStep({ name, force, remove }: UserParams, user: Passwd): RunStep {
  return {
    kind: 'run',
    argv: ['userdel', ...(force ? ['-f'] : []), ...(remove ? ['-r'] : []), name],
    touches: [...FILES, ...(remove ? [user.home, '/var/mail'] : [])],
    // userdel takes a group of the user's own name along.
    brings: { users: { [name]: undefined }, ...(user.group === name && { groups: { [name]: undefined } }) },
  };
}

function option(flag: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [flag, String(value)];
}

function when(condition: unknown, text: string, words: string[]): [string, string[]][] {
  return condition ? [[text, words]] : [];
}

function homeOptions({ create_home, skeleton, umask }: UserParams): string[] {
  if (!create_home) return ['-M'];
  return ['-m', ...option('-k', skeleton), ...(umask === undefined ? [] : ['-K', `UMASK=${umask}`])];
}

function groupParts({ groups, append }: UserParams, user: Passwd, wanted: string[]): [string, string[]][] {
  if (groups === undefined) return [];
  const has = user.groups.filter((group) => group !== user.group);
  const shall = [...new Set(wanted)].filter((group) => group !== user.group);
  const missing = shall.filter((group) => !has.includes(group));
  const surplus = append ? [] : has.filter((group) => !shall.includes(group));
  const text = [...missing.map((group) => `+${group}`), ...surplus.map((group) => `-${group}`)].join(' ');
  return when(text, `groups ${text}`, [...(append ? ['-a'] : []), '-G', shall.join(',')]);
}

function expiryParts({ expires }: UserParams, { shadow }: Passwd): [string, string[]][] {
  if (expires === undefined || !shadow) return [];
  const day = expires < 0 ? undefined : Math.floor(expires / DAY);
  return when(day !== shadow.expires, `expires ${date(expires) || 'never'}`, ['-e', date(expires)]);
}

function lockParts(params: UserParams, { shadow }: Passwd): [string, string[]][] {
  if (params.password_lock === undefined || !shadow) return [];
  const isLocked = shadow.password.startsWith('!');
  if (params.password_lock === isLocked) return [];
  return params.password_lock ? [['locked', ['-L']]] : [['unlocked', ['-U']]];
}

function wantedPassword(params: UserParams, { shadow }: Passwd): string | undefined {
  const { password, update_password, password_lock } = params;
  if (password === undefined || update_password !== 'always') return undefined;
  const bare = (text: string) => text.replace(/^!+/, '');
  if (shadow && bare(shadow.password) === bare(password)) return undefined;
  return password_lock ? locked(password) : password;
}

function locked(password: string): string {
  return password.startsWith('!') ? password : `!${password}`;
}

function passwordStep(name: string, password: string): RunStep {
  const touches = ['/etc/shadow'];
  // chpasswd takes no empty one.
  if (password === '') return { kind: 'run', argv: ['usermod', '-p', '', name], touches };
  return { kind: 'run', argv: ['chpasswd', '-e'], stdin: new Secret(`${name}:${password}\n`), touches };
}

function ageStep(params: UserParams, shadow: Passwd['shadow']): RunStep[] {
  const wanted: [string, number | undefined, number | undefined][] = [
    ['-M', params.password_expire_max, shadow?.max],
    ['-m', params.password_expire_min, shadow?.min],
    ['-W', params.password_expire_warn, shadow?.warn],
    // For a new user useradd has set it.
    ['-I', shadow ? params.password_expire_account_disable : undefined, shadow?.inactive ?? -1],
  ];
  const words = wanted.flatMap(([flag, value, now]) =>
    value === undefined || value === now ? [] : [flag, String(value)],
  );
  return words.length === 0
    ? []
    : [{ kind: 'run', argv: ['chage', ...words, params.name], touches: ['/etc/shadow'] }];
}

/** A day as useradd takes it; empty for never. */
function date(expires: number): string {
  return expires < 0 ? '' : new Date(Math.floor(expires) * 1000).toISOString().slice(0, 10);
}

/** The user to be, as far as it is known; -1 stands for a number that useradd will choose. */
function plannedUser(params: UserParams, now: UserNow): Passwd {
  const uid = params.uid ?? -1;
  const fresh: Passwd = {
    name: params.name,
    uid,
    gid: now.group?.gid ?? uid,
    gecos: '',
    home: now.home.path,
    shell: '/bin/sh',
    groups: [],
    group: now.group?.name ?? params.name,
  };
  return { ...fresh, ...plannedFields(params, fresh, now) };
}

function plannedFields(params: UserParams, user: Passwd, { group, groups }: UserNow): Partial<Passwd> {
  const all = params.append ? [...user.groups, ...groups] : groups;
  return {
    ...(params.uid !== undefined && { uid: params.uid }),
    ...(group && { gid: group.gid, group: group.name }),
    ...(params.comment !== undefined && { gecos: params.comment }),
    ...(params.home !== undefined && { home: params.home }),
    ...(params.shell !== undefined && { shell: params.shell }),
    ...(params.groups !== undefined && { groups: [...new Set(all)].sort() }),
  };
}
