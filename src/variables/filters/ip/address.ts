export type Version = 4 | 6;

/** An address with the length of its network's prefix; that of an address alone is the whole. */
export interface IpNetwork {
  version: Version;
  /** The address itself, which need not be the network's first. */
  value: bigint;
  prefix: number;
}

export const WIDTH: Readonly<Record<Version, number>> = { 4: 32, 6: 128 };

/** The bits of an address of four numbers, without leading noughts, or undefined. */
function parseIpv4(text: string): bigint | undefined {
  if (!/^(?:(?:0|[1-9]\d{0,2})(?:\.(?!$)|$)){4}$/.test(text)) return undefined;
  const numbers = text.split('.').map(Number);
  return numbers.some((number) => number > 255)
    ? undefined
    : numbers.reduce((bits, number) => (bits << 8n) | BigInt(number), 0n);
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2 || !/^[0-9a-fA-F:.]*$/.test(text)) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : wordsOf(half)));
  if (!head || (halves.length === 2 && !tail)) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const words = [...head, ...Array.from({ length: missing }, () => 0n), ...(tail ?? [])];
  return words.reduce((bits, word) => (bits << 16n) | word, 0n);
}

// The last two words may be written as an address of version 4.
function wordsOf(text: string): bigint[] | undefined {
  const parts = text.split(':');
  const words: bigint[] = [];
  for (const [index, part] of parts.entries()) {
    const embedded = part.includes('.') && index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (embedded !== undefined) words.push(embedded >> 16n, embedded & 0xffffn);
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) words.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return words;
}

/** Reads an address of either version; undefined where it is none. */
export function parseAddress(text: string): IpNetwork | undefined {
  const four = parseIpv4(text);
  if (four !== undefined) return { version: 4, value: four, prefix: 32 };
  const six = text.includes(':') ? parseIpv6(text) : undefined;
  return six === undefined ? undefined : { version: 6, value: six, prefix: 128 };
}

/** Reads `address`, `address/prefix`, `address/netmask` or `address/hostmask`; undefined where it is none of them. */
export function parseNetwork(text: string): IpNetwork | undefined {
  const [addressText = '', mask, ...others] = text.split('/');
  const address = parseAddress(addressText);
  if (!address || mask === undefined || others.length > 0) return others.length > 0 ? undefined : address;
  const prefix = /^\d+$/.test(mask) ? Number(mask) : prefixOfMask(mask, address.version);
  return prefix === undefined || prefix > WIDTH[address.version] ? undefined : { ...address, prefix };
}

// A mask of ones and then noughts, or of noughts and then ones.
function prefixOfMask(text: string, version: Version): number | undefined {
  const mask = parseAddress(text);
  if (mask?.version !== version) return undefined;
  const bits = mask.value.toString(2).padStart(WIDTH[version], '0');
  const found = /^(?:(1*)0*|(0*)1+)$/.exec(bits);
  return found ? (found[1] ?? found[2]!).length : undefined;
}

/** The bits that tell the hosts of a network apart. */
export function hostBits({ version, prefix }: IpNetwork): bigint {
  return (1n << BigInt(WIDTH[version] - prefix)) - 1n;
}

/** The first address of a network. */
export function firstOf(network: IpNetwork): bigint {
  return network.value & ~hostBits(network);
}

/** The last address of a network. */
export function lastOf(network: IpNetwork): bigint {
  return network.value | hostBits(network);
}

/** The number of addresses in a network. */
export function sizeOf(network: IpNetwork): bigint {
  return hostBits(network) + 1n;
}

/** The network itself, without the host's part of the address. */
export function cidrOf(network: IpNetwork): IpNetwork {
  return { ...network, value: firstOf(network) };
}

/** Whether all of a network lies in another. */
export function isWithin(inner: IpNetwork, outer: IpNetwork): boolean {
  const wide = { ...inner, prefix: outer.prefix };
  return inner.version === outer.version && inner.prefix >= outer.prefix && firstOf(wide) === firstOf(outer);
}

/** An address as text, as the C library writes it. */
export function addressText(value: bigint, version: Version): string {
  return version === 4 ? ipv4Text(value) : ipv6Text(value);
}

function ipv4Text(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
}

/** The eight words of an address of version 6. */
export function ipv6Words(value: bigint): number[] {
  return Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(112 - 16 * index)) & 0xffffn));
}

// The longest run of noughts is left out; where all before the last two words is, those are written as version 4.
function ipv6Text(value: bigint): string {
  const words = ipv6Words(value);
  const run = longestRun(words);
  if (run.length < 2) return words.map((word) => word.toString(16)).join(':');
  const isMapped = run.start === 0 && (run.length === 6 || (run.length === 5 && words[5] === 0xffff));
  const last = isMapped ? 6 : 8;
  const head = words.slice(0, run.start).map((word) => word.toString(16));
  const tail = words.slice(run.start + run.length, last).map((word) => word.toString(16));
  if (isMapped) tail.push(ipv4Text(value & 0xffffffffn));
  return `${head.join(':')}::${tail.join(':')}`;
}

function longestRun(words: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [index, word] of words.entries()) {
    length = word === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  }
  return best;
}

/** `address/prefix`. */
export function networkText(network: IpNetwork): string {
  return `${addressText(network.value, network.version)}/${network.prefix}`;
}

/** The text of the address alone. */
export function hostText(network: IpNetwork): string {
  return addressText(network.value, network.version);
}

/**
 * The networks that cover exactly what those given cover, as few as can be, in their order. One that touches no other
 * stays as it is, the host's part of its address as well.
 */
export function mergeNetworks(networks: readonly IpNetwork[]): IpNetwork[] {
  const ranges = networks
    .map((network): MergedRange => ({ first: firstOf(network), last: lastOf(network), networks: [network] }))
    .sort((a, b) => versionOf(a) - versionOf(b) || (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const merged: MergedRange[] = [];
  for (const range of ranges) {
    const before = merged.at(-1);
    if (before && versionOf(before) === versionOf(range) && range.first <= before.last + 1n) {
      if (range.last > before.last) before.last = range.last;
      before.networks.push(...range.networks);
    } else merged.push(range);
  }
  return merged.flatMap((range) =>
    range.networks.length === 1 ? range.networks : networksOfRange(versionOf(range), range.first, range.last),
  );
}

interface MergedRange {
  first: bigint;
  last: bigint;
  /** Those that it was made of. */
  networks: IpNetwork[];
}

function versionOf({ networks }: MergedRange): Version {
  return networks[0]!.version;
}

function networksOfRange(version: Version, first: bigint, last: bigint): IpNetwork[] {
  const networks: IpNetwork[] = [];
  for (let at = first; at <= last; ) {
    let prefix: number = WIDTH[version];
    // As wide as the start allows and the end admits.
    while (prefix > 0) {
      const wider: IpNetwork = { version, value: at, prefix: prefix - 1 };
      if (firstOf(wider) !== at || lastOf(wider) > last) break;
      prefix--;
    }
    const network: IpNetwork = { version, value: at, prefix };
    networks.push(network);
    at = lastOf(network) + 1n;
  }
  return networks;
}

/** The smallest network that holds all of several of the same version. */
export function spanningNetwork(networks: readonly IpNetwork[]): IpNetwork {
  const [start] = networks;
  let span = cidrOf(start!);
  while (networks.some((network) => !isWithin(network, span)))
    span = cidrOf({ ...span, prefix: span.prefix - 1 });
  return span;
}
