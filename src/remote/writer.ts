import type { Step, StepResult } from '../module/step.ts';
import { type Channel, Interrupted } from './channel.ts';
import type { Part } from './loop.ts';
import { aroundPrograms } from './loop.ts';
import type { Reply, Request } from './replies.ts';
import { okCodes, stepScript } from './stepScripts.ts';

export { okCodes };

export interface PerformOptions {
  environment: Record<string, string>;
  signal?: AbortSignal | undefined;
  onOutput?: ((stream: 'stdout' | 'stderr', text: string, step: Step) => void) | undefined;
}

/** A step that did not do what it should: the steps after it were not begun. */
export class StepFailed extends Error {
  /** What became of the steps up to this one, which is the last where it gave an answer at all. */
  readonly results: StepResult[];
  readonly step: Step;
  /** 'limit': its time was over; 'aborted': the run was ended; 'ended': the host's shell went away; else it failed itself. */
  readonly why: 'failed' | 'limit' | 'aborted' | 'ended';

  constructor(step: Step, results: StepResult[], message: string, why: StepFailed['why']) {
    super(message);
    this.name = 'StepFailed';
    this.step = step;
    this.results = results;
    this.why = why;
  }
}

/**
 * Sends steps in one frame; each runs only where all before it succeeded. `written` is called when they are on their
 * way. Throws StepFailed, or UnreachableError where the host is lost.
 */
export async function performSteps(
  openChannel: () => Promise<Channel>,
  steps: Step[],
  options: PerformOptions,
  written: () => void,
): Promise<StepResult[]> {
  const results: StepResult[] = [];
  while (results.length < steps.length) {
    const rest = steps.slice(results.length);
    const channel = await openChannel();
    if (options.signal?.aborted)
      throw new StepFailed(rest[0]!, results, 'was not begun: the run was ended', 'aborted');
    const onAbort = () => void channel.abort();
    options.signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const answers = channel.send(rest.map((step, i) => requestOf(step, i === 0, options)));
      written();
      await collectResults(rest, answers, results);
    } finally {
      options.signal?.removeEventListener('abort', onAbort);
    }
  }
  return results;
}

/** Adds results as they come; comes back early where what is left has to be sent anew. */
async function collectResults(
  steps: Step[],
  answers: Promise<Reply>[],
  results: StepResult[],
): Promise<void> {
  let started = Date.now() / 1000;
  for (const [i, step] of steps.entries()) {
    let reply: Reply;
    try {
      reply = await answers[i]!;
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      if (error.why === 'unstarted') return;
      throw new StepFailed(step, results, error.message, error.why);
    }
    const ended = Date.now() / 1000;
    const result = resultOf(step, reply, started, ended);
    results.push(result);
    if (!isOk(step, reply.rc)) throw new StepFailed(step, results, failureText(result), 'failed');
    started = ended;
  }
}

function resultOf(step: Step, reply: Reply, started: number, ended: number): StepResult {
  const stdout = reply.stdout.toString('utf8');
  const stderr = reply.stderr.toString('utf8');
  const named = (step.kind === 'put' || step.kind === 'copy') && stdout !== '' && reply.rc === 0;
  return {
    step,
    rc: reply.rc,
    stdout: named ? '' : stdout,
    stderr,
    started,
    ended,
    ...(named ? { backupFile: stdout } : {}),
  };
}

function isOk(step: Step, rc: number): boolean {
  const ok = okCodes(step);
  return ok === 'any' || ok.includes(rc);
}

/** What a step that failed says of itself. */
export function failureText({ step, rc, stderr, stdout }: StepResult): string {
  // Of a step on files only the check of a new file prints to stdout, and what it says is the reason.
  if (step.kind !== 'run') return `${stdout}\n${stderr}`.trim() || `${step.kind} failed with exit code ${rc}`;
  const said = stderr.trim() || stdout.trim();
  const what = step.title ?? (step.argv ? step.argv[0]! : 'the script');
  const last = said.split('\n').at(-1)?.slice(0, 500) ?? '';
  return `${what} ended with exit code ${rc}${last ? `: ${last}` : ''}`;
}

function requestOf(step: Step, first: boolean, options: PerformOptions): Request {
  const { body, data, seconds } = stepScript(step, options);
  const around = step.kind === 'run' ? aroundPrograms : { before: '', after: '' };
  const part: Omit<Part, 'bytes'> = {
    body,
    before: joinLines(first ? 'fl_failed=' : '', around.before),
    after: joinLines(noteFailure(step), around.after),
    ...(first ? {} : { when: '[ -z "$fl_failed" ]' }),
  };
  const { onOutput } = options;
  return {
    part,
    ...(data ? { data } : {}),
    ...(seconds === undefined ? {} : { seconds }),
    ...(onOutput && step.kind === 'run' && step.stream
      ? { onOutput: decoding((stream, text) => onOutput(stream, text, step)) }
      : {}),
  };
}

function noteFailure(step: Step): string {
  const ok = okCodes(step);
  return ok === 'any' ? '' : `case $fl_rc in ${ok.join('|')}) ;; *) fl_failed=1 ;; esac`;
}

function joinLines(...lines: string[]): string {
  return lines.filter((line) => line !== '').join('\n');
}

/** Cuts bytes into text at the boundaries of characters. */
function decoding(
  give: (stream: 'stdout' | 'stderr', text: string) => void,
): NonNullable<Request['onOutput']> {
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  return (stream, bytes) => {
    const text = decoders[stream].decode(bytes, { stream: true });
    if (text !== '') give(stream, text);
  };
}
