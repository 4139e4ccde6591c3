import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { attempt } from '../../fleet/command.ts';
import { flotte } from '../../fleet/flotte.ts';
import type { Fleet } from '../../fleet/index.ts';
import { oracleEnvironment } from '../oracle.ts';
import { type Answer, fromEvents, fromRecord } from '../playbookAnswers.ts';
import type { Trial } from './trials.ts';

/** A tool that runs a playbook with more arguments on the host of a fleet. */
export type Tool = (fleet: Fleet, ...args: string[]) => Promise<Answer>;

/** What both tools get: the playbook, its folder, arguments and where roles lie. */
interface Call {
  cwd: string;
  playbook: string;
  args: string[];
  rolesPath: string;
}

/** Both tools for a trial; `content` is the folder of all contents. */
export function toolsFor(trial: Trial, content: string, oracle: string): { theirs: Tool; ours: Tool } {
  const call = callOf(trial, resolve(content));
  return {
    theirs: (fleet, ...args) => byAnsible(call, oracle, ['-i', inventoryOf(fleet, trial), ...args]),
    ours: (fleet, ...args) => byFlotte(call, ['-i', inventoryOf(fleet, trial), ...args]),
  };
}

function callOf(trial: Trial, content: string): Call {
  const folder = mkdtempSync(join(tmpdir(), 'flotte-trial-'));
  const vars = join(folder, 'vars.yml');
  writeFileSync(vars, stringify(trial.vars));
  if (trial.playbook !== undefined) {
    const playbook = join(content, trial.playbook);
    const cwd = dirname(playbook);
    return { cwd, playbook, args: ['-e', `@${vars}`, ...trial.args], rolesPath: `${cwd}/roles:${content}` };
  }
  const roles = trial.roles.map((role) => ({ name: basename(role), folder: dirname(join(content, role)) }));
  const names = roles.map(({ name }) => name);
  const playbook = join(folder, 'site.yml');
  const varsFiles = [...trial.varsFiles.map((file) => join(content, file)), vars];
  writeFileSync(playbook, stringify([{ hosts: 'all', become: true, vars_files: varsFiles, roles: names }]));
  const folders = new Set([...roles.map((role) => role.folder), content]);
  return { cwd: folder, playbook, args: trial.args, rolesPath: [...folders].join(':') };
}

// The fleet's own inventory, and beside it the groups of the trial.
function inventoryOf(fleet: Fleet, { groups }: Trial): string {
  if (groups.length === 0) return fleet.inventoryFile;
  const folder = mkdtempSync(join(tmpdir(), 'flotte-trial-'));
  writeFileSync(join(folder, '1-hosts.yml'), readFileSync(fleet.inventoryFile));
  const children = Object.fromEntries(groups.map((group) => [group, { children: { web: {} } }]));
  writeFileSync(join(folder, '2-groups.yml'), stringify({ all: { children } }));
  return folder;
}

const recorder = resolve('test/conformance/recorder/plugins');

async function byAnsible(call: Call, oracle: string, args: string[]): Promise<Answer> {
  const record = join(mkdtempSync(join(tmpdir(), 'flotte-trial-')), 'record');
  const env = {
    ...oracleEnvironment(oracle),
    ANSIBLE_ROLES_PATH: call.rolesPath,
    ANSIBLE_STDOUT_CALLBACK: 'recorder',
    ANSIBLE_CALLBACK_PLUGINS: recorder,
    ANSIBLE_PIPELINING: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    CONFORMANCE_RECORD: record,
    PWD: call.cwd,
  };
  const program = join(oracle, 'bin', 'ansible-playbook');
  const inFolder = ['-C', call.cwd, program, call.playbook, ...call.args, ...args];
  mkdirSync(dirname(record), { recursive: true });
  writeFileSync(record, '');
  const { code, stdout, stderr } = await attempt('env', inFolder, { env });
  const answer = fromRecord(code, readFileSync(record, 'utf8'), stdout);
  return { ...answer, said: `${stdout}${stderr}` };
}

async function byFlotte(call: Call, args: string[]): Promise<Answer> {
  const env = { ANSIBLE_ROLES_PATH: call.rolesPath, ANSIBLE_CONFIG: '', LC_ALL: 'C.UTF-8', NO_COLOR: '1' };
  const options = ['--yes', '--no-journal', '--output', 'jsonl'];
  const finished = await flotte(['run', call.playbook, ...call.args, ...args, ...options], {
    cwd: call.cwd,
    env,
  });
  const events = finished.stdout.split('\n').filter((line) => line.startsWith('{'));
  return fromEvents(finished.code, events.join('\n'), finished.stderr);
}
