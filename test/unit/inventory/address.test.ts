import { describe, expect, it } from 'vitest';
import { expandHosts, isIpAddress, parseAddress } from '../../../src/inventory/address.ts';

describe('parseAddress', () => {
  it.each([
    ['web1', 'web1', undefined],
    ['web1:2222', 'web1', 2222],
    ['web1.example.org:22', 'web1.example.org', 22],
    ['10.0.0.1:22', '10.0.0.1', 22],
    ['[10.0.0.1]:22', '10.0.0.1', 22],
    ['fe80::1', 'fe80::1', undefined],
    ['[fe80::1]:22', 'fe80::1', 22],
    ['web[1:3]:22', 'web[1:3]', 22],
    ['fe80::[1:a]', 'fe80::[1:a]', undefined],
    ['10.0.[0:3].[1:9]', '10.0.[0:3].[1:9]', undefined],
    ['a_b-c', 'a_b-c', undefined],
    ['münchen', 'münchen', undefined],
  ])('%s', (text, host, port) => {
    expect(parseAddress(text)).toEqual({ host, port });
  });

  it.each(['a:b', 'web-', '-web', 'web*', '!web', 'a b', 'web:x', '', 'fe80::1::2', 'a..b'])(
    'refuses %j',
    (text) => {
      expect(parseAddress(text)).toBeUndefined();
    },
  );
});

describe('expandHosts', () => {
  it.each([
    ['web1', ['web1']],
    ['web[1:3]', ['web1', 'web2', 'web3']],
    ['web[08:10]', ['web08', 'web09', 'web10']],
    ['web[1:7:3]', ['web1', 'web4', 'web7']],
    ['web[:2]', ['web0', 'web1', 'web2']],
    ['[a:c]', ['a', 'b', 'c']],
    ['[y:B]', ['y', 'z', 'A', 'B']],
    ['[a:e:2]', ['a', 'c', 'e']],
    ['[1:2][a:b].x', ['1a.x', '1b.x', '2a.x', '2b.x']],
    ['web[2:1]', []],
    ['/srv/chroot', ['/srv/chroot']],
  ])('%s', (text, names) => {
    expect(expandHosts(text).names).toEqual(names);
  });

  it('gives the port of all', () => {
    expect(expandHosts('web[1:2]:2222')).toEqual({ names: ['web1', 'web2'], port: 2222 });
  });
});

it('knows addresses from names', () => {
  expect(['10.0.0.1', '::1', 'web1', '1.2.3', '10.0.0.256'].map(isIpAddress)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
