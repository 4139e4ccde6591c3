import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { WireCounts } from '../../src/engine/events.ts';
import { describeOnFleet } from './describe-on-fleet.ts';
import { events } from './flotte.ts';
import { type Fleet, type FleetHost, startFleet } from './index.ts';

type Task = Record<string, unknown>;

/** Tasks of three kinds in turn, whose results are registered and looked at by those that follow. */
function tasksOf(count: number): Task[] {
  return Array.from({ length: count }, (_, i) => {
    const kinds: Task[] = [
      { file: { path: `/opt/costs/d${i}`, state: 'directory', owner: 'root', mode: '0755' } },
      { stat: { path: `/opt/costs/d${i - 1}` }, register: `found${i}` },
      {
        lineinfile: { path: '/opt/costs/lines', line: `key${i}={{ ansible_distribution }}`, create: true },
        when: `found${i - 1}.stat.exists`,
      },
    ];
    return { name: `task ${i}`, ...kinds[i % 3] };
  });
}

// Counts, not seconds: they are the same on every machine, and whoever makes them rise has to say so here.
describeOnFleet('what a host costs that is as it should be', () => {
  let fleet: Fleet;
  let host: FleetHost;

  beforeAll(async () => {
    fleet = await startFleet({ name: 'costs', count: 1, base: 'debian' });
    host = fleet.hosts[0]!;
    await play(50);
  });
  afterAll(() => fleet?.stop());

  async function play(count: number): Promise<{ wire: WireCounts; changed: number }> {
    const file = join(mkdtempSync(join(tmpdir(), 'flotte-costs-')), 'play.yml');
    writeFileSync(file, JSON.stringify([{ hosts: 'all', become: true, tasks: tasksOf(count) }]));
    const ran = await events([file, '-i', fleet.inventoryFile]);
    const end = ran.events.at(-1);
    if (end?.type !== 'run-end') throw new Error('the run told no end');
    expect(end.exitCode).toBe(0);
    return { wire: end.wire[host.name]!, changed: end.recap[host.name]!.changed };
  }

  /** Processes that the host started meanwhile: its own numbers of processes are counted up. */
  async function startedWhile(work: () => Promise<unknown>): Promise<number> {
    const last = async () => Number(await host.read('cat /proc/sys/kernel/ns_last_pid'));
    const before = await last();
    await work();
    return (await last()) - before;
  }

  it('two round trips for the channel and all reads of 50 tasks, facts among them', async () => {
    const { wire, changed } = await play(50);
    expect(changed).toBe(0);
    expect(wire.roundTrips).toBeLessThanOrEqual(2);
    expect(wire.frames).toBeLessThanOrEqual(2);
    expect(wire.reads).toBeLessThanOrEqual(58);
    expect(wire.bytesOut).toBeLessThanOrEqual(11 * 1024);
    expect(wire.bytesIn).toBeLessThanOrEqual(40 * 1024);
  });

  it('hardly more processes for 50 tasks than for 3', async () => {
    const few = await startedWhile(() => play(3));
    const many = await startedWhile(() => play(50));
    expect(many - few).toBeLessThanOrEqual(5);
  });
});
