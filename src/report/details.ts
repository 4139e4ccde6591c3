import type { ItemEnd, Outcome, RunEvent, TaskEnd, TaskInfo } from '../engine/events.ts';
import { formatSourceError, type Place } from '../lib/sourceError.ts';
import type { Diff } from '../module/plan.ts';
import { jsonText } from './jsonText.ts';
import type { Palette } from './palette.ts';
import { oneLine, printable, printableJson } from './printable.ts';
import { formatSeconds } from './seconds.ts';

/** How results are told in lines. */
export interface DetailOptions {
  paint: Palette;
  /** Number of -v. */
  verbosity: number;
  /** Makes a diff's lines, painted; absent: diffs are not shown. */
  diff?: (diff: Diff) => string[];
  /** The text of a source file, for the line where a task stands; may throw. */
  readText: (file: string) => string;
  /** A file's path as people see it. */
  shownPath: (file: string) => string;
}

const MOST_SUMMARIES = 4;
const LONGEST_SUMMARY = 120;
const SHOWN_SECONDS = 0.95;
const INDENT = '    ';

// What Ansible puts into every result, or what is told elsewhere.
const QUIET_KEYS = new Set([
  'changed',
  'failed',
  'skipped',
  'unreachable',
  'diff',
  'invocation',
  'warnings',
  'deprecations',
]);

const outcomeColor: Record<Outcome, keyof Palette> = {
  ok: 'green',
  changed: 'yellow',
  unknown: 'magenta',
  skipped: 'cyan',
  failed: 'red',
  unreachable: 'red',
};

/** The word for an outcome in its colour. */
function paintOutcome(outcome: Outcome, paint: Palette): string {
  return paint[outcomeColor[outcome]](outcome);
}

/**
 * A task's end on a host as lines: `host | changed | task | what changed (3.2 s)`, then, indented: the items of a
 * loop that did something, diffs, warnings, and a failure's outputs and place.
 */
export function taskLines(end: TaskEnd, options: DetailOptions): string[] {
  const { paint } = options;
  const head = [hostLabel(end), outcomeLabel(end, paint), oneLine(end.task.name)];
  const told = end.items?.length ? itemCounts(end.items, end.outcome) : tellOf(end, end.task, options);
  if (told) head.push(told);
  const line = head.join(' | ') + paint.dim(afterthought(end));
  const quiet = end.outcome === 'ok' && end.task.module !== 'debug';
  const items = (end.items ?? []).flatMap((item) => itemLines(item, end.task, options));
  const details = end.items?.length ? items : detailsOf(end, end.task, options);
  const lines = [quiet ? paint.dim(line) : line, ...details, ...warningLines(end, options)];
  // An unreachable host is no fault of the task that it was lost in.
  if (end.outcome !== 'failed') return lines;
  return [...lines, ...placeLines(end.errorPlace ?? end.task.place, options)];
}

/** True for an end that a person is to see even where only what matters is shown. */
export function matters(end: TaskEnd): boolean {
  if (end.outcome === 'skipped') return false;
  return end.outcome !== 'ok' || end.task.module === 'debug' || end.warnings.length > 0;
}

/** `host`, or `host -> delegate`. */
export function hostLabel(end: Pick<TaskEnd, 'host' | 'delegate'>): string {
  const host = oneLine(end.host);
  return end.delegate && end.delegate !== end.host ? `${host} -> ${oneLine(end.delegate)}` : host;
}

/** A warning or an error that belongs to no task, with its place. */
export function messageLines(
  event: Extract<RunEvent, { type: 'message' }>,
  options: DetailOptions,
): string[] {
  const { paint } = options;
  const level = event.level === 'error' ? paint.red('error') : paint.yellow('warning');
  const [first = '', ...rest] = printable(event.text).split('\n');
  const head = event.host ? `${oneLine(event.host)} | ${level} | ${first}` : `${level}: ${first}`;
  const place = event.place ? placeLines(event.place, options) : [];
  return [head, ...rest.map((line) => INDENT + line), ...place];
}

function outcomeLabel(end: TaskEnd, paint: Palette): string {
  const label = paintOutcome(end.outcome, paint);
  return end.forgiven ? `${label} (${end.forgiven})` : label;
}

function afterthought(end: TaskEnd): string {
  const parts = [];
  if (end.attempts > 1) parts.push(`${end.attempts} attempts`);
  if (end.seconds >= SHOWN_SECONDS) parts.push(formatSeconds(end.seconds));
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

function itemCounts(items: ItemEnd[], outcome: Outcome): string {
  const same = items.filter((item) => item.outcome === outcome).length;
  const count = same === items.length ? `${same}` : `${same} of ${items.length}`;
  return `${count} ${items.length === 1 ? 'item' : 'items'}`;
}

function itemLines(item: ItemEnd, task: TaskInfo, options: DetailOptions): string[] {
  const quiet = item.outcome === 'skipped' || (item.outcome === 'ok' && task.module !== 'debug');
  if (quiet && item.warnings.length === 0 && options.verbosity === 0) return [];
  const head = `${paintOutcome(item.outcome, options.paint)}: ${oneLine(item.label ?? '')}`;
  const told = tellOf(item, task, options);
  const details = [...detailsOf(item, task, options), ...warningLines(item, options)];
  return [INDENT + (told ? `${head} | ${told}` : head), ...details.map((line) => INDENT + line)];
}

// What stands on the line itself.
function tellOf(end: ItemEnd, task: TaskInfo, options: DetailOptions): string {
  if (end.why !== undefined) return oneLine(end.why);
  if (isFailure(end)) return oneLine(String(end.result.msg ?? ''));
  if (task.module === 'debug') return debugText(end.result);
  // What was done without counting as a change (a command that only looks) is of interest to the curious alone.
  if (end.outcome === 'ok' && options.verbosity === 0) return '';
  return summariesOf(end.changes, options);
}

function summariesOf(changes: ItemEnd['changes'], { verbosity }: DetailOptions): string {
  if (verbosity > 0) return changes.map((change) => oneLine(change.summary)).join('; ');
  const shown = changes.slice(0, MOST_SUMMARIES).map((change) => clipped(oneLine(change.summary)));
  const more = changes.length > shown.length ? `; and ${changes.length - shown.length} more` : '';
  return shown.join('; ') + more;
}

function clipped(text: string): string {
  const characters = [...text];
  return characters.length <= LONGEST_SUMMARY
    ? text
    : `${characters.slice(0, LONGEST_SUMMARY - 1).join('')}…`;
}

// A message that fits on the line; anything longer is told below.
function debugText(result: Record<string, unknown>): string {
  const { msg } = result;
  if (typeof msg === 'string') return msg.includes('\n') ? '' : oneLine(msg);
  return msg === undefined || (typeof msg === 'object' && msg !== null) ? '' : oneLine(jsonText(msg));
}

function detailsOf(end: ItemEnd, task: TaskInfo, options: DetailOptions): string[] {
  const lines = diffsOf(end, options);
  if (isFailure(end)) lines.push(...failureDetails(end));
  else if (task.module === 'debug' && end.outcome !== 'skipped') lines.push(...debugDetails(end));
  if (options.verbosity > 0) lines.push(printableJson(jsonText(withoutQuietKeys(end.result))));
  return lines.map((line) => INDENT + line);
}

function diffsOf(end: ItemEnd, options: DetailOptions): string[] {
  const { diff } = options;
  if (!diff) return [];
  return end.changes.flatMap((change) => (change.diff ? diff(change.diff) : []));
}

function debugDetails(end: ItemEnd): string[] {
  if (debugText(end.result) !== '') return [];
  const shown = withoutQuietKeys(end.result);
  if (typeof shown.msg === 'string') return printable(shown.msg).split('\n');
  return printableJson(jsonText('msg' in shown ? shown.msg : shown, 2)).split('\n');
}

// The outputs of what failed, as far as they say more than the line above.
function failureDetails(end: ItemEnd): string[] {
  const { msg, rc, stdout, stderr, module_stdout, module_stderr } = end.result;
  const lines: string[] = [];
  if (end.chain) lines.push(...end.chain.map(oneLine));
  else if (typeof msg === 'string' && oneLine(msg) !== oneLine(end.why ?? msg))
    lines.push(...block('msg', msg));
  if (typeof msg === 'string' && end.why === undefined && msg.includes('\n'))
    lines.push(...block('msg', msg));
  if (rc !== undefined && rc !== null) lines.push(`rc: ${oneLine(String(rc))}`);
  lines.push(...block('stderr', stderr ?? module_stderr), ...block('stdout', stdout ?? module_stdout));
  return lines;
}

function block(name: string, text: unknown): string[] {
  if (typeof text !== 'string' || text.trim() === '') return [];
  const [first, ...rest] = printable(text.trimEnd()).split('\n');
  if (rest.length === 0) return [`${name}: ${first}`];
  return [`${name}:`, ...[first, ...rest].map((line) => `  ${line}`)];
}

function warningLines(end: ItemEnd, { paint }: DetailOptions): string[] {
  return end.warnings.map((warning) => `${INDENT}${paint.yellow('warning')}: ${oneLine(warning)}`);
}

function placeLines(place: Place, options: DetailOptions): string[] {
  const shown = { ...place, file: options.shownPath(place.file) };
  const text = formatSourceError({ message: '', place: shown }, () => options.readText(place.file));
  const lines = printable(text).split('\n').slice(1);
  while (lines.at(-1) === '') lines.pop();
  return lines.filter((line) => line !== '').map((line) => `${INDENT}${line.replace(/^ {2}at /, 'at ')}`);
}

function withoutQuietKeys(result: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(result).filter(([key]) => !QUIET_KEYS.has(key) && !key.startsWith('_ansible_')),
  );
}

function isFailure(end: ItemEnd): boolean {
  return end.outcome === 'failed' || end.outcome === 'unreachable';
}
