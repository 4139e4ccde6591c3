import { define, int, isInt, isTruthy, toText, valueError } from '../../../jinja/index.ts';
import type { Callables } from '../register.ts';
import { addressText, firstOf } from './address.ts';
import { subjectOf } from './ipaddr.ts';

const OCTETS = 6;

/** The 48 bits of a hardware address in one of its usual forms, or undefined. */
function parseHardware(value: unknown): bigint | undefined {
  if (isInt(value)) return value >= 0 && BigInt(value) >> 48n === 0n ? BigInt(value) : undefined;
  const text = toText(value);
  const forms = [
    /^([0-9a-f]{1,2})([:-][0-9a-f]{1,2}){5}$/i,
    /^([0-9a-f]{1,4})([.:-][0-9a-f]{1,4}){2}$/i,
    /^([0-9a-f]{5,6})([:-][0-9a-f]{5,6})$/i,
    /^[0-9a-f]{11,12}$/i,
  ];
  if (!forms.some((form) => form.test(text))) return undefined;
  const parts = text.split(/[.:-]/);
  const size = (2 * OCTETS) / parts.length;
  return BigInt(`0x${parts.map((part) => part.padStart(size, '0')).join('')}`);
}

function grouped(bits: bigint, size: number, separator: string): string {
  const digits = bits.toString(16).padStart(2 * OCTETS, '0');
  return digits.match(new RegExp(`.{${size}}`, 'g'))!.join(separator);
}

const windows = (bits: bigint) => grouped(bits, 2, '-').toUpperCase();
const postgresql = (bits: bigint) => grouped(bits, 6, ':');

const FORMS: Readonly<Record<string, (bits: bigint) => unknown>> = {
  bare: (bits) => grouped(bits, 2 * OCTETS, '').toUpperCase(),
  bool: () => true,
  int: (bits) => int(bits),
  cisco: (bits) => grouped(bits, 4, '.'),
  eui48: windows,
  linux: (bits) => grouped(bits, 2, ':'),
  pgsql: postgresql,
  postgresql,
  psql: postgresql,
  unix: (bits) => grouped(bits, 2, ':').replace(/\b0(?=[0-9a-f])/g, ''),
  win: windows,
};

function hardware(value: unknown, query: unknown): unknown {
  const form = toText(query);
  const bits = parseHardware(value);
  if (form !== '' && !Object.hasOwn(FORMS, form)) throw valueError(`unknown filter type: ${form}`);
  if (bits !== undefined) return form === '' ? value : FORMS[form]!(bits);
  if (form === '' || form === 'bool') return null;
  throw valueError(`not a hardware address: ${toText(value)}`);
}

// The middle of the hardware address is filled up, and its bit for "made by its maker" turned (RFC 4291, appendix A).
function slaac(value: unknown, query: unknown): unknown {
  const network = isTruthy(value) ? subjectOf(value)?.network : undefined;
  const bits = isTruthy(query) ? parseHardware(query) : undefined;
  if (network?.version !== 6 || bits === undefined) return false;
  const identifier = ((bits >> 24n) << 40n) | 0xfffe000000n | (bits & 0xffffffn);
  return addressText(firstOf(network) + (identifier ^ (1n << 57n)), 6);
}

/** Filters on hardware addresses. */
export const hardwareFilters: Callables = {
  hwaddr: define(['value', ['query', ''], ['alias', 'hwaddr']], hardware),
  macaddr: define(['value', ['query', '']], hardware),
  slaac: define(['value', ['query', '']], slaac),
};
