import { loadavg } from 'node:os';
import { tools } from '../tools/index.ts';
import { type Told, type Tool, toolNames } from '../tools/tool.ts';
import { type Cell, type Entry, entriesOf } from './cells.ts';
import { measure } from './measure.ts';
import type { CellResult, EntryResult } from './results.ts';
import { openRig, type Rig, untilCalm, withoutPage } from './rig.ts';
import { wireOf } from './wire.ts';

export interface Turns {
  tools: readonly Tool['name'][];
  /** Seconds after which an entry takes no further turn. */
  budget: number;
  say(line: string): void;
  /** Takes what there is of a cell after each round: a run may be ended before its end. */
  keep(cell: Cell, result: CellResult): void;
}

const SAMPLE_MS = 20;

/** A run that did not do its work: nothing that was measured then would be worth anything. */
class UnfitRun extends Error {}

/** Measures a cell on hosts that are as they should be: the entries in turns, round after round. */
export async function measureConverged(cell: Cell, rig: Rig, turns: Turns): Promise<void> {
  const entries = entriesOf(cell, turns.tools);
  const result = emptyResult(entries);
  for (let round = 0; round < cell.rounds; round++) {
    for (const entry of turnOf(entries, round)) {
      if (isSpent(result.entries[entry.label]!, turns.budget)) continue;
      await takeTurn(cell, entry, rig, result, turns);
    }
    turns.keep(cell, result);
  }
  for (const entry of entries.filter(
    () => cell.part === 'converged' && cell.hosts === 10 && cell.rtt === 0,
  )) {
    const job = await rig.job(cell.hosts, cell.rtt, { workload: entry.workload, check: cell.check });
    const { cost } = await measure(tools[entry.tool].command(job), [], SAMPLE_MS);
    result.entries[entry.label]!.costs[0]!.memory = cost.memory!;
  }
  if (turns.tools.includes('flotte')) {
    result.wire = await wireOf(await rig.job(cell.hosts, cell.rtt, { ...cell }));
  }
  turns.keep(cell, result);
}

/** Measures a cell on hosts made anew for every run. */
export async function measureFresh(cell: Cell, turns: Turns): Promise<void> {
  const entries = entriesOf(cell, turns.tools);
  const result = emptyResult(entries);
  for (let round = 0; round < cell.rounds; round++) {
    for (const entry of turnOf(entries, round)) {
      if (round > 0 && isSpent(result.entries[entry.label]!, turns.budget)) continue;
      const rig = await openRig(cell.hosts, 'debian');
      try {
        await untilCalm(rig.hosts);
        await takeTurn(cell, entry, rig, result, turns);
      } finally {
        await rig.stop();
      }
    }
    turns.keep(cell, result);
  }
}

function emptyResult(entries: Entry[]): CellResult {
  const none = entries.map(({ label }) => [label, { costs: [], surplus: [] }]);
  return { load: loadavg()[0]!, entries: Object.fromEntries(none) };
}

/** Nobody is always the first behind the same one. */
function turnOf(entries: Entry[], round: number): Entry[] {
  const first = round % entries.length;
  return [...entries.slice(first), ...entries.slice(0, first)];
}

function isSpent({ costs }: EntryResult, budget: number): boolean {
  return costs.reduce((sum, { seconds }) => sum + seconds, 0) > budget;
}

async function takeTurn(cell: Cell, entry: Entry, rig: Rig, result: CellResult, turns: Turns): Promise<void> {
  const tool = tools[entry.tool];
  const hosts = rig.hosts.slice(0, cell.hosts);
  const job = await rig.job(cell.hosts, cell.rtt, { workload: entry.workload, check: cell.check });
  const { cost, told } = await measure(tool.command(job), hosts);
  const changes = tool.changes(told, job);
  if (changes === undefined) throw new UnfitRun(`${tool.title} failed in ${cell.title}:\n${ending(told)}`);
  const surplus = changes - tool.always(entry.workload) * cell.hosts;
  if (cell.fresh ? surplus <= 0 : surplus !== 0 && !cell.check) {
    throw new UnfitRun(`${tool.title} tells of ${changes} changes in ${cell.title}:\n${ending(told)}`);
  }
  const silent = entry.workload === 'rollout' ? await withoutPage(hosts) : [];
  if (silent.length > 0) throw new UnfitRun(`after ${tool.title} in ${cell.title}: ${silent.join(', ')}`);
  result.entries[entry.label]!.costs.push(cost);
  result.entries[entry.label]!.surplus.push(surplus);
  turns.say(
    `${cell.title}: ${entry.label.padEnd(10)} ${cost.seconds.toFixed(3)} s, ` +
      `CPU ${cost.controlCpu.toFixed(3)} s here, ${cost.hostCpu.toFixed(3)} s there`,
  );
}

function ending({ stdout, stderr }: Told): string {
  return `${stdout}\n${stderr}`.trim().split('\n').slice(-25).join('\n');
}

/** The tools that are asked for and can run here; the others are told of. */
export async function readyTools(
  chosen: readonly Tool['name'][],
  say: (line: string) => void,
): Promise<Map<Tool['name'], string>> {
  const ready = new Map<Tool['name'], string>();
  for (const name of toolNames.filter((one) => chosen.includes(one))) {
    const found = await tools[name].prepare();
    if ('missing' in found) say(`without ${tools[name].title}: ${found.missing}`);
    else ready.set(name, found.version);
  }
  return ready;
}
