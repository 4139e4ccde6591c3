import { whyNoFleet } from '../fleet/index.ts';
import { readOptions, UsageError, usage } from './options.ts';
import { writePage } from './page/index.ts';
import { measureConverged, measureFresh, readyTools, type Turns } from './run/cell.ts';
import { type Cell, chosenCells } from './run/cells.ts';
import { LOCAL_CELL, measureLocal } from './run/local.ts';
import { measure } from './run/measure.ts';
import { type CellResult, loadResults, saveResults } from './run/results.ts';
import { keepPackages, openRig, type Rig, rolloutPackages, untilCalm } from './run/rig.ts';
import { measureScale, SCALES, scaleCell } from './run/scale.ts';
import { tools } from './tools/index.ts';

const LOCAL_ROUNDS = 7;

async function bench(args: string[]): Promise<number> {
  const options = readOptions(args);
  const reason = whyNoFleet();
  if (reason !== undefined) {
    say(`the benchmark needs real hosts, and none can start here: ${reason}`);
    return 1;
  }
  const cells = chosenCells(options);
  const results = loadResults();
  const ready = await readyTools(options.tools, say);
  for (const [name, version] of ready) results.versions[name] = version;
  const keep = (cell: Cell, result: CellResult): void => {
    results.cells[cell.id] = result;
    saveResults(results);
  };
  const turns: Turns = { tools: [...ready.keys()], budget: options.budget, say, keep };
  await measureAllConverged(
    cells.filter(({ fresh }) => !fresh),
    turns,
  );
  const fresh = cells.filter((cell) => cell.fresh);
  if (fresh.length > 0) await fetchPackages();
  for (const cell of fresh) await measureFresh(cell, turns);
  if (options.only.includes('local')) {
    results.cells[LOCAL_CELL] = await measureLocal(options.rounds ?? LOCAL_ROUNDS, say);
    saveResults(results);
  }
  if (options.only.includes('scale')) {
    for (const hosts of SCALES.filter((count) => options.hosts?.includes(count) ?? true)) {
      results.cells[scaleCell(hosts)] = await measureScale(hosts, options.rounds ?? 1, say);
      saveResults(results);
    }
  }
  if (options.only.includes('page')) writePage(results);
  return 0;
}

async function measureAllConverged(cells: Cell[], turns: Turns): Promise<void> {
  if (cells.length === 0) return;
  const rig = await openRig(Math.max(...cells.map(({ hosts }) => hosts)), 'apache');
  try {
    await converge(rig, turns);
    for (const cell of cells) await measureConverged(cell, rig, turns);
  } finally {
    await rig.stop();
  }
}

/** Brings hosts to the state that is measured. */
async function converge(rig: Rig, turns: Turns): Promise<void> {
  say('rolling out, so that there is nothing left to change');
  const job = await rig.job(rig.hosts.length, 0, { workload: 'rollout', check: false });
  // pyinfra looks at a file of its own to tell how old the package lists are: once, it fetches them.
  for (const name of ['flotte', ...turns.tools.filter((tool) => tool === 'pyinfra')] as const) {
    const { told } = await measure(tools[name].command(job), []);
    if (tools[name].changes(told, job) === undefined)
      throw new Error(`the hosts cannot be prepared:\n${told.stdout}\n${told.stderr}`);
  }
  await untilCalm(rig.hosts);
}

async function fetchPackages(): Promise<void> {
  say('fetching the packages of a first install');
  const rig = await openRig(1, 'debian');
  try {
    await keepPackages(rig.hosts[0]!, rolloutPackages());
  } finally {
    await rig.stop();
  }
}

function say(line: string): void {
  process.stderr.write(`bench: ${line}\n`);
}

try {
  process.exitCode = await bench(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Error)) throw error;
  const isUsage =
    error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  say(isUsage ? `${error.message}\n\n${usage}` : error.message);
  process.exitCode = isUsage ? 2 : 1;
}
