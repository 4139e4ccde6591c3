import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnFleet } from '../fleet/describe-on-fleet.ts';
import { compareSnapshots, type Fleet, type FleetHost, startFleet } from '../fleet/index.ts';
import { inventoryText } from '../fleet/inventory.ts';
import type { Snapshot } from '../fleet/snapshot.ts';
import { MEANT } from './differences.ts';
import { hostFiles } from './fleetFiles.ts';
import { findOracle } from './oracle.ts';
import { type Answer, type Call, callOracle, callOurs } from './playbookAnswers.ts';
import { differencesOf, foretold } from './playbookCompare.ts';

const PLAYBOOKS = fileURLToPath(new URL('./fleet/playbooks', import.meta.url));
const HOSTS = ['one', 'two'];
const playbooks = readdirSync(PLAYBOOKS).filter((name) => name.endsWith('.yml'));
const oracle = await findOracle();
const folder = oracle.missing === undefined ? oracle.folder : '';
const skipped = oracle.missing === undefined ? '' : ` (skipped: ${oracle.missing})`;

// Each playbook finds what those before it left; both tools have hosts of their own.
describeOnFleet(`playbooks leave hosts as ansible-playbook does${skipped}`, () => {
  let fleet: Fleet;
  let theirs: FleetHost[];
  let ours: FleetHost[];
  const atFirst = new Map<FleetHost, Snapshot>();

  beforeAll(async () => {
    if (oracle.missing !== undefined) return;
    fleet = await startFleet({ name: 'differential', count: 2 * HOSTS.length, base: 'apache' });
    theirs = fleet.hosts.slice(0, HOSTS.length);
    ours = fleet.hosts.slice(HOSTS.length);
    for (const host of fleet.hosts) atFirst.set(host, hostFiles(host));
  });
  afterAll(() => fleet?.stop());

  // What a host had from its first minute (its name, its keys) is its own.
  function written(host: FleetHost): Snapshot {
    const first = atFirst.get(host)!;
    const files = [...hostFiles(host)];
    return new Map(
      files.filter(([path, entry]) => first.get(path)?.sha256 !== entry.sha256 || !first.has(path)),
    );
  }

  function call(playbook: string, hosts: FleetHost[], args: string[]): Call {
    const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'conformance-')));
    cpSync(PLAYBOOKS, cwd, { recursive: true });
    mkdirSync(join(cwd, 'out'));
    const named = hosts.map(({ address }, index) => ({ name: HOSTS[index]!, address }));
    writeFileSync(join(cwd, 'inventory.yml'), inventoryText(named, fleet.keyFile, fleet.knownHostsFile));
    return { cwd, args: ['-i', 'inventory.yml', playbook, ...args], env: {} };
  }

  async function both(playbook: string, ...args: string[]): Promise<[Answer, Answer]> {
    const [answers, answer] = await Promise.all([
      callOracle([call(playbook, theirs, args)], folder),
      callOurs(call(playbook, ours, args)),
    ]);
    return [answers[0]!, answer];
  }

  it.skipIf(oracle.missing).each(playbooks)('%s', async (playbook) => {
    const [theirCheck, ourCheck] = await both(playbook, '--check');
    const [their, our] = await both(playbook);
    const meant = MEANT.filter((each) => each.runs.some((name) => `fleet/${playbook}`.startsWith(name)));
    const found = [...differencesOf(their, our), ...foretold(theirCheck, their, ourCheck)];
    expect(found.filter((line) => !meant.some((each) => each.found.test(line)))).toEqual([]);
    for (const [index, host] of theirs.entries())
      expect(compareSnapshots(written(host), written(ours[index]!))).toEqual([]);
  });
});
