import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/lib/secret.ts';
import { channelCommand, type Identity, identityKey, startError } from '../../../src/remote/become.ts';
import { openHost } from '../../../src/remote/host.ts';
import { connectShell } from './localConnection.ts';

const root: Identity = { user: 'root', method: 'sudo' };

describe('the command line of a channel', () => {
  for (const shell of ['sh', 'bash', 'dash', 'zsh', 'fish', 'tcsh', 'mksh']) {
    const program = [`/bin/${shell}`, `/usr/bin/${shell}`].find((path) => existsSync(path));
    it.skipIf(!program)(`is taken as it stands by ${shell}`, () => {
      const input = 'noise\nflotte-x echo "it\'s $HOME"; exit\n';
      const command = channelCommand('flotte-x', undefined);
      const printed = execFileSync(program!, ['-c', command], { input, encoding: 'utf8' });
      expect(printed).toBe(`flotte-x\nit's ${process.env.HOME}\n`);
    });
  }

  it('asks sudo for no password where there is none, and for one by our own prompt', () => {
    expect(channelCommand('tok', root)).toMatch(/^exec sudo -H -n -u root sh -c '/);
    const asked = { ...root, password: new Secret('pw') };
    expect(channelCommand('tok', asked)).toMatch(/^exec sudo -H -S -p tok -u root sh -c '/);
    expect(channelCommand('tok', { ...asked, flags: '-H -S -n -E' })).toMatch(
      /^exec sudo -H -S -E -S -p tok -u root sh/,
    );
    expect(channelCommand('tok', { ...root, user: "o'x", exe: '/opt/my sudo' })).toContain(
      "'/opt/my sudo' -H -n -u 'o'\\''x'",
    );
  });

  it('shows no password', () => {
    const asked = { ...root, password: new Secret('hunter2') };
    expect(channelCommand('tok', asked)).not.toContain('hunter2');
    expect(channelCommand('tok', { ...asked, method: 'su' })).not.toContain('hunter2');
  });
});

describe('identities', () => {
  it('share a channel only where all is the same', () => {
    const password = new Secret('a');
    expect(identityKey({ ...root })).toBe(identityKey(root));
    const others: Identity[] = [
      { ...root, user: 'x' },
      { ...root, method: 'su' },
      { ...root, flags: '-E' },
      { ...root, password },
    ];
    for (const other of others) expect(identityKey(other)).not.toBe(identityKey(root));
    expect(identityKey(undefined)).not.toBe(identityKey(root));
  });
});

describe('a channel that does not begin', () => {
  it('names the cause where sudo said one', () => {
    const { name, message, hint } = startError(root, 'sudo: a password is required\n', 1);
    expect(name).toBe('BecomeError');
    expect(message).toBe('sudo asks for a password to become root: sudo: a password is required');
    expect(hint).toContain('--ask-become-pass');
  });

  it('gives what was said, or the exit code, where the cause is not known', () => {
    expect(startError(root, 'sudo: strange weather\n', 1).message).toBe(
      'cannot become root by sudo: sudo: strange weather',
    );
    expect(startError(root, '', 9).message).toBe('cannot become root by sudo (it exited with 9)');
    expect(startError(undefined, 'This account is closed.', 1).message).toBe(
      "the host's shell did not start: This account is closed.",
    );
  });
});

describe('a user who is not there', () => {
  it('is tried again once a step was done, and not before', async () => {
    const connection = connectShell();
    const folder = mkdtempSync(join(tmpdir(), 'flotte-become-'));
    const there = join(folder, 'there');
    const exe = join(folder, 'sudo');
    const sudo = `#!/bin/sh
[ -e ${there} ] || { echo "sudo: unknown user late" >&2; exit 1; }
while [ "$1" != sh ]; do shift; done
exec "$@"
`;
    writeFileSync(exe, sudo, { mode: 0o755 });
    const host = openHost(connection);
    const ping = () => host.reads({ user: 'late', method: 'sudo', exe }).ping({ data: 'x' });
    await expect(ping()).rejects.toThrow('there is no user late on the host');
    await expect(ping()).rejects.toThrow('there is no user late on the host');
    expect(connection.commands).toHaveLength(1);
    await host.perform([{ kind: 'put', path: there, content: '' }]);
    expect(await ping()).toBe('x');
    await host.close();
    connection.cleanUp();
    rmSync(folder, { recursive: true });
  });
});
