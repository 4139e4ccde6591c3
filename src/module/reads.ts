import type { HttpAnswer, HttpRequest } from '../lib/curl.ts';

/** What lies at a path. Times are seconds since the epoch with fraction. */
export interface Stat {
  path: string;
  type: 'file' | 'directory' | 'link' | 'fifo' | 'socket' | 'block' | 'char';
  /** Permission bits including setuid, setgid and sticky. */
  mode: number;
  uid: number;
  gid: number;
  /** Names; the number as text where the host knows no name. */
  owner: string;
  group: string;
  size: number;
  atime: number;
  mtime: number;
  ctime: number;
  inode: number;
  device: number;
  links: number;
  /** Of a symbolic link: its text. */
  target?: string;
}

export interface FileKind {
  mimetype?: string;
  charset?: string;
  /** Generation number. */
  version?: string;
  /** Letters as lsattr(1) has them. */
  flags?: string;
}

export interface Identity {
  uid: number;
  gid: number;
  /** Names; the number as text where the host knows no name. */
  owner: string;
  group: string;
  /** Numbers of all groups that the user is in. */
  groups: number[];
  home: string;
  umask: number;
}

export interface Passwd {
  name: string;
  uid: number;
  gid: number;
  gecos: string;
  home: string;
  shell: string;
  /** Supplementary groups' names, sorted. */
  groups: string[];
  /** Name of the primary group. */
  group: string;
  /** The shadow fields, only where the reading user may see them. */
  shadow?: {
    password: string;
    lastChange?: number;
    min?: number;
    max?: number;
    warn?: number;
    inactive?: number;
    expires?: number;
  };
}

export interface Group {
  name: string;
  gid: number;
  members: string[];
  /** Users whose primary group it is; only where it was asked for. */
  primaryOf?: string[];
}

export interface PackageState {
  /** As dpkg says: 'installed', 'config-files', 'not-installed', 'half-configured' ... */
  status: string;
  version?: string;
  architecture?: string;
  hold?: boolean;
  /** Only there because another package needed it: apt may remove it again. */
  auto?: boolean;
}

/** What `apt-get --simulate` says it would do, and what it printed. */
export interface AptSimulation {
  install: { name: string; version: string; from?: string }[];
  remove: { name: string; version: string; purge: boolean }[];
  rc: number;
  stdout: string;
  stderr: string;
}

export interface InstalledPackage {
  name: string;
  version: string;
  architecture: string;
  section: string;
}

/** A service with the words that Ansible has for it. */
export interface ServiceState {
  /** With its suffix. */
  name: string;
  /** 'running', 'stopped', or 'inactive' where only its file is there. */
  state: string;
  /** 'enabled', 'disabled', 'static' ...; 'failed', 'masked' and 'not-found' come before those. */
  status: string;
}

export interface Probe {
  rc: number;
  stdout: string;
  stderr: string;
}

/** Properties as `systemctl show` prints them; `LoadState: 'not-found'` where there is no such unit. */
export type UnitProperties = Record<string, string>;

export type ChecksumAlgorithm = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

/**
 * The read primitives: the only ways in which a module may look at a host; none of them writes. All that wait
 * at the same time travel in one frame, so ask side by side (Promise.all) what does not depend on each other.
 * Each takes one argument object; its implementation is src/remote/reads/NAME.ts. Answers are kept until a step
 * touches them. `undefined` means that there is no such thing.
 */
export interface Reads {
  stat(of: { path: string; follow?: boolean }): Promise<Stat | undefined>;
  /** Lower-case hex; undefined for what is no readable file. */
  checksum(of: { path: string; algorithm?: ChecksumAlgorithm }): Promise<string | undefined>;
  /** A whole file; undefined where there is none. `fresh`: as it is now, since others than steps may write it. */
  content(of: { path: string; fresh?: boolean }): Promise<Uint8Array | undefined>;
  /** What a directory holds, sorted by name, without going deeper; undefined where there is none. */
  entries(of: { path: string }): Promise<Stat[] | undefined>;
  /** Everything below a directory, parents first. */
  tree(of: { path: string }): Promise<Stat[] | undefined>;
  /** The path with every link followed and every `.` and `..` taken out; the last part need not exist. */
  realpath(of: { path: string }): Promise<string | undefined>;
  /** What a file holds and its flags, as far as the host has programs that tell. */
  fileKind(of: { path: string }): Promise<FileKind>;
  /** The user that reads and writes, with what a new file of theirs would have. */
  identity(of: Record<string, never>): Promise<Identity>;
  /** By name, or by number (then without the shadow fields, and of several users with that number any). */
  passwd(of: { name: string } | { uid: number }): Promise<Passwd | undefined>;
  /** By name, or by number. */
  group(of: { name: string; primaryOf?: true } | { gid: number }): Promise<Group | undefined>;
  /** One database of the host's name service, whole or one key of it: what getent prints. */
  getent(of: { database: string; key?: string; service?: string }): Promise<Probe>;
  package(of: { name: string }): Promise<PackageState | undefined>;
  /** All packages that are installed. */
  packages(of: Record<string, never>): Promise<InstalledPackage[]>;
  /** What dpkg shall do with a package: 'install', 'hold', 'deinstall', 'purge'; undefined where it knows none. */
  selection(of: { name: string }): Promise<string | undefined>;
  /** What is answered to the questions of a package, by question; needs root to see passwords. */
  debconf(of: { package: string }): Promise<Record<string, string>>;
  aptSimulate(of: { args: string[] }): Promise<AptSimulation>;
  /** When the package lists were last brought up to date (0 for never), and the host's own clock. */
  aptListsTime(of: Record<string, never>): Promise<{ updated: number; now: number }>;
  /** Names of all packages that apt knows and a shell pattern (`*`, `?`, `[a-z]`) matches, sorted. */
  aptNames(of: { pattern: string }): Promise<string[]>;
  unit(of: { name: string; scope?: 'system' | 'user' | 'global' }): Promise<UnitProperties>;
  /** All services that systemd knows. */
  services(of: Record<string, never>): Promise<ServiceState[]>;
  /** What `supervisorctl status` prints; the program and its options come as words. */
  supervisorStatus(of: { argv: string[] }): Promise<Probe>;
  /** Names of the locales that are compiled, as the host writes them: `de_DE.utf8`. */
  locales(of: Record<string, never>): Promise<string[]>;
  /** Rows of a query by MySQL's client, fields as texts; `login` is the text of an option file. */
  mysqlQuery(of: { options: string[]; login?: string; query: string }): Promise<{
    rc: number;
    rows: string[][];
    stderr: string;
  }>;
  /** A user's crontab, or that of the user who reads; undefined where there is none. */
  crontab(of: { user?: string }): Promise<string | undefined>;
  /** The absolute path of a program on the login path, or undefined. */
  executable(of: { name: string }): Promise<string | undefined>;
  /** What is installed in a Python environment: normalised name -> version; undefined without that interpreter. */
  pipList(of: { python: string }): Promise<Record<string, string> | undefined>;
  /** `pip install --dry-run --report` with these arguments: what it would install. */
  pipDryRun(of: { python: string; args: string[]; cwd?: string; env?: Record<string, string> }): Promise<{
    install: { name: string; version: string }[];
    rc: number;
    stdout: string;
    stderr: string;
  }>;
  /** One HTTP request without effect (GET, HEAD, OPTIONS) made by the host itself. */
  http(of: HttpRequest): Promise<HttpAnswer>;
  /** Waits on the host until a condition holds or the time is over. */
  wait(of: WaitCondition): Promise<WaitAnswer>;
  /** Facts with Ansible's names, without the `ansible_` prefix removed: `ansible_distribution` ... */
  facts(of: { subset: string[]; factPath: string }): Promise<Record<string, unknown>>;
  /** Seconds since the epoch of a wall-clock time there (`2024-02-29 13:05:59`); undefined where there is no such time. */
  localTime(of: { time: string }): Promise<number | undefined>;
  /** The answer to a ping: proves that the loop runs. */
  ping(of: { data: string }): Promise<string>;
}

/** Seconds are whole or parts of it; `host` is looked at from the host that waits. */
export interface WaitCondition {
  /** `time` only lets the time pass. */
  kind: 'port' | 'path' | 'drained' | 'time';
  state: 'present' | 'absent';
  host?: string;
  port?: number;
  path?: string;
  /** A regular expression as Perl and Python know it, by lines: what the file or the peer must say. */
  searchRegex?: string;
  /** Names of TCP states that count as connections, for `drained`. */
  connectionStates?: string[];
  /** Peers that do not count, for `drained`. */
  excludeHosts?: string[];
  delay: number;
  sleep: number;
  timeout: number;
  connectTimeout: number;
}

export interface WaitAnswer {
  met: boolean;
  /** Whole seconds. */
  elapsed: number;
  /** What the groups of `searchRegex` matched. */
  groups: string[];
  namedGroups: Record<string, string>;
  /** Why it cannot be waited for. */
  problem?: string;
}
