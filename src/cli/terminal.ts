import type { Settings } from './settings.ts';

/** What a command may know and use of the world it was started in. Only main.ts makes one of the process. */
export interface Terminal {
  env: Record<string, string | undefined>;
  /** Absolute. */
  cwd: string;
  home: string;
  /** The program and the arguments that start this command. */
  command: readonly string[];
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  /** Calls back at Ctrl-C or a polite request to end, instead of ending; gives a function that undoes it. */
  onInterrupt(listener: () => void): () => void;
  /** Calls back when the process ends by a mistake of ours, to give the terminal back; gives a function that undoes it. */
  onCrash(listener: () => void): () => void;
  /** Ends at once, whatever is under way. */
  exit(code: number): never;
}

/** Whether a person sits there to be asked: questions go to stderr, since stdout may be wanted by a pipe. */
export function canAsk(terminal: Terminal): boolean {
  return terminal.stdin.isTTY === true && terminal.stderr.isTTY === true;
}

/**
 * Whether to colour what goes to `stream`: as NO_COLOR, FORCE_COLOR and Ansible's two settings say, else on a
 * terminal that is not `dumb` (https://no-color.org, https://force-color.org).
 */
export function wantsColor({ env }: Terminal, stream: { isTTY?: boolean }, settings: Settings): boolean {
  if (env.NO_COLOR || settings.nocolor.value) return false;
  if ((env.FORCE_COLOR && env.FORCE_COLOR !== '0') || settings.force_color.value) return true;
  return stream.isTTY === true && env.TERM !== 'dumb';
}
