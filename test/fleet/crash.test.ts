import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { attempt } from './command.ts';
import { describeOnFleet } from './describe-on-fleet.ts';
import { down } from './fleet.ts';
import { leaderOf } from './host.ts';
import { startFleet } from './index.ts';
import { fleetFolder, hostFolder, projectFolder } from './paths.ts';
import { identify, isRunning } from './processes.ts';
import { processFile, readFleet, readHostProcess, writeFleet } from './state.ts';
import { tracesOf } from './traces.ts';

const name = `crash-${process.pid}`;

/** Starts the command line as `npm run fleet` does; `npm test` has built it before the tests began. */
function fleetCommand(...args: string[]) {
  return spawn(process.execPath, [join(projectFolder(), 'dist-test/test/fleet/cli.js'), ...args], {
    stdio: 'ignore',
  });
}

describeOnFleet('a fleet after a crash', () => {
  afterEach(() => down(name));

  it('is taken down by its state folder when its starter was killed half-way', async () => {
    const starter = fleetCommand('up', '2', '--fleet', name);
    while (starter.exitCode === null && !existsSync(processFile(name, 'host2'))) await sleep(10);
    expect(starter.exitCode).toBe(null);
    starter.kill('SIGKILL');
    const fleet = readFleet(name)!;
    expect((await tracesOf(fleet)).length).toBeGreaterThan(5);

    await down(name);
    expect(await tracesOf(fleet)).toEqual([]);
    expect(existsSync(fleetFolder(name))).toBe(false);
  });

  it('is taken down although only the processes inside its hosts are left', async () => {
    const fleet = await startFleet({ name: 'crash', count: 1, base: 'debian' });
    const state = readFleet(fleet.name)!;
    const init = identify(leaderOf(fleet.name, 'host1')!)!;
    const { stdout } = await attempt('ps', ['--no-headers', '-o', 'ppid', '-p', String(init.pid)]);
    process.kill(readHostProcess(fleet.name, 'host1')!.pid, 'SIGKILL');
    process.kill(Number(stdout), 'SIGKILL');
    await sleep(100);
    expect(isRunning(init)).toBe(true);

    await fleet.stop();
    expect(isRunning(init)).toBe(false);
    expect(await tracesOf(state)).toEqual([]);
  });

  it('goes with the next fleet that starts when its owner has ended', async () => {
    const orphan = await startFleet({ name: 'orphan', count: 1, base: 'debian' });
    const state = readFleet(orphan.name)!;
    writeFleet({ ...state, owner: { ...state.owner!, startTime: '1' } });
    const next = await startFleet({ name: 'next', count: 1, base: 'debian' });
    await next.stop();
    expect(await tracesOf(state)).toEqual([]);
    expect(existsSync(fleetFolder(orphan.name))).toBe(false);
  });

  it('from before the machine was booted is only a folder, whoever has its pids now', async () => {
    const bystander = spawn('sleep', ['60']);
    const identity = identify(bystander.pid!)!;
    writeFleet({ name, range: 254, base: 'debian', layers: [] });
    mkdirSync(hostFolder(name, 'host1'), { recursive: true });
    writeFileSync(processFile(name, 'host1'), JSON.stringify({ ...identity, bootId: 'an earlier one' }));

    await down(name);
    expect(existsSync(fleetFolder(name))).toBe(false);
    expect(isRunning(identity)).toBe(true);
    bystander.kill();
  });
});
