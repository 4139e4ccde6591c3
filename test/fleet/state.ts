import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FleetError } from './command.ts';
import { fleetFolder, fleetsFolder, hostFolder } from './paths.ts';
import type { ProcessIdentity } from './processes.ts';

/** What hosts start from: plain Debian, or Debian with Apache and what WSGI needs installed. */
export type BaseKind = 'debian' | 'apache';

/** What is written down of a fleet before anything of it starts, so that it can be found and taken down. */
export interface FleetState {
  name: string;
  /** The third number of the fleet's addresses, 10.213.RANGE.0/24. */
  range: number;
  base: BaseKind;
  /** The read-only layers of its hosts, the upper one first. */
  layers: string[];
  /** The process whose end makes the fleet an orphan; a fleet started by hand has none. */
  owner?: ProcessIdentity;
}

export function checkFleetName(name: string): void {
  if (/^[a-z][a-z0-9-]{0,40}$/.test(name)) return;
  throw new FleetError(`a fleet's name is made of a-z, 0-9 and '-', and '${name}' is not`);
}

export function readFleet(name: string): FleetState | undefined {
  const file = join(fleetFolder(name), 'fleet.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as FleetState) : undefined;
}

export function writeFleet(state: FleetState): void {
  const folder = fleetFolder(state.name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'fleet.json.new'), `${JSON.stringify(state, undefined, 2)}\n`);
  renameSync(join(folder, 'fleet.json.new'), join(folder, 'fleet.json'));
}

export function listFleets(): FleetState[] {
  if (!existsSync(fleetsFolder())) return [];
  return readdirSync(fleetsFolder()).flatMap((name) => readFleet(name) ?? []);
}

/** The names of a fleet's hosts, running or not, in the order of their numbers. */
export function hostNames(fleet: string): string[] {
  const folder = join(fleetFolder(fleet), 'hosts');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).sort((a, b) => hostNumber(a) - hostNumber(b));
}

export function hostNumber(name: string): number {
  return Number(name.replace('host', ''));
}

/** The process that runs a host: the shell around systemd-nspawn, which has written this down itself. */
export function readHostProcess(fleet: string, host: string): ProcessIdentity | undefined {
  const file = processFile(fleet, host);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity) : undefined;
}

export function processFile(fleet: string, host: string): string {
  return join(hostFolder(fleet, host), 'process.json');
}
