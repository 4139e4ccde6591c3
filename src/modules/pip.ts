import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { ansibleBool, ansibleText, choice, listOf } from '../module/params.ts';
import { type PipChange, pipResult, planPip } from '../module/pip/plan.ts';
import { readPip } from '../module/pip/read.ts';

const params = z
  .strictObject({
    name: listOf(ansibleText())
      .optional()
      .describe('Packages: names, with versions (flask>=2,<4), URLs, paths.'),
    version: ansibleText().optional().describe('The version of the one package in name.'),
    requirements: ansibleText().optional().describe('A requirements file on the host.'),
    virtualenv: ansibleText().optional().describe('A virtual environment, made where it is not there.'),
    virtualenv_command: ansibleText().default('virtualenv').describe('What makes the virtual environment.'),
    virtualenv_python: ansibleText().optional().describe('The interpreter for a new virtual environment.'),
    virtualenv_site_packages: ansibleBool()
      .default(false)
      .describe('Let a new virtual environment use the packages of the host too.'),
    state: choice(['absent', 'forcereinstall', 'latest', 'present'])
      .default('present')
      .describe('What shall be.'),
    extra_args: ansibleText().optional().describe('More arguments for pip.'),
    editable: ansibleBool()
      .default(false)
      .describe('Install a project folder so that edits take effect (-e).'),
    chdir: ansibleText().optional().describe('Where pip starts; relative paths lie there.'),
    executable: ansibleText().optional().describe('The pip to use, by name or path: pip3.11.'),
    umask: ansibleText().optional().describe('The umask for new files, octal: 0022.'),
    break_system_packages: ansibleBool()
      .default(false)
      .describe("Install among the distribution's own packages, which Debian 12 and newer refuse."),
  })
  .refine(({ name, requirements }) => (name === undefined) !== (requirements === undefined), {
    error: 'give one of name and requirements',
  })
  .refine(({ executable, virtualenv }) => executable === undefined || virtualenv === undefined, {
    error: 'give only one of executable and virtualenv',
  })
  .refine(({ state, version }) => state !== 'latest' || version === undefined, {
    error: 'version is incompatible with state=latest',
  })
  .refine(({ umask }) => umask === undefined || /^[0-7]+$/.test(umask), {
    error: 'umask must be an octal integer',
  });

export default defineModule({
  name: 'pip',
  collection: 'ansible.builtin',
  doc: `Installs and removes Python packages, in a virtual environment or on the host.

What is there is read from the packages' metadata; pip is started only where that does not answer the question, and
then tells without effect what it would install. A virtual environment is made where it is not there.`,
  params,
  read: (given, host) => readPip(given, host),
  plan: planPip,
  steps: (change: PipChange) => [change.step],
  result: pipResult,
});
