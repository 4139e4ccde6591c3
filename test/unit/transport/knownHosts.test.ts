import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  addKnownHost,
  fingerprint,
  hostKeyName,
  isListed,
  plainKeyTypes,
  readKnownHosts,
  verifyHostKey,
} from '../../../src/transport/knownHosts.ts';
import { blobOf, makeKey, noKeygen, publicLine } from './sshd.ts';

describe.skipIf(noKeygen)(`known_hosts${noKeygen ? `: skipped, ${noKeygen}` : ''}`, () => {
  let folder: string;
  let first: string;
  let other: string;
  let ecdsa: string;
  let file: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'flotte-known-'));
    first = makeKey(join(folder, 'first'));
    other = makeKey(join(folder, 'other'));
    ecdsa = makeKey(join(folder, 'ecdsa'), 'ecdsa');
  });

  beforeEach(() => {
    file = join(mkdtempSync(join(folder, 'case-')), 'known_hosts');
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function verdict(lines: string, host: string, port: number, key: string, alias?: string) {
    writeFileSync(file, lines);
    return verifyHostKey(await readKnownHosts([file]), hostKeyName(host, port, alias), blobOf(key));
  }

  const unknown = { answer: 'unknown', otherTypes: [], authority: undefined };

  describe('a plain line', () => {
    it('knows the host by this key, whatever the case of its name', async () => {
      expect(await verdict(`web1,10.0.0.1 ${publicLine(first)} a comment\n`, 'WEB1', 22, first)).toEqual({
        answer: 'known',
      });
      expect(await verdict(`web1,10.0.0.1 ${publicLine(first)}\n`, '10.0.0.1', 22, first)).toEqual({
        answer: 'known',
      });
    });

    it('says of another key of that type that it changed, with the line and its fingerprint', async () => {
      expect(await verdict(`# mine\n\nweb1 ${publicLine(first)}\n`, 'web1', 22, other)).toEqual({
        answer: 'changed',
        place: `${file}:3`,
        expected: fingerprint(blobOf(first)),
      });
    });

    it('says nothing of another host', async () => {
      expect(await verdict(`web1 ${publicLine(first)}\n`, 'web2', 22, first)).toEqual(unknown);
    });

    it('tells which other types of key the host is known by', async () => {
      expect(await verdict(`web1 ${publicLine(ecdsa)}\n`, 'web1', 22, first)).toEqual({
        answer: 'unknown',
        otherTypes: ['ecdsa-sha2-nistp256'],
        authority: undefined,
      });
    });

    it('takes any one of several keys of the host', async () => {
      const lines = `web1 ${publicLine(first)}\nweb1 ${publicLine(other)}\n`;
      expect(await verdict(lines, 'web1', 22, other)).toEqual({ answer: 'known' });
    });
  });

  describe('names', () => {
    it('carry a port other than 22, and fall back to the name without it', async () => {
      expect(await verdict(`[web1]:2222 ${publicLine(first)}\n`, 'web1', 2222, first)).toEqual({
        answer: 'known',
      });
      expect(await verdict(`[web1]:2222 ${publicLine(first)}\n`, 'web1', 22, first)).toEqual(unknown);
      expect(await verdict(`web1 ${publicLine(first)}\n`, 'web1', 2222, first)).toEqual({ answer: 'known' });
      // Another key under the name without a port says nothing of this port.
      expect(await verdict(`web1 ${publicLine(first)}\n`, 'web1', 2222, other)).toEqual(unknown);
    });

    it('are replaced by a HostKeyAlias, which has no port', async () => {
      expect(await verdict(`cluster ${publicLine(first)}\n`, 'web1', 2222, first, 'Cluster')).toEqual({
        answer: 'known',
      });
    });

    it('may be patterns, and exceptions from them', async () => {
      const lines = `*.example.org,!bad.example.org ${publicLine(first)}\n`;
      expect(await verdict(lines, 'web.example.org', 22, first)).toEqual({ answer: 'known' });
      expect(await verdict(lines, 'bad.example.org', 22, first)).toEqual(unknown);
      expect(await verdict(lines, 'web.example.org', 22, other)).toMatchObject({ answer: 'changed' });
      expect(await verdict(`10.0.0.? ${publicLine(first)}\n`, '10.0.0.17', 22, first)).toEqual(unknown);
      expect(
        await verdict(`[*.example.org]:2222 ${publicLine(first)}\n`, 'a.example.org', 2222, first),
      ).toEqual({
        answer: 'known',
      });
    });

    it('hashed by ssh-keygen are found', async () => {
      writeFileSync(file, `web1 ${publicLine(first)}\n[web2]:2222 ${publicLine(other)}\n`);
      execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
      expect(readFileSync(file, 'utf8')).not.toContain('web1');
      const known = await readKnownHosts([file]);
      const ask = (host: string, port: number, key: string) =>
        verifyHostKey(known, hostKeyName(host, port), blobOf(key));
      expect(ask('web1', 22, first)).toEqual({ answer: 'known' });
      expect(ask('web2', 2222, other)).toEqual({ answer: 'known' });
      expect(ask('web1', 22, other)).toMatchObject({ answer: 'changed', place: `${file}:1` });
      expect(ask('web3', 22, first)).toEqual(unknown);
      expect(isListed(known, hostKeyName('web1', 22))).toBe(true);
      expect(isListed(known, hostKeyName('web3', 22))).toBe(false);
    });
  });

  describe('markers', () => {
    it('@revoked refuses a key that another line knows', async () => {
      const lines = `web1 ${publicLine(first)}\n@revoked * ${publicLine(first)}\n`;
      expect(await verdict(lines, 'web1', 22, first)).toEqual({ answer: 'revoked', place: `${file}:2` });
    });

    it('@cert-authority is told, and does not make its own key a host key', async () => {
      const lines = `@cert-authority *.example.org ${publicLine(first)}\n`;
      expect(await verdict(lines, 'a.example.org', 22, other)).toEqual({
        answer: 'unknown',
        otherTypes: [],
        authority: `${file}:1`,
      });
      expect(await verdict(lines, 'a.example.org', 22, first)).toMatchObject({ answer: 'unknown' });
    });
  });

  describe('files', () => {
    it('are several, and one that is missing is empty', async () => {
      const second = `${file}2`;
      writeFileSync(second, `web1 ${publicLine(first)}\n`);
      const known = await readKnownHosts([file, second]);
      expect(verifyHostKey(known, hostKeyName('web1', 22), blobOf(first))).toEqual({ answer: 'known' });
      expect(verifyHostKey(known, hostKeyName('web1', 22), blobOf(other))).toMatchObject({
        place: `${second}:1`,
      });
      expect(known.warnings).toEqual([]);
    });

    it('tell of lines that make no sense, and go on', async () => {
      const wrongType = publicLine(first).replace('ssh-ed25519', 'ssh-rsa');
      writeFileSync(
        file,
        `web1\nweb1 ${wrongType}\n@other web1 ${publicLine(first)}\n|1|salt ${publicLine(first)}\nweb1 ${publicLine(first)}\n`,
      );
      const known = await readKnownHosts([file]);
      expect(known.warnings).toEqual([
        `${file}:1: a line needs host names, a key type and a key`,
        `${file}:2: the key is not a ssh-rsa key`,
        `${file}:3: the marker @other is not known`,
        `${file}:4: the hashed host name is not of the form |1|salt|hash`,
      ]);
      expect(verifyHostKey(known, hostKeyName('web1', 22), blobOf(first))).toEqual({ answer: 'known' });
    });

    it('tell that they cannot be read', async () => {
      mkdirSync(file);
      expect((await readKnownHosts([file])).warnings).toEqual([`${file}: cannot be read (EISDIR)`]);
    });
  });

  it('tells the types of key by which a host is known', async () => {
    writeFileSync(
      file,
      `web1,web2 ${publicLine(ecdsa)}\nweb* ${publicLine(first)}\ndb ${publicLine(first)}\n`,
    );
    const known = await readKnownHosts([file]);
    expect(plainKeyTypes(known, hostKeyName('web1', 22))).toEqual(['ecdsa-sha2-nistp256', 'ssh-ed25519']);
    expect(plainKeyTypes(known, hostKeyName('web9', 22))).toEqual(['ssh-ed25519']);
  });

  it('prints fingerprints as ssh-keygen does', () => {
    const printed = execFileSync('ssh-keygen', ['-l', '-f', `${first}.pub`], { encoding: 'utf8' });
    expect(printed.split(' ')[1]).toBe(fingerprint(blobOf(first)));
  });

  describe('a key that is added', () => {
    it('is found by ssh-keygen, plain and hashed', async () => {
      await addKnownHost(file, '[web1]:2222', blobOf(first), false);
      await addKnownHost(file, 'web2', blobOf(other), true);
      const find = (name: string) =>
        execFileSync('ssh-keygen', ['-F', name, '-f', file], { encoding: 'utf8' }).trim().split('\n').at(-1);
      expect(find('[web1]:2222')).toBe(`[web1]:2222 ${publicLine(first)}`);
      expect(find('web2')).toContain(publicLine(other));
      expect(readFileSync(file, 'utf8')).not.toContain('web2');
    });

    it('gets a line of its own and leaves the rest alone', async () => {
      writeFileSync(file, `web1 ${publicLine(first)}`);
      chmodSync(file, 0o644);
      await addKnownHost(file, 'web2', blobOf(other), false);
      expect(readFileSync(file, 'utf8')).toBe(`web1 ${publicLine(first)}\nweb2 ${publicLine(other)}\n`);
      expect(statSync(file).mode & 0o777).toBe(0o644);
    });

    it('comes into a folder and a file that only the user can read', async () => {
      const fresh = join(folder, 'fresh/.ssh/known_hosts');
      await addKnownHost(fresh, 'web1', blobOf(first), false);
      expect(statSync(join(folder, 'fresh/.ssh')).mode & 0o777).toBe(0o700);
      expect(statSync(fresh).mode & 0o777).toBe(0o600);
    });

    it('never mixes with others that are added at the same time', async () => {
      await Promise.all(
        Array.from({ length: 50 }, (_, index) => addKnownHost(file, `web${index}`, blobOf(first), false)),
      );
      const known = await readKnownHosts([file]);
      expect(known.warnings).toEqual([]);
      expect(known.lines).toHaveLength(50);
    });
  });
});
