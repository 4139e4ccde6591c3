import { isIPv6 } from 'node:net';
import { type Place, SourceError } from '../lib/sourceError.ts';

/** A host as it is written in an inventory or a pattern: its name, perhaps with ranges in it, and its port. */
export interface Address {
  host: string;
  port: number | undefined;
}

const NUMERIC_RANGE = /\[\d+:\d+(?::\d+)?\]/g;
const HEXADECIMAL_RANGE = /\[[0-9a-f]+:[0-9a-f]+(?::\d+)?\]/gi;
const ALPHANUMERIC_RANGE = /\[(?:[a-z]:[a-z]|\d+:\d+)(?::\d+)?\]/gi;
const IPV4 = /^(?:(?:[01]?\d{1,2}|2[0-4]\d|25[0-5])(?:\.(?!$)|$)){4}$/;
const HOST_NAME =
  /^[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?)*$/u;

/**
 * A name, an IPv4 or an IPv6 address, each with `:port` or in `[brackets]:port`, and each with ranges such as
 * `web[01:20]` in it. undefined for what is none of these; Ansible then takes the text as it is.
 */
export function parseAddress(text: string): Address | undefined {
  const bracketed = /^\[(.+)\]:(\d+)$/.exec(text);
  const inner = bracketed?.[1] ?? text;
  const ported = /^((?:[^:[\]]|\[[^\]]*\])*):(\d+)$/.exec(inner);
  const host = ported?.[1] ?? inner;
  const port = ported?.[2] ?? bracketed?.[2];
  return isAddress(host) ? { host, port: port === undefined ? undefined : Number(port) } : undefined;
}

function isAddress(host: string): boolean {
  if (IPV4.test(host.replace(NUMERIC_RANGE, '0'))) return true;
  if (!host.includes('%') && isIPv6(host.replace(HEXADECIMAL_RANGE, '0'))) return true;
  return HOST_NAME.test(host.replace(ALPHANUMERIC_RANGE, 'a'));
}

/** Whether a name is an IP address; such a name has no short form. */
export function isIpAddress(name: string): boolean {
  return IPV4.test(name) || isIPv6(name);
}

/**
 * The hosts that a host of an inventory file stands for: `db[1:3]-[a:b]:22` are six names with port 22.
 * Throws a SourceError with the place for a range that is none.
 */
export function expandHosts(text: string, place?: Place): { names: string[]; port: number | undefined } {
  const address = parseAddress(text);
  try {
    return { names: expandRanges(address?.host ?? text), port: address?.port };
  } catch (error) {
    throw new SourceError((error as Error).message, place, 'A range is written [1:20], [01:20:2] or [a:f].');
  }
}

function expandRanges(name: string): string[] {
  const open = name.indexOf('[');
  if (open < 0) return [name];
  const close = name.indexOf(']', open);
  if (close < 0) throw new Error(`"${name}" has a "[" without a "]"`);
  const head = name.slice(0, open);
  const tails = expandRanges(name.slice(close + 1));
  return rangeItems(name.slice(open + 1, close)).flatMap((item) => tails.map((tail) => head + item + tail));
}

function rangeItems(range: string): string[] {
  const [begin = '', end = '', step = '1', ...more] = range.split(':');
  if (!range.includes(':') || more.length > 0)
    throw new Error(`the range [${range}] is no [first:last] or [first:last:step]`);
  if (end === '') throw new Error(`the range [${range}] has no last value`);
  const stride = Number(step);
  if (!/^\d+$/.test(step) || stride < 1)
    throw new Error(`the step of the range [${range}] is no number above 0`);
  if (/^[a-zA-Z]$/.test(begin) && /^[a-zA-Z]$/.test(end)) return letters(range, begin, end, stride);
  return numbers(range, begin || '0', end, stride);
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

function letters(range: string, begin: string, end: string, step: number): string[] {
  const first = LETTERS.indexOf(begin);
  const last = LETTERS.indexOf(end);
  if (first > last) throw new Error(`the range [${range}] ends before it begins`);
  return [...LETTERS.slice(first, last + 1)].filter((_, index) => index % step === 0);
}

function numbers(range: string, begin: string, end: string, step: number): string[] {
  if (!/^\d+$/.test(begin) || !/^\d+$/.test(end))
    throw new Error(`the range [${range}] goes over neither numbers nor letters`);
  const padded = begin.startsWith('0') && begin.length > 1;
  if (padded && begin.length !== end.length) {
    throw new Error(`first and last value of the range [${range}] have to be of the same length`);
  }
  const items: string[] = [];
  for (let n = Number(begin); n <= Number(end); n += step) {
    items.push(padded ? String(n).padStart(begin.length, '0') : String(n));
  }
  return items;
}
