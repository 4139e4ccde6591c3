import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnFleet } from './describe-on-fleet.ts';
import { doings, events } from './flotte.ts';
import { compareSnapshots, everyField, type Fleet, type FleetHost, snapshot, startFleet } from './index.ts';

type Task = Record<string, unknown>;

const user = (params: Record<string, unknown>): Task => ({ name: 'user', user: params });
const group = (params: Record<string, unknown>): Task => ({ name: 'group', group: params });

// Each test has accounts of its own.
describeOnFleet('users and groups on a real host', () => {
  let fleet: Fleet;
  let host: FleetHost;

  beforeAll(async () => {
    fleet = await startFleet({ name: 'users', count: 1, base: 'debian' });
    host = fleet.hosts[0]!;
  });
  afterAll(() => fleet?.stop());

  async function play(tasks: Task[], { become = true, check = false } = {}) {
    const file = join(mkdtempSync(join(tmpdir(), 'flotte-users-')), 'play.yml');
    // YAML takes JSON.
    writeFileSync(file, JSON.stringify([{ hosts: 'all', gather_facts: false, become, tasks }]));
    const ran = await events([file, '-i', fleet.inventoryFile, ...(check ? ['--check'] : [])]);
    return { ...ran, told: doings(ran.ends).map((line) => line.replace(`${host.name} `, '')) };
  }

  /** Check mode foretells what a run does, the run does it, and there is nothing left to do. */
  async function converges(tasks: Task[]): Promise<string[]> {
    const before = snapshot(host);
    const checked = await play(tasks, { check: true });
    expect(compareSnapshots(before, snapshot(host), everyField)).toEqual([]);
    const ran = await play(tasks);
    expect(ran.code, ran.told.join('\n')).toBe(0);
    expect(checked.told).toEqual(ran.told);
    expect((await play(tasks)).told).toEqual([]);
    return ran.told;
  }

  const line = async (file: string, name: string) =>
    (await host.read(`grep '^${name}:' /etc/${file} || true`)).trim();

  it('a password cannot be the password of somebody else', async () => {
    const shadow = await host.read('cat /etc/shadow');
    for (const password of ['$6$a$b\nroot:$6$evil$hash', '$6$a$b:0', '*\r']) {
      const task = { ...user({ name: 'deploy', password: '{{ given }}' }), vars: { given: password } };
      const { code, told } = await play([task]);
      expect(code).not.toBe(0);
      expect(told.join()).toContain('must not have a colon, a line break');
      expect(told.join()).not.toContain('$6$');
    }
    expect(await host.read('cat /etc/shadow')).toBe(shadow);
  });

  it('a name that looks like an option is none', async () => {
    const before = await host.read('cat /etc/default/useradd /etc/passwd');
    const { code, told } = await play([user({ name: '-D', shell: '/bin/false' })]);
    expect(code).not.toBe(0);
    expect(told.join()).toContain("invalid user name '-D'");
    expect(await host.read('cat /etc/default/useradd /etc/passwd')).toBe(before);
  });

  it('without become, what only root sees is told and not taken for ok', async () => {
    for (const params of [{ expires: 1800000000 }, { password_lock: true }, { password_expire_max: 9 }]) {
      const { told } = await play([user({ name: 'deploy', ...params })], { become: false });
      expect(told.join()).toMatch(/failed user: Only root can tell whether .* become: true/);
    }
  });

  it('makes a user as it says', async () => {
    const told = await converges([
      group({ name: 'app', gid: 5100 }),
      user({ name: 'app', uid: 5001, group: '5100', groups: ['sudo'], password_expire_max: 90 }),
      { name: 'file', file: { path: '/home/app/logs', state: 'directory', owner: 'app', group: 'app' } },
    ]);
    expect(told).toEqual([
      'changed group: create group app (gid 5100)',
      'changed user: create user app (uid 5001, group app, groups sudo, shell /bin/sh)',
      'changed file: create directory /home/app/logs',
    ]);
    expect(await line('passwd', 'app')).toBe('app:x:5001:5100::/home/app:/bin/sh');
    expect(await host.read('stat -c "%U %G %a" /home/app /home/app/logs')).toBe('app app 755\napp app 755\n');
  });

  it('changes uid and group, and later tasks see the home with its new owner', async () => {
    await play([group({ name: 'docker' }), group({ name: 'web' }), user({ name: 'anna', group: 'web' })]);
    const told = await converges([
      user({ name: 'anna', uid: 5055, group: 'docker', groups: ['web'] }),
      { name: 'file', file: { path: '/home/anna', owner: 'anna', group: 'docker' } },
    ]);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/uid 5055 \(was \d+\), group docker \(was web\), groups \+web/);
    expect(await host.read('stat -c "%u %G" /home/anna')).toBe('5055 docker\n');
  });

  it('sees after a run that usermod gave the home to the new owner', async () => {
    await play([group({ name: 'staff2' }), user({ name: 'otto' })]);
    const look = { name: 'look', stat: { path: '/home/otto' }, register: 'home' };
    const { code, told } = await play([
      look,
      user({ name: 'otto', uid: 5060, group: 'staff2' }),
      look,
      { name: 'assert', assert: { that: ['home.stat.uid == 5060', "home.stat.gr_name == 'staff2'"] } },
    ]);
    expect(code, told.join('\n')).toBe(0);
  });

  it('moves a home, makes it where there is none to move, and leaves one that is there', async () => {
    await play([user({ name: 'm1' }), user({ name: 'm2', create_home: false }), user({ name: 'm3' })]);
    await host.read(
      'echo kept > /home/m1/note; mkdir /srv/m3; sed -i s/^UMASK.*/UMASK\\ 027/ /etc/login.defs',
    );
    const moved = (name: string, more = {}) => user({ name, home: `/srv/${name}`, move_home: true, ...more });
    await converges([moved('m1'), moved('m2', { group: 'users' }), moved('m3')]);
    expect(
      await host.read('cat /srv/m1/note; stat -c "%U %G %a" /srv/m2; ls -d /home/m1 /home/m3 2>&1 || true'),
    ).toBe("kept\nm2 users 750\nls: cannot access '/home/m1': No such file or directory\n/home/m3\n");
  });

  it('foretells what useradd and groupdel refuse', async () => {
    await play([user({ name: 'first', uid: 5070 })]);
    for (const check of [true, false]) {
      const taken = await play([user({ name: 'second', uid: 5070 })], { check });
      expect(taken.told.join()).toContain("failed user: UID '5070' already exists with user 'first'");
      const primary = await play([group({ name: 'first', state: 'absent' })], { check });
      expect(primary.told.join()).toContain("cannot remove the primary group of 'first'");
    }
  });

  it('takes the group of a user along only where nobody else needs it', async () => {
    await play([user({ name: 'gone' }), user({ name: 'stays' }), user({ name: 'guest', group: 'stays' })]);
    const told = await converges([
      user({ name: 'gone', state: 'absent', remove: true }),
      group({ name: 'gone', state: 'absent' }),
      { name: 'file', file: { path: '/home/gone', state: 'absent' } },
      user({ name: 'stays', state: 'absent' }),
      group({ name: 'stays', gid: 5080 }),
    ]);
    expect(told[0]).toBe('changed user: remove user gone with home /home/gone and mail');
    expect(told.slice(1)).toEqual([
      'changed user: remove user stays',
      expect.stringMatching(/^changed group: modify group stays: gid 5080/),
    ]);
    expect(await line('passwd', 'guest')).toContain(':5080:');
  });

  it('cannot unlock what has no password, and locks and unlocks what has one', async () => {
    await play([user({ name: 'locked' }), user({ name: 'open', password: '$6$salt$hash' })]);
    expect((await play([user({ name: 'locked', password_lock: false })])).told).toEqual([]);
    await converges([user({ name: 'open', password_lock: true, expires: 1800000000 })]);
    expect(await line('shadow', 'open')).toMatch(/^open:!\$6\$salt\$hash:.*:20833:$/);
    await converges([user({ name: 'open', password_lock: false, expires: -1 })]);
    expect(await line('shadow', 'open')).toMatch(/^open:\$6\$salt\$hash:.*::$/);
  });

  it('makes a key that is its user’s own', async () => {
    await converges([
      user({ name: 'keys', group: 'users', generate_ssh_key: true, ssh_key_type: 'ed25519' }),
    ]);
    expect(await host.read('stat -c "%U %G %a" /home/keys/.ssh /home/keys/.ssh/id_ed25519')).toBe(
      'keys users 700\nkeys users 600\n',
    );
    const key = await host.read('cat /home/keys/.ssh/id_ed25519.pub; hostname');
    expect(key).toMatch(/ ansible-generated on (\S+)\n\1\n$/);
  });
});
