import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../fleet/paths.ts';
import { changesInRecap, writeInventory } from './inventory.ts';
import { bareEnvironment, type Tool } from './tool.ts';

/** The built command. */
export function flotteMain(): string {
  return join(projectFolder(), 'dist/cli/main.js');
}

export const flotte: Tool = {
  name: 'flotte',
  title: 'Flotte',
  async prepare() {
    const { version } = JSON.parse(readFileSync(join(projectFolder(), 'package.json'), 'utf8'));
    return { version: `${version} on Node.js ${process.versions.node}` };
  },
  command(job) {
    const argv = [process.execPath, flotteMain(), 'run', `${job.workload}.yml`, '-i', writeInventory(job)];
    argv.push('--yes', '--forks', String(job.targets.length));
    if (job.check) argv.push('--check');
    return { argv, cwd: job.folder, env: bareEnvironment() };
  },
  changes: ({ code, stdout }, { targets }) =>
    code === 0 && !/ unknown=[1-9]/.test(stdout) ? changesInRecap(stdout, targets.length) : undefined,
  always: () => 0,
};
