import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnFleet } from './describe-on-fleet.ts';
import { doings, events } from './flotte.ts';
import { compareSnapshots, everyField, type Fleet, type FleetHost, snapshot, startFleet } from './index.ts';

type Task = Record<string, unknown>;

describeOnFleet('diversions, and starting anew, on a real host', () => {
  let fleet: Fleet;
  let host: FleetHost;

  beforeAll(async () => {
    fleet = await startFleet({ name: 'reboot', count: 1, base: 'debian' });
    host = fleet.hosts[0]!;
  });
  afterAll(() => fleet?.stop());

  async function play(tasks: Task[], flags: string[] = []) {
    const file = join(mkdtempSync(join(tmpdir(), 'flotte-reboot-')), 'play.yml');
    writeFileSync(file, JSON.stringify([{ hosts: 'all', gather_facts: false, become: true, tasks }]));
    const ran = await events([file, '-i', fleet.inventoryFile, ...flags]);
    return { ...ran, told: doings(ran.ends).map((line) => line.replace(`${host.name} `, '')) };
  }

  it('check mode foretells a diversion with its move, a run makes it, and it is left then', async () => {
    const tasks = [
      { copy: { dest: '/etc/mine.conf', content: 'theirs' } },
      { dpkg_divert: { path: '/etc/mine.conf', rename: true } },
      { copy: { dest: '/etc/mine.conf', content: 'mine' } },
    ];
    const before = snapshot(host);
    const checked = await play(tasks, ['--check']);
    expect(compareSnapshots(before, snapshot(host), everyField)).toEqual([]);
    const ran = await play(tasks);
    expect(ran.code, ran.told.join('\n')).toBe(0);
    expect(checked.told).toEqual(ran.told);
    expect(await host.read('cat /etc/mine.conf /etc/mine.conf.distrib')).toBe('minetheirs');
    expect(await host.read("dpkg-divert --list '*mine.conf'")).toContain('local diversion of /etc/mine.conf');
    expect((await play(tasks.slice(1))).told).toEqual([]);
    const back = { path: '/etc/mine.conf', divert: '/etc/mine.conf.distrib', state: 'absent', delete: true };
    expect((await play([{ 'debops.debops.dpkg_divert': back }])).code).toBe(0);
    expect(await host.read('cat /etc/mine.conf; ls /etc/mine.conf.distrib 2>&1 || true')).toMatch(
      /^theirs.*No such file/,
    );
  });

  it('a host starts anew, and the play goes on when it is there again', async () => {
    const boot = { command: 'cat /proc/sys/kernel/random/boot_id', changed_when: false };
    const tasks = [boot, { reboot: { reboot_timeout: 120 } }, { wait_for_connection: { timeout: 30 } }, boot];
    const checked = await play(tasks.slice(1, 2), ['--check']);
    expect(checked.told).toEqual([expect.stringContaining('start the host anew')]);
    const ran = await play(tasks);
    expect(ran.code, ran.told.join('\n')).toBe(0);
    const [first, rebooted, waited, last] = ran.ends.map(({ result }) => result);
    expect(rebooted).toMatchObject({ changed: true, rebooted: true });
    expect(waited).toMatchObject({ changed: false });
    expect(last!.stdout).not.toBe(first!.stdout);
  });

  it('a host that does not start anew is no success', async () => {
    const task = { reboot: { reboot_command: 'true', reboot_timeout: 3 }, ignore_errors: true };
    const ran = await play([task, { ping: {} }]);
    expect(ran.code).toBe(0);
    expect(ran.ends[0]!.result).toMatchObject({ failed: true, rebooted: false, msg: 'it has not gone down' });
  });
});
