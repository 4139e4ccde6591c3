import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findHost } from '../../../src/inventory/inventory.ts';
import { groupLayers, hostLayers } from '../../../src/inventory/layers.ts';
import { loadInventory } from '../../../src/inventory/load.ts';
import { magicHostVariables } from '../../../src/inventory/magic.ts';
import { depthOf, groupsOf, hostsOf } from '../../../src/inventory/membership.ts';
import type { Inventory } from '../../../src/inventory/model.ts';
import { dictGet } from '../../../src/lib/dict.ts';
import { placeOfKey, placeOfValue } from '../../../src/lib/places.ts';
import type { SourceWarning } from '../../../src/lib/sourceError.ts';
import { aFolder, anInventory, errorOf, nothingConstructed, placeText } from './build.ts';

const names = (items: Iterable<{ name: string }>) => [...items].map((item) => item.name);

describe('the order of variables', () => {
  const folder = aFolder({
    hosts: '[web]\nh v=host-line\n[web:vars]\nv=web-section\n[all:vars]\nv=all-section\n',
    'group_vars/all.yml': 'v: all-file',
    'group_vars/web/a.yml': 'v: web-file-a',
    'group_vars/web/b.yml': 'v: web-file-b',
    'host_vars/h.yml': 'v: host-file',
    'play/group_vars/all.yml': 'v: play-all-file',
    'play/group_vars/web.yml': 'v: play-web-file',
    'play/host_vars/h': 'v: play-host-file',
  });
  const inventory = loadInventory(['hosts'], { cwd: folder, constructing: nothingConstructed });
  const host = findHost(inventory, 'h')!;
  const beside = [join(folder, 'play')];
  const values = (layers: ReturnType<typeof hostLayers>) => layers.map((layer) => dictGet(layer.values, 'v'));

  it('goes from the section of all to the host_vars beside the playbook', () => {
    expect(values(groupLayers(inventory, host, beside))).toEqual([
      'all-section',
      'web-section',
      'all-file',
      'play-all-file',
      'web-file-a',
      'web-file-b',
      'play-web-file',
    ]);
    expect(values(hostLayers(inventory, host, beside))).toEqual(['host-line', 'host-file', 'play-host-file']);
  });

  it('comes with the place of each', () => {
    const places = [...groupLayers(inventory, host, beside), ...hostLayers(inventory, host, beside)].map(
      (layer) => placeText({ place: placeOfValue(layer.values, 'v') }),
    );
    expect(places.slice(0, 3)).toEqual(['hosts:6:3', 'hosts:4:3', 'all.yml:1:4']);
    expect(places.slice(7, 8)).toEqual(['hosts:2:5']);
    const line = hostLayers(inventory, host, [])[0]!;
    expect(placeText({ place: placeOfKey(line.values, 'v') })).toBe('hosts:2:3');
  });
});

describe('groups of a host', () => {
  const inventory = anInventory({
    'hosts.yml': `
all:
  children:
    b: {hosts: {h: }}
    a: {hosts: {h: }}
    first: {hosts: {h: }, vars: {ansible_group_priority: -5}}
    outer: {children: {inner: {hosts: {h: }}, a: }}
`,
  });

  it('are sorted by depth, then priority, then name', () => {
    const groups = groupsOf(inventory, findHost(inventory, 'h')!);
    expect(names(groups)).toEqual(['all', 'first', 'b', 'outer', 'a', 'inner']);
    expect(groups.map((group) => depthOf(inventory, group))).toEqual([0, 1, 1, 1, 2, 2]);
  });

  it('do not hand out the priority as a variable', () => {
    expect(groupLayers(inventory, findHost(inventory, 'h')!, [])).toEqual([
      expect.objectContaining({ values: {} }),
    ]);
  });

  it('keep the place of the variables beside a priority', () => {
    const other = anInventory({ 'hosts.yml': 'a:\n  vars:\n    ansible_group_priority: 3\n    x: 1\n' });
    const [layer] = other.groups.get('a')!.layers;
    expect(placeText({ place: placeOfKey(layer!.values, 'x') })).toBe('hosts.yml:4:5');
  });
});

describe('files of variables', () => {
  const files = { hosts: 'a\nb', 'host_vars/a.yml': 'x: 1', 'host_vars/b.yml': '- no\n- map' };

  it('are read when they are asked for, and once', () => {
    const folder = aFolder(files);
    const inventory = loadInventory(['hosts'], { cwd: folder, constructing: nothingConstructed });
    const [, first] = [[], ...hostLayers(inventory, findHost(inventory, 'a')!, [])];
    rmSync(join(folder, 'host_vars'), { recursive: true });
    const [, again] = [[], ...hostLayers(inventory, findHost(inventory, 'a')!, [])];
    expect(again).toBe(first);
  });

  it('that hold no map are an error with the place', () => {
    const inventory = anInventory(files);
    const error = errorOf(() => hostLayers(inventory, findHost(inventory, 'b')!, []));
    expect([placeText(error), error.message]).toEqual([
      'b.yml:1:1',
      expect.stringMatching(/has to be a map/),
    ]);
  });

  it('are looked for neither outside of the folder nor where it is a file', () => {
    const warnings: SourceWarning[] = [];
    const inventory = anInventory(
      { hosts: '../x\n/srv/y\n', group_vars: 'x', 'x.yml': 'a: 1' },
      { sources: ['hosts'], warnings },
    );
    for (const host of inventory.hosts.values()) {
      expect(hostLayers(inventory, host, [])).toEqual([]);
      expect(groupLayers(inventory, host, [])).toEqual([]);
    }
    expect(warnings.map((warning) => warning.message)).toEqual([
      expect.stringMatching(/group_vars is no folder/),
    ]);
  });

  it('go through the reader, which may decrypt them', () => {
    const folder = aFolder({ hosts: 'a', 'host_vars/a': 'SECRET' });
    const inventory = loadInventory(['hosts'], {
      cwd: folder,
      constructing: nothingConstructed,
      readText: (file) => (file.endsWith('host_vars/a') ? 'x: opened' : 'a'),
    });
    expect(hostLayers(inventory, findHost(inventory, 'a')!, []).map((layer) => layer.values)).toEqual([
      { x: 'opened' },
    ]);
  });
});

describe('localhost', () => {
  it('is there without being named, connects locally, and has the variables of all', () => {
    const inventory = anInventory({ hosts: 'web1\n[all:vars]\na=1\n' });
    const host = findHost(inventory, 'localhost')!;
    expect(host.implicit).toBe(true);
    expect(hostLayers(inventory, host, []).map((layer) => layer.values)).toEqual([
      { ansible_connection: 'local', ansible_python_interpreter: '{{ ansible_playbook_python }}' },
    ]);
    expect(groupLayers(inventory, host, []).map((layer) => layer.values)).toEqual([{ a: 1 }]);
    expect(magicHostVariables(inventory, host)).toMatchObject({ group_names: [], inventory_file: null });
    expect(names(hostsOf(inventory, inventory.groups.get('all')!))).toEqual(['web1']);
  });

  it('is the host that a source names by another of its names', () => {
    const warnings: SourceWarning[] = [];
    const inventory = anInventory({ hosts: '127.0.0.1 x=1\n::1\n' }, { warnings });
    expect(findHost(inventory, 'localhost')?.name).toBe('127.0.0.1');
    expect(warnings).toHaveLength(1);
  });
});

it('a host knows its names and where it comes from', () => {
  const folder = aFolder({ hosts: '[web]\nweb1.example.org\n[web:children]\nsub\n[sub]\n10.0.0.1\n' });
  const inventory = loadInventory(['hosts', 'listed,'], { cwd: folder, constructing: nothingConstructed });
  const magic = (name: string) => magicHostVariables(inventory, findHost(inventory, name)!);
  expect(magic('web1.example.org')).toEqual({
    inventory_hostname: 'web1.example.org',
    inventory_hostname_short: 'web1',
    group_names: ['web'],
    inventory_file: join(folder, 'hosts'),
    inventory_dir: folder,
  });
  expect(magic('10.0.0.1')).toMatchObject({
    inventory_hostname_short: '10.0.0.1',
    group_names: ['sub', 'web'],
  });
  expect(magic('listed')).toMatchObject({ inventory_file: 'listed,', inventory_dir: null });
});

describe('ten thousand hosts', () => {
  const inventory: Inventory = anInventory({
    hosts: '[web]\nweb[00001:10000].example.org color=blue\n[web:vars]\nport=80\n',
    'host_vars/web00001.example.org': 'own: 1',
  });
  const hosts = hostsOf(inventory, inventory.groups.get('web')!);

  it('share the variables of their line and of their groups', () => {
    expect(hosts).toHaveLength(10_000);
    expect(hosts.at(-1)!.layers[0]).toBe(hosts[0]!.layers[0]);
    expect(groupLayers(inventory, hosts.at(-1)!, [])).toBe(groupLayers(inventory, hosts[0]!, []));
    expect(groupsOf(inventory, hosts[0]!)).toBe(groupsOf(inventory, hosts.at(-1)!));
  });

  it('are asked for all their layers in well under a second', () => {
    const start = process.hrtime.bigint();
    for (const host of hosts) {
      groupLayers(inventory, host, ['/nowhere']);
      hostLayers(inventory, host, ['/nowhere']);
    }
    expect(Number(process.hrtime.bigint() - start) / 1e9).toBeLessThan(2);
  });
});
