import type { HostRecap, ItemEnd, RunEvent, TaskEnd, TaskInfo } from '../engine/events.ts';
import { maskedLine } from '../lib/maskedLine.ts';
import { formatPlace, type Place } from '../lib/sourceError.ts';
import { hostLabel } from './details.ts';
import { diffLines, paintDiff } from './diffLines.ts';
import type { Palette } from './palette.ts';
import { oneLine, printable, printableJson } from './printable.ts';
import { pythonJson } from './pythonJson.ts';

export interface AnsibleOptions {
  paint: Palette;
  /** Number of -v. */
  verbosity: number;
  /** Columns of the terminal, at least 80; 80 where there is none. */
  width: number;
  displayOkHosts: boolean;
  displaySkippedHosts: boolean;
  /** Where the cause and the place of a failure go, which versions before 2.19 did not tell. */
  causesTo: Chunk['stream'];
  /** Whether diffs are shown. */
  diff: boolean;
  /** The text of a source file; may throw. */
  readText: (file: string) => string;
}

/** Text for one of the two standard streams, with its newlines. */
export interface Chunk {
  stream: 'stdout' | 'stderr';
  text: string;
}

const out = (text: string): Chunk => ({ stream: 'stdout', text: `${text}\n` });

// Tasks whose result is always shown, and those whose result never is.
const ALWAYS_SHOWN = new Set(['debug', 'assert']);
const NEVER_SHOWN = new Set(['setup', 'gather_facts']);
/** Tasks that bring further tasks; Ansible tells what they included in place of a result. */
export const INCLUDES = new Set(['include_tasks', 'include_role']);

// What runs on the control node in Ansible calls itself an action in its errors, not a module.
const ACTIONS = new Set(['fail', 'assert', 'debug', 'set_fact', 'include_vars', 'template', 'copy']);

const HIDDEN_KEYS = new Set(['failed', 'skipped', 'exception', 'warnings', 'deprecations']);
const HIDDEN_IN_DEBUG = new Set([
  ...HIDDEN_KEYS,
  'changed',
  'invocation',
  'skip_reason',
  'ansible_loop_var',
  'ansible_index_var',
  'ansible_loop',
]);

const CONTEXT_LINES = 2;
const LONGEST_SOURCE_LINE = 120;

/** `TITLE *****` over the whole width, after an empty line. */
export function banner(title: string, width: number): Chunk {
  const text = oneLine(title);
  return out(`\n${text} ${'*'.repeat(Math.max(3, width - 1 - text.length))}`);
}

/** The banner above the results of a task. */
export function taskBanner(task: TaskInfo, options: AnsibleOptions): Chunk[] {
  const title = `${task.handler ? 'RUNNING HANDLER' : 'TASK'} [${task.name}]`;
  const chunks = [banner(title, options.width)];
  if (options.verbosity >= 2) {
    const path = `task path: ${oneLine(task.place.file)}:${task.place.line}`;
    chunks.push(out(options.paint.gray(path)));
  }
  return chunks;
}

/** What Ansible prints of a task's end on a host, below the banner. */
export function endText(end: TaskEnd, options: AnsibleOptions): Chunk[] {
  if (INCLUDES.has(end.task.module) && end.outcome === 'ok') return [];
  const { paint } = options;
  const host = hostLabel(end);
  const chunks = end.items?.length
    ? end.items.flatMap((item) => [...diffChunks(item, options), ...itemText(item, end, options)])
    : [];
  if (!end.items?.length) chunks.push(...diffChunks(end, options), ...singleText(end, host, options));
  else if (end.outcome === 'skipped' && options.displaySkippedHosts) {
    chunks.push(out(paint.cyan(`skipping: [${oneLine(end.host)}]`)));
  }
  if (end.forgiven === 'ignored') chunks.push(out(paint.cyan('...ignoring')));
  return chunks;
}

function singleText(end: TaskEnd, host: string, options: AnsibleOptions): Chunk[] {
  const { paint } = options;
  const warnings = warningChunks(end.warnings, options);
  const dumped = () => (isVerbose(end, end.task, options) ? ` => ${dump(end, end.task, options)}` : '');
  switch (end.outcome) {
    case 'ok':
      if (!options.displayOkHosts) return [];
      return [...warnings, out(paintLines(`ok: [${host}]${dumped()}`, paint.green))];
    case 'changed':
      return [...warnings, out(paintLines(`changed: [${host}]${dumped()}`, paint.yellow))];
    case 'skipped':
      if (!options.displaySkippedHosts) return [];
      return [...warnings, out(paintLines(`skipping: [${oneLine(end.host)}]${dumped()}`, paint.cyan))];
    case 'unknown':
      return [...warnings, out(paint.magenta(`unknown: [${host}] => ${pythonJson({ msg: end.why ?? '' })}`))];
    default: {
      const word = end.outcome === 'failed' ? 'FAILED' : 'UNREACHABLE';
      const line = `fatal: [${host}]: ${word}! => ${dump(end, end.task, options)}`;
      return [...warnings, ...errorChunks(end, end.task, options), out(paintLines(line, paint.red))];
    }
  }
}

function itemText(item: ItemEnd, end: TaskEnd, options: AnsibleOptions): Chunk[] {
  const { paint } = options;
  const host = hostLabel(end);
  const label = end.noLog ? '(censored due to no_log)' : oneLine(item.label ?? '');
  const warnings = warningChunks(item.warnings, options);
  const dumped = () => (isVerbose(item, end.task, options) ? ` => ${dump(item, end.task, options)}` : '');
  switch (item.outcome) {
    case 'ok':
      if (!options.displayOkHosts) return [];
      return [...warnings, out(paintLines(`ok: [${host}] => (item=${label})${dumped()}`, paint.green))];
    case 'changed':
      return [...warnings, out(paintLines(`changed: [${host}] => (item=${label})${dumped()}`, paint.yellow))];
    case 'skipped': {
      if (!options.displaySkippedHosts) return [];
      const line = `skipping: [${oneLine(end.host)}] => (item=${label}) ${dumped()}`;
      return [...warnings, out(paintLines(line, paint.cyan))];
    }
    case 'unknown': {
      const why = pythonJson({ msg: item.why ?? '' });
      return [...warnings, out(paint.magenta(`unknown: [${host}] => (item=${label}) => ${why}`))];
    }
    default: {
      const line = `failed: [${host}] (item=${label}) => ${dump(item, end.task, options)}`;
      return [...warnings, ...errorChunks(item, end.task, options), out(paintLines(line, paint.red))];
    }
  }
}

function isVerbose(end: ItemEnd, task: TaskInfo, options: AnsibleOptions): boolean {
  if (NEVER_SHOWN.has(task.module)) return false;
  return options.verbosity > 0 || (end.outcome === 'ok' && ALWAYS_SHOWN.has(task.module));
}

function dump(end: ItemEnd, task: TaskInfo, options: AnsibleOptions): string {
  const shown =
    task.module === 'debug' && end.outcome !== 'failed' ? debugResult(end) : wholeResult(end, options);
  const indented = ALWAYS_SHOWN.has(task.module) && end.outcome === 'ok' ? true : options.verbosity > 2;
  return printableJson(pythonJson(shown, indented ? 4 : undefined));
}

function wholeResult(end: ItemEnd, { verbosity }: AnsibleOptions): Record<string, unknown> {
  const hidden = (key: string) =>
    key.startsWith('_ansible_') ||
    HIDDEN_KEYS.has(key) ||
    (verbosity < 3 && (key === 'diff' || key === 'invocation'));
  const failed = end.outcome === 'failed' || end.outcome === 'unreachable';
  const added = {
    changed: false,
    ...(failed && end.why !== undefined && { msg: end.why }),
    ...(end.outcome === 'unreachable' && { unreachable: true }),
  };
  return Object.fromEntries(Object.entries({ ...added, ...end.result }).filter(([key]) => !hidden(key)));
}

function debugResult({ result }: ItemEnd): Record<string, unknown> {
  if ('msg' in result) return { msg: result.msg };
  return Object.fromEntries(
    Object.entries(result).filter(([key]) => !HIDDEN_IN_DEBUG.has(key) && !key.startsWith('_ansible_')),
  );
}

function diffChunks(end: ItemEnd, { paint, diff: shown }: AnsibleOptions): Chunk[] {
  if (!shown) return [];
  return end.changes.flatMap(({ diff }) => {
    const lines = diff ? diffLines(diff) : [];
    return lines.length > 0 ? [out(`${paintDiff(lines, paint).join('\n')}\n`)] : [];
  });
}

/** Warnings as Ansible prints them, on standard error. */
export function warningChunks(warnings: string[], { paint }: AnsibleOptions): Chunk[] {
  return warnings.map((warning) => ({
    stream: 'stderr',
    text: `${paintLines(`[WARNING]: ${printable(warning)}`, paint.magenta)}\n`,
  }));
}

function errorChunks(end: ItemEnd, task: TaskInfo, options: AnsibleOptions): Chunk[] {
  const cause = end.why ?? end.result.msg ?? '';
  const kind = ACTIONS.has(task.module) ? 'Action' : 'Module';
  const what =
    end.outcome === 'unreachable' ? `Task failed: ${cause}` : `Task failed: ${kind} failed: ${cause}`;
  const text = `[ERROR]: ${printable(what)}\n${sourceContext(task.place, options.readText)}\n`;
  return [{ stream: options.causesTo, text: `${paintLines(text, options.paint.red)}\n` }];
}

// The place, the lines that lead to it and a mark below its column.
function sourceContext(place: Place, readText: (file: string) => string): string {
  const head = `Origin: ${printable(formatPlace(place))}`;
  const lines = sourceLines(place.file, readText);
  if (lines[place.line - 1] === undefined) return head;
  const width = String(place.line).length;
  const first = Math.max(0, place.line - 1 - CONTEXT_LINES);
  const numbered = lines.slice(first, place.line).map((line, i) => {
    const number = String(first + i + 1).padStart(width);
    return line === '' ? number : `${number} ${shortened(maskedLine(line), LONGEST_SOURCE_LINE - width - 1)}`;
  });
  const mark = `${' '.repeat(width + place.column)}^ column ${place.column}`;
  return [head, '', ...numbered, mark].join('\n');
}

function sourceLines(file: string, readText: (file: string) => string): string[] {
  try {
    const text = readText(file);
    return text.startsWith('$ANSIBLE_VAULT') ? [] : printable(text).replaceAll('\t', ' ').split('\n');
  } catch {
    return [];
  }
}

function shortened(line: string, longest: number): string {
  return line.length > longest ? `${line.slice(0, longest - 3)}...` : line;
}

function paintLines(text: string, paint: (line: string) => string): string {
  return text.split('\n').map(paint).join('\n');
}

/** PLAY RECAP with its columns; `unknown=` follows them for hosts where check mode could not tell. */
export function recapChunks(event: Extract<RunEvent, { type: 'run-end' }>, options: AnsibleOptions): Chunk[] {
  const hosts = Object.entries(event.recap).sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = hosts.map(([host, recap]) => out(recapLine(oneLine(host), recap, options.paint)));
  return [banner('PLAY RECAP', options.width), ...lines, out('')];
}

function recapLine(host: string, recap: HostRecap, paint: Palette): string {
  const failed = recap.failed > 0 || recap.unreachable > 0;
  const hostPaint = failed ? paint.red : recap.changed > 0 ? paint.yellow : paint.green;
  const column = (name: string, count: number, color: (text: string) => string) => {
    const text = `${name}=${String(count).padEnd(4)}`;
    return count === 0 ? text : color(text);
  };
  const columns = [
    column('ok', recap.ok, paint.green),
    column('changed', recap.changed, paint.yellow),
    column('unreachable', recap.unreachable, paint.red),
    column('failed', recap.failed, paint.red),
    column('skipped', recap.skipped, paint.cyan),
    column('rescued', recap.rescued, paint.green),
    column('ignored', recap.ignored, paint.magenta),
    ...(recap.unknown > 0 ? [column('unknown', recap.unknown, paint.magenta)] : []),
  ];
  return `${hostPaint(host.padEnd(26))} : ${columns.join(' ')}`;
}
