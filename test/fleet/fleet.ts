import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { ensureBase } from './base.ts';
import { command, FleetError } from './command.ts';
import { hostKeys, isUp, removeHost, startHost } from './host.ts';
import { inventoryText } from './inventory.ts';
import { withLock } from './lock.ts';
import {
  addressOf,
  closeNetwork,
  defaultRange,
  freeRange,
  mostHosts,
  openNetwork,
  requireDefaultRange,
  stopForwarding,
} from './network.ts';
import { accessFolder, cacheFolder, fleetFolder, projectFolder } from './paths.ts';
import { isRunning, type ProcessIdentity } from './processes.ts';
import {
  type BaseKind,
  checkFleetName,
  type FleetState,
  hostNames,
  listFleets,
  readFleet,
  writeFleet,
} from './state.ts';
import { allowWatches, restoreWatches } from './watches.ts';

/** The fleet that people start by hand. */
export const defaultFleet = 'flotte';

export interface UpRequest {
  name: string;
  count: number;
  base: BaseKind;
  /** The process that the fleet belongs to; none for a fleet that outlives its starter. */
  owner?: ProcessIdentity;
  say: (line: string) => void;
}

/**
 * Brings a fleet to `count` hosts, host1 to hostN. Hosts that run stay as they are, also those beyond
 * `count`; a host that has ended is made anew.
 */
export async function up(request: UpRequest): Promise<FleetState> {
  checkFleetName(request.name);
  if (!(Number.isInteger(request.count) && request.count >= 1 && request.count <= mostHosts)) {
    throw new FleetError(`a fleet has 1 to ${mostHosts} hosts`);
  }
  await removeOrphans();
  await removeIfEnded(request.name);
  const layers = readFleet(request.name)?.layers ?? (await ensureBase(request.base, request.say));
  return withLock('fleets', async () => {
    const fleet = readFleet(request.name) ?? (await register(request, layers));
    if (fleet.base !== request.base) {
      throw new FleetError(
        `the hosts of fleet '${fleet.name}' have the base '${fleet.base}': take it down first`,
      );
    }
    await openNetwork(fleet);
    allowWatches();
    await prepareAccess(fleet.name);
    const wanted = Array.from({ length: request.count }, (_, i) => `host${i + 1}`);
    const missing = wanted.filter((host) => !isUp(fleet.name, host));
    await all(
      missing.map(async (host) => {
        await removeHost(fleet, host);
        await startHost(fleet, host);
      }),
    );
    writeAccess(fleet);
    return fleet;
  });
}

/** Takes a fleet down: its hosts, its network and its folder. Does nothing when there is none. */
export async function down(name: string): Promise<void> {
  checkFleetName(name);
  await withLock('fleets', () => takeDown(name));
}

/** Takes down the fleets whose owner has ended without doing so. */
export async function removeOrphans(): Promise<void> {
  for (const { name, owner } of listFleets()) {
    if (owner !== undefined && !isRunning(owner)) await down(name);
  }
}

/** A fleet of which no host runs, as after a reboot of the machine, is begun anew, from a base of today. */
async function removeIfEnded(name: string): Promise<void> {
  await withLock('fleets', async () => {
    if (!hostNames(name).some((host) => isUp(name, host))) await takeDown(name);
  });
}

async function takeDown(name: string): Promise<void> {
  const fleet = readFleet(name);
  if (fleet === undefined) return;
  await all(hostNames(name).map((host) => removeHost(fleet, host)));
  await closeNetwork(fleet);
  rmSync(fleetFolder(name), { recursive: true, force: true });
  if (listFleets().length === 0) {
    stopForwarding();
    restoreWatches();
  }
  if (name === defaultFleet) unlinkFromProject();
}

async function register({ name, base, owner }: UpRequest, layers: string[]): Promise<FleetState> {
  if (name === defaultFleet) await requireDefaultRange();
  const range = name === defaultFleet ? defaultRange : await freeRange();
  const fleet = { name, range, base, layers, ...(owner === undefined ? {} : { owner }) };
  writeFleet(fleet);
  return fleet;
}

/** One key pair for all fleets of a cache; a password for each fleet. */
async function prepareAccess(fleet: string): Promise<void> {
  const key = join(cacheFolder(), 'id_ed25519');
  if (!existsSync(key))
    await command('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'flotte-fleet', '-f', key]);
  const folder = accessFolder(fleet);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const file of ['id_ed25519', 'id_ed25519.pub'])
    copyFileSync(join(cacheFolder(), file), join(folder, file));
  const password = join(folder, 'worker_password');
  if (!existsSync(password)) writeFileSync(password, `${randomBytes(12).toString('hex')}\n`, { mode: 0o600 });
}

function writeAccess(fleet: FleetState): void {
  const folder = accessFolder(fleet.name);
  const hosts = hostNames(fleet.name)
    .filter((host) => isUp(fleet.name, host))
    .map((name) => ({ name, address: addressOf(fleet, name) }));
  const known = hosts.flatMap(({ name, address }) =>
    hostKeys(fleet.name, name).map((key) => `${address} ${key}\n`),
  );
  writeFileSync(join(folder, 'known_hosts'), known.join(''));
  const inventory = inventoryText(hosts, join(folder, 'id_ed25519'), join(folder, 'known_hosts'));
  writeFileSync(join(folder, 'inventory.yml'), inventory);
  if (fleet.name === defaultFleet) linkFromProject();
}

/** The committed inventory finds the default fleet's keys below the project's own folder. */
function projectLink(): string {
  return join(projectFolder(), '.flotte/fleet');
}

function linkFromProject(): void {
  mkdirSync(join(projectFolder(), '.flotte'), { recursive: true });
  unlinkFromProject();
  symlinkSync(accessFolder(defaultFleet), projectLink());
}

function unlinkFromProject(): void {
  if (lstatSync(projectLink(), { throwIfNoEntry: false })?.isSymbolicLink()) unlinkSync(projectLink());
}

/** Waits for all, the failed too, so that nothing still starts when the first failure is told. */
async function all(actions: Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(actions);
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
