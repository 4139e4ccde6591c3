// Writes docs/modules.md and docs/compatibility.md from the schemas and registries of the built project.
// With --check it writes nothing and fails where a page is not up to date.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { settingNotes, withoutEffect } from '../dist/cli/settingNotes.js';
import { definitions } from '../dist/cli/settings.js';
import { describeParams } from '../dist/module/parseParams.js';
import { loadModule, moduleNames } from '../dist/modules/index.js';
import { KEYWORDS, UNSUPPORTED } from '../dist/playbook/keywords.js';
import { ansibleTemplating } from '../dist/variables/environment.js';
import { lookupNames } from '../dist/variables/lookups/index.js';
import { MEANT } from '../dist-test/test/conformance/differences.js';
import { playbookRuns } from '../dist-test/test/conformance/playbookRuns.js';

// The tests are read from their sources: what is compared there is part of what is promised.
const compared = playbookRuns(new URL('../test/conformance/playbooks', import.meta.url).pathname);
const onHosts = readdirSync(new URL('../test/conformance/fleet/playbooks', import.meta.url)).filter((name) =>
  name.endsWith('.yml'),
);
const files = new Set(compared.map(({ area, playbook }) => `${area}/${playbook}`));

const cell = (text) => String(text).replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();

function parameterRow(param) {
  const notes = [
    param.required && 'required',
    param.default !== undefined && `default: \`${JSON.stringify(param.default)}\``,
    param.choices && `one of ${param.choices.map((choice) => `\`${choice}\``).join(', ')}`,
    param.aliases.length > 0 && `also ${param.aliases.map((alias) => `\`${alias}\``).join(', ')}`,
  ].filter(Boolean);
  return `| \`${param.name}\` | ${param.type} | ${cell([param.description, ...notes].join(' — '))} |`;
}

function modulePage(module) {
  const params = describeParams(module);
  const table = ['| parameter | type | |', '| --- | --- | --- |', ...params.map(parameterRow)];
  const rows = params.length > 0 ? table : ['It takes no parameters.'];
  return [
    `## ${module.name}`,
    '',
    `\`${module.collection}.${module.name}\``,
    '',
    module.doc.trim(),
    '',
    ...rows,
    '',
  ];
}

const modules = await Promise.all(moduleNames().map(loadModule));
const { environment } = ansibleTemplating(() => '');
const listed = (names) =>
  [...names]
    .sort()
    .map((name) => `\`${name}\``)
    .join(', ');

const outcomes = JSON.parse(readFileSync('test/conformance/targets/results.json', 'utf8'));
const tried = Object.entries(outcomes).filter(([, { ours }]) => ours);
const passes = ({ real, ours }) => ours.exitCode === 0 && ours.ok >= (real?.ok ?? 0);
const targetRow = ([name, { real, ours, note }]) => {
  const reached = real ? `${real.ok}${real.exitCode === 0 ? '' : ', then fails'}` : '';
  const why = passes({ real, ours }) ? '' : cell(note ?? ours.error ?? '').slice(0, 200);
  return `| ${name} | ${reached} | ${ours.ok} | ${passes({ real, ours }) ? 'passes' : 'fails'} | ${why} |`;
};

const roles = JSON.parse(readFileSync('test/conformance/roles/results.json', 'utf8'));
const roleRow = ({ name, from, ansible, flotte, files, runs }) => {
  const same = ansible.run === flotte.run && ansible.again === flotte.again && runs.length === 0;
  const counts = same
    ? `alike: ${ansible.run}; again: ${ansible.again}`
    : `ansible ${ansible.run}, flotte ${flotte.run}`;
  const different = files.different.map((line) => `\`${line.slice(0, line.indexOf(': '))}\``);
  return `| ${cell(name)} | ${from} | ${counts} | ${files.alike} | ${different.join(', ')} |`;
};

const pages = {
  'docs/modules.md': [
    '# Modules',
    '',
    'Made from the schemas by `npm run docs`; `flotte modules NAME` shows the same on the terminal.',
    '',
    ...modules.flatMap(modulePage),
  ],
  'docs/compatibility.md': [
    '# What of Ansible runs',
    '',
    'Made from the registries by `npm run docs`. Whatever is not here is told when a playbook is loaded, with its place,',
    'before any host is touched; `flotte lint PLAYBOOK` tells it without a run.',
    '',
    `## Modules (${modules.length})`,
    '',
    `${listed(modules.map(({ name }) => name))}. Their parameters: [modules.md](modules.md).`,
    '',
    '## Keywords',
    '',
    ...Object.entries(KEYWORDS).map(([level, names]) =>
      `- **${level}**: ${listed(names.filter((name) => !(name in UNSUPPORTED)))}, and \`with_...\` of every lookup on tasks`.replace(
        level === 'task' ? /$^/ : /, and `with_.*/,
        '',
      ),
    ),
    '',
    `Not supported: ${listed(Object.keys(UNSUPPORTED))}.`,
    '',
    `## Filters (${environment.filters.size})`,
    '',
    listed(environment.filters.keys()),
    '',
    `## Tests (${environment.tests.size})`,
    '',
    listed(environment.tests.keys()),
    '',
    `## Lookups (${lookupNames().length})`,
    '',
    listed(lookupNames()),
    '',
    "## ansible-core's own integration targets",
    '',
    `Run unmodified from a checkout of ansible-core (October 2024) by \`npm run targets -- CHECKOUT --write\`; ${
      tried.filter(([, outcome]) => passes(outcome)).length
    } of ${tried.length} pass: they end well, and reach the ok tasks that the checkout's own ansible-core reaches on such a host.`,
    '',
    '| target | ok tasks of ansible-core | of Flotte | | what fails first |',
    '| --- | --- | --- | --- | --- |',
    ...tried.map(targetRow),
    '',
    '## Public roles and playbooks',
    '',
    'Run unmodified, from checkouts outside, by ansible-core 2.19 with its collections and by Flotte, each on a fresh Debian 12',
    'host of its own (`npm run roles -- --content FOLDER --keep`). Tasks, their outcomes and the counts of the run and of the',
    'run again are compared, and all that was written to the hosts: contents, owners and modes. Left out is what differs between',
    'any two runs (logs, caches of apt and pip, compiled Python, data of databases), and of ansible-core what it leaves itself.',
    'Where both fail, they fail at the same task.',
    '',
    '| what | from | counts | files alike | files different |',
    '| --- | --- | --- | --- | --- |',
    ...roles.map(roleRow),
    '',
    '## Compared with ansible-core',
    '',
    `\`npm run differential\` has the real ansible-playbook (2.19) and Flotte run ${compared.length} times ${files.size} playbooks of our own, and`,
    'compares exit codes, the order of tasks, their results, the counts of the recap and what they write;',
    `and ${onHosts.length} more on hosts of their own, each in check mode and for real, where all files of the hosts must be equal`,
    'byte for byte afterwards, owners and modes too. Some are left to mend. What differs there and is meant:',
    '',
    ...MEANT.flatMap(({ what, why }) => [`- ${what} ${why}`]),
    '',
    '## What else is meant to differ',
    '',
    '- Check mode: a task whose outcome cannot be known is `unknown` with the reason, where Ansible skips it or guesses.',
    '- Tasks that change nothing on a host do not wait for other hosts under `linear`; steps do.',
    '- Mistakes are found at load, all at once: unknown modules, parameters, keywords, filters, roles, files, handlers, variables.',
    '- A name in `--limit` that is no host and no group is an error.',
    '- A changed host key always refuses, also with host key checking turned off.',
    '- Python modules and plugins do not run.',
    '',
  ],
};

const settingRow = ([name, { env, ini }]) =>
  `| \`${name}\` | ${listed(env)} | ${listed(ini)} | ${cell(settingNotes[name].note)} |`;
pages['docs/settings.md'] = [
  '# Settings',
  '',
  'Made from the registry by `npm run docs`. What `ansible.cfg` and the environment say of these counts as with ansible-core:',
  'a flag of the command line before a variable of the environment, that before the first `ansible.cfg` of `ANSIBLE_CONFIG`,',
  'the current folder, the home folder and `/etc/ansible`. `flotte config` shows what holds, and where each value comes from.',
  '',
  '| setting | environment | ansible.cfg | what it does |',
  '| --- | --- | --- | --- |',
  ...Object.entries(definitions).map(settingRow),
  '',
  '## Without effect',
  '',
  'These do no harm in an `ansible.cfg`, and mean nothing here:',
  '',
  ...Object.entries(withoutEffect).map(([name, why]) => `- \`${name}\`: ${why}.`),
  '',
];

let stale = 0;
for (const [file, lines] of Object.entries(pages)) {
  const text = lines.join('\n');
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${file} is not up to date: run npm run docs`);
    stale++;
  }
}
process.exitCode = stale > 0 ? 1 : 0;
