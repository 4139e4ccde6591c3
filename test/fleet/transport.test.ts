import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Secret } from '../../src/lib/secret.ts';
import { createTransport, type Target, type TransportOptions } from '../../src/transport/index.ts';
import { failure, run } from '../unit/transport/bench.ts';
import { describeOnFleet } from './describe-on-fleet.ts';
import { type Fleet, type FleetHost, startFleet } from './index.ts';

describeOnFleet('the transport', () => {
  let fleet: Fleet;
  let host: FleetHost;
  let behind: FleetHost;
  let home: string;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'flotte-home-'));
    fleet = await startFleet({ name: 'transport', count: 2, base: 'debian' });
    host = fleet.hosts[0]!;
    behind = fleet.hosts[1]!;
  });
  afterAll(async () => {
    if (home) rmSync(home, { recursive: true, force: true });
    await fleet?.stop();
  });

  function transport(more: TransportOptions = {}) {
    return createTransport({ home, env: { PATH: process.env.PATH }, ...more });
  }

  function target(more: Partial<Target> = {}): Target {
    return {
      transport: 'ssh2',
      host: host.address,
      user: 'worker',
      retries: 0,
      sshConfigFile: 'none',
      sshCommonArgs: `-o UserKnownHostsFile=${fleet.knownHostsFile}`,
      ...more,
    };
  }

  async function letsIn(more: Partial<Target>) {
    const connection = await transport().connect(target(more));
    const { out } = await run(connection, 'id -un');
    await connection.close();
    expect(out).toBe(`${more.user ?? 'worker'}\n`);
  }

  /** How often PAM has turned a password of this user down. */
  async function refusals(): Promise<number> {
    return Number(
      await host.read(
        'journalctl -u ssh --no-pager | grep -c "pam_unix(sshd:auth): authentication failure" || true',
      ),
    );
  }

  async function setSshd(lines: string) {
    await host.read(
      `printf '%b' '${lines}' >/etc/ssh/sshd_config.d/test.conf && systemctl reset-failed ssh; systemctl restart ssh`,
    );
  }

  it('reaches a host by the fleet key, its host key verified', async () => {
    await letsIn({ user: 'deploy', privateKeyFile: fleet.keyFile });
    const unknown = await failure(
      transport().connect(target({ sshCommonArgs: '', privateKeyFile: fleet.keyFile })),
    );
    expect(unknown.message).toContain(`the host key of ${host.address} is not known`);
    const other = readFileSync(fleet.knownHostsFile, 'utf8').replaceAll(behind.address, host.address);
    const file = join(home, 'swapped');
    writeFileSync(file, other.split('\n').slice(2).join('\n'));
    const swapped = { sshCommonArgs: `-o UserKnownHostsFile=${file}`, privateKeyFile: fleet.keyFile };
    const changed = await failure(transport().connect(target({ ...swapped, hostKeyChecking: false })));
    expect(changed.message).toContain(`the host key of ${host.address} has changed`);
  });

  it.each(['ssh2', 'openssh'] as const)('logs in with a password by %s', async (kind) => {
    await letsIn({ transport: kind, password: new Secret(fleet.workerPassword) });
  });

  it.each(['ssh2', 'openssh'] as const)('logs in by keyboard-interactive alone by %s', async (kind) => {
    await setSshd('KbdInteractiveAuthentication yes\\nPasswordAuthentication no\\n');
    await letsIn({ transport: kind, password: new Secret(fleet.workerPassword) });
    await setSshd('');
  });

  it('wants key and password where the host wants both', async () => {
    await setSshd('AuthenticationMethods publickey,password\\n');
    await letsIn({ privateKeyFile: fleet.keyFile, password: new Secret(fleet.workerPassword) });
    const { message } = await failure(transport().connect(target({ privateKeyFile: fleet.keyFile })));
    expect(message).toContain('The server takes: password.');
    await setSshd('');
  });

  it('tries a wrong password once, whatever the methods, and shows it nowhere', async () => {
    await setSshd('KbdInteractiveAuthentication yes\\n');
    const before = await refusals();
    const password = new Secret('wrong-secret');
    const error = await failure(transport().connect(target({ password, retries: 3 })));
    expect(error.message).toContain('does not let user worker in. Tried: the password.');
    expect(`${error.message}${error.hint}${error.stack}`).not.toContain('wrong-secret');
    expect((await refusals()) - before).toBe(1);
    await setSshd('');
  });

  it('shows a password in no argument and no environment while ssh runs', async () => {
    const connection = await transport().connect(
      target({ transport: 'openssh', password: new Secret(fleet.workerPassword) }),
    );
    const channel = await connection.exec('sleep 5');
    const script = 'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null || true';
    const all = execFileSync('sh', ['-c', script], { maxBuffer: 64 * 1024 * 1024 });
    expect(all.includes('ControlPath')).toBe(true);
    expect(all.includes(fleet.workerPassword)).toBe(false);
    channel.close();
    await connection.close();
  });

  it('reaches a host through another', async () => {
    const args = `-o UserKnownHostsFile=${fleet.knownHostsFile} -J deploy@${host.address}`;
    const config = join(home, 'config');
    const known = `UserKnownHostsFile ${fleet.knownHostsFile}`;
    writeFileSync(config, `Host *\n  IdentityFile ${fleet.keyFile}\n  ${known}\n`);
    const jumping = target({ host: behind.address, sshCommonArgs: args, sshConfigFile: config });
    const connection = await transport().connect(jumping);
    const { out } = await run(connection, 'echo $SSH_CONNECTION');
    await connection.close();
    expect(out.split(' ')[0]).toBe(host.address);
  });

  it('is told that a host went away', async () => {
    const keepalive = `-o UserKnownHostsFile=${fleet.knownHostsFile} -o ServerAliveInterval=1 -o ServerAliveCountMax=1`;
    const connection = await transport().connect(
      target({ privateKeyFile: fleet.keyFile, sshCommonArgs: keepalive }),
    );
    const { out } = await run(connection, 'echo $SSH_CONNECTION');
    const channel = await connection.exec('sleep 60');
    // The host's answers go nowhere from now on: not even a refusal comes back.
    await host.read(`ip route add blackhole ${out.split(' ')[0]}/32`);
    expect(await connection.gone).toContain('no answer for 2 s');
    expect(await channel.closed).toMatchObject({ lost: expect.any(String) });
  });
});
