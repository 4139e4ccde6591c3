import type { Listener, RunEvent, TaskEnd } from '../engine/events.ts';
import { type DetailOptions, messageLines } from './details.ts';
import type { Palette } from './palette.ts';
import { oneLine, printable, printableJson } from './printable.ts';
import { pythonJson } from './pythonJson.ts';

/** How a result is shown: over several lines, or in one. */
export type AdhocForm = 'block' | 'line';

export interface AdhocOptions extends DetailOptions {
  form: AdhocForm;
  write: (text: string) => void;
}

// Their result is what a program printed.
const COMMANDS = new Set(['command', 'shell', 'raw', 'script']);

const HIDDEN_KEYS = new Set([
  'failed',
  'skipped',
  'diff',
  'invocation',
  'warnings',
  'deprecations',
  'exception',
]);

/** What one task came to on each host, in the form of Ansible's ad-hoc command. */
export function adhocReport(options: AdhocOptions): Listener {
  return (event) => {
    const text = textOf(event, options);
    if (text !== '') options.write(`${text}\n`);
  };
}

function textOf(event: RunEvent, options: AdhocOptions): string {
  if (event.type === 'task-end')
    return options.form === 'line' ? endLine(event, options) : endText(event, options);
  return event.type === 'message' ? messageLines(event, options).join('\n') : '';
}

function endText(end: TaskEnd, options: AdhocOptions): string {
  const { paint } = options;
  const host = oneLine(end.host);
  const lines = end.changes.flatMap(({ diff }) => (diff && options.diff ? options.diff(diff) : []));
  const color = paintOf(end, paint);
  if (end.outcome === 'unknown') lines.push(color(`${host} | UNKNOWN: ${oneLine(end.why ?? '')}`));
  else if (COMMANDS.has(end.task.module) && typeof end.result.rc === 'number') {
    const { rc, stdout, stderr, msg } = end.result;
    const printed = [stdout, stderr, end.outcome === 'failed' ? msg : ''].map((part) => String(part ?? ''));
    lines.push(color(`${host} | ${wordOf(end)} | rc=${rc} >>`));
    const text = printable(printed.filter((part) => part !== '').join('\n'));
    lines.push(...text.split('\n').map(color));
  } else lines.push(...`${host} | ${wordOf(end)} => ${resultJson(end, 4)}`.split('\n').map(color));
  lines.push(...end.warnings.map((warning) => paint.magenta(`[WARNING]: ${oneLine(warning)}`)));
  return lines.join('\n');
}

function endLine(end: TaskEnd, { paint }: AdhocOptions): string {
  const color = paintOf(end, paint);
  const host = oneLine(end.host);
  if (end.outcome === 'unknown') return color(`${host} | UNKNOWN: ${oneLine(end.why ?? '')}`);
  if (!COMMANDS.has(end.task.module) || typeof end.result.rc !== 'number')
    return color(`${host} | ${wordOf(end)} => ${oneLine(resultJson(end, undefined))}`);
  const { rc, stdout, stderr } = end.result;
  const printed = (text: unknown) => String(text ?? '').replaceAll('\n', '\\n');
  const errors = stderr ? ` (stderr) ${printed(stderr)}` : '';
  return color(oneLine(`${host} | ${wordOf(end)} | rc=${rc} | (stdout) ${printed(stdout)}${errors}`));
}

function wordOf(end: TaskEnd): string {
  if (end.outcome === 'failed')
    return COMMANDS.has(end.task.module) && 'rc' in end.result ? 'FAILED' : 'FAILED!';
  if (end.outcome === 'unreachable') return 'UNREACHABLE!';
  if (end.outcome === 'skipped') return 'SKIPPED';
  return end.outcome === 'changed' ? 'CHANGED' : 'SUCCESS';
}

function paintOf(end: TaskEnd, paint: Palette): (text: string) => string {
  if (end.outcome === 'failed' || end.outcome === 'unreachable') return paint.red;
  if (end.outcome === 'changed') return paint.yellow;
  if (end.outcome === 'unknown') return paint.magenta;
  return end.outcome === 'skipped' ? paint.cyan : paint.green;
}

function resultJson(end: TaskEnd, indent: number | undefined): string {
  const failed = end.outcome === 'failed' || end.outcome === 'unreachable';
  const added = {
    changed: end.outcome === 'changed',
    ...(failed && end.why !== undefined && { msg: end.why }),
    ...(end.outcome === 'unreachable' && { unreachable: true }),
  };
  const shown = Object.entries({ ...added, ...end.result }).filter(
    ([key]) => !HIDDEN_KEYS.has(key) && !key.startsWith('_ansible_'),
  );
  return printableJson(pythonJson(Object.fromEntries(shown), indent));
}
