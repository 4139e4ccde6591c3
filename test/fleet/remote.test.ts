import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/lib/secret.ts';
import { type Identity, openHost, type RemoteHost } from '../../src/remote/host.ts';
import { createTransport } from '../../src/transport/index.ts';
import { describeOnFleet } from './describe-on-fleet.ts';
import { type Fleet, type FleetHost, startFleet } from './index.ts';

const transports = ['ssh2', 'openssh'] as const;

describeOnFleet('work on a host', () => {
  let fleet: Fleet;
  let host: FleetHost;
  const open: RemoteHost[] = [];

  beforeAll(async () => {
    fleet = await startFleet({ name: 'remote', count: 1, base: 'debian' });
    host = fleet.hosts[0]!;
    await host.read('apt-get install -y -q busybox >/dev/null 2>&1 || true; useradd -m -s /bin/bash other');
  });
  afterAll(async () => {
    for (const remote of open.splice(0)) await remote.close();
    await fleet?.stop();
  });

  async function connect(user: string, transport: (typeof transports)[number] = 'ssh2') {
    const connection = await createTransport({ env: { PATH: process.env.PATH } }).connect({
      transport,
      host: host.address,
      user,
      retries: 0,
      privateKeyFile: fleet.keyFile,
      sshConfigFile: 'none',
      sshCommonArgs: `-o UserKnownHostsFile=${fleet.knownHostsFile}`,
    });
    const remote = openHost(connection, { startSeconds: 15 });
    open.push(remote);
    return { remote, connection };
  }

  const root: Identity = { user: 'root', method: 'sudo' };
  const withPassword = (): Identity => ({ ...root, password: new Secret(fleet.workerPassword) });

  async function whoami(remote: RemoteHost, as?: Identity): Promise<string> {
    const [done] = await remote.perform([{ kind: 'run', argv: ['id', '-un'] }], { as });
    return done!.stdout.trim();
  }

  async function alive(pattern: string): Promise<string> {
    return (await host.run(`pgrep -fa ${pattern} | grep -v pgrep`)).stdout;
  }

  async function gone(pattern: string): Promise<boolean> {
    for (let tries = 0; tries < 50; tries += 1) {
      if ((await alive(pattern)) === '') return true;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return false;
  }

  describe.each(transports)('by %s', (transport) => {
    it('reads, writes and runs as the login user and as others, each on one channel', async () => {
      const { remote } = await connect('deploy', transport);
      const nobody: Identity = { user: 'nobody', method: 'sudo' };
      expect(await whoami(remote)).toBe('deploy');
      expect(await whoami(remote, root)).toBe('root');
      expect(await whoami(remote, nobody)).toBe('nobody');
      const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 31) % 256));
      const path = `/root/bytes-${transport}`;
      await remote.perform([{ kind: 'put', path, content: bytes, attributes: { mode: 0o600 } }], {
        as: root,
      });
      const [asRoot, asDeploy] = await Promise.all([
        remote.reads(root).content({ path }),
        remote.reads().stat({ path }),
      ]);
      expect(Buffer.from(asRoot!).equals(bytes)).toBe(true);
      expect(asDeploy).toBeUndefined();
      await remote.perform([{ kind: 'remove', path }], { as: root });
      await remote.close();
    });

    it('becomes root with a password, which no process and no log shows', async () => {
      const { remote } = await connect('worker', transport);
      expect(await whoami(remote, withPassword())).toBe('root');
      const script =
        'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null; journalctl --no-pager 2>/dev/null; true';
      const [seen] = await remote.perform([{ kind: 'run', script }], { as: withPassword() });
      expect(seen!.stdout).toContain('flotte-');
      expect(seen!.stdout).not.toContain(fleet.workerPassword);
      await remote.close();
    });

    it('leaves no process behind: at a time limit, at an abort, and when the connection is lost', async () => {
      const { remote, connection } = await connect('deploy', transport);
      const slow = {
        kind: 'run' as const,
        script: 'timeout 771 sleep 772 & (trap "" TERM; sleep 773) & sleep 774',
      };
      await expect(remote.perform([{ ...slow, seconds: 1 }], { as: root })).rejects.toThrow(
        'took longer than 1 s',
      );
      expect(await gone('"sleep 77[0-9]"')).toBe(true);

      const control = new AbortController();
      const aborted = remote.perform([slow], { as: root, signal: control.signal });
      aborted.catch(() => undefined);
      while ((await alive('"sleep 774"')) === '') await new Promise((resolve) => setTimeout(resolve, 50));
      control.abort();
      await expect(aborted).rejects.toMatchObject({ why: 'aborted' });
      expect(await gone('"sleep 77[0-9]"')).toBe(true);

      const lost = remote.perform([slow], { as: root });
      lost.catch(() => undefined);
      while ((await alive('"sleep 774"')) === '') await new Promise((resolve) => setTimeout(resolve, 50));
      await connection.close();
      await expect(lost).rejects.toThrow();
      expect(await gone('"sleep 77[0-9]"')).toBe(true);
      expect(await gone('flotte-')).toBe(true);
    });

    it('leaves what was put in the background on purpose, and nothing else', async () => {
      const { remote } = await connect('deploy', transport);
      const script = 'nohup sleep 781 >/dev/null 2>&1 & echo $!; sleep 782 & echo $!';
      const [left] = await remote.perform([{ kind: 'run', script }], { as: root });
      const pids = left!.stdout.trim().split('\n');
      expect(pids).toHaveLength(2);
      expect(await whoami(remote, root)).toBe('root');
      await remote.close();
      expect(await gone('flotte-')).toBe(true);
      expect(await alive('"sleep 78[0-9]"')).toMatch(/sleep 781\n.*sleep 782/);
      await host.read(`kill ${pids.join(' ')}`);
    });
  });

  it('tries a wrong sudo password once', async () => {
    const attempts = async () =>
      Number(
        await host.read(
          'journalctl --no-pager -t sudo | grep -c "authentication failure\\|incorrect password" || true',
        ),
      );
    const before = await attempts();
    const { remote } = await connect('worker');
    const wrong: Identity = { ...root, password: new Secret('wrong-secret') };
    const began = Date.now();
    const error = (await remote
      .reads(wrong)
      .ping({ data: 'x' })
      .catch((caught: unknown) => caught)) as Error & { hint: string };
    expect(error).toMatchObject({
      name: 'BecomeError',
      message: 'the password to become root was not accepted',
    });
    expect(error.hint).toContain('one attempt was made');
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(`${error.message}${error.stack}`).not.toContain('wrong-secret');
    await expect(whoami(remote, wrong)).rejects.toBe(error);
    await remote.close();
    const lines = await host.read('journalctl --no-pager -t sudo | grep "incorrect password" || true');
    expect(lines).toContain('1 incorrect password attempt');
    expect((await attempts()) - before).toBeLessThanOrEqual(2);
  });

  it.each<[string, string, Identity, RegExp]>([
    [
      'a password is needed and none given',
      'worker',
      { user: 'root', method: 'sudo' },
      /sudo asks for a password to become root/,
    ],
    [
      'the user is not allowed to',
      'other',
      { user: 'root', method: 'sudo', password: new Secret('otherpw') },
      /sudo does not allow the login user to become root/,
    ],
    [
      'there is no such user',
      'deploy',
      { user: 'nosuch', method: 'sudo' },
      /there is no user nosuch on the host/,
    ],
    [
      'sudo is not there',
      'deploy',
      { user: 'root', method: 'sudo', exe: '/no/sudo' },
      /\/no\/sudo is not installed on the host/,
    ],
    [
      'su has a wrong password',
      'deploy',
      { user: 'root', method: 'su', password: new Secret('wrong') },
      /the password to become root was not accepted/,
    ],
  ])('says so when %s', async (_, user, as, message) => {
    if (user === 'other') {
      await host.read(
        `echo other:otherpw | chpasswd; install -d -m 700 -o other ~other/.ssh && install -o other ~deploy/.ssh/authorized_keys ~other/.ssh/authorized_keys`,
      );
    }
    const { remote } = await connect(user);
    await expect(remote.reads(as).ping({ data: 'x' })).rejects.toMatchObject({
      name: 'BecomeError',
      message: expect.stringMatching(message),
    });
    expect(await remote.reads().ping({ data: 'still here' })).toBe('still here');
    await remote.close();
  });

  it('becomes another user by su, as root without a password and with one', async () => {
    const { remote } = await connect('root');
    expect(await whoami(remote, { user: 'other', method: 'su' })).toBe('other');
    expect(await whoami(remote, { user: 'nobody', method: 'su' })).toBe('nobody');
    await remote.close();
    const { remote: worker } = await connect('deploy');
    await host.read('echo other:otherpw | chpasswd');
    expect(await whoami(worker, { user: 'other', method: 'su', password: new Secret('otherpw') })).toBe(
      'other',
    );
    await worker.close();
  });

  it('ignores a password that sudo did not ask for', async () => {
    const { remote } = await connect('deploy');
    expect(await whoami(remote, { ...root, password: new Secret('not needed; echo x') })).toBe('root');
    await remote.close();
  });

  it('goes on where the login shell is another and greets, and a user may not enter the folder', async () => {
    await host.read(
      `printf 'echo Welcome; echo Beware >&2\\n' >/home/other/.bashrc; chown other /home/other/.bashrc; chmod 700 /home/other`,
    );
    const { remote } = await connect('other');
    expect(await whoami(remote)).toBe('other');
    await remote.close();
    const { remote: deploy } = await connect('deploy');
    await host.read('chmod 700 /home/deploy');
    const [done] = await deploy.perform([{ kind: 'run', argv: ['pwd'] }], {
      as: { user: 'nobody', method: 'sudo' },
    });
    expect(done!.stdout).toBe('/\n');
    expect(await deploy.reads({ user: 'nobody', method: 'sudo' }).entries({ path: '/home' })).toHaveLength(3);
    await deploy.close();
  });

  it('lays brought units over those of the host', async () => {
    const { remote } = await connect('deploy');
    const brings = { units: { 'ssh.service': { ActiveState: 'inactive' } } };
    remote.plan([{ kind: 'run', argv: ['systemctl', 'stop', 'ssh'], touches: [], brings }], 'stop ssh');
    expect(await remote.reads().unit({ name: 'ssh' })).toMatchObject({
      ActiveState: 'inactive',
      LoadState: 'loaded',
    });
    expect(await remote.reads().unit({ name: 'dbus' })).toMatchObject({ ActiveState: 'active' });
    await remote.close();
  });

  it('asks a converged host in one frame behind the opening of the channel, and writes nothing there', async () => {
    await host.read('rm -rf /tmp/.flotte* /tmp/flotte*');
    const { remote } = await connect('deploy');
    const reads = remote.reads();
    await Promise.all(
      ['/etc/passwd', '/etc/ssh', '/nothing'].flatMap((path) => [
        reads.stat({ path }),
        reads.checksum({ path }),
        reads.realpath({ path }),
      ]),
    );
    expect(remote.counts).toMatchObject({ frames: 1, roundTrips: 2, reads: 9 });
    await remote.close();
    expect(await host.read('ls -A /tmp | grep -c flotte || true')).toBe('0\n');
  });
});
