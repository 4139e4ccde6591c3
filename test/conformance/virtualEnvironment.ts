import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const PYTHONS = ['python3.13', 'python3.12', 'python3.11', 'python3'];

/** Where the programs of a Python package are, in `bin/`; or why they are not there. */
export type VirtualEnvironment = { folder: string; missing?: never } | { folder?: never; missing: string };

/**
 * A virtual environment in the user's cache folder with what pip installs for `requirements`, made when it is not there
 * yet. Several processes may ask at the same time: one installs, the others wait for it.
 */
export async function findVirtualEnvironment(
  name: string,
  requirements: string[],
): Promise<VirtualEnvironment> {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = join(cache, 'flotte-oracle', name);
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return { folder };
  const python = findPython();
  if (!python) return { missing: `${name} needs Python 3.11 or newer with its venv module` };
  mkdirSync(dirname(folder), { recursive: true });
  const lock = `${folder}.lock`;
  while (!takeLock(lock)) {
    await delay(500);
    if (existsSync(complete)) return { folder };
  }
  try {
    return existsSync(complete) ? { folder } : install(python, folder, requirements, complete);
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

function install(
  python: string,
  folder: string,
  requirements: string[],
  complete: string,
): VirtualEnvironment {
  rmSync(folder, { recursive: true, force: true });
  try {
    execFileSync(python, ['-m', 'venv', folder], { stdio: 'pipe' });
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements];
    execFileSync(join(folder, 'bin', 'python'), pip, { stdio: 'pipe' });
  } catch (error) {
    const reason = String((error as { stderr?: Buffer }).stderr ?? error)
      .trim()
      .split('\n')
      .at(-1);
    return { missing: `${requirements.join(' ')} cannot be installed: ${reason}` };
  }
  writeFileSync(complete, '');
  return { folder };
}
