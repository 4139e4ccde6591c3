import { didYouMean } from '../../lib/nearest.ts';
import { TaskFailure } from '../../module/plan.ts';
import type { Collector } from './collector.ts';

/**
 * The collectors that gather_subset asks for, as Ansible reads it: the minimal ones always, then those that are named
 * (`all`, a collector, one of its facts), without those that are named with `!`, unless named without it too.
 */
export function chosenCollectors(subset: string[], collectors: Collector[]): Collector[] {
  const added = new Set<Collector>(collectors.filter(({ minimal }) => minimal));
  const named = new Set<Collector>();
  const excluded = new Set<Collector>();
  for (const word of subset.length > 0 ? subset : ['all']) {
    const name = word.replace(/^!/, '');
    const meant = meantBy(name, collectors);
    if (word.startsWith('!')) {
      for (const one of name === 'all' ? meant.filter(({ minimal }) => !minimal) : meant) excluded.add(one);
      continue;
    }
    if (meant.length === 0 && !UNKNOWN_TO_US.includes(name))
      throw new TaskFailure(badSubset(name, collectors));
    for (const one of meant) {
      added.add(one);
      if (name !== 'all' && name !== 'min') named.add(one);
    }
  }
  return collectors.filter((one) => added.has(one) && (!excluded.has(one) || named.has(one)));
}

// Other people's fact programs, which Ansible would start.
const UNKNOWN_TO_US = ['facter', 'ohai'];

function meantBy(name: string, collectors: Collector[]): Collector[] {
  if (name === 'all') return collectors;
  if (name === 'min') return collectors.filter(({ minimal }) => minimal);
  return collectors.filter((one) => one.name === name || one.ids?.includes(name));
}

function badSubset(name: string, collectors: Collector[]): string {
  const known = collectors.flatMap((one) => [one.name, ...(one.ids ?? [])]).sort();
  const near = didYouMean(name, known);
  return `Bad subset '${name}' given. ${near ?? ''} gather_subset options allowed: all, min, ${known.join(', ')}`.replace(
    / {2}/g,
    ' ',
  );
}
