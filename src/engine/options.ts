import type { Secret } from '../lib/secret.ts';

/** How hosts are reached where neither inventory nor play says otherwise. */
export interface ConnectionDefaults {
  /** `ssh`, `openssh` or `local`. */
  connection?: string;
  user?: string;
  port?: number;
  privateKeyFile?: string;
  password?: Secret;
  sshArgs?: string;
  sshCommonArgs?: string;
  sshExtraArgs?: string;
  /** Seconds. */
  timeout?: number;
  hostKeyChecking?: boolean;
}

/** Which user tasks run as where the play does not say. */
export interface BecomeDefaults {
  become?: boolean;
  user?: string;
  method?: string;
  exe?: string;
  flags?: string;
  password?: Secret;
}

/** How a run goes, besides what is run. */
export interface RunOptions {
  /** Read and plan, and write nothing. */
  check: boolean;
  diff: boolean;
  /** Hosts at a time. */
  forks: number;
  verbosity: number;
  tags: string[];
  skipTags: string[];
  /** Begin at the first task with this name (a pattern with `*` is allowed). */
  startAtTask?: string;
  forceHandlers: boolean;
  /** What is done about a name in a play's pattern that nobody has, where hosts may be added before the play. */
  patternMismatch: 'warning' | 'error' | 'ignore';
  gathering: 'implicit' | 'explicit' | 'smart';
  /** Facts are variables of their own too, besides `ansible_facts`. */
  injectFacts: boolean;
  /** Seconds between looks at a job whose task says nothing. */
  pollSeconds: number;
  /** Where the files of jobs (`async`) lie on hosts. */
  jobFolder: string;
  connection: ConnectionDefaults;
  become: BecomeDefaults;
  /** Asked before every task where it is given. */
  step?: (task: string) => Promise<'yes' | 'no' | 'continue'>;
  /** Ends the run: what runs on hosts is ended, no further task begins. */
  signal?: AbortSignal;
  /** Called when a value for a `vars_prompt` is needed; only before anything is touched. */
  ask?: (prompt: { text: string; secret: boolean; confirm: boolean }) => Promise<string>;
}

/** The options of a plain run. */
export const DEFAULT_OPTIONS: RunOptions = {
  check: false,
  diff: false,
  forks: 32,
  verbosity: 0,
  tags: [],
  skipTags: [],
  forceHandlers: false,
  patternMismatch: 'warning',
  gathering: 'implicit',
  injectFacts: true,
  pollSeconds: 15,
  jobFolder: '~/.ansible_async',
  connection: {},
  become: {},
};
