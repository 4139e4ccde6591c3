import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ansiblePrograms } from '../../../src/cli/programs/names.ts';
import { projectFolder } from '../../fleet/paths.ts';
import { findOracle } from '../oracle.ts';
import { type Programs, writePrograms } from './programs.ts';
import type { Runner } from './run.ts';

const OUR_LIMIT = 600;
const REAL_LIMIT = 1800;

// ansible-core has more than we stand in for.
const REAL_PROGRAMS = [
  ...ansiblePrograms,
  'ansible-config',
  'ansible-doc',
  'ansible-galaxy',
  'ansible-console',
];

/** Runs targets by Flotte, as `flotte shims` lets programs of Ansible's names do. */
export function ourRunner(folder: string, python: string): Runner {
  const command = join(projectFolder(), 'dist', 'cli', 'main.js');
  const programs = Object.fromEntries(
    ansiblePrograms.map((name) => [name, [process.execPath, command, name]]),
  );
  return { label: 'ours', bin: binOf(folder, programs, python), env: {}, limit: OUR_LIMIT };
}

/** Runs targets by the ansible-core of their own checkout, in the Python of the oracle. */
export async function realRunner(checkout: string, folder: string): Promise<Runner> {
  const oracle = await findOracle();
  if (oracle.missing !== undefined) throw new Error(oracle.missing);
  const python = join(oracle.folder, 'bin', 'python');
  const programs = Object.fromEntries(
    REAL_PROGRAMS.map((name) => [name, [python, join(checkout, 'bin', name)]]),
  );
  const env = { PYTHONPATH: join(checkout, 'lib'), PYTHONDONTWRITEBYTECODE: '1' };
  return { label: 'real', bin: binOf(folder, programs, python), env, limit: REAL_LIMIT };
}

function binOf(folder: string, programs: Programs, python: string): string {
  writePrograms(folder, { ...programs });
  for (const name of ['python', 'python3']) script(join(folder, name), `exec ${python} "$@"`);
  // Targets source it to have a Python environment of their own; this one does.
  script(join(folder, 'virtualenv.sh'), '');
  return folder;
}

function script(file: string, line: string): void {
  writeFileSync(file, `#!/bin/sh\n${line}\n`);
  chmodSync(file, 0o755);
}

/** A Python for the scripts of targets: that of the oracle, which has what they import, else any. */
export async function pythonForTargets(): Promise<string> {
  const oracle = await findOracle();
  if (oracle.missing === undefined) return join(oracle.folder, 'bin', 'python');
  return spawnSync('sh', ['-c', 'command -v python3'], { encoding: 'utf8' }).stdout.trim();
}
