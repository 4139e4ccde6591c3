import { expect, it } from 'vitest';
import { isForHost, parseKnownHost, withHashedHost } from '../../../src/lib/knownHostLine.ts';

const line = (hosts: string) => parseKnownHost(`${hosts} ssh-ed25519 AAAA`)!;

it.each([
  ['a.example.org', 'a.example.org', true],
  ['b,[a]:2222', '[a]:2222', true],
  ['*.example.org', 'A.example.org', true],
  ['*.example.org,!a.example.org', 'a.example.org', false],
  ['h?st', 'host', true],
  ['a.example.org', 'aXexample.org', false],
])('%s for %s: %s', (hosts, host, expected) => expect(isForHost(line(hosts), host)).toBe(expected));

// As ssh-keygen -H wrote it.
it('knows a host by its hash', () => {
  const hashed = parseKnownHost(
    '|1|NZBx4BSJkzfW2J1aZB/Bq9a5x4s=|wDJ5ODs2ktfs4R1eOq+ymP3RJt0= ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDARzoOMF1qc9pF6NAZV5oQvOwesFRyd6W2dhbPwt7jm',
  )!;
  expect(isForHost(hashed, 'h.example.org')).toBe(true);
  expect(isForHost(hashed, 'x.example.org')).toBe(false);
});

it('hashes a name, the same one every time', () => {
  const hashed = withHashedHost('@revoked h ssh-rsa AAAA note', 'h');
  expect(hashed).toBe(withHashedHost('@revoked h ssh-rsa AAAA note', 'h'));
  const entry = parseKnownHost(hashed)!;
  expect(entry).toMatchObject({ marker: '@revoked', type: 'ssh-rsa', key: 'AAAA' });
  expect(entry.hosts).toMatch(/^\|1\|/);
  expect(isForHost(entry, 'h')).toBe(true);
});
