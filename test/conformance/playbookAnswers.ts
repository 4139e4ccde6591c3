import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunEvent } from '../../src/engine/events.ts';
import { flotte } from '../fleet/flotte.ts';
import { oracleEnvironment } from './oracle.ts';
import { filesBelow, PLAYBOOKS, type PlaybookRun } from './playbookRuns.ts';

/** What a task came to on a host. */
export interface TaskResult {
  play: string;
  host: string;
  task: string;
  action: string;
  outcome: string;
  ignored: boolean;
  result: Record<string, unknown>;
}

/** What a run came to; the folder that it ran in stands as `DIR` in all texts. */
export interface Answer {
  code: number;
  /** What is printed; of runs that only list something, all that counts. */
  stdout: string;
  /** The end of what is printed beside the results, to understand what differs. */
  said: string;
  plays: string[];
  /** Name of the play that runs, while what is told is read. */
  play?: string;
  results: TaskResult[];
  recap: Record<string, Record<string, number>>;
  /** Files that the playbook wrote below `out`. */
  files: Record<string, string>;
}

const recorder = fileURLToPath(new URL('./recorder', import.meta.url));

/** Answers of ansible-core; kept beside it, so that only what is new runs. */
export async function oracleAnswers(runs: PlaybookRun[], oracle: string): Promise<Map<string, Answer>> {
  const kept = join(oracle, 'answers');
  const program = ['play.py', 'plugins/recorder.py'].map((name) =>
    readFileSync(join(recorder, name), 'utf8'),
  );
  const fileOf = (run: PlaybookRun): string => {
    const key = createHash('sha256')
      .update(JSON.stringify([run.hash, run.name, program]))
      .digest('hex');
    return join(kept, `${key}.json`);
  };
  mkdirSync(kept, { recursive: true });
  const fresh = runs.filter((run) => !existsSync(fileOf(run)));
  const answers = await askedOracle(fresh, oracle);
  for (const [index, run] of fresh.entries()) writeFileSync(fileOf(run), JSON.stringify(answers[index]));
  return new Map(runs.map((run) => [run.name, JSON.parse(readFileSync(fileOf(run), 'utf8')) as Answer]));
}

/** One call of ansible-playbook, in a folder where it may leave files. */
export interface Call {
  cwd: string;
  args: string[];
  env: Record<string, string>;
}

function callOf(run: PlaybookRun): Call {
  return { cwd: workFolder(run), args: ['-i', 'inventory', run.playbook, ...run.args], env: run.env };
}

async function askedOracle(runs: PlaybookRun[], oracle: string): Promise<Answer[]> {
  const calls = runs.map(callOf);
  const answers = await callOracle(calls, oracle);
  for (const { cwd } of calls) rmSync(dirname(cwd), { recursive: true });
  return answers;
}

/** What the real ansible-playbook makes of calls, two of them at a time. */
export async function callOracle(calls: Call[], oracle: string): Promise<Answer[]> {
  const questions = calls.map((call) => ({
    ...call,
    record: join(call.cwd, '.record'),
    stdout: join(call.cwd, '.stdout'),
    stderr: join(call.cwd, '.stderr'),
  }));
  const codes = JSON.parse(await python(oracle, JSON.stringify(questions))) as number[];
  return questions.map(({ cwd, record, stdout, stderr }, index) => {
    const lines = existsSync(record) ? readFileSync(record, 'utf8') : '';
    const answer = fromRecord(codes[index]!, clean(lines, cwd), clean(readFileSync(stdout, 'utf8'), cwd));
    answer.said = clean(readFileSync(stderr, 'utf8'), cwd);
    answer.files = writtenFiles(cwd);
    return answer;
  });
}

function python(oracle: string, input: string): Promise<string> {
  const env = {
    ...oracleEnvironment(oracle),
    ANSIBLE_STDOUT_CALLBACK: 'recorder',
    ANSIBLE_CALLBACK_PLUGINS: join(recorder, 'plugins'),
    ANSIBLE_PIPELINING: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    ANSIBLE_LOCALHOST_WARNING: '0',
    ANSIBLE_DEPRECATION_WARNINGS: '0',
  };
  return new Promise((done, fail) => {
    const child = spawn(join(oracle, 'bin', 'python'), [join(recorder, 'play.py')], {
      env,
      // Not this process's own stderr: ansible-core refuses one that does not block.
      stdio: 'pipe',
    });
    let text = '';
    let said = '';
    child.stdout.on('data', (part) => {
      text += part;
    });
    child.stderr.on('data', (part) => {
      said += part;
    });
    child.on('error', fail);
    child.on('close', (code) =>
      code === 0 ? done(text) : fail(new Error(`play.py ended with ${code}: ${said}`)),
    );
    child.stdin.end(input);
  });
}

type Recorded =
  | { type: 'play'; name: string }
  | ({ type: 'result' } & Omit<TaskResult, 'play'>)
  | { type: 'recap'; recap: Answer['recap'] }
  | { type: 'include' };

/** What ansible-core's run came to, from the lines of the recorder. */
export function fromRecord(code: number, record: string, stdout: string): Answer {
  const answer: Answer = { code, stdout, said: '', plays: [], results: [], recap: {}, files: {} };
  for (const line of record.split('\n').filter(Boolean)) {
    const event = JSON.parse(line) as Recorded;
    if (event.type === 'play') answer.plays.push(event.name);
    else if (event.type === 'recap') answer.recap = event.recap;
    else if (event.type === 'result') {
      const { type: _, ...result } = event;
      answer.results.push({ ...result, play: answer.plays.at(-1) ?? '' });
    }
  }
  return answer;
}

/** What the built command makes of a run. */
export async function ourAnswer(run: PlaybookRun): Promise<Answer> {
  const call = callOf(run);
  const answer = await callOurs(call);
  rmSync(dirname(call.cwd), { recursive: true });
  return answer;
}

/** What the built command makes of a call of ansible-playbook. */
export async function callOurs(call: Call): Promise<Answer> {
  const { cwd } = call;
  const env = {
    ANSIBLE_CONFIG: '',
    ANSIBLE_STDOUT_CALLBACK: 'jsonl',
    LC_ALL: 'C.UTF-8',
    NO_COLOR: '1',
    ...call.env,
  };
  const { code, stdout, stderr } = await flotte(['ansible-playbook', ...call.args], { cwd, env });
  const answer = fromEvents(code, clean(stdout, cwd), clean(stderr, cwd));
  answer.files = writtenFiles(cwd);
  return answer;
}

/** What a run of Flotte came to, from what it printed: its events, or a list. */
export function fromEvents(code: number, stdout: string, said: string): Answer {
  const answer: Answer = { code, stdout, said, plays: [], results: [], recap: {}, files: {} };
  for (const line of stdout.split('\n').filter((each) => each.startsWith('{')))
    addEvent(answer, JSON.parse(line) as RunEvent);
  return answer;
}

function addEvent(answer: Answer, event: RunEvent): void {
  // Ansible begins a play anew for each batch.
  if (event.type === 'play-start') {
    answer.play = event.name;
    if (event.batches.length === 0) answer.plays.push(event.name);
  } else if (event.type === 'batch-start') answer.plays.push(answer.play ?? '');
  else if (event.type === 'message') answer.said += `${event.text}\n`;
  else if (event.type === 'run-end') {
    // What is unknown counts as skipped here; the task's own outcome tells the difference.
    for (const [host, { unknown, ...counts }] of Object.entries(event.recap))
      answer.recap[host] = { ...counts, skipped: counts.skipped + unknown };
  } else if (event.type === 'task-end') {
    const { host, task, outcome, forgiven, result } = event;
    const { name, module: action } = task;
    const play = answer.plays.at(-1) ?? '';
    const ignored = forgiven === 'ignored';
    answer.results.push({ play, host, task: name, action, outcome, ignored, result });
  }
}

// All these folders have paths of one length, so that what wraps or cuts lines does so alike.
function workFolder(run: PlaybookRun): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'conformance-')), 'work');
  cpSync(join(PLAYBOOKS, run.area), folder, { recursive: true });
  cpSync(join(PLAYBOOKS, 'inventory'), join(folder, 'inventory'), { recursive: true, force: false });
  mkdirSync(join(folder, 'out'));
  return folder;
}

function clean(text: string, folder: string): string {
  return text.replaceAll(folder, 'DIR');
}

function writtenFiles(folder: string): Record<string, string> {
  const out = join(folder, 'out');
  return Object.fromEntries(
    filesBelow(out).map((file) => [relative(out, file), clean(readFileSync(file, 'utf8'), folder)]),
  );
}
