import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, command, FleetError } from './command.ts';
import { cacheFolder, hostFolder } from './paths.ts';
import { bootId } from './processes.ts';
import { type FleetState, hostNumber, listFleets } from './state.ts';

/** The range of the fleet that people start by hand: the committed inventory names its addresses. */
export const defaultRange = 0;

/** The highest number a host can have: its address is 10 above it. */
export const mostHosts = 200;

const forwardingSwitch = '/proc/sys/net/ipv4/ip_forward';

export function addressOf(fleet: FleetState, host: string): string {
  return `10.213.${fleet.range}.${10 + hostNumber(host)}`;
}

export function namespaceFile(fleet: FleetState, host: string): string {
  return join(hostFolder(fleet.name, host), 'netns');
}

function subnet(range: number): string {
  return `10.213.${range}.0/24`;
}

function bridgeName(fleet: FleetState): string {
  return `flotte${fleet.range}`;
}

function linkName(fleet: FleetState, host: string): string {
  return `flotte${fleet.range}h${hostNumber(host)}`;
}

/** A range that no fleet has and that nothing on this machine routes to. */
export async function freeRange(): Promise<number> {
  const taken = new Set(listFleets().map((fleet) => fleet.range));
  const routes = await routedRanges();
  for (let range = defaultRange + 1; range < 255; range++) {
    if (!taken.has(range) && !routes.has(range)) return range;
  }
  throw new FleetError('no address range is free in 10.213.0.0/16 for another fleet');
}

/** Throws where the default fleet's addresses already belong to something else on this machine. */
export async function requireDefaultRange(): Promise<void> {
  if (!(await routedRanges()).has(defaultRange)) return;
  throw new FleetError(
    `this machine already routes ${subnet(defaultRange)}, the addresses of the test fleet`,
  );
}

/** The ranges of 10.213.0.0/16 that the machine's own routes touch; wide ones (a VPN's 10.0.0.0/8) are none. */
async function routedRanges(): Promise<Set<number>> {
  const routes = JSON.parse(await command('ip', ['-json', '-4', 'route', 'show', 'table', 'all'])) as {
    dst: string;
  }[];
  const touched = new Set<number>();
  for (const { dst } of routes) {
    const match = /^10\.213\.(\d+)\.\d+(?:\/(\d+))?$/.exec(dst);
    if (match === null) continue;
    const width = 2 ** Math.max(0, 24 - Number(match[2] ?? 32));
    for (let i = 0; i < width; i++) touched.add(Number(match[1]) + i);
  }
  return touched;
}

/** Makes the fleet's bridge, with a way out through this machine's own address. Done twice, it is done once. */
export async function openNetwork(fleet: FleetState): Promise<void> {
  const bridge = bridgeName(fleet);
  if (!existsSync(`/sys/class/net/${bridge}`))
    await command('ip', ['link', 'add', 'name', bridge, 'type', 'bridge']);
  await command('ip', ['address', 'replace', `10.213.${fleet.range}.1/24`, 'dev', bridge]);
  await command('ip', ['link', 'set', bridge, 'up']);
  for (const rule of rules(fleet)) {
    if (!(await hasRule(rule))) await iptables('-I', rule);
  }
  forwardPackets();
}

export async function closeNetwork(fleet: FleetState): Promise<void> {
  for (const rule of rules(fleet)) {
    while (await hasRule(rule)) await iptables('-D', rule);
  }
  await removeLink(bridgeName(fleet));
}

/** Gives a host a network namespace that is linked to the fleet's bridge. */
export async function plugIn(fleet: FleetState, host: string): Promise<void> {
  const file = namespaceFile(fleet, host);
  const link = linkName(fleet, host);
  const mtu = await machineMtu();
  writeFileSync(file, '');
  await command('unshare', [`--net=${file}`, 'true']);
  await removeLink(link);
  const pair = `name ${link} mtu ${mtu} type veth peer name eth0 mtu ${mtu} address ${macOf(fleet, host)} netns ${file}`;
  await ipBatch([], [`link add ${pair}`, `link set ${link} master ${bridgeName(fleet)} up`]);
  await ipBatch(
    [`--net=${file}`],
    [
      'link set lo up',
      `address add ${addressOf(fleet, host)}/24 dev eth0`,
      'link set eth0 up',
      `route add default via 10.213.${fleet.range}.1`,
    ],
  );
}

export async function unplug(fleet: FleetState, host: string): Promise<void> {
  await removeLink(linkName(fleet, host));
  const file = namespaceFile(fleet, host);
  while ((await attempt('umount', [file])).code === 0);
  rmSync(file, { force: true });
}

/** The address follows from the host's, so that a host made anew meets no stale neighbour entries. */
function macOf(fleet: FleetState, host: string): string {
  const bytes = [2, 10, 213, fleet.range, 0, 10 + hostNumber(host)];
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

/** What fits through this machine's way out must be what hosts send, or their large packets are lost. */
async function machineMtu(): Promise<string> {
  const routes = JSON.parse(await command('ip', ['-json', '-4', 'route', 'show', 'default'])) as {
    dev: string;
  }[];
  const device = routes[0]?.dev;
  return device === undefined ? '1500' : readFileSync(`/sys/class/net/${device}/mtu`, 'utf8').trim();
}

async function ipBatch(namespace: string[], lines: string[]): Promise<void> {
  const batch = ['ip', '-batch', '-'];
  const [file, ...args] = namespace.length > 0 ? ['nsenter', ...namespace, ...batch] : batch;
  await command(file!, args, { input: `${lines.join('\n')}\n` });
}

async function removeLink(name: string): Promise<void> {
  if (existsSync(`/sys/class/net/${name}`)) await command('ip', ['link', 'delete', name]);
}

type Rule = { table: string; chain: string; match: string[] };

/** The last two matter where the machine's own firewall forwards nothing by default. */
function rules(fleet: FleetState): Rule[] {
  const bridge = bridgeName(fleet);
  const masquerade = ['-s', subnet(fleet.range), '!', '-o', bridge, '-j', 'MASQUERADE'];
  return [
    { table: 'nat', chain: 'POSTROUTING', match: masquerade },
    { table: 'filter', chain: 'FORWARD', match: ['-i', bridge, '-j', 'ACCEPT'] },
    { table: 'filter', chain: 'FORWARD', match: ['-o', bridge, '-j', 'ACCEPT'] },
  ];
}

async function hasRule(rule: Rule): Promise<boolean> {
  return (await attempt('iptables', ruleArguments('-C', rule))).code === 0;
}

async function iptables(action: '-I' | '-D', rule: Rule): Promise<void> {
  await command('iptables', ruleArguments(action, rule));
}

function ruleArguments(action: string, { table, chain, match }: Rule): string[] {
  return ['-w', '-t', table, action, chain, ...match];
}

function forwardingNote(): string {
  return join(cacheFolder(), 'forwarding-was-off');
}

function forwardPackets(): void {
  if (readFileSync(forwardingSwitch, 'utf8').trim() === '1') return;
  writeFileSync(forwardingNote(), bootId());
  writeFileSync(forwardingSwitch, '1');
}

/** Puts the machine's forwarding back to what it was; to be called when the last fleet is gone. */
export function stopForwarding(): void {
  if (!existsSync(forwardingNote())) return;
  if (readFileSync(forwardingNote(), 'utf8') === bootId()) writeFileSync(forwardingSwitch, '0');
  rmSync(forwardingNote());
}
