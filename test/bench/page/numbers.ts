import type { Cost } from '../run/measure.ts';
import type { Results } from '../run/results.ts';

/** What of a run's cost is looked at. */
export type Measure = 'seconds' | 'controlCpu' | 'hostCpu';

/** The middle of a measure over all turns of an entry; undefined where it was not measured. */
export function medianOf(
  results: Results,
  cell: string,
  label: string,
  measure: Measure,
): number | undefined {
  const costs = results.cells[cell]?.entries[label]?.costs ?? [];
  return costs.length === 0 ? undefined : median(costs.map((cost: Cost) => cost[measure]));
}

/** One entry's median as a multiple of another's, of one cell. */
export function ratioOf(
  results: Results,
  cell: string,
  label: string,
  base: string,
  measure: Measure = 'seconds',
): number | undefined {
  const [one, other] = [label, base].map((name) => medianOf(results, cell, name, measure));
  return one === undefined || other === undefined ? undefined : one / other;
}

function median(list: number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** As a person reads a ratio: 0.65, 6.1, 43. */
export function shown(value: number | undefined): string {
  if (value === undefined) return '';
  if (value >= 20) return value.toFixed(0);
  return value.toFixed(value >= 2 ? 1 : 2);
}

/** A table of Markdown; the first row is its head, and all columns but the first are numbers. */
export function table(rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const [head = [], ...body] = rows;
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return [head, rule, ...body].map(line).join('\n');
}
