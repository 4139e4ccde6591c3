import { cells } from '../run/cells.ts';
import type { Results } from '../run/results.ts';
import { tools } from '../tools/index.ts';
import { toolNames } from '../tools/tool.ts';
import { medianOf, ratioOf, shown, table } from './numbers.ts';

/** The entries that have a row: the tools, the slowest first. */
const rows = [...toolNames].reverse();

/** Times of all tools in all cells, as multiples of the script's. */
export function timesTable(results: Results): string {
  const measured = cells.filter(({ id }) => id in results.cells);
  const body = measured.map(({ id, title }) => {
    const seconds = medianOf(results, id, 'script', 'seconds');
    return [
      title,
      ...rows.map((tool) => shown(ratioOf(results, id, tool, 'script'))),
      seconds === undefined ? '' : `${seconds.toFixed(2)} s`,
      String(results.cells[id]?.entries.flotte?.costs.length ?? ''),
      results.cells[id]?.load?.toFixed(1) ?? '',
    ];
  });
  const titles = rows.map((tool) => tools[tool].title);
  return table([['', ...titles, "the script's time", 'turns', 'load'], ...body]);
}

/** What the tools cost on both sides, per host, in the cells with ten hosts and no latency. */
export function costsTable(results: Results): string {
  const chosen = cells.filter(({ id, hosts, rtt }) => id in results.cells && hosts === 10 && rtt === 0);
  const body = chosen.flatMap(({ id, title, hosts }) =>
    rows.map((tool) => [
      `${title}: ${tools[tool].title}`,
      milliseconds(medianOf(results, id, tool, 'controlCpu'), hosts),
      milliseconds(medianOf(results, id, tool, 'hostCpu'), hosts),
      memory(results, id, tool),
    ]),
  );
  return table([['', 'control CPU per host', "host's CPU", 'control memory'], ...body]);
}

/** What a host costs Flotte on the wire. */
export function wireTable(results: Results): string {
  const body = cells.flatMap(({ id, title }) => {
    const wire = results.cells[id]?.wire;
    if (wire === undefined) return [];
    const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
    return [[title, shown(wire.roundTrips), shown(wire.frames), kib(wire.bytesOut), kib(wire.bytesIn)]];
  });
  return table([['Flotte, per host', 'round trips', 'frames', 'out', 'in'], ...body]);
}

function milliseconds(seconds: number | undefined, hosts: number): string {
  return seconds === undefined ? '' : `${((seconds / hosts) * 1000).toFixed(0)} ms`;
}

function memory(results: Results, cell: string, tool: string): string {
  const bytes = results.cells[cell]?.entries[tool]?.costs[0]?.memory;
  return bytes === undefined ? '' : `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
