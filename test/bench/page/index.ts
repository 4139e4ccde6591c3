import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../fleet/paths.ts';
import type { Results } from '../run/results.ts';
import { tools } from '../tools/index.ts';
import { toolNames } from '../tools/tool.ts';
import { figuresTable } from './figures.ts';
import { picture } from './picture.ts';
import { costsTable, timesTable, wireTable } from './tables.ts';

const BEGIN = '<!-- measured: made by npm run bench -->';
const END = '<!-- end of what is measured -->';

/** Puts the results into docs/performance.md, between its two marks, and beside it the picture. */
export function writePage(results: Results): void {
  const file = join(projectFolder(), 'docs/performance.md');
  const page = readFileSync(file, 'utf8');
  const [before, rest = ''] = page.split(BEGIN);
  const after = rest.split(END)[1];
  if (after === undefined) throw new Error(`${file} has lost the marks "${BEGIN}" and "${END}"`);
  writeFileSync(file, `${before}${BEGIN}\n\n${measuredText(results)}\n\n${END}${after}`);
  writeFileSync(join(projectFolder(), 'docs/performance.svg'), picture(results));
}

function measuredText(results: Results): string {
  const { machine, versions, date, commit } = results;
  const memory = `${(machine.memory / 2 ** 30).toFixed(0)} GiB`;
  const used = toolNames
    .filter((name) => versions[name] !== undefined)
    .map((name) => `${tools[name].title} ${versions[name]}`);
  return [
    `Measured on ${date} at ${commit}, on ${machine.cores} cores (${machine.processor}), ${memory}, Linux ${machine.kernel}; ` +
      `the hosts are on the same machine. ${used.join('; ')}.`,
    '![The tools’ times as bars](performance.svg)',
    '### Figures that shall be reached',
    figuresTable(results),
    '### Times, as multiples of the script’s',
    timesTable(results),
    '### CPU and memory',
    costsTable(results),
    '### On the wire',
    wireTable(results),
  ].join('\n\n');
}
