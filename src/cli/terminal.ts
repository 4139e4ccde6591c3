/** What a command may know and use of the world it was started in. Only main.ts makes one of the process. */
export interface Terminal {
  env: Record<string, string | undefined>;
  /** Absolute. */
  cwd: string;
  home: string;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  /** Calls back at Ctrl-C or a polite request to end, instead of ending; gives a function that undoes it. */
  onInterrupt(listener: () => void): () => void;
  /** Ends at once, whatever is under way. */
  exit(code: number): never;
}

/** Whether a person sits there to be asked: questions go to stderr, since stdout may be wanted by a pipe. */
export function canAsk(terminal: Terminal): boolean {
  return terminal.stdin.isTTY === true && terminal.stderr.isTTY === true;
}

/**
 * Whether to colour what goes to `stream`: as NO_COLOR, FORCE_COLOR and Ansible's two variables say, else on a
 * terminal that is not `dumb` (https://no-color.org, https://force-color.org).
 */
export function wantsColor(terminal: Terminal, stream: { isTTY?: boolean }): boolean {
  const { env } = terminal;
  if (env.NO_COLOR || isYes(env.ANSIBLE_NOCOLOR)) return false;
  if ((env.FORCE_COLOR && env.FORCE_COLOR !== '0') || isYes(env.ANSIBLE_FORCE_COLOR)) return true;
  return stream.isTTY === true && env.TERM !== 'dumb';
}

function isYes(value: string | undefined): boolean {
  return value !== undefined && /^(1|y|yes|true|t|on)$/i.test(value.trim());
}
