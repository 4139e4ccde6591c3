import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandOptions, type CommandResult, FleetError } from './command.ts';
import { cpuSecondsOf } from './control-group.ts';
import { down, up } from './fleet.ts';
import { countingGroup, hostKeys, rootFolder, runInHost, upperFolder } from './host.ts';
import { addressOf } from './network.ts';
import { accessFolder } from './paths.ts';
import { whyNoFleet } from './prerequisites.ts';
import { identify } from './processes.ts';
import { type BaseKind, type FleetState, hostNames } from './state.ts';

export { whyNoFleet } from './prerequisites.ts';
export {
  compareSnapshots,
  contentFields,
  everyField,
  type Snapshot,
  type SnapshotEntry,
  snapshot,
  tracesOfRunning,
} from './snapshot.ts';

export interface FleetHost {
  name: string;
  address: string;
  /** Host keys as in known_hosts, without the address: `ssh-ed25519 AAAA...`. */
  hostKeys: string[];
  /** The host's root folder as this machine sees it: what is below /run, /proc and /dev is not there. */
  rootDir: string;
  /** What the host has written to its disk since it was made. */
  upperDir: string;
  /** Runs a shell command as root on the host, past SSH. A failing command is an answer too. */
  run(script: string, options?: CommandOptions): Promise<CommandResult>;
  /** As `run`, but gives the stdout alone and throws when the command fails. */
  read(script: string, options?: CommandOptions): Promise<string>;
  /** CPU seconds that all of the host has taken since it was made. */
  cpuSeconds(): number;
}

export interface Fleet {
  name: string;
  hosts: FleetHost[];
  inventoryFile: string;
  /** The private key of the users `deploy`, `worker` and `root` of every host. */
  keyFile: string;
  knownHostsFile: string;
  /** What sudo asks `worker` for; `deploy` needs no password. */
  workerPassword: string;
  stop(): Promise<void>;
}

export interface FleetRequest {
  /** Names the fleet among others that run at the same time: the test file's name does well. */
  name: string;
  count: number;
  base: BaseKind;
}

/**
 * Starts a fleet that belongs to this process, with an address range of its own. When the process ends
 * without `stop()`, the next start of any fleet or `npm run fleet -- down` clears it away.
 *
 * Throws a FleetError where no fleet can start; ask `whyNoFleet` before.
 */
export async function startFleet({ name, count, base }: FleetRequest): Promise<Fleet> {
  const reason = whyNoFleet();
  if (reason !== undefined) throw new FleetError(reason);
  const owner = identify(process.pid)!;
  const say = (line: string) => process.stderr.write(`fleet: ${line}\n`);
  const ownName = `${name}-${process.pid}`;
  const state = await up({ name: ownName, count, base, owner, say }).catch(async (error) => {
    await down(ownName);
    throw error;
  });
  return opened(state);
}

/** Brings up a fleet that outlives this process, or takes the one of that name that is up; `stop()` takes it down. */
export async function keepFleet({ name, count, base }: FleetRequest): Promise<Fleet> {
  const reason = whyNoFleet();
  if (reason !== undefined) throw new FleetError(reason);
  const say = (line: string) => process.stderr.write(`fleet: ${line}\n`);
  return opened(await up({ name, count, base, say }));
}

function opened(state: FleetState): Fleet {
  const access = accessFolder(state.name);
  return {
    name: state.name,
    hosts: hostNames(state.name).map((host) => handle(state, host)),
    inventoryFile: join(access, 'inventory.yml'),
    keyFile: join(access, 'id_ed25519'),
    knownHostsFile: join(access, 'known_hosts'),
    workerPassword: readFileSync(join(access, 'worker_password'), 'utf8').trim(),
    stop: () => down(state.name),
  };
}

function handle(fleet: FleetState, name: string): FleetHost {
  const run = (script: string, options?: CommandOptions) => runInHost(fleet.name, name, script, options);
  return {
    name,
    address: addressOf(fleet, name),
    hostKeys: hostKeys(fleet.name, name),
    rootDir: rootFolder(fleet.name, name),
    upperDir: upperFolder(fleet.name, name),
    run,
    cpuSeconds: () => cpuSecondsOf(countingGroup(fleet.name, name)),
    async read(script, options) {
      const { code, stdout, stderr } = await run(script, options);
      if (code !== 0) throw new FleetError(`${name}: exit code ${code} of ${script}: ${stderr.trim()}`);
      return stdout;
    },
  };
}
