import { int, valueError } from '../../../jinja/index.ts';
import {
  addressText,
  cidrOf,
  firstOf,
  hostBits,
  hostText,
  type IpNetwork,
  isWithin,
  lastOf,
  networkText,
  parseNetwork,
  sizeOf,
  WIDTH,
} from './address.ts';
import { isGlobal, isLinkLocal, isLoopback, isMask, isMulticast } from './ranges.ts';

/** What a query is asked of: the network, how it was written, and the text that it was. */
export interface Subject {
  network: IpNetwork;
  /** Whether a prefix was written. */
  isNetwork: boolean;
  text: string;
}

/** An answer; null where there is none. */
export type Query = (subject: Subject) => unknown;

const text = (value: bigint, { network }: Subject): string => addressText(value, network.version);
const atFirst = ({ network }: Subject): boolean => network.value === firstOf(network);
const withPrefix = ({ network }: Subject): string => networkText(network);
// A network of two addresses of version 4, or of one, has none for all.
const hasBroadcast = ({ network }: Subject): boolean => network.version === 6 || network.prefix < 31;

/** The usable addresses of a network: all but the first and last, where there are more than two. */
export function usableRange(network: IpNetwork): { first: bigint; last: bigint } {
  const [first, last] = [firstOf(network), lastOf(network)];
  return sizeOf(network) === 2n ? { first, last } : { first: first + 1n, last: last - 1n };
}

const onlyNetworks =
  (query: Query): Query =>
  (subject) => {
    if (!subject.isNetwork) throw valueError('Not a network address');
    return sizeOf(subject.network) > 1n ? query(subject) : null;
  };

const neighbour = (step: bigint): Query =>
  onlyNetworks((subject) => {
    const { first, last } = usableRange(subject.network);
    const wanted = subject.network.value + step;
    return wanted >= first && wanted <= last ? text(wanted, subject) : null;
  });

const itselfIf =
  (holds: (network: IpNetwork) => boolean): Query =>
  ({ network, text }) =>
    holds(network) ? text : null;

const address: Query = (subject) => {
  const { network } = subject;
  const isHost =
    sizeOf(network) === 1n || !atFirst(subject) || !hasBroadcast(subject) || network.version === 6;
  return isHost ? hostText(network) : null;
};

const hostWithPrefix: Query = (subject) => {
  const { network } = subject;
  const isEdge = atFirst(subject) || (hasBroadcast(subject) && network.value === lastOf(network));
  return sizeOf(network) > 2n && isEdge ? false : withPrefix(subject);
};

const netmaskText = (subject: Subject) =>
  text(hostBits(subject.network) ^ fullMask(subject.network), subject);
const fullMask = ({ version }: IpNetwork) => (1n << BigInt(WIDTH[version])) - 1n;
const hostmask: Query = (subject) => text(hostBits(subject.network), subject);
const network: Query = (subject) => text(firstOf(subject.network), subject);

const hostOfSeveral =
  (shown: (subject: Subject) => string): Query =>
  (subject) => {
    const size = sizeOf(subject.network);
    return size === 2n || (size > 1n && !atFirst(subject)) ? shown(subject) : null;
  };

const peer: Query = (subject) => {
  const { network } = subject;
  if (!subject.isNetwork) throw valueError('Not a network address');
  if (sizeOf(network) === 2n) return text(network.value ^ 1n, subject);
  if (sizeOf(network) !== 4n) throw valueError('Not a point-to-point network');
  if (network.value % 4n === 0n) throw valueError('Network address of /30 has no peer');
  if (network.value % 4n === 3n) throw valueError('Broadcast address of /30 has no peer');
  return text(network.value ^ 3n, subject);
};

const SIX_TO_FOUR = parseNetwork('2002::/16')!;
const MAPPED = 0xffff00000000n;

const sixToFour: Query = (subject) => {
  const { network, isNetwork } = subject;
  if (network.version === 4) {
    if (sizeOf(network) > 1n && atFirst(subject)) return false;
    if (isGlobal(network) && isMulticast(network)) return false;
    const digits = network.value.toString(16).padStart(8, '0');
    return `2002:${digits.slice(0, 4)}:${digits.slice(4)}::1/48`;
  }
  const isHost = !isNetwork || !atFirst(subject);
  return isHost && isWithin({ ...network, prefix: WIDTH[6] }, SIX_TO_FOUR) ? subject.text : false;
};

const toVersion4: Query = ({ network, text }) => {
  if (network.version === 4) return text;
  if (network.value > 0xffffffffffffn || network.prefix < 96) return false;
  const value = network.value > 0xffffffffn ? network.value - MAPPED : network.value;
  return value < 0n ? false : networkText({ version: 4, value, prefix: network.prefix - 96 });
};

const toVersion6: Query = ({ network, text }) =>
  network.version === 6
    ? text
    : networkText({ version: 6, value: MAPPED + network.value, prefix: network.prefix + 96 });

const isPublic = (network: IpNetwork) =>
  !isMulticast({ ...network, prefix: WIDTH[network.version] }) &&
  isGlobal(network) &&
  !isLoopback(network) &&
  !isMask(network);

const reverseName: Query = ({ network: { version, value } }) => {
  if (version === 4) return `${addressText(value, 4).split('.').reverse().join('.')}.in-addr.arpa.`;
  return `${Array.from(value.toString(16).padStart(32, '0')).reverse().join('.')}.ip6.arpa.`;
};

const wrapped: Query = ({ network, isNetwork, text }) => {
  if (network.version === 4) return text;
  return `[${hostText(network)}]${isNetwork ? `/${network.prefix}` : ''}`;
};

const loopback = itselfIf(isLoopback);

/** The queries of `ipaddr` by name. */
export const QUERIES: Readonly<Record<string, Query>> = {
  '': (subject) => (subject.isNetwork ? withPrefix(subject) : hostText(subject.network)),
  '6to4': sixToFour,
  address,
  'address/prefix': hostWithPrefix,
  bool: () => true,
  broadcast: (subject) => (sizeOf(subject.network) > 2n ? text(lastOf(subject.network), subject) : null),
  cidr: withPrefix,
  first_usable: onlyNetworks((subject) => {
    const first = firstOf(subject.network);
    return text(sizeOf(subject.network) === 2n ? first : first + 1n, subject);
  }),
  gateway: hostWithPrefix,
  gw: hostWithPrefix,
  host: (subject) =>
    sizeOf(subject.network) === 1n || !atFirst(subject) || !hasBroadcast(subject)
      ? withPrefix(subject)
      : null,
  'host/prefix': hostWithPrefix,
  hostmask,
  hostnet: hostWithPrefix,
  int: ({ network, isNetwork }) => (isNetwork ? `${network.value}/${network.prefix}` : int(network.value)),
  ip: address,
  'ip/prefix': hostOfSeveral(withPrefix),
  ip_netmask: hostOfSeveral((subject) => `${hostText(subject.network)} ${netmaskText(subject)}`),
  ipv4: toVersion4,
  ipv6: toVersion6,
  last_usable: onlyNetworks((subject) => text(usableRange(subject.network).last, subject)),
  'link-local': itselfIf(isLinkLocal),
  lo: loopback,
  loopback,
  multicast: itselfIf(isMulticast),
  net: (subject) => (sizeOf(subject.network) > 1n && atFirst(subject) ? withPrefix(subject) : null),
  next_usable: neighbour(1n),
  netmask: netmaskText,
  network,
  network_id: network,
  'network/prefix': ({ network }) => networkText(cidrOf(network)),
  network_netmask: (subject) => `${network(subject)} ${netmaskText(subject)}`,
  network_wildcard: (subject) => `${network(subject)} ${hostmask(subject)}`,
  peer,
  prefix: ({ network }) => network.prefix,
  previous_usable: neighbour(-1n),
  private: itselfIf((network) => !isGlobal(network)),
  public: itselfIf(isPublic),
  range_usable: onlyNetworks((subject) => {
    const { first, last } = usableRange(subject.network);
    return `${text(first, subject)}-${text(last, subject)}`;
  }),
  revdns: reverseName,
  router: hostWithPrefix,
  size: ({ network }) => int(sizeOf(network)),
  size_usable: ({ network }) => {
    const size = sizeOf(network);
    return size === 1n ? 0 : size === 2n ? 2 : int(size - 2n);
  },
  subnet: ({ network }) => networkText(cidrOf(network)),
  type: (subject) => (sizeOf(subject.network) === 1n || !atFirst(subject) ? 'address' : 'network'),
  unicast: itselfIf((network) => !isMulticast(network)),
  v4: toVersion4,
  v6: toVersion6,
  version: ({ network }) => network.version,
  wildcard: hostmask,
  wrap: wrapped,
};
