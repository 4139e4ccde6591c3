import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A target of ansible-core's integration tests, as a copy of its checkout has it. */
export interface Target {
  name: string;
  folder: string;
  /** A script that calls Ansible's programs, or a role for one play. */
  kind: 'script' | 'role';
  gatherFacts: boolean;
  /** Roles that are to run before it. */
  before: string[];
}

/** A copy of a checkout's targets in a folder of its own. */
export interface Copy {
  /** What stands for `test/integration`. */
  folder: string;
  target(name: string): Target;
}

// Those that write to the test host's disk from the control side and read it there, or the other way round.
const SHARES_DISK = new Set(['roles', 'special_vars', 'template']);

export function sharesDisk(target: Target): boolean {
  return SHARES_DISK.has(target.name);
}

/** Copies the targets of a checkout of ansible-core to a temporary folder, so that they may write beside themselves. */
export function copyTargets(checkout: string, inventory: string): Copy {
  const source = join(checkout, 'test', 'integration', 'targets');
  if (!existsSync(source)) throw new Error(`${checkout} is no checkout of ansible-core: it has no ${source}`);
  const base = mkdtempSync(join(tmpdir(), 'flotte-targets-'));
  const folder = join(base, 'test', 'integration');
  mkdirSync(folder, { recursive: true });
  cpSync(source, join(folder, 'targets'), { recursive: true, verbatimSymlinks: true });
  writeFileSync(join(folder, 'inventory'), inventory);
  return { folder, target: (name) => readTarget(join(folder, 'targets'), name) };
}

function readTarget(targets: string, name: string): Target {
  const folder = join(targets, name);
  if (!existsSync(folder)) throw new Error(`there is no target ${name}`);
  const aliases = aliasesOf(folder);
  return {
    name,
    folder,
    kind: existsSync(join(folder, 'runme.sh')) ? 'script' : 'role',
    gatherFacts: !aliases.includes('gather_facts/no'),
    before: aliases.flatMap((alias) => /^setup\/(?:once|always)\/(.+)$/.exec(alias)?.[1] ?? []),
  };
}

function aliasesOf(folder: string): string[] {
  const file = join(folder, 'aliases');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.map((line) => line.replace(/#.*/, '').trim()).filter((line) => line !== '');
}
