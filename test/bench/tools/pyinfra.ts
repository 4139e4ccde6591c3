import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findVirtualEnvironment } from '../../conformance/virtualEnvironment.ts';
import { bareEnvironment, type Job, type Tool } from './tool.ts';

const VERSION = '3.10.0';

let folder = '';

export const pyinfra: Tool = {
  name: 'pyinfra',
  title: 'pyinfra',
  async prepare() {
    const environment = await findVirtualEnvironment(`pyinfra-${VERSION}`, [`pyinfra==${VERSION}`]);
    if (environment.missing !== undefined) return { missing: environment.missing };
    folder = environment.folder;
    return { version: VERSION };
  },
  command(job) {
    const argv = [join(folder, 'bin/pyinfra'), writeHosts(job), `${job.workload}.py`];
    argv.push(...(job.check ? ['--dry'] : ['--yes']), '--parallel', String(job.targets.length));
    return { argv, cwd: job.folder, env: bareEnvironment() };
  },
  changes({ code, stdout, stderr }, { check }) {
    if (code !== 0) return undefined;
    return check ? changesForeseen(stdout + stderr) : changesDone(stdout + stderr);
  },
  // A shell command: two modules of Apache and the question to the page.
  always: (workload) => (workload === 'rollout' ? 3 : 0),
};

/** Its last table after a run: operations, those that did something, those that failed. */
function changesDone(text: string): number | undefined {
  const total = /Grand total +\d+ +(\d+|-) +(\d+|-)/.exec(text);
  if (total?.[2] !== '-') return undefined;
  return total[1] === '-' ? 0 : Number(total[1]);
}

/** Its table of a dry run: how many hosts an operation changes for certain, then those it may change. */
function changesForeseen(text: string): number | undefined {
  if (!text.includes('Detected changes:')) return undefined;
  const counts = [...text.matchAll(/^ {4}[^\n]*?[^ \n-] {3,}(\d+) \(/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

function writeHosts(job: Job): string {
  const hosts = job.targets.map(({ name, address, port }) => [
    name,
    {
      ssh_hostname: address,
      ssh_port: port,
      ssh_user: 'root',
      ssh_key: job.keyFile,
      ssh_known_hosts_file: job.knownHostsFile,
      ssh_strict_host_key_checking: 'yes',
    },
  ]);
  const file = join(job.folder, 'hosts.py');
  const tuples = hosts.map(([name, data]) => `(${JSON.stringify(name)}, ${JSON.stringify(data)})`);
  writeFileSync(file, `hosts = [${tuples.join(', ')}]\n`);
  return file;
}
