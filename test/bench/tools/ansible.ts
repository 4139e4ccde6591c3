import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findOracle, oracleEnvironment } from '../../conformance/oracle.ts';
import { findVirtualEnvironment } from '../../conformance/virtualEnvironment.ts';
import { changesInRecap, writeInventory } from './inventory.ts';
import type { Job, Tool } from './tool.ts';
import { versionOf } from './version.ts';

const MITOGEN = '0.3.54';

/** ansible-core as people tune it: pipelining, as many forks as hosts. */
export const ansible: Tool = withAnsible('ansible', 'ansible-core, pipelining', findOracle, () => ({}));

/** The same ansible-core with mitogen's strategy. */
export const mitogen: Tool = withAnsible(
  'mitogen',
  'ansible-core, mitogen',
  () => findVirtualEnvironment(`mitogen-${MITOGEN}`, [`mitogen==${MITOGEN}`, 'ansible-core==2.19.*']),
  (folder) => ({
    ANSIBLE_STRATEGY: 'mitogen_linear',
    ANSIBLE_STRATEGY_PLUGINS: join(sitePackages(folder), 'ansible_mitogen/plugins/strategy'),
  }),
);

function withAnsible(
  name: Tool['name'],
  title: string,
  find: typeof findOracle,
  settings: (folder: string) => Record<string, string>,
): Tool {
  let found = '';
  return {
    name,
    title,
    async prepare() {
      const environment = await find();
      if (environment.missing !== undefined) return { missing: environment.missing };
      found = environment.folder;
      const own = name === 'mitogen' ? ` with mitogen ${MITOGEN}` : '';
      return { version: `${versionOf(found, 'ansible-core')}${own}` };
    },
    command(job: Job) {
      const argv = [join(found, 'bin/ansible-playbook'), '-i', writeInventory(job), `${job.workload}.yml`];
      if (job.check) argv.push('--check');
      writeFileSync(join(job.folder, 'empty.cfg'), '');
      const env = {
        ...oracleEnvironment(found),
        ANSIBLE_CONFIG: join(job.folder, 'empty.cfg'),
        ANSIBLE_PIPELINING: '1',
        ANSIBLE_FORKS: String(job.targets.length),
        // A folder of its own for each run: none finds the other's standing connection.
        ANSIBLE_SSH_CONTROL_PATH_DIR: mkdtempSync('/tmp/flotte-bench-'),
        ...settings(found),
      };
      return { argv, cwd: job.folder, env };
    },
    changes: ({ code, stdout }, { targets }) =>
      code === 0 ? changesInRecap(stdout, targets.length) : undefined,
    always: () => 0,
  };
}

function sitePackages(folder: string): string {
  return join(folder, 'lib', versionOf(folder, 'python'), 'site-packages');
}
