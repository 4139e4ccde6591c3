import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { limitHosts } from '../../../src/inventory/limit.ts';
import { matchHosts, splitPattern } from '../../../src/inventory/patterns.ts';
import { aFolder, anInventory, errorOf } from './build.ts';

const inventory = anInventory({ hosts: 'lonely\n[web]\nweb[1:4]\n[db]\ndb1\nweb4\n[empty]\n' });
const names = (pattern: string | string[]) => matchHosts(inventory, pattern).hosts.map((host) => host.name);

// The whole table of patterns is compared with ansible-core in test/conformance.
describe('patterns', () => {
  it.each<[string | string[], string[]]>([
    ['all:!web', ['lonely', 'db1']],
    ['web:&db', ['web4']],
    [
      ['db', 'web1'],
      ['db1', 'web4', 'web1'],
    ],
    ['web[0]:web[-1]', ['web1', 'web4']],
    ['web[1:2]', ['web2', 'web3']],
    ['~web[12]$', ['web1', 'web2']],
    ['~1', []],
    ['web[!12]', ['web3', 'web4']],
    ['', []],
    [[], []],
  ])('%j', (pattern, hosts) => {
    expect(names(pattern)).toEqual(hosts);
  });

  it('apply in the order plain, &, !', () => {
    expect(splitPattern('!a,b,&c , d')).toEqual(['b', 'd', '&c', '!a']);
    expect(splitPattern('fe80::1')).toEqual(['fe80::1']);
    expect(splitPattern('web[1:3]:db')).toEqual(['web[1:3]', 'db']);
  });

  it('tell which parts name nothing; an empty group is known', () => {
    expect(matchHosts(inventory, 'web:nobody:!noone').unknown).toEqual(['nobody', '!noone']);
    expect(matchHosts(inventory, 'empty').unknown).toEqual([]);
    expect(matchHosts(inventory, 'x*').unknown).toEqual(['x*']);
  });

  it('that count beyond the hosts are an error', () => {
    expect(errorOf(() => names('web[7]')).message).toMatch(/web\[7\] counts beyond the 4 hosts/);
  });

  it('that are no regular expression are an error', () => {
    expect(errorOf(() => names('~web(')).message).toMatch(/~web\( cannot be read/);
    expect(errorOf(() => names('web[z-a]x*')).message).toMatch(/cannot be read/);
  });
});

describe('--limit', () => {
  const folder = aFolder({});
  const limited = (limit: string) => [...limitHosts(inventory, limit, folder)].map((host) => host.name);

  it('leaves the hosts of a pattern', () => {
    expect(limited('web,!web2')).toEqual(['web1', 'web3', 'web4']);
    expect(
      matchHosts(inventory, 'db', limitHosts(inventory, 'web', folder)).hosts.map((host) => host.name),
    ).toEqual(['web4']);
  });

  it('reads @files, one pattern a line', () => {
    writeFileSync(join(folder, 'failed'), 'web1\r\n\n db1 \n');
    expect(limited('@failed,lonely')).toEqual(['web1', 'db1', 'lonely']);
    expect(errorOf(() => limited('@gone')).message).toMatch(/gone: there is no such file/);
  });

  it.each([
    ['wbe1', /names wbe1/, /"web1"/],
    ['all,!wbe', /names wbe,/, /"web"/],
    ['zzzzzz', /names zzzzzz/, /--graph/],
  ])('refuses the unknown name in %s', (limit, message, hint) => {
    const error = errorOf(() => limited(limit));
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });

  it('refuses to leave no host', () => {
    expect(errorOf(() => limited('web1,!web')).message).toMatch(/leaves no host/);
    expect(errorOf(() => limited('x*')).message).toMatch(/leaves no host/);
  });
});
