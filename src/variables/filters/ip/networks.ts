import {
  define,
  int,
  isInt,
  isTruthy,
  toItems,
  toText,
  typeError,
  valueError,
} from '../../../jinja/index.ts';
import type { Callables } from '../register.ts';
import { requireString } from '../values.ts';
import {
  addressText,
  cidrOf,
  firstOf,
  hostText,
  type IpNetwork,
  ipv6Words,
  lastOf,
  mergeNetworks,
  networkText,
  parseAddress,
  parseNetwork,
  sizeOf,
  spanningNetwork,
  WIDTH,
} from './address.ts';
import { subjectOf } from './ipaddr.ts';
import { usableRange } from './queries.ts';

function requireNetwork(value: unknown): IpNetwork {
  const network = subjectOf(value)?.network;
  if (network) return network;
  throw valueError(`You must pass a valid subnet or IP address; ${toText(value)} is invalid`);
}

function requireAddress(value: unknown): IpNetwork {
  const address = parseAddress(toText(value));
  if (address) return address;
  throw valueError(`You must pass a valid IP address; ${toText(value)} is invalid`);
}

function requireAmount(value: unknown): bigint {
  if (isInt(value)) return BigInt(value);
  throw typeError(`You must pass an integer; ${toText(value)} is not a valid integer`);
}

/** Subnets of a network, or networks around an address: how many, which one, or which number. */
function ipsubnet(value: unknown, query: unknown, index: unknown): unknown {
  const subject = isTruthy(value) ? subjectOf(value) : undefined;
  if (!subject) return false;
  const network = cidrOf(subject.network);
  const wanted = toText(query);
  if (wanted === '') return networkText(network);
  if (!/^\d+$/.test(wanted)) return String(positionIn(network, requireNetwork(wanted)));
  const prefix = Number(wanted);
  if (prefix > WIDTH[network.version]) return false;
  const position = index === null ? undefined : Number(toText(index));
  return sizeOf(network) === 1n
    ? networkAround(network, prefix, position)
    : subnetOf(network, prefix, position);
}

function networkAround(network: IpNetwork, prefix: number, position: number | undefined): string | false {
  const width = WIDTH[network.version];
  const at = position ?? 0;
  if (position !== undefined && (at > width + 1 - at || at < prefix - width)) return false;
  const chosen = at < 0 ? network.prefix + at : prefix + at;
  if (chosen < prefix || chosen >= network.prefix)
    throw valueError('there is no such network around the address');
  return networkText(cidrOf({ ...network, prefix: chosen }));
}

function subnetOf(network: IpNetwork, prefix: number, position: number | undefined): string | false {
  if (prefix < network.prefix) {
    if (position === undefined) throw valueError(`Requested subnet size of ${prefix} is invalid`);
    return position === 0 ? networkText({ ...network, prefix }) : false;
  }
  const count = 1n << BigInt(prefix - network.prefix);
  if (position === undefined) return String(count);
  const at = position < 0 ? BigInt(position) + count : BigInt(position);
  if (at < 0n || at >= count) return false;
  const value = network.value + (at << BigInt(WIDTH[network.version] - prefix));
  return networkText({ version: network.version, value, prefix });
}

// Counted from 1.
function positionIn(network: IpNetwork, around: IpNetwork): bigint {
  const shift = BigInt(WIDTH[network.version] - around.prefix);
  if (network.value >> shift !== around.value >> shift) {
    throw valueError(`${networkText(network)} is not in the subnet ${networkText(cidrOf(around))}`);
  }
  const inside = network.value & ((1n << shift) - 1n);
  return (inside >> BigInt(WIDTH[network.version] - network.prefix)) + 1n;
}

function ipmath(value: unknown, amount: unknown): string {
  const text = requireString(value);
  const network = text.includes('/') ? parseNetwork(text) : parseAddress(text);
  if (!network) throw valueError(`You must pass a valid IP address; ${text} is invalid`);
  const moved = network.value + requireAmount(amount);
  if (moved < 0n || moved >> BigInt(WIDTH[network.version]) > 0n)
    throw valueError('the address would be out of range');
  return addressText(moved, network.version);
}

function ipcut(value: unknown, amount: unknown): string {
  const { version, value: bits } = requireAddress(value);
  const count = Number(requireAmount(amount));
  const all = bits.toString(2).padStart(WIDTH[version], '0');
  const kept = count < 0 ? all.slice(count) : all.slice(0, count);
  const size = version === 6 ? 16 : 8;
  const parts = kept.match(new RegExp(`.{1,${size}}`, 'g')) ?? [];
  return parts
    .map((part) => Number.parseInt(part, 2).toString(version === 6 ? 16 : 10))
    .join(version === 6 ? ':' : '.');
}

function stepped(value: unknown, amount: bigint): unknown {
  const network = isTruthy(value) ? subjectOf(value)?.network : undefined;
  if (!network) return false;
  if (sizeOf(network) === 1n) return null;
  const { first, last } = usableRange(network);
  const wanted = network.value + amount;
  return wanted >= first && wanted <= last ? addressText(wanted, network.version) : null;
}

function nthHost(value: unknown, query: unknown): unknown {
  const network = isTruthy(value) ? subjectOf(value)?.network : undefined;
  const text = toText(query).trim();
  if (!network || !/^[-+]?\d+$/.test(text)) return false;
  const index = BigInt(text.replace(/^\+/, ''));
  if (index >= sizeOf(network)) return false;
  if (-index > sizeOf(network)) throw valueError('index out of range for the network');
  return addressText(index < 0n ? lastOf(network) + index + 1n : firstOf(network) + index, network.version);
}

interface Bounds {
  first: bigint;
  last: bigint;
}

// What is no network counts as the number nought, and one of two addresses as its first.
function boundsOf(value: unknown): Bounds {
  const network = isTruthy(value) ? subjectOf(value)?.network : undefined;
  if (!network) return { first: 0n, last: 0n };
  const first = firstOf(network);
  return { first, last: sizeOf(network) > 2n ? lastOf(network) : first };
}

function usableBounds(value: unknown): Bounds {
  const network = isTruthy(value) ? subjectOf(value)?.network : undefined;
  return network && sizeOf(network) > 1n ? usableRange(network) : boundsOf(value);
}

const isBetween = (inner: Bounds, outer: Bounds): boolean =>
  [inner.first, inner.last].every((address) => outer.first <= address && address <= outer.last);

function mergeCidrs(value: unknown, action: unknown): unknown {
  const networks = toItems(value).map((item) => {
    const network = parseNetwork(toText(item));
    if (network) return network;
    throw valueError(`${toText(item)} is no network`);
  });
  if (action === 'merge') return mergeNetworks(networks).map(networkText);
  if (action !== 'span') throw valueError(`invalid action '${toText(action)}'`);
  if (networks.length < 2) return networks.length === 0 ? null : networkText(networks[0]!);
  if (new Set(networks.map(({ version }) => version)).size > 1)
    throw valueError('the versions of the networks differ');
  return networkText(spanningNetwork(networks));
}

function ipv6form(value: unknown, format: unknown): unknown {
  const address = requireAddress(value);
  const words = ipv6Words(address.value);
  if (format !== 'expand' && format !== 'compress' && format !== 'x509') {
    throw valueError(`You must pass valid format; ${toText(format)} is not a valid format`);
  }
  if (format === 'x509') {
    if (address.version === 4) throw valueError(`${toText(value)} is no address of version 6`);
    return words.map((word) => word.toString(16)).join(':');
  }
  if (address.version === 4) return hostText(address);
  return format === 'expand'
    ? words.map((word) => word.toString(16).padStart(4, '0')).join(':')
    : compressed(words);
}

// As Python's ipaddress, which has no address of version 4 within one of version 6.
function compressed(words: readonly number[]): string {
  const text = words.map((word) => word.toString(16)).join(':');
  const runs = text.match(/(?<![^:])0(?::0)+(?![^:])/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  if (longest === '') return text;
  const at = text.search(new RegExp(`(?<![^:])${longest}(?![^:])`));
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longest.length).replace(/^:/, '')}`;
}

const LARGEST_LISTED = 1n << 20n;

function usableAddresses(value: unknown): Map<string, unknown> {
  const network = parseNetwork(requireString(value));
  if (!network || network.value !== firstOf(network)) throw valueError(`${toText(value)} is no network`);
  const size = sizeOf(network);
  if (size > LARGEST_LISTED) throw valueError(`${toText(value)} has too many addresses to list them`);
  const addresses = Array.from({ length: Number(size) }, (_, at) =>
    addressText(network.value + BigInt(at), network.version),
  );
  return new Map<string, unknown>([
    ['usable_ips', addresses],
    ['number_of_ips', int(size)],
  ]);
}

/** Filters that calculate with addresses and networks. */
export const networkFilters: Callables = {
  cidr_merge: define(['value', ['action', 'merge']], mergeCidrs),
  ip4_hex: define(['arg', ['delimiter', '']], (value, delimiter) => {
    const { version, value: bits } = requireAddress(value);
    if (version !== 4) throw valueError(`${toText(value)} is no address of version 4`);
    return bits.toString(16).padStart(8, '0').match(/../g)!.join(toText(delimiter));
  }),
  ipcut: define(['value', 'amount'], ipcut),
  ipmath: define(['value', 'amount'], ipmath),
  ipsubnet: define(['value', ['query', ''], ['index', null]], ipsubnet),
  ipv6form: define(['value', 'format'], ipv6form),
  network_in_network: define(['value', 'test'], (value, test) => isBetween(boundsOf(test), boundsOf(value))),
  network_in_usable: define(['value', 'test'], (value, test) =>
    isBetween(boundsOf(test), usableBounds(value)),
  ),
  next_nth_usable: define(['value', 'offset'], (value, offset) => stepped(value, requireAmount(offset))),
  nthhost: define(['value', ['query', '']], nthHost),
  previous_nth_usable: define(['value', 'offset'], (value, offset) => stepped(value, -requireAmount(offset))),
  reduce_on_network: define(['value', 'network'], (value, network) =>
    toItems(value).filter((item) => isBetween(boundsOf(item), boundsOf(network))),
  ),
  usable_range: define(['ip'], usableAddresses),
};
