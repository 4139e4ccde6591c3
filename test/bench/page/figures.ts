import { LOCAL_CELL } from '../run/local.ts';
import type { Results } from '../run/results.ts';
import { scaleCell } from '../run/scale.ts';
import { medianOf, ratioOf, shown, table } from './numbers.ts';

/** A figure that shall be reached: at most (or, for speeds, at least) `limit`. */
interface Figure {
  text: string;
  limit: number;
  kind: 'at most' | 'at least';
  unit?: string;
  value(results: Results): number | undefined;
}

const CONVERGED = 'converged-rollout';
const T50 = 'trivial-t50-10-50';
const HOSTS = 10;
const MIB = 2 ** 20;

function toScript(text: string, cell: string, limit: number): Figure {
  return { text, limit, kind: 'at most', value: (results) => ratioOf(results, cell, 'flotte', 'script') };
}

function faster(than: string, title: string, limit: number): Figure {
  return {
    text: `rollout converged, 10 hosts: times as fast as ${title}`,
    limit,
    kind: 'at least',
    value: (results) => ratioOf(results, `${CONVERGED}-10-0`, than, 'flotte'),
  };
}

function scaled(hosts: number, cpu: number, memory: number): Figure[] {
  const cell = scaleCell(hosts);
  const name = `${hosts.toLocaleString('en')} simulated hosts, 50 tasks converged`;
  const perHost = (results: Results) => {
    const spent = medianOf(results, cell, 'flotte', 'controlCpu');
    return spent === undefined ? undefined : (spent / hosts) * 1000;
  };
  const most = (results: Results) => {
    const peaks = results.cells[cell]?.entries.flotte?.costs.map((cost) => cost.memory ?? 0) ?? [];
    return peaks.length === 0 ? undefined : Math.max(...peaks) / MIB;
  };
  return [
    { text: `${name}: control CPU per host`, limit: cpu, kind: 'at most', unit: 'ms', value: perHost },
    { text: `${name}: memory`, limit: memory, kind: 'at most', unit: 'MiB', value: most },
  ];
}

const figures: Figure[] = [
  toScript('rollout converged, 10 hosts: time against the script', `${CONVERGED}-10-0`, 0.75),
  toScript('the same at 50 ms round trip', `${CONVERGED}-10-50`, 0.7),
  faster('ansible', 'ansible-core with pipelining', 50),
  faster('mitogen', 'mitogen', 25),
  faster('pyinfra', 'pyinfra', 8),
  toScript('rollout converged, 1 host: time against the script', `${CONVERGED}-1-0`, 1.2),
  toScript('the same at 50 ms round trip', `${CONVERGED}-1-50`, 0.85),
  {
    text: '50 tasks against 5 tasks, converged, 10 hosts, 50 ms round trip: time',
    limit: 1.1,
    kind: 'at most',
    value: (results) => ratioOf(results, T50, 'flotte', 'flotte t5'),
  },
  {
    text: '50 tasks converged: round trips after the connection stands',
    limit: 4,
    kind: 'at most',
    value: (results) => results.cells[T50]?.wire?.roundTrips,
  },
  toScript('first install, 1 host: time against the script', 'first-rollout-1-0', 1.07),
  toScript('first install, 5 hosts: time against the script', 'first-rollout-5-0', 1.07),
  {
    text: 'rollout converged, 10 hosts: control CPU per host',
    limit: 25,
    kind: 'at most',
    unit: 'ms',
    value: (results) => {
      const spent = medianOf(results, `${CONVERGED}-10-0`, 'flotte', 'controlCpu');
      return spent === undefined ? undefined : (spent / HOSTS) * 1000;
    },
  },
  {
    text: "rollout converged, 10 hosts: the hosts' CPU against the script's",
    limit: 1,
    kind: 'at most',
    value: (results) => ratioOf(results, `${CONVERGED}-10-0`, 'flotte', 'script', 'hostCpu'),
  },
  ...scaled(1000, 12, 300),
  ...scaled(10_000, 12, 600),
  {
    text: "`flotte --version`: CPU against `ansible --version`'s",
    limit: 0.5,
    kind: 'at most',
    value: (results) => ratioOf(results, LOCAL_CELL, 'flotte version', 'ansible version', 'controlCpu'),
  },
  {
    text: "`flotte run`, 5 tasks on this machine: CPU against `ansible-playbook`'s",
    limit: 0.25,
    kind: 'at most',
    value: (results) => ratioOf(results, LOCAL_CELL, 'flotte local', 'ansible local', 'controlCpu'),
  },
];

/** The figures that shall be reached, what was measured, and whether that is so. */
export function figuresTable(results: Results): string {
  const rows = figures.map(({ text, limit, kind, unit = '', value }) => {
    const measured = value(results);
    const isReached = measured !== undefined && (kind === 'at most' ? measured <= limit : measured >= limit);
    const verdict = measured === undefined ? 'not measured' : isReached ? 'reached' : '**not reached**';
    return [
      text,
      `${kind} ${limit} ${unit}`.trim(),
      measured === undefined ? '' : `${shown(measured)} ${unit}`.trim(),
      verdict,
    ];
  });
  return table([['what', 'shall be', 'measured', 'verdict'], ...rows]);
}
