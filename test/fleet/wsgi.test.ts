import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnFleet } from './describe-on-fleet.ts';
import { doings, events } from './flotte.ts';
import {
  compareSnapshots,
  contentFields,
  everyField,
  type Fleet,
  type FleetHost,
  snapshot,
  startFleet,
} from './index.ts';

const playbook = (name: string): string => resolve('playbooks', `${name}-wsgi.yml`);
// A short list keeps the test quick; the packages come from the index all the same.
const PACKAGES = '{"wsgi_pip_packages": ["itsdangerous", "simplejson"]}';

// Each test goes on from the state that the one before left, as a person's day would.
describeOnFleet('the WSGI rollout on three hosts', () => {
  let fleet: Fleet;
  const wsgi = (name: string, ...args: string[]) =>
    events([playbook(name), '-i', fleet.inventoryFile, '-e', 'wsgi_hello=true', '-e', PACKAGES, ...args]);
  // A question leaves a line in Apache's log.
  const unlogged = (differences: string[]) =>
    differences.filter((difference) => !difference.startsWith('/var/log/'));
  const page = (host: FleetHost) => host.run('curl -sk --max-time 10 https://localhost/hello.py?colour=red');

  beforeAll(async () => {
    fleet = await startFleet({ name: 'wsgi', count: 3, base: 'debian' });
  });
  afterAll(() => fleet?.stop());

  it('check mode goes through to the end on bare hosts, marks what is unknown, and writes nothing', async () => {
    const before = fleet.hosts.map((host) => snapshot(host));
    const { code, ends } = await wsgi('install', '--check', '--diff');
    expect(code, doings(ends).join('\n')).toBe(0);
    expect(doings(ends).some((line) => line.includes('changed wsgi : Install the Debian packages'))).toBe(
      true,
    );
    expect(ends.some(({ outcome, why }) => outcome === 'unknown' && why)).toBe(true);
    expect(ends.filter(({ host }) => host === fleet.hosts[0]!.name).at(-1)!.task.name).toContain(
      'It is the page that was meant',
    );
    for (const [index, host] of fleet.hosts.entries()) {
      expect(compareSnapshots(before[index]!, snapshot(host), everyField)).toEqual([]);
    }
  });

  it('installs on all hosts, and each serves the page', async () => {
    const { code, ends } = await wsgi('install');
    expect(code, doings(ends).join('\n')).toBe(0);
    for (const host of fleet.hosts) {
      const { stdout } = await page(host);
      expect(stdout).toContain('WSGI: It works!');
      expect(stdout).toContain('www-data/nogroup');
      expect(stdout).toContain("{'colour': ['red']}");
      expect(stdout).toContain('Python version:    3.');
      expect(stdout).toContain('/var/www/pyApps/pyenv');
    }
  });

  it('leaves S1 to S9 as they must be', async () => {
    const [host] = fleet.hosts as [FleetHost];
    const state = await host.read(`
      dpkg-query -W -f '\${Package} ' libapache2-mod-wsgi-py3 python3-pil virtualenv apache2
      ls /etc/apache2/mods-available/ | grep '^wsgi'
      stat -c '%U %G %a' /var/www/pyApps
      grep -E '^(prompt|home)' /var/www/pyApps/pyenv/pyvenv.cfg
      test -s /etc/bash_completion.d/pip && echo completion
      /var/www/pyApps/pyenv/bin/python -c 'import itsdangerous, simplejson; print("imported")'
      readlink /etc/apache2/sites-enabled/py-apps.conf
      systemctl is-active apache2`);
    expect(state).toMatch(/apache2 libapache2-mod-wsgi-py3 python3-pil virtualenv/);
    expect(state).toContain('wsgi.conf-disabled');
    expect(state).not.toMatch(/^wsgi\.conf$/m);
    expect(state).toContain('root root 755');
    expect(state).toContain('pyenv');
    for (const line of ['completion', 'imported', '../sites-available/py-apps.conf', 'active'])
      expect(state).toContain(line);
  });

  it('changes nothing the second time', async () => {
    const before = fleet.hosts.map((host) => snapshot(host));
    const { code, ends } = await wsgi('install');
    expect(code).toBe(0);
    expect(doings(ends)).toEqual([]);
    for (const [index, host] of fleet.hosts.entries()) {
      expect(unlogged(compareSnapshots(before[index]!, snapshot(host), contentFields))).toEqual([]);
    }
  });

  it('check mode of what is there says that nothing would change', async () => {
    const { code, ends } = await wsgi('install', '--check');
    expect(code).toBe(0);
    expect(doings(ends)).toEqual([]);
  });

  it('verifies, and finds what somebody broke', async () => {
    expect((await wsgi('verify')).code).toBe(0);
    const [host] = fleet.hosts as [FleetHost];
    await host.read('a2dissite -q py-apps');
    const { code, ends } = await wsgi('verify');
    expect(code).toBe(2);
    expect(doings(ends)).toHaveLength(1);
    await host.read('a2ensite -q py-apps');
  });

  it('a configuration that Apache refuses is put back and never reloaded', async () => {
    const before = fleet.hosts.map((host) => snapshot(host));
    const { code, ends } = await wsgi('install', '-e', 'wsgi_user=nobody-at-all');
    expect(code).toBe(2);
    expect(doings(ends).at(-1)).toMatch(/put back/);
    expect(ends.some(({ task }) => task.name.includes('Reload Apache'))).toBe(false);
    for (const [index, host] of fleet.hosts.entries()) {
      const backups = (difference: string) => !/py-apps\.conf\.\d+\./.test(difference);
      expect(
        compareSnapshots(before[index]!, snapshot(host), contentFields).map(String).filter(backups),
      ).toEqual([]);
      expect((await page(host)).stdout).toContain('WSGI: It works!');
    }
  });

  it('updates the packages, and restarts the processes only if something changed', async () => {
    const [host] = fleet.hosts as [FleetHost];
    await host.read('/var/www/pyApps/pyenv/bin/pip install -q simplejson==3.19.1');
    const { code, ends } = await wsgi('update');
    expect(code, doings(ends).join('\n')).toBe(0);
    expect(doings(ends).every((line) => line.startsWith(`${host.name} `))).toBe(true);
    expect(doings(ends).some((line) => line.includes('Restart the applications'))).toBe(true);
    expect((await page(host)).stdout).toContain('WSGI: It works!');
    expect(doings((await wsgi('update')).ends)).toEqual([]);
  });

  it('refuses the test page on hosts of the group production', async () => {
    const production = join(mkdtempSync(join(tmpdir(), 'flotte-wsgi-')), 'production.ini');
    writeFileSync(production, `[production]\n${fleet.hosts[0]!.name}\n`);
    const { code, ends } = await wsgi('install', '-i', production, '--limit', 'production');
    expect(code).toBe(2);
    expect(ends.at(-1)!.why).toContain('wsgi_hello_force');
    const forced = ['-e', 'wsgi_hello_force=hello_py'];
    expect((await wsgi('install', '-i', production, '--limit', 'production', ...forced)).code).toBe(0);
  });

  it('takes it off again; another site of the host still answers', async () => {
    for (const host of fleet.hosts) {
      await host.read(`echo '<VirtualHost *:80>
        ServerName other.example
        DocumentRoot /srv/other
        <Directory /srv/other>
          Require all granted
        </Directory>
        </VirtualHost>' > /etc/apache2/sites-available/other.conf
        mkdir -p /srv/other && echo other-site > /srv/other/index.html
        a2ensite -q other && systemctl reload apache2`);
    }
    const { code, ends } = await wsgi('remove');
    expect(code, doings(ends).join('\n')).toBe(0);
    for (const host of fleet.hosts) {
      expect((await page(host)).stdout).not.toContain('WSGI');
      expect(await host.read('curl -s --max-time 10 -H "Host: other.example" http://localhost/')).toContain(
        'other-site',
      );
      const left =
        await host.read(`ls /etc/apache2/sites-enabled /etc/apache2/mods-enabled; ls -d /var/www/pyApps/pyenv
        dpkg-query -W -f '\${db:Status-Status}' libapache2-mod-wsgi-py3 2>/dev/null || echo purged`);
      expect(left).not.toMatch(/py-apps|hello_py|wsgi/);
      expect(left).toContain('/var/www/pyApps/pyenv');
      expect(left).toContain('purged');
    }
    expect(doings((await wsgi('remove')).ends)).toEqual([]);
  });

  it('deletes the applications only when a variable says so', async () => {
    const { code } = await wsgi('remove', '-e', 'wsgi_delete_apps=true');
    expect(code).toBe(0);
    for (const host of fleet.hosts) {
      expect((await host.run('test -e /var/www/pyApps')).code).not.toBe(0);
    }
  });
});
