import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findVirtualEnvironment, type VirtualEnvironment } from './virtualEnvironment.ts';

/** ansible-core alone, or with the collections that are published together with it. */
const PACKAGES = {
  core: { name: 'ansible-core', version: '2.19' },
  collections: { name: 'ansible', version: '12' },
};

/** The real ansible-core to compare with, or why there is none. */
export type Oracle = VirtualEnvironment;

/**
 * The real ansible-core 2.19 in a virtual environment of its own in the user's cache folder, installed there when it
 * is not yet. `folder` has its programs in `bin/`.
 */
export async function findOracle(kind: keyof typeof PACKAGES = 'core'): Promise<Oracle> {
  const { name, version } = PACKAGES[kind];
  const oracle = await findVirtualEnvironment(`${name}-${version}`, [`${name}==${version}.*`]);
  if (oracle.folder !== undefined) writeFileSync(join(oracle.folder, 'empty.cfg'), '');
  return oracle;
}

/** Environment for the oracle's programs: nothing of the person's own configuration, and plain output. */
export function oracleEnvironment(folder: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '/',
    LC_ALL: 'C.UTF-8',
    ANSIBLE_CONFIG: join(folder, 'empty.cfg'),
    ANSIBLE_NOCOLOR: '1',
    ANSIBLE_RETRY_FILES_ENABLED: '0',
  };
}
