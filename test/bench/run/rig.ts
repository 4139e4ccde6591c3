import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findOracle } from '../../conformance/oracle.ts';
import { command } from '../../fleet/command.ts';
import { type Fleet, type FleetHost, startFleet } from '../../fleet/index.ts';
import { type LatencyProxy, latencyProxy } from '../../fleet/latency-proxy.ts';
import { cacheFolder, projectFolder } from '../../fleet/paths.ts';
import type { BaseKind } from '../../fleet/state.ts';
import type { Job, Target } from '../tools/tool.ts';
import { trivialDeploy, trivialPlaybook, trivialPreparation, trivialScript } from '../workload/trivial.ts';

/** Real hosts with all that the workloads need on them, and the workloads' folder. */
export interface Rig {
  hosts: FleetHost[];
  /** A job on the first `count` hosts, through proxies where there is a round trip to add. */
  job(count: number, rtt: number, what: Pick<Job, 'workload' | 'check'>): Promise<Job>;
  stop(): Promise<void>;
}

const TRIVIAL_ROOT = '/opt/trivial';
const WHEELS = ['itsdangerous==2.2.0', 'six==1.17.0', 'idna==3.10'];
export const PAGE = 'Hello World with itsdangerous';

/** The folder of the benchmark's results and of what it works with. */
export function benchFolder(): string {
  const folder = join(projectFolder(), '.flotte/bench');
  mkdirSync(folder, { recursive: true });
  return folder;
}

export async function openRig(count: number, base: BaseKind): Promise<Rig> {
  const fleet = await startFleet({ name: 'bench', count, base });
  const proxies = new Map<number, LatencyProxy[]>();
  const folder = writeWorkloads();
  const knownHostsFile = join(folder, 'known_hosts');
  try {
    await Promise.all(fleet.hosts.map(prepare));
  } catch (error) {
    await fleet.stop();
    throw error;
  }

  const targets = async (rtt: number): Promise<Target[]> => {
    if (rtt === 0) return fleet.hosts.map(({ name, address }) => ({ name, address, port: 22 }));
    const open = proxies.get(rtt) ?? (await Promise.all(fleet.hosts.map((host) => proxyOf(host, rtt))));
    proxies.set(rtt, open);
    return fleet.hosts.map(({ name }, i) => ({ name, address: open[i]!.host, port: open[i]!.port }));
  };

  return {
    hosts: fleet.hosts,
    async job(hosts, rtt, what) {
      const all = await targets(rtt);
      writeFileSync(knownHostsFile, all.map((target, i) => knownLines(fleet, target, i)).join(''));
      return { ...what, targets: all.slice(0, hosts), folder, keyFile: fleet.keyFile, knownHostsFile };
    },
    async stop() {
      for (const proxy of [...proxies.values()].flat()) await proxy.close();
      await fleet.stop();
    },
  };
}

function proxyOf(host: FleetHost, rtt: number): Promise<LatencyProxy> {
  return latencyProxy({ target: { host: host.address, port: 22 }, delayMs: rtt / 2 });
}

function knownLines(fleet: Fleet, { address, port }: Target, index: number): string {
  const name = port === 22 ? address : `[${address}]:${port}`;
  return fleet.hosts[index]!.hostKeys.map((key) => `${name} ${key}\n`).join('');
}

/** An empty folder for a part of the benchmark to work in. */
export function workFolder(): string {
  const folder = join(benchFolder(), 'work');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  return folder;
}

/** All dialects of all workloads, side by side in a folder of their own. */
function writeWorkloads(): string {
  const folder = workFolder();
  cpSync(join(projectFolder(), 'test/bench/workload'), folder, { recursive: true });
  for (const count of [5, 50]) {
    writeFileSync(join(folder, `t${count}.yml`), trivialPlaybook(count, TRIVIAL_ROOT));
    writeFileSync(join(folder, `t${count}.sh`), trivialScript(count, TRIVIAL_ROOT));
    writeFileSync(join(folder, `t${count}.py`), trivialDeploy(count, TRIVIAL_ROOT));
  }
  return folder;
}

/** What is no tool's work and shall cost none of them time: wheels, downloads, package lists, the trivial tasks' files. */
async function prepare(host: FleetHost): Promise<void> {
  cpSync(await wheels(), join(host.rootDir, 'opt/wheels'), { recursive: true });
  const archives = join(host.rootDir, 'var/cache/apt/archives');
  const kept = join(cacheFolder(), 'bench-packages');
  if (existsSync(kept)) cpSync(kept, archives, { recursive: true });
  await host.read(`${trivialPreparation(TRIVIAL_ROOT)} && touch /var/lib/apt/lists /var/lib/apt/lists/*`);
}

/** Fetches the rollout's packages on one host, once, for all hosts that are made later. */
export async function keepPackages(host: FleetHost, packages: string[]): Promise<void> {
  const kept = join(cacheFolder(), 'bench-packages');
  const archives = join(host.rootDir, 'var/cache/apt/archives');
  await host.read(
    `apt-get update -q && apt-get install -y -q --download-only --no-install-recommends ${packages.join(' ')}`,
  );
  mkdirSync(kept, { recursive: true });
  for (const name of readdirSync(archives).filter((file) => file.endsWith('.deb')))
    cpSync(join(archives, name), join(kept, name));
}

let downloaded: Promise<string> | undefined;

/** A folder with the rollout's Python packages, fetched once. */
function wheels(): Promise<string> {
  downloaded ??= downloadWheels();
  return downloaded;
}

async function downloadWheels(): Promise<string> {
  const folder = join(cacheFolder(), 'bench-wheels');
  const present = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.whl')) : [];
  if (present.length === WHEELS.length) return folder;
  const oracle = await findOracle();
  if (oracle.missing !== undefined) throw new Error(oracle.missing);
  const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, ...WHEELS];
  await command(join(oracle.folder, 'bin/python'), pip);
  return folder;
}

/** What hosts do not serve the page, each with what it says instead. */
export async function withoutPage(hosts: FleetHost[]): Promise<string[]> {
  const answers = await Promise.all(
    hosts.map((host) => host.run('curl -ks --max-time 10 https://localhost/hello.py')),
  );
  return hosts
    .filter((_, i) => answers[i]!.stdout.trim() !== PAGE)
    .map(({ name }, i) => `${name} answers ${JSON.stringify(answers[i]!.stdout.slice(0, 80))}`);
}

/** Waits until nothing but the hosts' own calm goes on: a boot's late services would be counted otherwise. */
export async function untilCalm(hosts: FleetHost[]): Promise<void> {
  const end = Date.now() + 20_000;
  for (;;) {
    const before = hosts.map((host) => host.cpuSeconds());
    await sleep(1000);
    const spent = hosts.reduce((sum, host, i) => sum + host.cpuSeconds() - before[i]!, 0);
    if (spent < 0.02 * hosts.length || Date.now() > end) return;
  }
}

/** The packages of the rollout, as its playbook names them. */
export function rolloutPackages(): string[] {
  const playbook = readFileSync(join(projectFolder(), 'test/bench/workload/rollout.yml'), 'utf8');
  return /name: \[(apache2, [^\]]+)\]/.exec(playbook)![1]!.split(', ');
}
