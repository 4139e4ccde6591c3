import { type IpNetwork, isWithin, parseNetwork, WIDTH } from './address.ts';

const networks = (texts: readonly string[]): IpNetwork[] => texts.map((text) => parseNetwork(text)!);

// Source: IANA's registries of special-purpose addresses of IPv4 and IPv6.
const NOT_GLOBAL = networks([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '240.0.0.0/4',
  '::1/128',
  '::/128',
  '::ffff:0:0/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
]);
const GLOBAL_WITHIN = networks([
  '192.0.0.9/32',
  '192.0.0.10/32',
  '2001:1::1/128',
  '2001:1::2/128',
  '2001:3::/32',
  '2001:4:112::/48',
  '2001:20::/28',
  '2001:30::/28',
]);
const MULTICAST = networks(['224.0.0.0/4', 'ff00::/8']);
const LOOPBACK = networks(['127.0.0.0/8', '::1/128']);
const LINK_LOCAL = networks(['169.254.0.0/16', 'fe80::/10']);

function address({ version, value }: IpNetwork): IpNetwork {
  return { version, value, prefix: WIDTH[version] };
}

const isIn = (network: IpNetwork, ranges: readonly IpNetwork[]) =>
  ranges.some((range) => isWithin(network, range));

/** Whether an address is one that the whole internet may reach. */
export function isGlobal(network: IpNetwork): boolean {
  const own = address(network);
  return !isIn(own, NOT_GLOBAL) || isIn(own, GLOBAL_WITHIN);
}

/** Whether a network is one of groups of hosts. */
export function isMulticast(network: IpNetwork): boolean {
  return isIn(network, MULTICAST);
}

/** Whether an address is the machine's own. */
export function isLoopback(network: IpNetwork): boolean {
  return isIn(address(network), LOOPBACK);
}

/** Whether an address counts on its own link alone. */
export function isLinkLocal(network: IpNetwork): boolean {
  return isIn(address(network), LINK_LOCAL);
}

/** Whether an address looks like a mask of ones and then noughts, or the other way round. */
export function isMask({ version, value }: IpNetwork): boolean {
  const bits = value.toString(2).padStart(WIDTH[version], '0');
  return /^(?:1*0*|0*1*)$/.test(bits);
}
