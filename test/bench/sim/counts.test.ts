import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent, WireCounts } from '../../../src/engine/events.ts';
import { DEFAULT_OPTIONS } from '../../../src/engine/options.ts';
import { prepare } from '../../../src/engine/prepare.ts';
import { run } from '../../../src/engine/run.ts';
import { createTransport } from '../../../src/transport/index.ts';
import { subjectIn } from '../../unit/engine/harness.ts';
import { trivialPlaybook, trivialPreparation } from '../workload/trivial.ts';
import { startSimulation } from './fleet.ts';

// What a converged run of 50 tasks costs a host. These are counts, so they hold on any machine; whoever lowers one
// lowers its limit, and whoever raises one says why. The round trips are the opening of the channel and the frame.
const LIMITS = { frames: 1, roundTrips: 2, bytesOut: 7_600, bytesIn: 7_300, heap: 20_000 };
const FEW = 20;
const MANY = 120;
const FORKS = 10;

interface Counted {
  wires: WireCounts[];
  exitCode: number;
  changed: number;
  /** Bytes of heap in use when all hosts are done and the run has not ended. */
  heap: number;
  /** The most connections at a time, and those that were left standing. */
  most: number;
  open: number;
}

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('50 converged tasks on simulated hosts', () => {
  const folder = mkdtempSync('/tmp/flotte-counts-');
  let few: Counted;
  let many: Counted;
  beforeAll(async () => {
    execFileSync('sh', ['-c', trivialPreparation(join(folder, 'host'))]);
    writeFileSync(join(folder, 'site.yml'), trivialPlaybook(50, join(folder, 'host')));
    // The first run loads and compiles what all later ones use.
    await counted(FEW);
    few = await counted(FEW);
    many = await counted(MANY);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function counted(hosts: number): Promise<Counted> {
    const simulation = await startSimulation(join(folder, 'sim'), hosts);
    const result: Counted = { wires: [], exitCode: -1, changed: 0, heap: 0, most: 0, open: 0 };
    const listener = (event: RunEvent) => {
      if (event.type !== 'run-end') return;
      collectGarbage();
      result.heap = process.memoryUsage().heapUsed;
      result.wires = Object.values(event.wire);
      result.changed = Object.values(event.recap).reduce((sum, { changed }) => sum + changed, 0);
    };
    try {
      const prepared = await prepare(subjectIn(folder, { inventory: [simulation.inventoryFile] }));
      const options = { ...DEFAULT_OPTIONS, forks: FORKS };
      result.exitCode = (await run(prepared, options, createTransport({}), listener)).exitCode;
    } finally {
      const { most, open } = await simulation.stop();
      Object.assign(result, { most, open });
    }
    return result;
  }

  it('change nothing on any host', () => {
    expect(many).toMatchObject({ exitCode: 0, changed: 0 });
    expect(many.wires).toHaveLength(MANY);
  });

  it.each(['frames', 'roundTrips', 'bytesOut', 'bytesIn'] as const)('need no more %s than before', (name) => {
    expect(Math.max(...many.wires.map((wire) => wire[name]))).toBeLessThanOrEqual(LIMITS[name]);
  });

  it('keep little of a host that is done', () => {
    expect((many.heap - few.heap) / (MANY - FEW)).toBeLessThanOrEqual(LIMITS.heap);
  });

  it('connect to as many hosts at a time as forks says, and leave none', () => {
    expect(many.most).toBeLessThanOrEqual(FORKS);
    expect(many.open).toBe(0);
  });
});
