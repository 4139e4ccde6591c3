import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { float } from '../../jinja/index.ts';
import { type Dict, dictHas, isDict } from '../../lib/dict.ts';
import { type Place, SourceError } from '../../lib/sourceError.ts';
import { parseYaml } from '../../lib/yaml.ts';
import { findModule, loadModule, moduleNames } from '../../modules/index.ts';
import { KEYWORDS, placeWithin, splitKeywords, startOf, unknownKeyword } from '../../playbook/keywords.ts';
import type { Loading } from '../../playbook/loading.ts';
import { ansibleTemplating } from '../../variables/environment.ts';
import { isVaultText } from '../../variables/vaultFormat.ts';
import { projectFiles } from './files.ts';
import { type Finding, type Findings, noFindings } from './findings.ts';
import { GENERAL } from './replacements.ts';
import { type Judging, judgeTasks, looksLikeTasks, ofKeyword, ofKeywords } from './tasks.ts';
import { findingsIn, findingsInTemplate } from './texts.ts';

/** Looks through a project: its playbooks, tasks, variables, templates and plugins. No inventory is needed. */
export async function scanProject(root: string): Promise<Findings> {
  const findings = noFindings();
  const files = projectFiles(root);
  const { environment } = ansibleTemplating(() => '');
  for (const file of files.yaml) {
    const judging = { file, environment, findings, loading: loadingFor(file) };
    await scanYaml(judging);
  }
  for (const file of files.templates) {
    const text = readFileSync(file, 'utf8');
    if (isVaultText(text)) findings.encrypted.push(file);
    else if (!text.includes('\0')) findings.list.push(...findingsInTemplate(text, file, environment));
  }
  for (const { path, kind } of files.plugins)
    findings.list.push({ kind: 'plugin', name: kind, place: startOf(path), instead: GENERAL.plugin });
  return findings;
}

// Tasks are judged one by one, so nothing but modules is looked up.
function loadingFor(file: string): Loading {
  return {
    problems: [],
    warnings: [],
    rolesPath: [],
    collectionsPath: [],
    playDefaults: {},
    folder: dirname(file),
    readYaml: () => null,
    template: (text) => text,
    loadModule: async (name) => (findModule(name) ? loadModule(name) : undefined),
    moduleNames,
    roles: new Map(),
    usedRoles: new Map(),
    nextId: () => '',
  };
}

async function scanYaml(judging: Judging): Promise<void> {
  const { file, findings, environment } = judging;
  const text = readFileSync(file, 'utf8');
  if (isVaultText(text)) {
    findings.encrypted.push(file);
    return;
  }
  let value: unknown;
  try {
    value = parseYaml(text, { file, float, warn: () => {} });
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    findings.list.push({
      kind: 'syntax',
      name: error.message,
      place: error.place ?? startOf(file),
      instead: error.hint,
    });
    return;
  }
  if (isPlaybook(value)) await judgePlays(value, judging);
  else if (/[/\\](tasks|handlers)[/\\]/.test(file) || looksLikeTasks(value)) await judgeTasks(value, judging);
  else if (/[/\\](vars|defaults|group_vars|host_vars)[/\\]/.test(file))
    findings.list.push(...findingsIn(value, startOf(file), environment));
}

function isPlaybook(value: unknown): value is Dict[] {
  const isPlay = (item: unknown): boolean =>
    isDict(item) &&
    ['hosts', 'import_playbook', 'ansible.builtin.import_playbook'].some((name) => dictHas(item, name));
  return Array.isArray(value) && value.some(isPlay);
}

const SECTIONS = ['pre_tasks', 'tasks', 'post_tasks', 'handlers'];

async function judgePlays(plays: unknown[], judging: Judging): Promise<void> {
  const { file, findings, environment } = judging;
  for (const [index, play] of plays.entries()) {
    if (!isDict(play) || !dictHas(play, 'hosts')) continue;
    findings.plays++;
    const { keywords, others } = splitKeywords(play, KEYWORDS.play, file);
    const place = placeWithin(plays, index, file);
    findings.list.push(...ofKeywords(keywords));
    for (const name of others.keys())
      findings.list.push(ofKeyword(unknownKeyword(play, name, 'play', file), name, place));
    for (const [name, keyword] of keywords) {
      if (SECTIONS.includes(name)) await judgeTasks(keyword.value, judging);
      else findings.list.push(...findingsIn(keyword.value, keyword.place, environment, new Set(['when'])));
      findings.list.push(...unsupportedValue(name, keyword.value, keyword.place));
    }
  }
}

const VALUES: Record<string, { known: string[]; kind: Finding['kind'] }> = {
  strategy: { known: ['linear', 'free', 'host_pinned', 'debug'], kind: 'plugin' },
  connection: {
    known: ['ssh', 'smart', 'paramiko', 'paramiko_ssh', 'ssh2', 'openssh', 'local'],
    kind: 'connection',
  },
  become_method: { known: ['sudo', 'su'], kind: 'plugin' },
};

function unsupportedValue(name: string, value: unknown, place: Place): Finding[] {
  const values = VALUES[name];
  if (!values || typeof value !== 'string' || value.includes('{{')) return [];
  if (values.known.includes(value.replace(/^ansible\.(builtin|legacy|netcommon)\./, ''))) return [];
  return [
    { kind: values.kind, name: `${name}: ${value}`, place, instead: `one of ${values.known.join(', ')}` },
  ];
}
