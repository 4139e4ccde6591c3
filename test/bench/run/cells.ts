import type { Options, Part } from '../options.ts';
import { type Tool, toolNames, type Workload } from '../tools/tool.ts';

/** One comparison: the same work on the same hosts, by all tools in turns. */
export interface Cell {
  id: string;
  part: Part;
  title: string;
  workload: Workload;
  check: boolean;
  /** Fresh hosts for every run. */
  fresh: boolean;
  hosts: number;
  /** Milliseconds added to each round trip. */
  rtt: number;
  rounds: number;
}

const ROUNDS = 5;
const FIRST_ROUNDS = 2;

const converged = { check: false, fresh: false, rounds: ROUNDS };

function cell(one: Omit<Cell, 'id' | 'title'>, name: string): Cell {
  const { workload, hosts, rtt } = one;
  const where = `${hosts} host${hosts === 1 ? '' : 's'}${rtt > 0 ? `, ${rtt} ms` : ''}`;
  return { ...one, id: `${one.part}-${workload}-${hosts}-${rtt}`, title: `${name}, ${where}` };
}

const all: Cell[] = [
  ...[1, 5, 10].flatMap((hosts) =>
    [0, 50].map((rtt) =>
      cell({ ...converged, part: 'converged', workload: 'rollout', hosts, rtt }, 'rollout converged'),
    ),
  ),
  cell(
    { ...converged, part: 'check', workload: 'rollout', check: true, hosts: 10, rtt: 0 },
    'rollout converged, check mode',
  ),
  ...[0, 50].map((rtt) =>
    cell({ ...converged, part: 'trivial', workload: 't50', hosts: 10, rtt }, '50 tasks'),
  ),
  ...[1, 5].map((hosts) =>
    cell(
      { part: 'first', workload: 'rollout', check: false, fresh: true, hosts, rtt: 0, rounds: FIRST_ROUNDS },
      'rollout, first install',
    ),
  ),
];

/** The cells that are asked for. */
export function chosenCells({ only, hosts, rtt, rounds }: Options): Cell[] {
  return all
    .filter((one) => only.includes(one.part))
    .filter((one) => (hosts?.includes(one.hosts) ?? true) && (rtt?.includes(one.rtt) ?? true))
    .map((one) => ({ ...one, rounds: rounds ?? one.rounds }));
}

/** All cells, in the order in which they are shown. */
export const cells: readonly Cell[] = all;

/** What takes turns in a cell: a tool with a workload. */
export interface Entry {
  /** The tool's name; with its workload where that is not the cell's. */
  label: string;
  tool: Tool['name'];
  workload: Workload;
}

/** The entries of a cell; beside the 50 tasks the two fastest tools do 5 of them too, so that the two can be compared. */
export function entriesOf({ workload }: Cell, chosen: readonly Tool['name'][]): Entry[] {
  const entries: Entry[] = toolNames
    .filter((tool) => chosen.includes(tool))
    .map((tool) => ({ label: tool, tool, workload }));
  if (workload !== 't50') return entries;
  const short = entries.filter(({ tool }) => tool === 'flotte' || tool === 'script');
  return [...entries, ...short.map(({ tool }): Entry => ({ label: `${tool} t5`, tool, workload: 't5' }))];
}
