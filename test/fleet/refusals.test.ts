import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnFleet } from './describe-on-fleet.ts';
import { flotte } from './flotte.ts';
import { type Fleet, startFleet } from './index.ts';

describeOnFleet('what cannot be done is refused, and the other hosts go on', () => {
  let fleet: Fleet;
  let folder: string;
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const run = (...args: string[]) =>
    flotte(['run', '--yes', ...args], { cwd: folder, env: { HOME: folder } });
  const hosts = (lines: string[], user: string, knownHosts = fleet.knownHostsFile): string =>
    write(
      'hosts.ini',
      `${lines.join('\n')}\n[all:vars]\nansible_user=${user}\nansible_ssh_private_key_file=${fleet.keyFile}\nansible_ssh_common_args=-o UserKnownHostsFile=${knownHosts}\n`,
    );
  const touch = (): string =>
    write(
      'touch.yml',
      '- hosts: all\n  gather_facts: false\n  become: true\n  tasks:\n    - file: {path: /srv/touched, state: touch}\n',
    );

  beforeAll(async () => {
    fleet = await startFleet({ name: 'refusals', count: 2, base: 'debian' });
    folder = mkdtempSync(join(tmpdir(), 'flotte-refusals-'));
  });
  afterAll(() => fleet?.stop());

  it('a host that does not answer is unreachable, the others are done, and the exit code is 4', async () => {
    const [one] = fleet.hosts;
    const inventory = hosts(
      [`one ansible_host=${one!.address}`, 'nobody ansible_host=127.0.0.1 ansible_port=9'],
      'deploy',
    );
    const { code, stdout } = await run(touch(), '-i', inventory);
    expect(code).toBe(4);
    expect(stdout).toMatch(/nobody \| unreachable \| file \| .*refuses connections/);
    expect(await one!.read('ls /srv')).toContain('touched');
  });

  it('a changed host key always refuses, also where checking is turned off', async () => {
    const [one, two] = fleet.hosts;
    const swapped = readFileSync(fleet.knownHostsFile, 'utf8')
      .replaceAll(one!.address, 'X')
      .replaceAll(two!.address, one!.address)
      .replaceAll('X', two!.address);
    const inventory = hosts([`two ansible_host=${two!.address}`], 'deploy', write('known_hosts', swapped));
    for (const flags of [[], ['-e', 'ansible_host_key_checking=false']]) {
      const { code, stdout, stderr } = await run(touch(), '-i', inventory, ...flags);
      expect(code).not.toBe(0);
      expect(stdout + stderr).toMatch(/changed|another|not the one/i);
      expect(stdout + stderr).toContain('SHA256:');
    }
    expect(await two!.read('ls /srv')).not.toContain('touched');
  });

  it('a host nobody knows is not reached without a terminal to ask on', async () => {
    const [, two] = fleet.hosts;
    const inventory = hosts([`two ansible_host=${two!.address}`], 'deploy', write('known_hosts', ''));
    const { code, stdout, stderr } = await run(touch(), '-i', inventory);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/known_hosts/);
  });

  it('a wrong sudo password is tried once, and the right one works', async () => {
    const [one] = fleet.hosts;
    const inventory = hosts([`one ansible_host=${one!.address}`], 'worker');
    const wrong = await run(touch(), '-i', inventory, '--become-password-file', write('wrong', 'not-it\n'));
    expect(wrong.code).toBe(4);
    expect(wrong.stdout).toMatch(/password to become root was not accepted/);
    const attempts = await one!.read(
      'journalctl -q --no-pager _COMM=sudo | grep -c "authentication failure" || true',
    );
    expect(Number(attempts.trim())).toBe(1);
    const password = write('right', `${fleet.workerPassword}\n`);
    const right = await run(touch(), '-i', inventory, '--become-password-file', password);
    expect(right.code, right.stdout).toBe(0);
    expect(right.stdout + right.stderr).not.toContain(fleet.workerPassword);
  });

  it('a key file that cannot be read is told before any host is touched', async () => {
    const [one] = fleet.hosts;
    const { code, stdout, stderr } = await run(
      touch(),
      '-i',
      hosts([`one ansible_host=${one!.address}`], 'deploy'),
      '-e',
      'ansible_ssh_private_key_file=/nowhere/id',
    );
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('/nowhere/id');
  });

  it('Ctrl-C ends what runs on the host, and the recap says what was done', async () => {
    const [one] = fleet.hosts;
    const inventory = hosts([`one ansible_host=${one!.address}`], 'deploy');
    const playbook = write(
      'sleep.yml',
      '- hosts: all\n  gather_facts: false\n  tasks:\n    - command: "true"\n    - command: sleep 4711\n',
    );
    const child = spawn(
      process.execPath,
      [resolve('dist/cli/main.js'), 'run', '--yes', playbook, '-i', inventory],
      {
        cwd: folder,
        env: { ...process.env, HOME: folder },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let told = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      told += part;
    });
    const ended = new Promise<number | null>((done) => child.on('close', done));
    const running = async (): Promise<boolean> => (await one!.run('pgrep -f "^sleep 4711"')).code === 0;
    await expect.poll(running, { timeout: 20_000 }).toBe(true);
    child.kill('SIGINT');
    expect(await ended).toBe(99);
    expect(told).toContain('RECAP');
    expect(told).toMatch(/one\s+: ok=1/);
    await expect.poll(running, { timeout: 10_000 }).toBe(false);
  });

  it('no secret of a vault or of no_log is shown, whatever is printed', async () => {
    const [one] = fleet.hosts;
    const inventory = hosts([`one ansible_host=${one!.address}`], 'deploy');
    copyFileSync(inventory, join(folder, 'hosts2.ini'));
    const playbook = write(
      'secret.yml',
      '- hosts: all\n  gather_facts: false\n  tasks:\n    - command: echo topsecretword\n      no_log: true\n      register: out\n    - copy: {dest: /tmp/secret, content: "{{ out.stdout }}"}\n      no_log: true\n',
    );
    for (const output of ['lines', 'json', 'jsonl', 'ansible']) {
      const { code, stdout, stderr } = await run(
        playbook,
        '-i',
        inventory,
        '-vvv',
        '--diff',
        '--output',
        output,
      );
      expect(code).toBe(0);
      expect(stdout + stderr).not.toContain('topsecretword');
    }
  });
});
