import { printable } from '../../report/printable.ts';
import { loadConfig } from '../config.ts';
import { exitCodes } from '../exitCodes.ts';
import { withoutEffect } from '../settingNotes.ts';
import type { Setting } from '../settings.ts';
import type { Terminal } from '../terminal.ts';

/** `flotte config`: every setting that counts, its value, and where it comes from. */
export function configCommand(flags: { changed?: boolean }, terminal: Terminal): number {
  const { settings, file, unused, warnings } = loadConfig(terminal);
  const lines = [`ansible.cfg: ${file ?? 'none'}`, ''];
  const entries = Object.entries(settings) as [string, Setting<unknown>][];
  const shown = flags.changed ? entries.filter(([, setting]) => setting.origin !== 'default') : entries;
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  for (const [name, { value, origin }] of shown) {
    lines.push(`${name.padEnd(width)} = ${shownValue(value)}  (${origin})`);
  }
  for (const [i, key] of unused.entries())
    lines.push(
      ...(i === 0 ? ['', 'without effect here:'] : []),
      `  ${key}: ${withoutEffect[key] ?? 'not known'}`,
    );
  terminal.stdout.write(`${printable(lines.join('\n'))}\n`);
  for (const warning of warnings) terminal.stderr.write(`warning: ${printable(warning)}\n`);
  return exitCodes.ok;
}

function shownValue(value: unknown): string {
  if (value === undefined || value === '') return '(not set)';
  return Array.isArray(value) ? value.join(', ') : String(value);
}
