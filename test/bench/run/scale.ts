import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningSimulation, type Seen, startSimulation } from '../sim/fleet.ts';
import { flotteMain } from '../tools/flotte.ts';
import { changesInRecap } from '../tools/inventory.ts';
import { bareEnvironment } from '../tools/tool.ts';
import { trivialPlaybook, trivialPreparation } from '../workload/trivial.ts';
import { measure } from './measure.ts';
import type { CellResult } from './results.ts';
import { workFolder } from './rig.ts';

/** How many hosts are simulated. */
export const SCALES = [1000, 10_000];
const FORKS = 100;
const SAMPLE_MS = 250;

/** The id of the cell of a simulated fleet. */
export function scaleCell(hosts: number): string {
  return `scale-${hosts}`;
}

/** 50 converged tasks on simulated hosts; the simulation's CPU is not Flotte's. */
export async function measureScale(
  hosts: number,
  rounds: number,
  say: (line: string) => void,
): Promise<CellResult> {
  const cwd = workFolder();
  const root = join(cwd, 'host');
  execFileSync('sh', ['-c', trivialPreparation(root)]);
  writeFileSync(join(cwd, 't50.yml'), trivialPlaybook(50, root));
  const result: CellResult = { entries: { flotte: { costs: [], surplus: [] } } };
  for (let round = 0; round < rounds; round++) {
    const simulation = await startSimulation(join(cwd, 'sim'), hosts);
    const argv = [process.execPath, flotteMain(), 'run', 't50.yml', '-i', simulation.inventoryFile];
    argv.push('--yes', '--forks', String(FORKS));
    const measured = measure({ argv, cwd, env: bareEnvironment() }, [], SAMPLE_MS);
    const [{ cost, told }, seen] = await endingWith(measured, simulation);
    if (told.code !== 0 || changesInRecap(told.stdout, hosts) !== 0)
      throw new Error(`${hosts} simulated hosts: exit code ${told.code}\n${told.stdout.slice(-2000)}`);
    result.entries.flotte!.costs.push(cost);
    result.entries.flotte!.surplus.push(0);
    const perHost = ((cost.controlCpu / hosts) * 1000).toFixed(1);
    say(
      `${hosts} simulated hosts: ${cost.seconds.toFixed(1)} s, ${perHost} ms of CPU a host, ${JSON.stringify(seen)}`,
    );
  }
  return result;
}

async function endingWith<T>(work: Promise<T>, simulation: RunningSimulation): Promise<[T, Seen]> {
  // Also where the work failed, and then the failure is what counts.
  const seen = work.then(simulation.stop, simulation.stop);
  return [await work.finally(() => seen), await seen];
}
