import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { attempt } from './command.ts';
import { describeOnFleet } from './describe-on-fleet.ts';
import { compareSnapshots, everyField, type Fleet, type FleetHost, snapshot, startFleet } from './index.ts';
import { fleetFolder } from './paths.ts';
import { readFleet } from './state.ts';
import { tracesOf } from './traces.ts';

function ssh(fleet: Fleet, host: FleetHost, user: string, script: string, input = '') {
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${fleet.knownHostsFile}`,
  ];
  const words = ['-F', 'none', '-i', fleet.keyFile, ...options.flatMap((option) => ['-o', option])];
  return attempt('ssh', [...words, `${user}@${host.address}`, script], { input });
}

describeOnFleet('the test fleet', () => {
  let fleet: Fleet;
  let host: FleetHost;

  beforeAll(async () => {
    fleet = await startFleet({ name: 'itself', count: 2, base: 'debian' });
    host = fleet.hosts[0]!;
  });
  afterAll(() => fleet?.stop());

  it('lets deploy in over SSH, the host key verified', async () => {
    expect(await ssh(fleet, host, 'deploy', 'id -un; sudo -n id -un; hostname')).toEqual({
      code: 0,
      stdout: 'deploy\nroot\nhost1\n',
      stderr: '',
    });
  });

  it('refuses a host whose key is another', async () => {
    const other = { ...host, address: fleet.hosts[1]!.address };
    const known = readFileSync(fleet.knownHostsFile, 'utf8').split('\n');
    const keyOfHost1 = known.find((line) => line.startsWith(`${host.address} ssh-ed25519`))!;
    const file = `${fleet.knownHostsFile}.swapped`;
    writeFileSync(file, `${keyOfHost1.replace(host.address, other.address)}\n`);
    const result = await ssh({ ...fleet, knownHostsFile: file }, other, 'deploy', 'true');
    expect(result.code).toBe(255);
    expect(result.stderr).toContain('Host key verification failed');
  });

  it('asks worker for a password before sudo', async () => {
    const asked = await ssh(fleet, host, 'worker', 'sudo -n true');
    expect(asked.stderr).toContain('a password is required');
    const given = await ssh(fleet, host, 'worker', "sudo -S -p '' id -un", `${fleet.workerPassword}\n`);
    expect(given.stdout).toBe('root\n');
  });

  it('boots hosts without a failed unit', async () => {
    for (const each of fleet.hosts) {
      expect((await each.run('pwd')).stderr).toBe('');
      expect(await each.read('systemctl is-system-running; systemctl --failed --plain --no-legend')).toBe(
        'running\n',
      );
    }
  });

  it('makes hosts that are distinct and do not share processes or files', async () => {
    const facts = await Promise.all(
      fleet.hosts.map((each) => each.read('hostname; cat /etc/machine-id; hostname -I')),
    );
    expect(new Set(facts).size).toBe(2);
    expect(fleet.hosts[0]!.hostKeys).not.toEqual(fleet.hosts[1]!.hostKeys);

    await fleet.hosts[1]!.read('echo here > /root/mark');
    expect((await host.run('test -e /root/mark')).code).toBe(1);
    await fleet.hosts[1]!.read('systemctl restart ssh');
    expect(await host.read('systemctl is-active ssh')).toBe('active\n');
    expect((await ssh(fleet, host, 'deploy', 'true')).code).toBe(0);
  });

  it('installs packages from the archive', async () => {
    expect(await host.read('apt-get -s install apache2')).toContain('Inst apache2 ');
    const install = await ssh(fleet, host, 'deploy', 'sudo -n apt-get install -q -y tree && tree --version');
    expect(install.stdout).toMatch(/^tree v\d/m);
  });

  it('shows by its upper folder whether a host was written to', async () => {
    const target = fleet.hosts[1]!;
    await target.read('echo one > /etc/one; ln -s one /etc/link');
    const before = snapshot(target);
    expect((await ssh(fleet, target, 'deploy', 'sudo -n cat /etc/shadow /etc/one > /dev/null')).code).toBe(0);
    expect(compareSnapshots(before, snapshot(target), everyField)).toEqual([]);

    await target.read('touch /etc/passing; rm /etc/passing');
    expect(compareSnapshots(before, snapshot(target))).toEqual([]);
    expect(compareSnapshots(before, snapshot(target), everyField)).toEqual([
      expect.stringMatching(/^\/etc: modified /),
    ]);

    await target.read(
      'echo two > /etc/one; chmod 600 /etc/one; ln -sf two /etc/link; rm /etc/issue; mkdir /opt/new',
    );
    expect(compareSnapshots(before, snapshot(target))).toEqual([
      expect.stringMatching(/^\/etc\/issue: new removed$/),
      '/etc/link: linkTarget one -> two',
      expect.stringMatching(/^\/etc\/one: mode 0644 -> 0600, sha256 \w{64} -> \w{64}$/),
      '/opt: new folder',
      '/opt/new: new folder',
    ]);
  });

  it('writes an inventory that names each host', () => {
    const inventory = parse(readFileSync(fleet.inventoryFile, 'utf8'));
    expect(inventory.all.children.web.hosts).toEqual(
      Object.fromEntries(fleet.hosts.map(({ name, address }) => [name, { ansible_host: address }])),
    );
    expect(inventory.all.vars.ansible_ssh_private_key_file).toBe(fleet.keyFile);
  });

  it('has Apache in its other base, installs with pip, and leaves nothing on this machine', async () => {
    const other = await startFleet({ name: 'passing', count: 1, base: 'apache' });
    const state = readFleet(other.name)!;
    expect((await tracesOf(state)).length).toBeGreaterThan(5);
    expect(await other.hosts[0]!.read('curl -sI http://127.0.0.1/')).toContain('Server: Apache');
    const install = 'python3 -m venv venv && venv/bin/pip install -q six && venv/bin/pip list';
    expect((await ssh(other, other.hosts[0]!, 'deploy', install)).stdout).toMatch(/^six /m);
    await other.stop();
    expect(await tracesOf(state)).toEqual([]);
    expect(existsSync(fleetFolder(other.name))).toBe(false);
    expect((await ssh(fleet, host, 'deploy', 'true')).code).toBe(0);
  });

  it('comes back with the same address and keys when a host reboots', async () => {
    const target = fleet.hosts[1]!;
    const bootId = async () =>
      (await ssh(fleet, target, 'deploy', 'cat /proc/sys/kernel/random/boot_id')).stdout;
    const before = await bootId();
    await ssh(fleet, target, 'deploy', 'sudo -n systemctl reboot');
    await expect
      .poll(async () => [before, ''].includes(await bootId()), {
        timeout: 30_000,
        message: 'a new boot id over SSH',
      })
      .toBe(false);
  });
});
