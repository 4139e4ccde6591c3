import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { whyNoFleet } from '../../fleet/index.ts';
import { findOracle } from '../oracle.ts';
import { readTrials, type Trial } from './trials.ts';
import { type TrialResult, tryOut } from './tryOut.ts';

const USAGE = `usage: npm run roles -- PATH...
       npm run roles -- --content FOLDER [--keep] [NAME...]

Runs roles and playbooks by ansible-core and by Flotte on fresh test hosts, and compares tasks, counts and files.

  PATH            a role's folder or a playbook
  --content       the folder in which the contents of test/conformance/roles/trials.yml lie
  NAME            only trials whose name has this in it
  --keep          writes what came out to test/conformance/roles/results.json, for docs/compatibility.md`;

const MOST_LINES = 40;

const FOLDER = 'test/conformance/roles';

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { content: { type: 'string' }, keep: { type: 'boolean', default: false } },
  });
  if (values.content === undefined && positionals.length === 0) return complain(USAGE);
  const reason = whyNoFleet();
  if (reason !== undefined) return complain(`no test host can start: ${reason}`);
  const oracle = await findOracle('collections');
  if (oracle.missing !== undefined) return complain(oracle.missing);
  const tried = values.content === undefined ? given(positionals) : listed(values.content, positionals);
  let alike = true;
  for (const { trial, content } of tried) {
    const result = await tryOut(trial, content, oracle.folder);
    process.stdout.write(textOf(result));
    alike &&= result.runs.length + result.files.different.length + result.checkWrote.length === 0;
    if (values.keep) keep(result);
  }
  return alike ? 0 : 1;
}

interface Tried {
  trial: Trial;
  content: string;
}

function given(paths: string[]): Tried[] {
  return paths.map((path) => {
    const [content, name] = [dirname(resolve(path)), basename(path)];
    const what = existsSync(join(path, 'tasks')) ? { roles: [name] } : { roles: [], playbook: name };
    const nothing = { varsFiles: [], vars: {}, groups: [], base: 'debian' as const, args: [], varying: [] };
    return { content, trial: { name, from: path, ...what, ...nothing } };
  });
}

function listed(content: string, names: string[]): Tried[] {
  return readTrials(join(FOLDER, 'trials.yml'))
    .filter(({ name }) => names.length === 0 || names.some((part) => name.includes(part)))
    .map((trial) => ({ trial, content }));
}

function textOf({ name, ansible, flotte, runs, files, checkWrote, said }: TrialResult): string {
  const lines = [
    `${name}`,
    ...(['run', 'again', 'check'] as const).flatMap((run) => [
      `  ${run.padEnd(6)} ansible ${ansible[run]}`,
      `         flotte  ${flotte[run]}`,
    ]),
    `  files  ${files.alike} alike, ${files.different.length} different`,
    ...files.different.slice(0, MOST_LINES).map((line) => `    ${line}`),
    ...runs.map((line) => `  ${line}`),
    ...checkWrote.map((line) => `  check mode wrote ${line}`),
    ...said.map((line) => `  ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}

function keep(result: TrialResult): void {
  const file = join(FOLDER, 'results.json');
  const before: TrialResult[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  const all = [...before.filter(({ name }) => name !== result.name), result];
  all.sort((a, b) => (a.name < b.name ? -1 : 1));
  writeFileSync(file, `${JSON.stringify(all, undefined, 2)}\n`);
}

function complain(text: string): number {
  process.stderr.write(`${text}\n`);
  return 2;
}

process.exitCode = await main(process.argv.slice(2));
