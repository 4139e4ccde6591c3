import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { groupLayers } from '../../../src/inventory/layers.ts';
import { loadInventory } from '../../../src/inventory/load.ts';
import type { SourceError, SourceWarning } from '../../../src/lib/sourceError.ts';
import { aFolder, anInventory, errorOf, nothingConstructed, placeText } from './build.ts';

describe('mistakes in an INI inventory', () => {
  it.each([
    ['[web\nweb1\n', 'hosts.ini:1:1', /"\[web" has a "\[" without a "\]"/, /range/],
    ['[a b]\n', 'hosts.ini:1:1', /no section/, /without blanks/],
    ['[web:hots]\n', 'hosts.ini:1:6', /no kind of section/, /\[group:vars\]/],
    ['[web:vars]\na=1\n', 'hosts.ini:1:2', /variables to a group that is not there/, /\[web\]/],
    ['[web:children]\ndb\n', 'hosts.ini:2:1', /names a group db/, /Add a section \[db\]/],
    ['[web:children]\na b\n', 'hosts.ini:2:1', /no name of a group/, undefined],
    ['[web]\n[web:vars]\n  port 80\n', 'hosts.ini:3:3', /has no "="/, /name=value/],
    ['web1 port=80 debug\n', 'hosts.ini:1:14', /"debug" has no "="/, /quotes/],
    ['web1 name="x y\n', 'hosts.ini:1:11', /never closed/, undefined],
    ['web[3:x]\n', 'hosts.ini:1:1', /neither numbers nor letters/, /\[1:20\]/],
    ['web[01:100]\n', 'hosts.ini:1:1', /same length/, /range/],
    ['web[f:a]\n', 'hosts.ini:1:1', /ends before it begins/, /range/],
    ['web[1:]\n', 'hosts.ini:1:1', /no last value/, /range/],
    ['web[1:9:0]\n', 'hosts.ini:1:1', /step/, /range/],
    ['web1:\n', 'hosts.ini:1:1', /ends in a ":"/, /\.yml/],
    ['---\nall:\n', 'hosts.ini:1:1', /YAML/, /\.yml/],
    ['[a:children]\nb\n[b:children]\nc\n[c:children]\na\n', 'hosts.ini:6:1', /a > b > c > a/, /Take a out/],
    ['[a:children]\na\n', 'hosts.ini:2:1', /a > a/, undefined],
    ['[a:children]\nall\n', 'hosts.ini:2:1', /all > a > all/, undefined],
    ['[a]\n[a:vars]\nansible_group_priority=high\n', 'hosts.ini:3:24', /no whole number/, undefined],
  ])('%j', (text, place, message, hint) => {
    const error = errorOf(() => anInventory({ 'hosts.ini': text }));
    expect(error.message).toMatch(message);
    expect(placeText(error)).toBe(place);
    if (hint) expect(error.hint).toMatch(hint);
  });
});

describe('mistakes in a YAML inventory', () => {
  it.each([
    ['- web1\n', 'hosts.yml:1:1', /map of groups/, /all:/],
    [
      'web:\n  hosts:\n    - web1\n',
      'hosts.yml:3:5',
      /"hosts" of the group web has to be a map/,
      /instead of "- name"/,
    ],
    ['web:\n  hosts:\n    192: {}\n', 'hosts.yml:3:5', /has to be a text, and 192/, /quotes/],
    ['80:\n  hosts: {}\n', 'hosts.yml:1:1', /name of a group has to be a text/, /quotes/],
    [
      'web:\n  hosts:\n    web1: 80\n',
      'hosts.yml:3:11',
      /variables of web1 have to be a map/,
      /line of its own/,
    ],
    ['web:\n  vars: [a]\n', 'hosts.yml:2:9', /"vars" of the group web/, undefined],
    ['web:\n  hosts:\n    web[9:x]:\n', 'hosts.yml:3:5', /neither numbers nor letters/, /range/],
    ['a:\n  children:\n    b:\n      children:\n        a:\n', 'hosts.yml:3:5', /b > a > b/, undefined],
    ['plugin: amazon.aws.aws_ec2\n', 'hosts.yml:1:9', /amazon.aws.aws_ec2 is not there/, /program/],
    ['web:\n  hosts:\n\tweb1:\n', 'hosts.yml:3:1', /tab/, /spaces/],
  ])('%j', (text, place, message, hint) => {
    const error = errorOf(() => anInventory({ 'hosts.yml': text }));
    expect(error.message).toMatch(message);
    expect(placeText(error)).toBe(place);
    if (hint) expect(error.hint).toMatch(hint);
  });

  it('are warnings where the rest can be used', () => {
    const warnings: SourceWarning[] = [];
    anInventory({ 'hosts.yml': 'web:\n  host: {a: }\n  hosts: {b: }\nweb2: 12\n' }, { warnings });
    expect(warnings.map((warning) => [placeText(warning), warning.message, warning.hint])).toEqual([
      ['hosts.yml:2:3', expect.stringContaining('"host"'), 'Did you mean "hosts"?'],
      ['hosts.yml:4:1', expect.stringContaining('"web2" is no group'), expect.any(String)],
    ]);
  });
});

describe('a file without an ending', () => {
  it('is blamed as YAML or as INI, whichever it looks like', () => {
    expect(errorOf(() => anInventory({ hosts: 'all:\n  hosts:\n   a: b: c\n' })).message).toMatch(
      /": " in it/,
    );
    expect(errorOf(() => anInventory({ hosts: '[web]\nweb1 x\n' })).message).toMatch(/no "="/);
  });
});

describe('sources that cannot be used', () => {
  const load = (folder: string, source: string) =>
    loadInventory([source], { cwd: folder, constructing: nothingConstructed });

  it('a file that is not there, with how to write a host instead', () => {
    const error = errorOf(() => load(aFolder({}), 'web1'));
    expect(error.message).toMatch(/no inventory .*web1/);
    expect(error.hint).toMatch(/"web1,"/);
  });

  it('TOML', () => {
    expect(errorOf(() => anInventory({ 'hosts.toml': '[web]' })).message).toMatch(/TOML/);
  });

  it('an encrypted file without a password', () => {
    const error = errorOf(() => anInventory({ hosts: '$ANSIBLE_VAULT;1.1;AES256\n3030\n' }));
    expect(error.message).toMatch(/encrypted/);
  });

  it('go to whoever asks for them, and the others are read', () => {
    const errors: SourceError[] = [];
    const inventory = loadInventory(['missing', 'a,b'], {
      cwd: aFolder({}),
      constructing: nothingConstructed,
      unreadable: (error) => errors.push(error),
    });
    expect(errors.map((error) => error.message)).toEqual([expect.stringMatching(/no inventory/)]);
    expect([...inventory.hosts.keys()]).toEqual(['a', 'b']);
  });
});

describe('programs', () => {
  it.each([
    ['#!/bin/sh\necho oops >&2; exit 3\n', /--list failed with exit code 3/, /oops/],
    ['#!/bin/sh\necho "no json"; echo why >&2\n', /printed no JSON/, /why/],
    ['#!/bin/sh\necho "[]"\n', /JSON object of groups/, undefined],
    ['#!/bin/sh\necho \'{"web": {"hosts": "web1"}}\'\n', /"hosts" of the group web/, undefined],
    ['#!/bin/sh\necho \'{"web": {"vars": []}}\'\n', /"vars" of the group web/, undefined],
    ['#!/bin/sh\necho \'{"_meta": {}}\'\n', /hostvars/, undefined],
    ['#!/no/such/interpreter\n', /cannot run/, undefined],
  ])('%j', (text, message, hint) => {
    const error = errorOf(() => anInventory({ program: text }));
    expect(error.message).toMatch(message);
    if (hint) expect(error.hint).toMatch(hint);
  });

  it('are not files that are executable by mistake', () => {
    const folder = aFolder({ hosts: '[web]\nweb1\n' });
    chmodSync(join(folder, 'hosts'), 0o755);
    const inventory = loadInventory(['hosts'], { cwd: folder, constructing: nothingConstructed });
    expect([...inventory.hosts.keys()]).toEqual(['web1']);
  });
});

describe('a folder', () => {
  it('with a link that leads nowhere is an error, as are variables behind such a link', () => {
    const folder = aFolder({ 'x/hosts': 'h1', 'x/group_vars/all/a.yml': 'a: 1' });
    symlinkSync('nowhere', join(folder, 'x/group_vars/all/b.yml'));
    const inventory = loadInventory(['x'], { cwd: folder, constructing: nothingConstructed });
    const layers = () => groupLayers(inventory, inventory.hosts.get('h1')!, []);
    expect(errorOf(layers).message).toMatch(/b.yml: there is no such file/);
    symlinkSync('nowhere', join(folder, 'x/more'));
    const load = () => loadInventory(['x'], { cwd: folder, constructing: nothingConstructed });
    expect(errorOf(load).message).toMatch(/no inventory .*more/);
  });

  it('without sources is an inventory without hosts', () => {
    const folder = aFolder({ 'x/notes.txt': 'no inventory' });
    mkdirSync(join(folder, 'y'));
    const load = (name: string) => loadInventory([name], { cwd: folder, constructing: nothingConstructed });
    expect(load('x').hosts.size).toBe(0);
    expect(load('y').hosts.size).toBe(0);
  });
});
