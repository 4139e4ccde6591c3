import { define, isInt, isTruthy, toText, typeError, typeName, valueError } from '../../../jinja/index.ts';
import type { Callables } from '../register.ts';
import {
  addressText,
  firstOf,
  hostText,
  type IpNetwork,
  isWithin,
  lastOf,
  networkText,
  parseNetwork,
  sizeOf,
  type Version,
  WIDTH,
} from './address.ts';
import { QUERIES, type Subject } from './queries.ts';

/**
 * Takes a value for an address or network: a text, the number of an address, or `number/prefix`. `version` decides
 * what small numbers are. Undefined where it is none.
 */
export function subjectOf(value: unknown, version?: Version): Subject | undefined {
  const written = toText(value);
  if (/^\d+$/.test(written)) {
    const network = numbered(BigInt(written), undefined, version);
    return network && { network, isNetwork: false, text: networkText(network) };
  }
  const parsed = parseNetwork(written);
  if (parsed) return { network: parsed, isNetwork: written.includes('/'), text: written };
  const [, number, prefix] = /^(\d+)\/(\d+)$/.exec(written) ?? [];
  if (number === undefined) return undefined;
  const network = numbered(BigInt(number), Number(prefix));
  return network && { network, isNetwork: true, text: networkText(network) };
}

function numbered(value: bigint, prefix: number | undefined, version?: Version): IpNetwork | undefined {
  for (const each of [4, 6] as const) {
    const length = prefix ?? WIDTH[each];
    const fits = value < 1n << BigInt(WIDTH[each]) && length <= WIDTH[each];
    if (fits && (version === undefined || version === each || prefix !== undefined || each === 6)) {
      return { version: each, value, prefix: length };
    }
  }
  return undefined;
}

/** Asks a query of an address or network; false where the value is none, null where there is no answer. */
export function ipaddr(value: unknown, query = '', version?: Version): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => ipaddr(item, query, version)).filter((answer) => isTruthy(answer));
  }
  if (!isTruthy(value) || value === true) return false;
  const subject = subjectOf(value, version);
  if (!subject || (version !== undefined && subject.network.version !== version)) return false;
  if (Object.hasOwn(QUERIES, query)) return QUERIES[query]!(subject);
  const range = /^\d+$/.test(query) ? undefined : subjectOf(query)?.network;
  if (range) return isWithin(subject.network, range) ? subject.text : null;
  return hostAt(subject, query);
}

// Counted from the first address, or from the last where it is negative.
function hostAt({ network, isNetwork }: Subject, query: string): unknown {
  if (!/^\s*[-+]?(?:\d+\.?\d*|\.\d+)\s*$/.test(query)) throw valueError(`unknown filter type: ${query}`);
  if (sizeOf(network) === 1n) return isNetwork ? networkText(network) : hostText(network);
  if (!/^\s*[-+]?\d+\s*$/.test(query)) return false;
  const index = BigInt(query.trim().replace(/^\+/, ''));
  const value = index < 0n ? lastOf(network) + index + 1n : firstOf(network) + index;
  if (value < firstOf(network) || value > lastOf(network)) return false;
  return `${addressText(value, network.version)}/${network.prefix}`;
}

function requireAddresses(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || Array.isArray(value) || isInt(value))
    return value;
  throw typeError(`it needs a text, a number or a list, not ${typeName(value)}`);
}

function versionOf(value: unknown): Version | undefined {
  if (value === false || value === null) return undefined;
  const text = toText(value);
  if (text === '4' || text === '6') return Number(text) as Version;
  throw valueError(`the version is 4 or 6, not ${text}`);
}

const ofVersion = (version: Version) =>
  define(['value', ['query', '']], (value, query) => ipaddr(requireAddresses(value), toText(query), version));

// Addresses of version 6 in brackets, as URLs need them; all else as it is.
function wrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(wrapOne);
  if (typeof value !== 'string' && typeof value !== 'boolean') {
    throw typeError(`it needs a text or a list, not ${typeName(value)}`);
  }
  const address = ipaddr(value);
  return isTruthy(address) ? ipaddr(address, 'wrap') : value;
}

function wrapOne(item: unknown): unknown {
  return isTruthy(ipaddr(item)) ? ipaddr(item, 'wrap') : item;
}

/** Filters that ask something of addresses and networks. */
export const ipaddrFilters: Callables = {
  ipaddr: define(['value', ['query', ''], ['version', null], ['alias', 'ipaddr']], (value, query, version) =>
    ipaddr(requireAddresses(value), toText(query), versionOf(version)),
  ),
  ipv4: ofVersion(4),
  ipv6: ofVersion(6),
  ipwrap: define(['value', ['query', '']], wrap),
};
