import { translate } from '../lib/pythonRegex.ts';
import { SourceError } from '../lib/sourceError.ts';
import { parseAddress } from './address.ts';
import { findHost } from './inventory.ts';
import { hostsOf } from './membership.ts';
import type { Host, Inventory } from './model.ts';

/** What a pattern selects. */
export interface Match {
  /** Each host once, in the order of the pattern and, within a part of it, of the inventory. */
  hosts: Host[];
  /** The parts that name no host and no group (`web` of `web:!db`); a reason for a warning. */
  unknown: string[];
}

interface Part {
  /** As written, with its `!` or `&`. */
  written: string;
  sign: '' | '!' | '&';
  /** Without sign. */
  pattern: string;
}

/**
 * The hosts that a pattern selects: names, groups, wildcards, `~regular expressions`, `all`, with `[0]`, `[-1]`,
 * `[0:3]`, `[2:]` after them, joined by `,` or `:`, `&` for those that are also there and `!` for all but those.
 * A list of patterns counts as one joined by `,`. `limit`: only these hosts.
 * Throws a SourceError for a pattern that cannot be read, or a number that goes beyond the hosts.
 */
export function matchHosts(
  inventory: Inventory,
  pattern: string | readonly string[],
  limit?: ReadonlySet<Host>,
): Match {
  const unknown: string[] = [];
  const hosts = selected(inventory, splitPattern(pattern), unknown);
  return { hosts: limit ? hosts.filter((host) => limit.has(host)) : hosts, unknown };
}

/** The parts of a pattern, in the order in which they apply: those without sign, then `&`, then `!`. */
export function splitPattern(pattern: string | readonly string[]): string[] {
  const written = typeof pattern === 'string' ? splitOne(pattern) : pattern.flatMap((each) => splitOne(each));
  const parts = written.map((part) => part.trim()).filter((part) => part !== '');
  const signed = (sign: string) => parts.filter((part) => part.startsWith(sign));
  const plain = parts.filter((part) => !/^[!&]/.test(part));
  return [...plain, ...signed('&'), ...signed('!')];
}

// A colon separates only where the whole is no address: fe80::1 and web[1:3] have colons of their own.
function splitOne(pattern: string): string[] {
  if (pattern.includes(',')) return pattern.split(',');
  return parseAddress(pattern) ? [pattern] : (pattern.match(/(?:[^\s:[\]]|\[[^\]]*\])+/g) ?? []);
}

function selected(inventory: Inventory, written: string[], unknown: string[]): Host[] {
  if (written.length === 0) return [];
  const parts = written.map(toPart);
  const implied = parts[0]!.sign === '' ? [] : [toPart('all')];
  let hosts = new Set<Host>();
  for (const part of [...implied, ...parts]) {
    const matched = matchPart(inventory, part, unknown);
    if (part.sign === '') for (const host of matched) hosts.add(host);
    else if (part.sign === '&') hosts = new Set([...hosts].filter((host) => matched.has(host)));
    else for (const host of matched) hosts.delete(host);
  }
  return [...hosts];
}

function toPart(written: string): Part {
  const sign = written[0] === '!' || written[0] === '&' ? written[0] : '';
  return { written, sign, pattern: sign === '' ? written : written.slice(1) };
}

function matchPart(inventory: Inventory, part: Part, unknown: string[]): Set<Host> {
  const exact = part.sign === '' ? inventory.hosts.get(part.pattern) : undefined;
  if (exact) return new Set([exact]);
  const { pattern, subscript } = splitSubscript(part);
  const { hosts, known } = enumerate(inventory, pattern, part);
  if (!known && pattern !== 'all') unknown.push(part.written);
  return new Set(hosts.length > 0 && subscript ? subscript(hosts) : hosts);
}

// Hosts of all groups that the pattern names, then hosts that it names; a host may come twice, as it does for subscripts.
function enumerate(inventory: Inventory, pattern: string, part: Part): { hosts: Host[]; known: boolean } {
  const matches = matcher(pattern, part);
  const groups = [...inventory.groups.values()].filter((group) => matches(group.name));
  const hosts = groups.flatMap((group) => hostsOf(inventory, group));
  if (groups.length === 0 || /^~|[.?*[]/.test(pattern)) {
    for (const host of inventory.hosts.values()) if (matches(host.name)) hosts.push(host);
  }
  const implicit = hosts.length === 0 ? findHost(inventory, pattern) : undefined;
  if (implicit) hosts.push(implicit);
  return { hosts, known: hosts.length > 0 || groups.length > 0 };
}

function matcher(pattern: string, part: Part): (name: string) => boolean {
  if (!/^~|[*?[]/.test(pattern)) return (name) => name === pattern;
  try {
    // A regular expression has to match from the start, but need not reach the end.
    const regex = pattern.startsWith('~') ? translate(pattern.slice(1)) : wildcard(pattern);
    return (name) => regex.exec(name)?.index === 0;
  } catch (error) {
    throw new SourceError(`the pattern ${part.written} cannot be read: ${(error as Error).message}`);
  }
}

// The shell's wildcards, as Python's fnmatch reads them.
function wildcard(pattern: string): RegExp {
  const pieces = /\[(!?)(\]?[^\]]+)\]|[\s\S]/gu;
  const source = pattern.replace(pieces, (text, not: string | undefined, set: string | undefined) => {
    if (set) return `[${not ? '^' : ''}${set.replace(/[\\[\]^]/g, '\\$&')}]`;
    if (text === '*') return '[\\s\\S]*';
    if (text === '?') return '[\\s\\S]';
    return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  return new RegExp(`^(?:${source})$`, 'u');
}

type Subscript = (hosts: Host[]) => Host[];

function splitSubscript(part: Part): { pattern: string; subscript?: Subscript } {
  const { pattern } = part;
  const found = pattern.startsWith('~') ? null : /^(.+)\[(?:(-?\d+)|(\d+)[:-](\d*))\]$/.exec(pattern);
  if (!found) return { pattern };
  const [, bare, index, first, last] = found;
  if (index === undefined) {
    const end = last === '' ? undefined : Number(last) + 1;
    return { pattern: bare!, subscript: (hosts) => hosts.slice(Number(first), end) };
  }
  return { pattern: bare!, subscript: (hosts) => [hostAt(hosts, Number(index), part)] };
}

function hostAt(hosts: Host[], index: number, part: Part): Host {
  const host = hosts.at(index);
  if (host) return host;
  throw new SourceError(
    `the pattern ${part.written} counts beyond the ${hosts.length} hosts that it has before the "["`,
  );
}
