import { datetimeText, timedeltaText } from '../lib/pythonTime.ts';
import { globExists } from './hostGlob.ts';
import { hostPath } from './hostPath.ts';
import { ansibleBool, ansibleText } from './params.ts';
import { type Change, failed, none, type Plan, unknown } from './plan.ts';
import type { Reads } from './reads.ts';
import type { RunStep, StepResult } from './step.ts';

/** The parameters that command and shell share. */
export const commandParams = {
  chdir: ansibleText().optional().describe('Directory to run it in.'),
  creates: ansibleText()
    .optional()
    .describe('Do not run it where this path is there; `*` stands for any name.'),
  removes: ansibleText()
    .optional()
    .describe('Do not run it where this path is not there; `*` stands for any name.'),
  stdin: ansibleText().optional().describe('What it reads on its standard input.'),
  stdin_add_newline: ansibleBool().default(true).describe('End stdin with a newline.'),
  strip_empty_ends: ansibleBool().default(true).describe('Leave out newlines at the end of what it prints.'),
};

interface CommandParams {
  chdir?: string | undefined;
  creates?: string | undefined;
  removes?: string | undefined;
  stdin?: string | undefined;
  stdin_add_newline: boolean;
  strip_empty_ends: boolean;
}

export interface CommandNow {
  /** Where it will run; undefined for the user's home. */
  cwd: string | undefined;
  cwdThere: boolean;
  createsThere: boolean;
  removesThere: boolean;
  /** 'Did' or 'Would', for Ansible's texts. */
  tense: string;
}

export interface RunChange extends Change {
  step: RunStep;
}

/** What decides whether a command runs: its directory, `creates` and `removes`. */
export async function readCommandNow(
  params: CommandParams,
  host: Reads,
  control: { checkMode: boolean },
): Promise<CommandNow> {
  const cwd = params.chdir === undefined ? undefined : await hostPath(params.chdir, host);
  const there = async (path: string | undefined): Promise<boolean> =>
    path !== undefined && globExists(await hostPath(relativeTo(cwd, path), host), host);
  const [directory, createsThere, removesThere] = await Promise.all([
    cwd === undefined ? undefined : host.stat({ path: cwd, follow: true }),
    there(params.creates),
    there(params.removes),
  ]);
  const cwdThere = cwd === undefined || directory?.type === 'directory';
  return { cwd, cwdThere, createsThere, removesThere, tense: control.checkMode ? 'Would' : 'Did' };
}

/** Nothing tells beforehand what a command changes: the plan is unknown unless it is not to run at all. */
export function planCommand(
  params: CommandParams,
  now: CommandNow,
  cmd: string | string[],
  program: Pick<RunStep, 'argv' | 'script' | 'shell'>,
): Plan<RunChange> {
  if (!now.cwdThere) return failed('Unable to change directory before execution.', { ...EMPTY, cmd });
  const { creates, removes } = params;
  if (now.createsThere) return notRun(now.tense, `'${creates}' exists`, `since ${creates} exists`, cmd);
  if (removes !== undefined && !now.removesThere) {
    return notRun(now.tense, `'${removes}' does not exist`, `since ${removes} does not exist`, cmd);
  }
  const step: RunStep = { kind: 'run', ...program, ok: 'any', stream: true };
  if (now.cwd !== undefined) step.cwd = now.cwd;
  if (params.stdin !== undefined) step.stdin = params.stdin_add_newline ? `${params.stdin}\n` : params.stdin;
  const summary = `run ${typeof cmd === 'string' ? cmd.trim() : cmd.join(' ')}`;
  const conditional = creates !== undefined || removes !== undefined;
  return unknown(WOULD_RUN, [{ summary, step }], { ...EMPTY, cmd, ...(conditional && { changed: true }) });
}

/** What Ansible registers of a command that ran. */
export function commandResult(
  { strip_empty_ends }: Pick<CommandParams, 'strip_empty_ends'>,
  cmd: string | string[],
  [done]: StepResult[],
): Record<string, unknown> {
  if (!done) return {};
  const tidy = (text: string) => (strip_empty_ends ? text.replace(/[\r\n]+$/, '') : text);
  return {
    cmd,
    rc: done.rc,
    stdout: tidy(done.stdout),
    stderr: tidy(done.stderr),
    start: datetimeText(done.started),
    end: datetimeText(done.ended),
    delta: timedeltaText(done.ended - done.started),
    msg: done.rc === 0 ? '' : 'non-zero return code',
    ...(done.rc !== 0 && { failed: true }),
  };
}

/** What Ansible registers of a program that could not be started at all. */
export function notStarted(argv: string[], [done]: StepResult[]): Record<string, unknown> | undefined {
  const reason = done && (done.rc === 127 || done.rc === 126) ? REASON.exec(done.stderr) : null;
  if (!reason || !done?.stderr.includes(`${argv[0]}: ${reason[1]}`)) return undefined;
  const [rc, words] = reason[1] === 'Permission denied' ? [13, reason[1]] : [2, 'No such file or directory'];
  return {
    cmd: argv.join(' '),
    rc,
    msg: `[Errno ${rc}] ${words}: b'${argv[0]}'`,
    stdout: '',
    stderr: '',
    changed: false,
    failed: true,
  };
}

// What dash, bash and busybox say of a program that they cannot replace themselves by.
const REASON = /^sh: .*: (not found|No such file or directory|Permission denied)\n$/;

const WOULD_RUN =
  'Command would have run if not in check mode; what it changes cannot be known without running it';

const EMPTY = {
  stdout: '',
  stdout_lines: [],
  stderr: '',
  stderr_lines: [],
  rc: null,
  start: null,
  end: null,
  delta: null,
};

function notRun(tense: string, because: string, since: string, cmd: string | string[]): Plan<RunChange> {
  const stdout = `skipped, ${since}`;
  const msg = `${tense} not run command since ${because}`;
  return none({ ...EMPTY, cmd, msg, rc: 0, stdout, stdout_lines: [stdout] });
}

function relativeTo(cwd: string | undefined, path: string): string {
  return cwd === undefined || /^[/~$]/.test(path) ? path : `${cwd}/${path}`;
}
