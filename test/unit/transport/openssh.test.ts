import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Target } from '../../../src/transport/index.ts';
import { failure, onPort, run, type Workbench, workbench } from './bench.ts';
import { freePort, kill, makeKey, noSshd, type Sshd, sessionsOf } from './sshd.ts';

let bench: Workbench;
let sshd: Sshd;
let known: string;

beforeAll(async () => {
  if (noSshd) return;
  bench = workbench();
  sshd = await bench.sshd();
  known = bench.known([bench.line(sshd.port)]);
});

afterAll(() => bench?.end());

function target(more: Partial<Target> = {}): Target {
  const files = `-o UserKnownHostsFile=${known} -o IdentitiesOnly=yes -o IdentityAgent=none`;
  return onPort(sshd.port, {
    transport: 'openssh',
    privateKeyFile: bench.userKey,
    sshCommonArgs: files,
    ...more,
  });
}

function ownFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('flotte-ssh-'));
}

describe.skipIf(noSshd)(`by the ssh program${noSshd ? `: skipped, ${noSshd}` : ''}`, () => {
  it('programs run side by side over one connection, which leaves nothing behind', async () => {
    const before = ownFolders();
    const connection = await bench.transport().connect(target());
    const logins = sshd.logins();
    expect(logins).toBeGreaterThan(0);
    const outs = await Promise.all([
      run(connection, 'cat; echo err >&2; exit 3', 'in'),
      run(connection, 'sleep 0.2; echo two'),
    ]);
    expect(outs).toEqual([
      { out: 'in', err: 'err\n', code: 3 },
      { out: 'two\n', err: '', code: 0 },
    ]);
    expect(sshd.logins()).toBe(logins);
    await connection.close();
    expect(await connection.gone).toBeUndefined();
    expect(ownFolders()).toEqual(before);
  });

  it('a user certificate lets in', async () => {
    const authority = makeKey(join(bench.folder, 'authority'));
    const own = await bench.sshd({ authorized: [], config: [`TrustedUserCAKeys ${authority}.pub`] });
    const key = makeKey(join(bench.folder, 'certified'));
    const me = execFileSync('id', ['-un'], { encoding: 'utf8' }).trim();
    execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'test', '-n', me, `${key}.pub`], {
      stdio: 'ignore',
    });
    bench.known([bench.line(sshd.port), bench.line(own.port)]);
    const connection = await bench.transport().connect(target({ port: own.port, privateKeyFile: key }));
    expect(await run(connection, 'echo in')).toMatchObject({ out: 'in\n', code: 0 });
    await connection.close();
  });

  it('a changed key is refused, also where checking is off', async () => {
    bench.known([bench.line(sshd.port, makeKey(join(bench.folder, 'other')))]);
    const off = `${target().sshCommonArgs} -o StrictHostKeyChecking=no`;
    for (const more of [{}, { hostKeyChecking: false }, { sshCommonArgs: off }]) {
      const { message } = await failure(bench.transport().connect(target(more)));
      expect(message).toContain(`the host key of 127.0.0.1 has changed (${known}:1)`);
    }
    bench.known([bench.line(sshd.port)]);
  });

  it('an unknown key is refused, and accepted where checking is off', async () => {
    bench.known([]);
    const { message } = await failure(bench.transport().connect(target()));
    expect(message).toContain('Host key verification failed');
    await (await bench.transport().connect(target({ hostKeyChecking: false }))).close();
    bench.known([bench.line(sshd.port)]);
  });

  it('what cannot be reached says so in words of ssh', async () => {
    const before = ownFolders();
    const { message } = await failure(bench.transport().connect(target({ port: await freePort() })));
    expect(message).toContain('127.0.0.1 cannot be reached by ssh');
    expect(message).toContain('Connection refused');
    const denied = await failure(bench.transport().connect(target({ user: 'nobody' })));
    expect(denied.message).toContain('Permission denied');
    expect(ownFolders()).toEqual(before);
  });

  it('a lost connection settles gone and the channels', async () => {
    const own = await bench.sshd();
    bench.known([bench.line(sshd.port), bench.line(own.port)]);
    const connection = await bench.transport().connect(target({ port: own.port }));
    const channel = await connection.exec('echo on; sleep 30');
    channel.stderr.resume();
    await new Promise((resolve) => channel.stdout.once('data', resolve));
    for (const pid of sessionsOf(own.process)) kill(pid);
    const lost = expect.stringContaining('the connection to 127.0.0.1 was lost');
    expect(await connection.gone).toEqual(lost);
    expect(await channel.closed).toEqual({ lost });
    const late = await run(connection, 'echo late').catch((error: Error) => error.message);
    expect(late).not.toMatchObject({ out: 'late\n' });
  });

  it('no variable of ours reaches the host', async () => {
    const connection = await bench.transport({ env: { LC_FLOTTE: 'here' } }).connect(target());
    const { out } = await run(connection, 'env');
    expect(out).not.toContain('LC_FLOTTE');
    await connection.close();
  });
});
