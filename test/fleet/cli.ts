import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FleetError } from './command.ts';
import { defaultFleet, down, removeOrphans, up } from './fleet.ts';
import { isUp } from './host.ts';
import { addressOf } from './network.ts';
import { accessFolder } from './paths.ts';
import { whyNoFleet } from './prerequisites.ts';
import { memoryOf } from './processes.ts';
import { hostNames, listFleets, readFleet, readHostProcess } from './state.ts';

const usage = `usage: npm run fleet -- COMMAND [--fleet NAME]

  up [N]       start hosts until host1 to hostN run (3 without a number)
  down         take the fleet down, and the fleets of tests that were killed
  status       list the hosts of all fleets
  shell NAME   log in to a host, for example: shell host1

  --fleet NAME   another fleet than '${defaultFleet}'
  --base apache  up: hosts that have Apache installed already`;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      fleet: { type: 'string', default: defaultFleet },
      base: { type: 'string', default: 'debian' },
    },
  });
  const [action, argument] = positionals;
  if (action === 'up') return start(values.fleet, values.base, argument ?? '3');
  if (action === 'down') return stop(values.fleet);
  if (action === 'status') return status();
  if (action === 'shell' && argument !== undefined) return shell(values.fleet, argument);
  process.stderr.write(`${usage}\n`);
  return 2;
}

async function start(name: string, base: string, count: string): Promise<number> {
  if (base !== 'debian' && base !== 'apache')
    throw new FleetError(`there is no base '${base}': debian or apache`);
  requireFleet();
  const begin = performance.now();
  const say = (line: string) => process.stderr.write(`fleet: ${line}\n`);
  await up({ name, count: Number(count), base, say });
  say(
    `up after ${((performance.now() - begin) / 1000).toFixed(1)} s; the inventory: ${join(accessFolder(name), 'inventory.yml')}`,
  );
  return status();
}

async function stop(name: string): Promise<number> {
  requireFleet();
  await down(name);
  await removeOrphans();
  return 0;
}

function status(): number {
  const rows = listFleets().flatMap((fleet) =>
    hostNames(fleet.name).map((host) => {
      const process = readHostProcess(fleet.name, host);
      const running = process !== undefined && isUp(fleet.name, host);
      const memory = running ? `${Math.round(memoryOf(process.pid) / 2 ** 20)} MB` : '';
      return [
        fleet.name,
        host,
        addressOf(fleet, host),
        running ? `pid ${process.pid}` : 'not running',
        memory,
      ];
    }),
  );
  const widths = [0, 1, 2, 3, 4].map((i) => Math.max(0, ...rows.map((row) => row[i]!.length)));
  for (const row of rows)
    process.stdout.write(
      `${row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd()}\n`,
    );
  if (rows.length === 0) process.stdout.write('no fleet is up\n');
  return 0;
}

function shell(name: string, host: string): number {
  const fleet = readFleet(name);
  if (fleet === undefined || !isUp(name, host))
    throw new FleetError(`${host} of fleet '${name}' is not running`);
  const access = accessFolder(name);
  const options = [
    '-F',
    'none',
    '-i',
    join(access, 'id_ed25519'),
    '-o',
    `UserKnownHostsFile=${join(access, 'known_hosts')}`,
  ];
  return spawnSync('ssh', [...options, `deploy@${addressOf(fleet, host)}`], { stdio: 'inherit' }).status ?? 1;
}

function requireFleet(): void {
  const reason = whyNoFleet();
  if (reason !== undefined) throw new FleetError(reason);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Error)) throw error;
  process.stderr.write(`fleet: ${error.message}\n`);
  process.exitCode = 1;
}
