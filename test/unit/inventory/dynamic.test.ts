import { describe, expect, it } from 'vitest';
import { addDynamicGroup, addDynamicHost } from '../../../src/inventory/dynamic.ts';
import { findHost } from '../../../src/inventory/inventory.ts';
import { groupLayers, hostLayers } from '../../../src/inventory/layers.ts';
import { groupNames, hostsOf } from '../../../src/inventory/membership.ts';
import { matchHosts } from '../../../src/inventory/patterns.ts';
import { anInventory, errorOf } from './build.ts';

const start = () => anInventory({ hosts: '[web]\nweb1 a=1\n[web:vars]\nport=80\n[db]\n' });
const hostNames = (inventory: ReturnType<typeof start>, pattern: string) =>
  matchHosts(inventory, pattern).hosts.map((host) => host.name);

describe('add_host', () => {
  it('adds a host with its groups and variables, seen at once', () => {
    const inventory = start();
    const before = hostNames(inventory, 'all');
    const { host, changed } = addDynamicHost(inventory, {
      name: 'new:2222',
      groups: ['web', 'fresh'],
      variables: { b: '{{ not rendered again }}' },
    });
    expect([changed, host.name, host.source]).toEqual([true, 'new', undefined]);
    expect(before).toEqual(['web1']);
    expect(hostNames(inventory, 'all')).toEqual(['new', 'web1']);
    expect(hostNames(inventory, 'fresh')).toEqual(['new']);
    expect(groupNames(inventory, host)).toEqual(['fresh', 'web']);
    expect(hostLayers(inventory, host, [])).toEqual([
      { values: { ansible_port: 2222, b: '{{ not rendered again }}' }, origin: 'add_host', trusted: false },
    ]);
    expect(groupLayers(inventory, host, []).map((layer) => layer.values)).toEqual([{ port: 80 }]);
  });

  it('changes nothing when all is there', () => {
    const inventory = start();
    const again = () =>
      addDynamicHost(inventory, { name: 'web1', groups: ['web'], variables: { a: 1 } }).changed;
    expect(again()).toBe(false);
    expect(hostNames(inventory, 'ungrouped')).toEqual([]);
  });

  it('lays new values over those of the inventory', () => {
    const inventory = start();
    const { host, changed } = addDynamicHost(inventory, { name: 'web1', groups: [], variables: { a: 2 } });
    expect(changed).toBe(true);
    expect(hostLayers(inventory, host, []).map((layer) => layer.values)).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('puts a host without groups into ungrouped, until it gets one', () => {
    const inventory = start();
    addDynamicHost(inventory, { name: 'x', groups: [], variables: {} });
    expect(hostNames(inventory, 'ungrouped')).toEqual(['x']);
    addDynamicHost(inventory, { name: 'x', groups: ['db'], variables: {} });
    expect(hostNames(inventory, 'ungrouped')).toEqual([]);
    expect(hostNames(inventory, 'db')).toEqual(['x']);
  });
});

describe('group_by', () => {
  it('makes the group and its parents', () => {
    const inventory = start();
    expect(addDynamicGroup(inventory, 'web1', { group: 'os_debian', parents: ['os'] })).toBe(true);
    expect(addDynamicGroup(inventory, 'web1', { group: 'os_debian', parents: ['os'] })).toBe(false);
    expect(hostNames(inventory, 'os')).toEqual(['web1']);
    expect(groupNames(inventory, findHost(inventory, 'web1')!)).toEqual(['os', 'os_debian', 'web']);
  });

  it('refuses a cycle', () => {
    const inventory = start();
    addDynamicGroup(inventory, 'web1', { group: 'a', parents: ['b'] });
    expect(errorOf(() => addDynamicGroup(inventory, 'web1', { group: 'b', parents: ['a'] })).message).toMatch(
      /a > b > a|b > a > b/,
    );
  });

  it('takes the implicit localhost, which stays out of all', () => {
    const inventory = start();
    addDynamicGroup(inventory, 'localhost', { group: 'control', parents: [] });
    expect(hostNames(inventory, 'control')).toEqual(['localhost']);
    expect(hostsOf(inventory, inventory.groups.get('all')!).map((host) => host.name)).toEqual(['web1']);
  });
});
