import type { Reads } from '../reads.ts';

/** What useradd(8) takes where it is told nothing, from /etc/login.defs and /etc/default/useradd. */
export interface AccountDefaults {
  /** Directory that homes lie in. */
  homes: string;
  shell: string;
  skeleton: string;
  /** The primary group of users without one of their own. */
  group: string;
  /** New users get a group of their own. */
  ownGroup: boolean;
  /** Numbers that groups get by themselves: lowest and highest. */
  gids: [number, number];
  systemGids: [number, number];
  /** Permission bits of a new home where login.defs says them. */
  homeMode: number | undefined;
  umask: number;
  /** Days of password ageing; undefined: not set. */
  ageing: { min?: number; max?: number; warn?: number };
}

/** Reads the defaults for new users. */
export async function readDefaults(host: Reads): Promise<AccountDefaults> {
  const [loginDefs, useradd] = await Promise.all([
    host.content({ path: '/etc/login.defs' }),
    host.content({ path: '/etc/default/useradd' }),
  ]);
  return accountDefaults(textOf(loginDefs), textOf(useradd));
}

/** Without the files it is what useradd has built in. */
export function accountDefaults(loginDefs: string, useradd: string): AccountDefaults {
  const login = settings(loginDefs, /^\s*(\w+)\s+"?([^\s"]+)/);
  const own = settings(useradd, /^\s*(\w+)=(\S+)/);
  const number = (name: string, otherwise: number) => Number(login.get(name) ?? otherwise);
  const lowest = number('GID_MIN', 1000);
  const ageing = [
    ['min', 'PASS_MIN_DAYS'],
    ['max', 'PASS_MAX_DAYS'],
    ['warn', 'PASS_WARN_AGE'],
  ].flatMap(([key, name]) => (login.has(name!) ? [[key, Number(login.get(name!))]] : []));
  return {
    homes: own.get('HOME') ?? '/home',
    shell: own.get('SHELL') ?? '/bin/sh',
    skeleton: own.get('SKEL') ?? '/etc/skel',
    group: own.get('GROUP') ?? '100',
    ownGroup: (login.get('USERGROUPS_ENAB') ?? 'no').toLowerCase() === 'yes',
    gids: [lowest, number('GID_MAX', 60000)],
    systemGids: [number('SYS_GID_MIN', 101), number('SYS_GID_MAX', lowest - 1)],
    homeMode: login.has('HOME_MODE') ? octal(login.get('HOME_MODE')!) : undefined,
    umask: octal(login.get('UMASK') ?? '022'),
    ageing: Object.fromEntries(ageing),
  };
}

/** Permission bits of a new home: HOME_MODE goes before any umask. */
export function homeMode(defaults: AccountDefaults, umask: string | undefined): number {
  return defaults.homeMode ?? 0o777 & ~(umask === undefined ? defaults.umask : octal(umask));
}

function octal(text: string): number {
  return Number.parseInt(text, 8);
}

function settings(text: string, line: RegExp): Map<string, string> {
  return new Map(
    text.split('\n').flatMap((one) => {
      const [, name, value] = line.exec(one) ?? [];
      return name !== undefined && value !== undefined ? [[name, value] as const] : [];
    }),
  );
}

function textOf(bytes: Uint8Array | undefined): string {
  return bytes ? Buffer.from(bytes).toString() : '';
}
