import type { LastResult } from '../report/lastResults.ts';
import { formatSeconds } from '../report/seconds.ts';

/** A host that may be chosen, with what is known of it. */
export interface HostChoice {
  name: string;
  address?: string;
  /** Groups it is in, without `all` and `ungrouped`. */
  groups: string[];
  last?: LastResult;
}

/** A line of the list: a group's, or a host's below it. */
export type HostRow =
  | { kind: 'group'; group: string; hosts: string[] }
  | { kind: 'host'; choice: HostChoice };

const UNGROUPED = 'ungrouped';

/**
 * The lines that a filter leaves: hosts below their first group, groups by name. Each word of the filter must stand
 * in the host's name, its address or the name of one of its groups.
 */
export function hostRows(choices: readonly HostChoice[], filter: string): HostRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<string, HostChoice[]>();
  for (const choice of choices) {
    if (!words.every((word) => searched(choice).includes(word))) continue;
    const group = firstGroup(choice);
    groups.set(group, [...(groups.get(group) ?? []), choice]);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([group, hosts]) => [
      { kind: 'group' as const, group, hosts: hosts.map((host) => host.name) },
      ...hosts.map((choice) => ({ kind: 'host' as const, choice })),
    ]);
}

/** The hosts that a line stands for. */
export function hostsOf(row: HostRow): string[] {
  return row.kind === 'group' ? row.hosts : [row.choice.name];
}

/** Takes all of `hosts` out of what is chosen where all are in it, else puts them in. */
export function toggled(chosen: ReadonlySet<string>, hosts: readonly string[]): Set<string> {
  const result = new Set(chosen);
  const all = hosts.every((host) => chosen.has(host));
  for (const host of hosts) {
    if (all) result.delete(host);
    else result.add(host);
  }
  return result;
}

/** What is known of a host, in one line; `now` in seconds since the epoch. */
export function knownOf(choice: HostChoice, now: number): string {
  const others = choice.groups.filter((group) => group !== firstGroup(choice));
  return [
    choice.address !== undefined && choice.address !== choice.name ? choice.address : '',
    choice.last ? lastText(choice.last, now) : 'no run yet',
    others.length > 0 ? `also in ${others.join(', ')}` : '',
  ]
    .filter((part) => part !== '')
    .join('  ');
}

function lastText(last: LastResult, now: number): string {
  const check = last.check ? ' (check mode)' : '';
  return `${last.outcome} ${formatAge(now - last.time)} ago${check}: ${last.playbooks.join(', ')}`;
}

function formatAge(seconds: number): string {
  if (seconds < 60) return formatSeconds(Math.max(0, Math.round(seconds))).replace('.0', '');
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

function firstGroup(choice: HostChoice): string {
  return choice.groups[0] ?? UNGROUPED;
}

function searched({ name, address, groups }: HostChoice): string {
  return [name, address ?? '', ...groups].join(' ').toLowerCase();
}
