import { define, toItems } from '../../jinja/index.ts';
import {
  addressText,
  firstOf,
  hostBits,
  type IpNetwork,
  isWithin,
  parseAddress,
  parseNetwork,
  WIDTH,
} from '../filters/ip/address.ts';
import { isGlobal, isLoopback, isMulticast } from '../filters/ip/ranges.ts';
import type { Callables } from '../filters/register.ts';

const ranges = (...texts: string[]): IpNetwork[] => texts.map((text) => parseNetwork(text)!);
const SHARED = ranges('100.64.0.0/10');
const SIX_TO_FOUR = ranges('2002::/16');
const TEREDO = ranges('2001::/32');
const MAPPED = ranges('::ffff:0:0/96');
// Source: Python's ipaddress, which took them from RFC 4291 and RFC 1112.
const RESERVED = ranges(
  '240.0.0.0/4',
  '::/8',
  '100::/8',
  '200::/7',
  '400::/6',
  '800::/5',
  '1000::/4',
  '4000::/3',
  '6000::/3',
  '8000::/3',
  'a000::/3',
  'c000::/3',
  'e000::/4',
  'f000::/5',
  'f800::/6',
  'fe00::/9',
);

/** A network without a host's part, as Python's ipaddress insists on. */
function strictNetwork(value: unknown): IpNetwork | undefined {
  const network = typeof value === 'string' ? parseNetwork(value) : undefined;
  return network && network.value === firstOf(network) ? network : undefined;
}

const ofNetwork = (holds: (network: IpNetwork) => boolean) =>
  define(['ip'], (value) => {
    const network = strictNetwork(value);
    return network !== undefined && holds(network);
  });

const ofAddress = (holds: (address: IpNetwork) => boolean) =>
  define(['ip'], (value) => {
    const address = typeof value === 'string' ? parseAddress(value) : undefined;
    return address !== undefined && holds(address);
  });

const isIn = (networks: readonly IpNetwork[]) => (address: IpNetwork) =>
  networks.some((network) => isWithin(address, network));

// An address of version 4 within one of version 6 counts as what it is there.
function isPrivate(address: IpNetwork): boolean {
  if (isIn(MAPPED)(address))
    return isPrivate({ version: 4, value: address.value & 0xffffffffn, prefix: WIDTH[4] });
  return !isGlobal(address) && !isIn([...SHARED, ...SIX_TO_FOUR])(address);
}

function isInNetwork(inner: unknown, outer: unknown): boolean {
  const [a, b] = [strictNetwork(inner), strictNetwork(outer)];
  return a !== undefined && b !== undefined && isWithin(a, b);
}

function countIn(ip: unknown, networks: unknown): number {
  return toItems(networks).filter((network) => isInNetwork(ip, network)).length;
}

// A mask has to be written in full, and not as the length of a prefix. It is tried on 10.0.0.0, so that shorter ones
// than that network's own first bits are none.
function isMaskText(value: unknown, kind: 'netmask' | 'hostmask'): boolean {
  const network = strictNetwork(`10.0.0.0/${value}`);
  if (!network) return false;
  const host = hostBits(network);
  return addressText(kind === 'hostmask' ? host : host ^ ((1n << BigInt(WIDTH[4])) - 1n), 4) === value;
}

const MAC = /^(?:(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}|[0-9a-f]{12})\n?$/i;

/** Tests of addresses and networks. */
export const ipTests: Callables = {
  in_any_network: define(['ip', 'networks'], (ip, networks) => countIn(ip, networks) > 0),
  in_network: define(['ip', 'network'], isInNetwork),
  in_one_network: define(['ip', 'networks'], (ip, networks) => countIn(ip, networks) === 1),
  ip: ofNetwork(() => true),
  ip_address: ofAddress(() => true),
  ipv4: ofNetwork(({ version }) => version === 4),
  ipv4_address: ofAddress(({ version }) => version === 4),
  ipv4_hostmask: define(['ip'], (value) => isMaskText(value, 'hostmask')),
  ipv4_netmask: define(['mask'], (value) => isMaskText(value, 'netmask')),
  ipv6: ofNetwork(({ version }) => version === 6),
  ipv6_address: ofAddress(({ version }) => version === 6),
  ipv6_ipv4_mapped: ofAddress(isIn(MAPPED)),
  ipv6_sixtofour: ofAddress(isIn(SIX_TO_FOUR)),
  ipv6_teredo: ofAddress(isIn(TEREDO)),
  loopback: ofAddress(isLoopback),
  mac: define(['mac'], (value) => typeof value === 'string' && MAC.test(value)),
  multicast: ofAddress(isMulticast),
  private: ofAddress(isPrivate),
  public: ofAddress((address) => !isPrivate(address) && !isIn(SHARED)(address)),
  reserved: ofAddress(isIn(RESERVED)),
  subnet_of: define(['network_a', 'network_b'], isInNetwork),
  supernet_of: define(['network_a', 'network_b'], (a, b) => isInNetwork(b, a)),
  unspecified: ofAddress(({ value }) => value === 0n),
};
