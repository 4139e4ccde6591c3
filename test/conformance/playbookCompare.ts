import type { Answer, TaskResult } from './playbookAnswers.ts';

/** What differs between the oracle's answer and ours, a line for each thing. */
export function differencesOf(theirs: Answer, ours: Answer): string[] {
  if (theirs.plays.length === 0 && theirs.code === 0)
    return [...differing('prints', withHostsSorted(theirs.stdout), withHostsSorted(ours.stdout))];
  const found = [
    ...differing('exit code', theirs.code, ours.code),
    ...differing('plays', theirs.plays, ours.plays),
    ...(ours.plays.length < theirs.plays.length ? [`it says: ${ours.said}`] : []),
    ...differing('hosts of the recap', Object.keys(theirs.recap).sort(), Object.keys(ours.recap).sort()),
  ];
  for (const [host, counts] of Object.entries(theirs.recap))
    if (ours.recap[host]) found.push(...differing(`recap of ${host}`, counts, ours.recap[host]));
  for (const host of new Set([...theirs.results, ...ours.results].map((result) => result.host)))
    found.push(...differencesOfHost(host, resultsOf(theirs, host), resultsOf(ours, host)));
  for (const file of new Set([...Object.keys(theirs.files), ...Object.keys(ours.files)]))
    found.push(...differing(`file ${file}`, theirs.files[file], ours.files[file]));
  return found;
}

// Hosts of a list come from a set, in another order each time.
function withHostsSorted(text: string): string {
  return text.replace(/(?<=hosts \(\d+\):\n)(?: {6}\S+\n)+/g, (hosts) =>
    hosts.split('\n').filter(Boolean).sort().join('\n').concat('\n'),
  );
}

function* differing(what: string, theirs: unknown, ours: unknown): Generator<string> {
  const [left, right] = [shown(theirs), shown(ours)];
  if (left !== right) yield `${what}: ansible ${left}, flotte ${right}`;
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : (JSON.stringify(sorted(value)) ?? 'nothing');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}

// Words to the engine are told by the one and not by the other; what they lead to is compared.
const UNTOLD = /^(ansible\.builtin\.)?(include_tasks|include_role|import_role|import_tasks)$/;

function resultsOf(answer: Answer, host: string): TaskResult[] {
  return answer.results.filter((result) => result.host === host && !isUntold(result));
}

function isUntold({ action, outcome }: TaskResult): boolean {
  if (outcome === 'failed') return false;
  return /^(ansible\.builtin\.)?meta$/.test(action) || (UNTOLD.test(action) && outcome !== 'skipped');
}

function differencesOfHost(host: string, theirs: TaskResult[], ours: TaskResult[]): string[] {
  const found: string[] = [];
  const length = Math.max(theirs.length, ours.length);
  for (let index = 0; index < length; index++) {
    const [left, right] = [theirs[index], ours[index]];
    const where = `${(left ?? right)!.play} | ${host} | ${(left ?? right)!.task}`;
    const title = [...differing(`${where}: task`, titleOf(left), titleOf(right))];
    found.push(...title);
    // From here on the two lists are shifted.
    if (left?.task !== right?.task) return found;
    if (title.length === 0)
      found.push(...differing(where, comparable(left!, left!), comparable(right!, left!)));
  }
  return found;
}

function titleOf(result: TaskResult | undefined): string | undefined {
  return (
    result &&
    `${result.task} (${result.outcome}${result.ignored && result.outcome === 'failed' ? ', ignored' : ''})`
  );
}

// Times, what is told of the call, and what is about the interpreter on the host.
const LEFT_OUT =
  /^(_ansible_.*|invocation|diff|start|end|delta|warnings|deprecations|exception|reason|discovered_interpreter_python|failed_when_suppressed_exception|stop|frame)$/;
// What is another one on every run or file system, and what stat(2) tells that nobody asks a playbook for.
const OF_THE_FILE = /^(inode|dev|[acm]time|version|nlink|blocks|block_size|device_type)$/;
// Only these say what the playbook's author wrote; other messages of failures are of each program's own wording.
const WORDS = /^(msg|message|ansible_facts|ansible_included_var_files)$/;
const WORDED = /^(ansible\.builtin\.)?(fail|assert)$/;

function comparable(result: TaskResult, like: TaskResult): unknown {
  const failed = ['failed', 'unreachable'].includes(like.outcome) ? { failed: true } : {};
  return withoutNoise(result.result, { ...like.result, ...failed }, !WORDED.test(like.action));
}

// What ours has beside theirs does not count: a playbook written for the one cannot ask for it.
function withoutNoise(value: unknown, like: unknown, ownWords: boolean): unknown {
  if (Array.isArray(value) && Array.isArray(like))
    return value.map((each, index) => withoutNoise(each, like[index], ownWords));
  if (typeof value === 'string') return value.replace(/(?<=^Paused for )[\d.]+/, 'some');
  if (!isMap(value) || !isMap(like)) return value;
  const kept = Object.keys(like).filter(
    (key) =>
      !LEFT_OUT.test(key) &&
      !OF_THE_FILE.test(key) &&
      !isTemporary(like[key]) &&
      key !== 'failed' &&
      !(like.failed === true && (/_when_result$/.test(key) || (ownWords && WORDS.test(key)))),
  );
  return Object.fromEntries(kept.map((key) => [key, withoutNoise(value[key], like[key], ownWords)]));
}

// Where a file of the control side lay on its way.
function isTemporary(value: unknown): boolean {
  return typeof value === 'string' && value.includes('/.ansible/tmp/');
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Where our check mode does not foretell what a run does, though ansible-core's does: tasks that its check mode says
 * changed or ok, and so they are in the run. What ours calls unknown is no word on it.
 */
export function foretold(theirCheck: Answer, their: Answer, ourCheck: Answer): string[] {
  const key = ({ host, task }: TaskResult): string => `${host} | ${task}`;
  const inRun = byKey(their, key);
  const inOurs = byKey(ourCheck, key);
  return [...byKey(theirCheck, key)].flatMap(([where, outcome]) => {
    if (outcome !== inRun.get(where) || !['changed', 'ok'].includes(outcome)) return [];
    const ours = inOurs.get(where);
    return ours === outcome || ours === 'unknown'
      ? []
      : [`check mode: ${where}: ansible and the run say ${outcome}, flotte says ${ours ?? 'nothing'}`];
  });
}

// Of several tasks with one name on a host only the first counts.
function byKey(answer: Answer, key: (result: TaskResult) => string): Map<string, string> {
  return new Map(answer.results.toReversed().map((result) => [key(result), result.outcome]));
}
