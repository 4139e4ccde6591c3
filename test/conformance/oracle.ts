import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** ansible-core alone, or with the collections that are published together with it. */
const PACKAGES = {
  core: { name: 'ansible-core', version: '2.19' },
  collections: { name: 'ansible', version: '12' },
};
const PYTHONS = ['python3.13', 'python3.12', 'python3.11', 'python3'];

/** The real ansible-core to compare with, or why there is none. */
export type Oracle = { folder: string; missing?: never } | { missing: string };

/**
 * The real ansible-core 2.19 in a virtual environment of its own in the user's cache folder, installed there when it
 * is not yet. `folder` has its programs in `bin/`. Several tests may ask at the same time: one installs, the
 * others wait for it.
 */
export async function findOracle(kind: keyof typeof PACKAGES = 'core'): Promise<Oracle> {
  const { name, version } = PACKAGES[kind];
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = join(cache, 'flotte-oracle', `${name}-${version}`);
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return { folder };
  const python = findPython();
  if (!python) return { missing: 'ansible-core needs Python 3.11 or newer with its venv module' };
  mkdirSync(dirname(folder), { recursive: true });
  const lock = `${folder}.lock`;
  while (!takeLock(lock)) {
    await delay(500);
    if (existsSync(complete)) return { folder };
  }
  try {
    return existsSync(complete) ? { folder } : install(python, folder, `${name}==${version}.*`);
  } finally {
    rmSync(lock, { force: true });
  }
}

function findPython(): string | undefined {
  const check = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))';
  return PYTHONS.find((python) => spawnSync(python, ['-c', check]).status === 0);
}

// The lock holds the pid of who installs, so that one who died does not keep the others waiting.
function takeLock(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!isRunning(lockOwner(lock))) rmSync(lock, { force: true });
    return false;
  }
}

function lockOwner(lock: string): number {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch {
    return 0;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function install(python: string, folder: string, wanted: string): Oracle {
  rmSync(folder, { recursive: true, force: true });
  try {
    execFileSync(python, ['-m', 'venv', folder], { stdio: 'pipe' });
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', wanted];
    execFileSync(join(folder, 'bin', 'python'), pip, { stdio: 'pipe' });
  } catch (error) {
    const reason = String((error as { stderr?: Buffer }).stderr ?? error)
      .trim()
      .split('\n')
      .at(-1);
    return { missing: `${wanted} cannot be installed: ${reason}` };
  }
  writeFileSync(join(folder, 'empty.cfg'), '');
  writeFileSync(join(folder, 'complete'), '');
  return { folder };
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
