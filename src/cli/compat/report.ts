import { relative } from 'node:path';
import { formatPlace } from '../../lib/sourceError.ts';
import { type Finding, type Findings, KINDS } from './findings.ts';

const TITLES: Record<Finding['kind'], string> = {
  module: 'Modules that are not there',
  parameter: 'Parameters that are not there',
  keyword: 'Keywords that are not carried out',
  filter: 'Filters that are not there',
  test: 'Tests that are not there',
  lookup: 'Lookups that are not there',
  plugin: 'Plugins that do not run here',
  connection: 'Connections that are not there',
  syntax: 'What cannot be read',
};

const FEW_PLACES = 3;

/** The findings as a person reads them, those of one name together; `all` shows every place and not the first few. */
export function compatReport(findings: Findings, root: string, places: 'all' | 'few'): string {
  const lines: string[] = [];
  for (const kind of KINDS) {
    const groups = groupsOf(findings.list.filter((finding) => finding.kind === kind));
    if (groups.length === 0) continue;
    lines.push(`${TITLES[kind]}:`, '');
    for (const group of groups) lines.push(...groupLines(group, root, places), '');
  }
  return [...lines, ...summary(findings, root)].join('\n');
}

// The most used first.
function groupsOf(list: Finding[]): Finding[][] {
  const groups = new Map<string, Finding[]>();
  for (const finding of list) {
    const group = groups.get(finding.name);
    if (group) group.push(finding);
    else groups.set(finding.name, [finding]);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
}

function groupLines(group: Finding[], root: string, places: 'all' | 'few'): string[] {
  const [first] = group as [Finding];
  const uses = group.length === 1 ? '' : ` (${group.length} times)`;
  const shown = places === 'all' ? group : group.slice(0, FEW_PLACES);
  const more = group.length - shown.length;
  return [
    `  ${first.name}${uses}`,
    ...shown.map(
      ({ place }) => `    ${formatPlace({ ...place, file: relative(root, place.file) || place.file })}`,
    ),
    ...(more > 0 ? [`    and ${more} more; -v shows all`] : []),
    ...(first.instead ? [`    instead: ${first.instead}`] : []),
  ];
}

function summary(findings: Findings, root: string): string[] {
  const { tasks, running, plays, modules, encrypted, list } = findings;
  const percent = tasks === 0 ? 100 : Math.floor((running / tasks) * 100);
  const counts = KINDS.map((kind) => [kind, list.filter((finding) => finding.kind === kind).length] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${kind} ${count}`);
  const used = modules.size === 1 ? '1 module' : `${modules.size} modules`;
  return [
    `${running} of ${tasks} tasks (${percent} %) in ${plays} plays and the roles run as they are; they use ${used}.`,
    ...(counts.length > 0 ? [`Found: ${counts.join(', ')}.`] : ['Nothing was found that does not run.']),
    ...(encrypted.length > 0
      ? [`Not looked into, since encrypted: ${encrypted.map((file) => relative(root, file)).join(', ')}.`]
      : []),
  ];
}
