import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
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
import { readText } from '../../src/lib/readText.ts';
import { parseYaml } from '../../src/lib/yaml.ts';
import { constructingWith } from '../../src/variables/constructing.ts';
import { createTemplating } from '../../src/variables/templating.ts';
import { createVault } from '../../src/variables/vault.ts';
import { readVaultPassword } from '../../src/variables/vaultPasswords.ts';
import { findOracle, oracleEnvironment } from './oracle.ts';

const folder = fileURLToPath(new URL('./inventories/', import.meta.url));
const oracle = await findOracle();
const skipped = oracle.missing === undefined ? '' : ` (skipped: ${oracle.missing})`;

// The answer of one of the Python programs beside the inventories.
function asked(program: string, question: unknown): unknown {
  if (oracle.missing !== undefined) return [];
  const answer = execFileSync(`${oracle.folder}/bin/python`, [program], {
    cwd: folder,
    env: oracleEnvironment(oracle.folder),
    input: JSON.stringify(question),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return JSON.parse(answer);
}

const templating = createTemplating(createEnvironment({}), () => '');

function load(sources: string[], password?: string): Inventory {
  const identity = { id: 'default', source: password ?? '' };
  const vault = createVault(password === undefined ? [] : [readVaultPassword(identity, folder)]);
  return loadInventory(sources, {
    cwd: folder,
    constructing: constructingWith(templating),
    readText: (file) => vault.openFile(readText(file), file),
  });
}

interface Fixture {
  name: string;
  sources: string[];
  playbook?: string;
  /** File with the vault password. */
  vault?: string;
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
  {
    name: 'encrypted files and values',
    sources: ['vault/hosts.yml', 'vault/encrypted'],
    vault: 'vault/password',
  },
  { name: 'host list', sources: ['b,a,10.0.0.1:22,[::1]:2022'] },
];

const shown = [['--list'], ['--list', '--export'], ['--list', '--yaml'], ['--graph', '--vars']];

describe.skipIf(oracle.missing)(`inventories as ansible-inventory shows them${skipped}`, () => {
  const questions = fixtures.flatMap(({ sources, playbook, vault }) => {
    const inventories = sources.flatMap((source) => ['-i', source]);
    const password = vault ? ['--vault-password-file', vault] : [];
    const beside = playbook ? ['--playbook-dir', playbook] : [];
    return shown.map((show) => [...inventories, ...password, ...beside, ...show]);
  });
  const answers = asked('show.py', questions) as string[];

  describe.each(fixtures.map((fixture, index) => ({ ...fixture, index })))(
    '$name',
    ({ sources, playbook, vault, index }) => {
      const [list, exported, yaml, graph] = answers
        .slice(index * shown.length)
        .map((answer) => answer.trimEnd());
      const playbookFolders = playbook ? [`${folder}${playbook}`] : [];
      const flatten: RenderOptions = { playbookFolders, variables: 'flatten' };

      it('--list', () => {
        expect(toJson(inventoryData(load(sources, vault), flatten))).toBe(list);
      });

      it('--list --export', () => {
        const options: RenderOptions = { playbookFolders, variables: 'export' };
        expect(toJson(inventoryData(load(sources, vault), options))).toBe(exported);
      });

      it('--list --yaml', () => {
        // Theirs drops the mark of texts that are never to be templated.
        const ours = toYaml(inventoryTree(load(sources, vault), flatten)).replaceAll('!unsafe ', '');
        const read = (text: string) => toJson(parseYaml(text, { file: 'inventory.yml' }));
        expect(read(ours)).toBe(read(yaml!));
      });

      it('--graph --vars', () => {
        const inventory = load(sources, vault);
        const ours = inventoryGraph(inventory, inventory.groups.get('all')!, flatten);
        // Theirs prints what is encrypted; the two values of the fixture are "of web" and "of web1".
        expect(ours).toBe(graph!.replace(/of web1?(?=\}$)/gm, '<encrypted>'));
      });
    },
  );

  it('--host', () => {
    const inventory = load(['ini/hosts']);
    const host = findHost(inventory, 'db1')!;
    const [theirs] = asked('show.py', [['-i', 'ini/hosts', '--host', 'db1']]) as string[];
    const ours = hostVariables(inventory, host, { playbookFolders: [], variables: 'flatten' });
    expect(toJson(ours)).toBe(theirs!.trimEnd());
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
  ['web', '@patterns/limit.txt'],
  ['site', '~.*2'],
  ['localhost', 'localhost'],
];

describe.skipIf(oracle.missing)(`patterns as ansible-core matches them${skipped}`, () => {
  const answers = asked('match.py', { sources: ['patterns/hosts'], patterns }) as string[][];

  it.each(patterns.map(([pattern, limit], index) => ({ pattern, limit, index })))(
    '$pattern with --limit $limit',
    ({ pattern, limit, index }) => {
      const inventory = load(['patterns/hosts']);
      const left = limit === undefined ? undefined : limitHosts(inventory, limit, folder);
      expect(matchHosts(inventory, pattern, left).hosts.map((host) => host.name)).toEqual(answers[index]);
    },
  );
});
