import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findHost } from '../../src/inventory/inventory.ts';
import { limitHosts } from '../../src/inventory/limit.ts';
import { loadInventory } from '../../src/inventory/load.ts';
import type { Inventory } from '../../src/inventory/model.ts';
import { matchHosts } from '../../src/inventory/patterns.ts';
import {
  hostVariables,
  inventoryData,
  inventoryGraph,
  inventoryTree,
  type RenderOptions,
  toJson,
  toYaml,
} from '../../src/inventory/render.ts';
import { createEnvironment } from '../../src/jinja/index.ts';
import { parseYaml } from '../../src/lib/yaml.ts';
import { constructingWith } from '../../src/variables/constructing.ts';
import { createTemplating } from '../../src/variables/templating.ts';
import { findOracle, oracleEnvironment } from './oracle.ts';

const run = promisify(execFile);
const folder = fileURLToPath(new URL('./inventories/', import.meta.url));
const oracle = await findOracle();
const oracleFolder = oracle.missing === undefined ? oracle.folder : '';
const skipped = oracle.missing === undefined ? '' : ` (skipped: ${oracle.missing})`;

const templating = createTemplating(createEnvironment({}), () => '');

function load(sources: string[]): Inventory {
  return loadInventory(sources, { cwd: folder, constructing: constructingWith(templating) });
}

async function ansibleInventory(sources: string[], args: string[]): Promise<string> {
  const inventory = sources.flatMap((source) => ['-i', source]);
  const { stdout } = await run(`${oracleFolder}/bin/ansible-inventory`, [...inventory, ...args], {
    cwd: folder,
    env: oracleEnvironment(oracleFolder),
    maxBuffer: 1 << 28,
  });
  return stdout;
}

interface Fixture {
  name: string;
  sources: string[];
  playbook?: string;
}

const fixtures: Fixture[] = [
  { name: 'INI', sources: ['ini/hosts'] },
  { name: 'YAML', sources: ['yaml/hosts.yml'] },
  { name: 'a folder', sources: ['folder'] },
  { name: 'several sources', sources: ['several/a/hosts', 'several/b', 'extra1,extra2:2222,shared'] },
  { name: 'several sources the other way round', sources: ['several/b', 'several/a/hosts'] },
  { name: 'a program with _meta', sources: ['program/meta.sh'] },
  { name: 'a program asked for each host', sources: ['program/each.sh'] },
  { name: 'constructed groups', sources: ['constructed'] },
  { name: 'depth and priority', sources: ['priority/hosts.yml'] },
  { name: 'JSON', sources: ['json/hosts.json'] },
  { name: 'group_vars beside the playbook', sources: ['playbook/inventory/hosts'], playbook: 'playbook' },
  { name: 'host list', sources: ['b,a,10.0.0.1:22,[::1]:2022'] },
];

describe.skipIf(oracle.missing)(`inventories as ansible-inventory shows them${skipped}`, () => {
  describe.each(fixtures)('$name', ({ sources, playbook }) => {
    const folders = playbook ? [`${folder}${playbook}`] : [];
    const beside = playbook ? ['--playbook-dir', playbook] : [];
    const options = (variables: RenderOptions['variables']): RenderOptions => ({
      playbookFolders: folders,
      variables,
    });

    it('--list', async () => {
      const ours = toJson(inventoryData(load(sources), options('flatten')));
      expect(ours).toBe((await ansibleInventory(sources, ['--list', ...beside])).trimEnd());
    });

    it('--list --export', async () => {
      const ours = toJson(inventoryData(load(sources), options('export')));
      expect(ours).toBe((await ansibleInventory(sources, ['--list', '--export', ...beside])).trimEnd());
    });

    it('--list --yaml', async () => {
      // Theirs drops the mark of texts that are never to be templated.
      const ours = toYaml(inventoryTree(load(sources), options('flatten'))).replaceAll('!unsafe ', '');
      const theirs = await ansibleInventory(sources, ['--list', '--yaml', ...beside]);
      const read = (text: string) => parseYaml(text, { file: 'inventory.yml' });
      expect(read(ours)).toEqual(read(theirs));
    });

    it('--graph --vars', async () => {
      const inventory = load(sources);
      const ours = inventoryGraph(inventory, inventory.groups.get('all')!, options('flatten'));
      expect(ours).toBe((await ansibleInventory(sources, ['--graph', '--vars', ...beside])).trimEnd());
    });
  });

  it('--host', async () => {
    const inventory = load(['ini/hosts']);
    const ours = toJson(
      hostVariables(inventory, findHost(inventory, 'db1')!, { playbookFolders: [], variables: 'flatten' }),
    );
    expect(ours).toBe((await ansibleInventory(['ini/hosts'], ['--host', 'db1'])).trimEnd());
  });
});

// Each with what --limit says, where it says something.
const patterns: [pattern: string, limit?: string][] = [
  ['all'],
  ['*'],
  ['web'],
  ['site'],
  ['web1'],
  ['web1,db'],
  ['db:web'],
  ['web:!staging'],
  ['web,&staging'],
  ['site:&production:!web2'],
  ['!web,all'],
  ['!web'],
  ['&staging'],
  ['web*'],
  ['web?'],
  ['web[1-2]'],
  ['web[!12]'],
  ['w*[0:1]'],
  ['web[0]'],
  ['web[-1]'],
  ['web[-2]'],
  ['web[1:3]'],
  ['web[2:]'],
  ['web[9:]'],
  ['site[6]'],
  ['web[1:2],db[0]'],
  ['~web[1-3]$'],
  ['~(web|db).*'],
  ['~^.*[.]org'],
  ['db1*'],
  ['*.example.org'],
  ['db1.example.org'],
  ['10.0.0.1'],
  ['web_special'],
  ['ungrouped'],
  ['lonely:staging'],
  ['localhost'],
  ['127.0.0.1,web1'],
  ['nobody'],
  ['web:nobody'],
  ['WEB'],
  [' web1 , web2 '],
  ['web1:web1:web1'],
  ['web2:web1'],
  ['all', 'web1'],
  ['all', 'web2,web1'],
  ['site:!web1', 'staging'],
  ['web', 'all:!web3'],
  ['web', '@limit.txt'],
  ['site', '~.*2'],
  ['localhost', 'localhost'],
];

describe.skipIf(oracle.missing)(`patterns as ansible-core matches them${skipped}`, async () => {
  const answers = oracle.missing === undefined ? await matchedByAnsible() : [];

  it.each(patterns.map(([pattern, limit], index) => ({ pattern, limit, index })))(
    '$pattern with --limit $limit',
    ({ pattern, limit, index }) => {
      const inventory = load(['patterns/hosts']);
      const left = limit === undefined ? undefined : limitHosts(inventory, limit, `${folder}patterns`);
      expect(matchHosts(inventory, pattern, left).hosts.map((host) => host.name)).toEqual(answers[index]);
    },
  );
});

async function matchedByAnsible(): Promise<string[][]> {
  const { stdout } = await run(`${oracleFolder}/bin/python`, ['match.py', JSON.stringify(patterns)], {
    cwd: `${folder}patterns`,
    env: oracleEnvironment(oracleFolder),
  });
  return JSON.parse(stdout);
}
