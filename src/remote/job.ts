import { basename, dirname } from 'node:path/posix';
import { shellQuote } from '../lib/shell.ts';
import type { RunStep, Step } from '../module/step.ts';
import { okCodes, stepScript } from './stepScripts.ts';

/** Steps that shall go on when the connection and the run are over. */
export interface Job {
  /** Absolute path of the file that tells how the job is; its name is the job's. */
  file: string;
  steps: Step[];
  environment: Record<string, string>;
  /** Time limit in seconds: at it all that the job started is killed. */
  seconds: number;
  /** What the file holds besides what becomes of the steps: members of a JSON object, without its braces. */
  members: string;
}

const NOTHING: string[] = [];

/**
 * Steps that start a job and come back at once. Until it has ended its file says `"finished": false`; then it tells what
 * became of each step (`steps`) and whether the time limit was over (`late`). All it needs lies in a folder that only
 * its user may enter, and which goes with it.
 */
export function jobSteps(job: Job): RunStep[] {
  const folder = shellQuote(jobFolder(job.file));
  const scripts = job.steps.map((step) => stepScript(step, { environment: job.environment }));
  const file = (name: string, stdin: NonNullable<RunStep['stdin']>): RunStep => ({
    kind: 'run',
    script: `umask 077; exec cat >${folder}/${name}`,
    stdin,
    title: 'starting the job',
    touches: NOTHING,
  });
  return [
    {
      kind: 'run',
      script: `umask 077; mkdir -p -- ${shellQuote(dirname(job.file))} && exec mkdir -- ${folder}`,
      title: 'making the folder of the job',
      touches: NOTHING,
    },
    ...scripts.flatMap(({ data }, i) => (data === undefined ? [] : [file(`in${i}`, data)])),
    file('members', `${job.members},`),
    file('work', workScript(job.steps, scripts)),
    file('run', runScript(job)),
    { kind: 'run', script: startScript(job.file), title: 'starting the job' },
  ];
}

/** The private folder of a job. */
export function jobFolder(file: string): string {
  return `${dirname(file)}/.${basename(file)}`;
}

// In a session of its own, with nothing of the channel's open: then no end of the channel reaches it.
function startScript(file: string): string {
  return `cd -- ${shellQuote(jobFolder(file))} || exit 1
( umask 077; printf '{"started": true, "finished": false, "ansible_job_id": "%s"}\\n' ${shellQuote(basename(file))} >now ) || exit 1
mv -f now ${shellQuote(file)} || exit 1
if command -v setsid >/dev/null 2>&1; then set -- setsid; else set -- nohup; fi
"$@" sh ./run </dev/null >/dev/null 2>&1 3<&- &`;
}

// The work is in a session of its own again, so that its end at the limit is that of all it started.
function runScript({ file, seconds }: Job): string {
  return `cd -- ${shellQuote(jobFolder(file))} || exit 1
trap '' HUP
if command -v setsid >/dev/null 2>&1; then setsid sh ./work & else sh ./work & fi
w=$!
( trap 'kill "$s"; exit' TERM; sleep ${Math.ceil(seconds)} & s=$!; wait "$s"
  : >late; kill -KILL "-$w" 2>/dev/null || kill -KILL "$w" ) &
t=$!
wait "$w"
kill -TERM "$t" 2>/dev/null
umask 077
{ printf '{"started": true, "finished": true, "ansible_job_id": "%s", ' ${shellQuote(basename(file))}
  cat members
  if [ -e late ]; then printf '"late": true, "failed": true, "msg": "Timeout exceeded", '; fi
  [ ! -e last ] || cat last
  printf '"steps": ['; [ ! -e steps ] || cat steps; printf ']}\\n'
} >now && mv -f now ${shellQuote(file)} && cd / && rm -rf -- ${shellQuote(jobFolder(file))}`;
}

// As members of JSON: a last line of its own keeps the newlines at the end.
const TEXT = `text() {
  { cat "$1"; echo x; } | LC_ALL=C tr -d '\\000' | LC_ALL=C sed -f json.sed |
    LC_ALL=C awk 'BEGIN { ORS = "" } NR > 1 { print last "\\\\n" } { last = $0 } END { print substr(last, 1, length(last) - 1) }'
}
now() { n=$(date +%s.%N); case $n in *N*) n=\${n%%.*} ;; esac; echo "$n"; }
told() {
  printf '"rc": %s, "stdout": "' "$rc"; text "out$1"
  printf '", "stderr": "'; text "err$1"
  printf '"'
}`;

function workScript(steps: Step[], scripts: ReturnType<typeof stepScript>[]): string {
  const home = 'cd "$HOME" 2>/dev/null || cd /';
  const parts = steps.map((step, i) => {
    const input = scripts[i]!.data === undefined ? '/dev/null' : `"$j"/in${i}`;
    const codes = okCodes(step);
    const ends = codes === 'any' ? '' : `case $rc in ${codes.join('|')}) ;; *) exit ;; esac`;
    return `b=$(now)
( ${home}
${scripts[i]!.body}
) <${input} >out${i} 2>err${i}
rc=$?
{ printf '%s{' '${i === 0 ? '' : ', '}'; told ${i}; printf ', "started": %s, "ended": %s}' "$b" "$(now)"; } >>steps
{ told ${i}; printf ', '; } >last
${ends}`;
  });
  return ['j=$PWD', `cat >json.sed <<'${SED_END}'\n${sedScript()}\n${SED_END}`, TEXT, ...parts].join('\n');
}

const SED_END = 'flotte-json';

// Every control character that JSON wants escaped; newlines come from awk.
function sedScript(): string {
  const codes = Array.from({ length: 31 }, (_, i) => i + 1).filter((code) => code !== 10);
  return [
    's/\\\\/\\\\\\\\/g',
    's/"/\\\\"/g',
    ...codes.map((code) => `s/${String.fromCharCode(code)}/\\\\u${code.toString(16).padStart(4, '0')}/g`),
  ].join('\n');
}
