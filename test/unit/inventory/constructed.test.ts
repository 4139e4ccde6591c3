import { describe, expect, it } from 'vitest';
import type { Constructing } from '../../../src/inventory/constructed.ts';
import { findHost } from '../../../src/inventory/inventory.ts';
import { groupNames } from '../../../src/inventory/membership.ts';
import type { VariableLayer } from '../../../src/inventory/model.ts';
import { dictGet } from '../../../src/lib/dict.ts';
import { anInventory, errorOf, placeText } from './build.ts';

const find = (name: string, layers: readonly VariableLayer[]): unknown => {
  const value = layers.map((layer) => dictGet(layer.values, name)).findLast((found) => found !== undefined);
  if (value === undefined) throw new Error(`'${name}' is undefined`);
  return value;
};

// An "expression" is the name of a variable here. Real ones are compared with ansible-core in test/conformance.
const constructing: Constructing = {
  expression: find,
  condition: (raw, layers) => Boolean(find(String(raw), layers)),
  template: (text, layers) =>
    text.replace(/\{\{ (\w+) \}\}/g, (_, name: string) => String(find(name, layers))),
  extraVariables: { given: 'on the command line' },
  factsOf: (host) => ({ fact: `of ${host}` }),
};

const construct = (configuration: string, hosts = '[web]\nh1 os=debian on=True\nh2 empty=""\n') =>
  anInventory({ '1-hosts.ini': hosts, '2.yml': `plugin: constructed\n${configuration}` }, { constructing });

const groupsOf = (inventory: ReturnType<typeof construct>, name: string) =>
  groupNames(inventory, findHost(inventory, name)!);

describe('constructed groups', () => {
  it('leave out hosts for which something is undefined', () => {
    const inventory = construct('groups: {active: "on"}\nkeyed_groups: [{key: os}]\n');
    expect(groupsOf(inventory, 'h1')).toEqual(['_debian', 'active', 'web']);
    expect(groupsOf(inventory, 'h2')).toEqual(['web']);
  });

  it('see facts, names and composed variables, and the command line only where it is asked for', () => {
    const keys = 'keyed_groups: [{key: fact}, {key: made}, {key: inventory_hostname}, {key: given}]\n';
    expect(groupsOf(construct(`compose: {made: os}\n${keys}`), 'h1')).toEqual([
      '_debian',
      '_h1',
      '_of_h1',
      'web',
    ]);
    expect(groupsOf(construct(`use_extra_vars: true\n${keys}`), 'h2')).toEqual([
      '_h2',
      '_of_h2',
      '_on_the_command_line',
      'web',
    ]);
  });

  it('see group_vars and host_vars files only where it is asked for', () => {
    const load = (configuration: string) =>
      anInventory(
        { 'a.ini': 'h1\n', 'b.yml': `plugin: constructed\n${configuration}`, 'host_vars/h1': 'x: file' },
        { constructing },
      );
    expect(groupsOf(load('keyed_groups: [{key: x}]'), 'h1')).toEqual(['ungrouped']);
    expect(groupsOf(load('use_vars_plugins: true\nkeyed_groups: [{key: x}]'), 'h1')).toEqual(['_file']);
  });

  it('do without the separator in front where that is asked for', () => {
    const keys = 'keyed_groups: [{key: os}, {key: os, prefix: p}]\n';
    expect(groupsOf(construct(`leading_separator: false\n${keys}`), 'h1')).toEqual([
      'debian',
      'p_debian',
      'web',
    ]);
  });

  it('name the group of an empty value', () => {
    const inventory = construct('keyed_groups: [{key: empty, prefix: os, default_value: none}]\n');
    expect(groupsOf(inventory, 'h2')).toEqual(['os_none', 'web']);
  });

  it('hand out composed variables as what a template made, not to be templated again', () => {
    const inventory = construct('compose: {made: os}\n');
    expect(findHost(inventory, 'h1')!.layers.at(-1)).toMatchObject({
      values: { made: 'debian' },
      trusted: false,
    });
  });
});

describe('mistakes in constructed groups', () => {
  it.each([
    [
      'strict: true\ngroups:\n  active: "on"\n',
      '2.yml:4:11',
      /h2 is in the group active .*'on' is undefined/,
    ],
    ['strict: true\ncompose:\n  made: os\n', '2.yml:4:9', /the variable made of h2 .*'os' is undefined/],
    ['strict: true\nkeyed_groups:\n  - key: os\n', '2.yml:4:10', /the group of h2 .*'os' is undefined/],
    ['strict: true\nkeyed_groups:\n  - key: empty\n', '2.yml:4:10', /'empty' is undefined/],
    ['keyed_groups:\n  - os\n', '2.yml:3:5', /map with a "key"/],
    ['keyed_groups:\n  - key: "on"\n', '2.yml:3:10', /a text, a list or a map, and is bool True/],
    [
      'keyed_groups:\n  - {key: os, default_value: a, trailing_separator: false}\n',
      '2.yml:3:5',
      /exclude each other/,
    ],
    [
      'strict: true\nkeyed_groups:\n  - {key: fact, parent_group: "{{ nope }}"}\n',
      '2.yml:4:31',
      /'nope' is undefined/,
    ],
  ])('%j', (configuration, place, message) => {
    const error = errorOf(() => construct(configuration));
    expect(error.message).toMatch(message);
    expect(placeText(error)).toBe(place);
  });
});
