import type { Environment } from '../../jinja/index.ts';
import { type Dict, dictGet, dictHas, isDict } from '../../lib/dict.ts';
import { type Place, SourceError } from '../../lib/sourceError.ts';
import { resolveAction } from '../../playbook/actions.ts';
import {
  KEYWORDS,
  placeWithin,
  splitKeywords,
  UNSUPPORTED,
  unknownKeyword,
} from '../../playbook/keywords.ts';
import type { Loading } from '../../playbook/loading.ts';
import type { Keyword } from '../../playbook/model.ts';
import type { Finding, Findings } from './findings.ts';
import { GENERAL, moduleReplacements } from './replacements.ts';
import { findingsIn, missingLookup } from './texts.ts';

/** What is needed to judge tasks. */
export interface Judging {
  file: string;
  environment: Environment;
  loading: Loading;
  findings: Findings;
}

const EXPRESSIONS = new Set(['when', 'changed_when', 'failed_when', 'until', 'break_when', 'that']);

/** Adds what does not run in a list of tasks and blocks. */
export async function judgeTasks(list: unknown, judging: Judging): Promise<void> {
  if (!Array.isArray(list)) return;
  for (const [index, item] of list.entries()) {
    if (!isDict(item)) continue;
    const place = placeWithin(list, index, judging.file);
    if (dictHas(item, 'block')) await judgeBlock(item, place, judging);
    else await judgeTask(item, place, judging);
  }
}

async function judgeBlock(item: Dict, place: Place, judging: Judging): Promise<void> {
  const { file, environment, findings } = judging;
  const { keywords, others } = splitKeywords(item, KEYWORDS.block, file);
  findings.list.push(
    ...[...others.keys()].map((name) => ofKeyword(unknownKeyword(item, name, 'block', file), name, place)),
    ...ofKeywords(keywords),
  );
  for (const [name, { value, place: at }] of keywords) {
    if (['block', 'rescue', 'always'].includes(name)) await judgeTasks(value, judging);
    else findings.list.push(...findingsIn(value, at, environment, EXPRESSIONS, EXPRESSIONS.has(name)));
  }
}

async function judgeTask(item: Dict, place: Place, judging: Judging): Promise<void> {
  const { file, environment, findings } = judging;
  const { keywords, others } = splitKeywords(item, KEYWORDS.task, file);
  const found = [...ofKeywords(keywords), ...findingsIn(item, place, environment, EXPRESSIONS)];
  for (const [name, keyword] of [...others]) {
    if (!name.startsWith('with_')) continue;
    others.delete(name);
    found.push(...missingLookup(name.slice('with_'.length), keyword.place));
  }
  found.push(...(await ofAction(item, keywords, others, place, judging)));
  findings.tasks++;
  if (found.length === 0) findings.running++;
  findings.list.push(...found);
}

async function ofAction(
  item: Dict,
  keywords: Map<string, Keyword>,
  others: Map<string, Keyword>,
  place: Place,
  { file, loading, findings }: Judging,
): Promise<Finding[]> {
  const only = others.size === 1 ? [...others.keys()][0]! : undefined;
  try {
    const action = await resolveAction(item, keywords, others, place, file, loading);
    count(findings.modules, action.written);
    const { mistake, module } = action;
    if (!mistake) return [];
    if (module.collection === '') return [ofModule(action.written, mistake.place ?? place)];
    return [
      { kind: 'parameter', name: mistake.message, place: mistake.place ?? place, instead: mistake.hint },
    ];
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    if (only !== undefined && error.message.startsWith('there is no module')) {
      count(findings.modules, only);
      return [ofModule(only, error.place ?? place, error.hint)];
    }
    return [{ kind: 'syntax', name: error.message, place: error.place ?? place, instead: error.hint }];
  }
}

function count(modules: Map<string, number>, name: string): void {
  modules.set(name, (modules.get(name) ?? 0) + 1);
}

function ofModule(name: string, place: Place, hint?: string): Finding {
  const short = name.split('.').at(-1)!;
  const near = hint?.startsWith('Did you mean') ? hint : undefined;
  return { kind: 'module', name, place, instead: moduleReplacements[short] ?? near ?? GENERAL.module };
}

/** Keywords that are known and not carried out. */
export function ofKeywords(keywords: Map<string, Keyword>): Finding[] {
  return Object.entries(UNSUPPORTED).flatMap(([name, hint]) => {
    const keyword = keywords.get(name);
    return keyword ? [{ kind: 'keyword' as const, name, place: keyword.place, instead: hint }] : [];
  });
}

/** A keyword that nobody knows. */
export function ofKeyword(error: SourceError, name: string, place: Place): Finding {
  return { kind: 'keyword', name, place: error.place ?? place, instead: error.hint };
}

/** Whether a list in a file is one of tasks. */
export function looksLikeTasks(list: unknown): boolean {
  return (
    Array.isArray(list) &&
    list.some((item) => isDict(item) && (dictHas(item, 'block') || dictGet(item, 'name') !== undefined))
  );
}
