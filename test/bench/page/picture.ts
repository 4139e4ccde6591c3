import type { Results } from '../run/results.ts';
import { tools } from '../tools/index.ts';
import { toolNames } from '../tools/tool.ts';
import { ratioOf, shown } from './numbers.ts';

const WIDTH = 760;
const LABELS = 190;
const NUMBERS = 60;
const BAR = 18;
const STEP = 24;
const GROUP_HEAD = 34;
const TOP = 56;

const groups: { id: string; title: string }[] = [
  { id: 'converged-rollout-10-0', title: 'Rollout, nothing to change, 10 hosts' },
  { id: 'converged-rollout-10-50', title: 'The same at 50 ms round trip' },
  { id: 'trivial-t50-10-50', title: '50 trivial tasks, 10 hosts, 50 ms round trip' },
];

const colors = { flotte: '#0f8a6a', script: '#7a7f87', other: '#b9bec6' };

/** The times of all tools as bars; their length is logarithmic, from a third of the script's time on. */
export function picture(results: Results): string {
  const measured = groups.filter(({ id }) => id in results.cells);
  const values = measured.flatMap(({ id }) =>
    toolNames.map((tool) => ratioOf(results, id, tool, 'script') ?? 1),
  );
  const least = 1 / 3;
  const span = Math.log(Math.max(...values, 2) / least);
  const length = (value: number) =>
    Math.max(3, (Math.log(value / least) / span) * (WIDTH - LABELS - NUMBERS - 20));
  let y = TOP;
  const parts = measured.flatMap(({ id, title }) => {
    const head = `<text x="0" y="${y + 14}" font-weight="600">${title}</text>`;
    y += GROUP_HEAD - 10;
    const bars = [...toolNames].reverse().flatMap((tool) => {
      const value = ratioOf(results, id, tool, 'script');
      if (value === undefined) return [];
      const color = tool === 'flotte' || tool === 'script' ? colors[tool] : colors.other;
      const width = length(value).toFixed(1);
      const bar = [
        `<text x="${LABELS - 8}" y="${y + 13}" text-anchor="end">${tools[tool].title}</text>`,
        `<rect x="${LABELS}" y="${y}" width="${width}" height="${BAR}" rx="3" fill="${color}"/>`,
        `<text x="${LABELS + Number(width) + 6}" y="${y + 13}">${shown(value)}</text>`,
      ];
      y += STEP;
      return bar;
    });
    y += GROUP_HEAD - STEP + 8;
    return [head, ...bars];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" font-family="system-ui, sans-serif" font-size="13" role="img">`,
    '<title>Time of each tool as a multiple of a hand-written script</title>',
    '<style>text { fill: #24292f } @media (prefers-color-scheme: dark) { text { fill: #d8dee4 } }</style>',
    '<text x="0" y="18" font-size="16" font-weight="600">Time, as a multiple of a hand-written script over OpenSSH</text>',
    '<text x="0" y="38">Shorter is better; the length is logarithmic.</text>',
    ...parts,
    '</svg>\n',
  ].join('\n');
}
