import { spawnSync } from 'node:child_process';
import { bareEnvironment, type Tool } from './tool.ts';

// One ssh for each host, all at once; what a host prints goes to a file of its own, as the others' would mix with it.
const FAN_OUT = `
check=$1 script=$2 key=$3 known=$4
shift 4
pids=
while [ $# -gt 0 ]; do
  { [ -z "$check" ] || echo CHECK=1; cat "$script"; } |
    ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile="$known" -i "$key" \\
      -p "$3" "root@$2" sh >"$1.out" 2>&1 &
  pids="$pids $!"
  shift 3
done
code=0
for pid in $pids; do wait "$pid" || code=1; done
cat ./*.out
rm ./*.out
exit $code
`;

export const script: Tool = {
  name: 'script',
  title: 'hand-written script',
  async prepare() {
    return { version: spawnSync('ssh', ['-V'], { encoding: 'utf8' }).stderr.trim().split(',')[0]! };
  },
  command(job) {
    const hosts = job.targets.flatMap(({ name, address, port }) => [name, address, String(port)]);
    const first = [job.check ? 'check' : '', `${job.workload}.sh`, job.keyFile, job.knownHostsFile];
    return {
      argv: ['sh', '-c', FAN_OUT, 'sh', ...first, ...hosts],
      cwd: job.folder,
      env: bareEnvironment(),
    };
  },
  changes({ code, stdout }, { targets }) {
    const outcomes = (stdout.match(/^(ok|changed|failed)(?= )/gm) ?? []) as string[];
    if (code !== 0 || outcomes.includes('failed') || outcomes.length < targets.length) return undefined;
    return outcomes.filter((outcome) => outcome === 'changed').length;
  },
  always: () => 0,
};
