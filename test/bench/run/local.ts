import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findOracle, oracleEnvironment } from '../../conformance/oracle.ts';
import { flotteMain } from '../tools/flotte.ts';
import { bareEnvironment, type Command } from '../tools/tool.ts';
import { trivialPlaybook, trivialPreparation } from '../workload/trivial.ts';
import { measure } from './measure.ts';
import type { CellResult } from './results.ts';
import { workFolder } from './rig.ts';

/** The id of the cell of what is done on this machine alone. */
export const LOCAL_CELL = 'local';

/** What a start costs: the version, and 5 tasks on this machine without SSH, by Flotte and by ansible-core. */
export async function measureLocal(rounds: number, say: (line: string) => void): Promise<CellResult> {
  const commands = await localCommands();
  const result: CellResult = { entries: {} };
  for (const label of commands.keys()) result.entries[label] = { costs: [], surplus: [] };
  for (let round = 0; round < rounds; round++) {
    for (const [label, command] of commands) {
      const { cost, told } = await measure(command, []);
      if (told.code !== 0 || / changed=[1-9]/.test(told.stdout))
        throw new Error(`${label}: exit code ${told.code}\n${told.stdout}\n${told.stderr}`);
      result.entries[label]!.costs.push(cost);
      say(`${label.padEnd(15)} ${cost.seconds.toFixed(3)} s, CPU ${cost.controlCpu.toFixed(3)} s`);
    }
  }
  return result;
}

async function localCommands(): Promise<Map<string, Command>> {
  const cwd = workFolder();
  const root = join(cwd, 'local');
  execFileSync('sh', ['-c', trivialPreparation(root)]);
  writeFileSync(join(cwd, 'local.yml'), trivialPlaybook(5, root));
  const run = ['local.yml', '-i', 'localhost,', '-c', 'local'];
  const flotte = (args: string[]): Command => ({
    argv: [process.execPath, flotteMain(), ...args],
    env: bareEnvironment(),
    cwd,
  });
  const commands = new Map([
    ['flotte version', flotte(['--version'])],
    ['flotte local', flotte(['run', ...run])],
  ]);
  const oracle = await findOracle();
  if (oracle.missing !== undefined) return commands;
  const python = { ANSIBLE_PYTHON_INTERPRETER: join(oracle.folder, 'bin/python') };
  const program = (name: string, args: string[]): Command => ({
    argv: [join(oracle.folder, 'bin', name), ...args],
    env: { ...oracleEnvironment(oracle.folder), ANSIBLE_PIPELINING: '1', ...python },
    cwd,
  });
  commands.set('ansible version', program('ansible', ['--version']));
  commands.set('ansible local', program('ansible-playbook', run));
  return commands;
}
