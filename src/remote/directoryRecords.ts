import { shellQuote } from '../lib/shell.ts';
import type { Stat } from '../module/reads.ts';
import { FIND_PRINT, ONE_BY_STAT, parseStats } from './statRecords.ts';

/** Shell text that prints a directory itself and then what is in it, and an empty record behind. */
export function walkScript(path: string, depth: string): string {
  const at = shellQuote(path);
  return [
    // A directory alone is walked: find would take a file for a tree of one.
    `if [ ! -d ${at} ]; then :`,
    `elif [ -n "$fl_find" ]; then find -H ${at} ${depth} ${FIND_PRINT} 2>/dev/null`,
    `else find -H ${at} ${depth} -exec sh -c ${shellQuote(`for fl_p; do ${ONE_BY_STAT}; done`)} sh {} + 2>/dev/null; fi`,
    `printf '%s\\0' . . . . ''`,
  ].join('\n');
}

/** For each of the directories asked what is in it, or undefined where it is none. */
export function walks(printed: Buffer, asked: { path: string }[]): (Stat[] | undefined)[] {
  const found: Stat[][] = [[]];
  for (const stat of parseStats(printed)) {
    if (stat.path === '') found.push([]);
    else found.at(-1)!.push(stat);
  }
  return asked.map((_, i) => (found[i]?.length ? found[i].slice(1) : undefined));
}
