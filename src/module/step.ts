import type { Secret } from '../lib/secret.ts';
import type { Group, PackageState, Passwd, UnitProperties } from './reads.ts';

/**
 * What a step writes into a file: bytes or text at hand, a secret text, or a file of the control
 * side that is streamed (never held in memory whole).
 */
export type Content = string | Uint8Array | Secret | ControlFileContent;

export interface ControlFileContent {
  /** Absolute path on the control side. */
  file: string;
  /** Length in bytes. */
  size: number;
  /** Lower-case hex SHA-1, the checksum that Ansible reports. */
  sha1: string;
}

/** Owner, group and permissions as they shall be; what is absent stays as it is. */
export interface Attributes {
  /** Permission bits, e.g. 0o644. */
  mode?: number;
  /** User name or numeric id. */
  owner?: string;
  /** Group name or numeric id. */
  group?: string;
}

/**
 * One thing to do on a host, as data. Modules make steps; only the writer (src/remote/writer) performs
 * them, and check mode lays them over later reads instead. Paths are absolute.
 */
export type Step =
  | PutStep
  | MkdirStep
  | LinkStep
  | RemoveStep
  | AttributesStep
  | TouchStep
  | RenameStep
  | CopyStep
  | RunStep;

/** Writes a whole file under a temporary name beside `path` and renames it into place. */
export interface PutStep {
  kind: 'put';
  path: string;
  content: Content;
  attributes?: Attributes;
  /** Keep what was there as `path.PID.DATE~`, as Ansible names it. */
  backup?: boolean;
  /** A command with `%s` for the new file's temporary name; it must exit 0 before the file goes to its place. */
  validate?: string;
}

/** Makes one directory; its parent must be there. */
export interface MkdirStep {
  kind: 'mkdir';
  path: string;
  attributes?: Attributes;
}

/** Makes `path` a link to `target`, replacing a link or a file there in one rename. */
export interface LinkStep {
  kind: 'link';
  path: string;
  target: string;
  type: 'symbolic' | 'hard';
  attributes?: Attributes;
}

/** Removes a file, a link or a whole directory. */
export interface RemoveStep {
  kind: 'remove';
  path: string;
}

/** Sets owner, group and mode of what is there; of a link itself unless `follow`. */
export interface AttributesStep {
  kind: 'attributes';
  path: string;
  attributes: Attributes;
  follow?: boolean;
}

/** Sets times of a file, making an empty one where there is none. Seconds since the epoch; absent is now. */
export interface TouchStep {
  kind: 'touch';
  path: string;
  atime?: number;
  mtime?: number;
  attributes?: Attributes;
}

/** Renames within a file system. */
export interface RenameStep {
  kind: 'rename';
  from: string;
  to: string;
}

/** Copies a file of the host to another place of it, by a temporary name beside `to`. */
export interface CopyStep {
  kind: 'copy';
  from: string;
  to: string;
  attributes?: Attributes;
  backup?: boolean;
  validate?: string;
}

/** Runs a program, or a text for a shell. What it changes cannot be known beforehand unless `touches` says so. */
export interface RunStep {
  kind: 'run';
  /** Either the program and its arguments ... */
  argv?: string[];
  /** ... or a POSIX shell text. */
  script?: string;
  /** Interpreter of `script`; default: the loop's own sh. */
  shell?: string;
  /** Given on standard input (secrets belong here, never in argv); default: empty. */
  stdin?: Content;
  cwd?: string;
  env?: Record<string, string>;
  /** Time limit in seconds; the process group ends at it. Default: none. */
  seconds?: number;
  /** Exit codes that are no failure; default [0]; 'any' leaves the judgement to the module's `result`. */
  ok?: number[] | 'any';
  /** Show output while it runs. */
  stream?: boolean;
  /** What a person reads in a plan where argv would not tell. */
  title?: string;
  /** Paths it may change, where that is known; absent: anything. */
  touches?: string[];
  /** What is known to be there afterwards, so that check mode can lay it over later reads. */
  brings?: Brings;
}

/** Things besides files that a run step is known to bring about. */
export interface Brings {
  packages?: Record<string, PackageState>;
  /** undefined: the user is gone. */
  users?: Record<string, Passwd | undefined>;
  groups?: Record<string, Group | undefined>;
  /** Properties that change, by unit name with its suffix. */
  units?: Record<string, UnitProperties>;
  /** File steps that would come to the same; they are only laid over, never performed. */
  files?: Exclude<Step, RunStep>[];
}

/** What became of one performed step. */
export interface StepResult {
  step: Step;
  rc: number;
  stdout: string;
  stderr: string;
  /** Seconds since the epoch (control side's clock). */
  started: number;
  ended: number;
  /** Set by a put or copy step with `backup` that kept a file. */
  backupFile?: string;
}
