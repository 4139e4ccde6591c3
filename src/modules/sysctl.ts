import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { ansibleBool, ansibleText, choice } from '../module/params.ts';
import { type Change, changes } from '../module/plan.ts';
import type { Step } from '../module/step.ts';

interface SysctlChange extends Change {
  step: Step;
}

export default defineModule({
  name: 'sysctl',
  collection: 'ansible.posix',
  doc: 'Keeps settings of the kernel in a file, and brings them into force.',
  aliases: { key: 'name', val: 'value' },
  params: z
    .strictObject({
      name: ansibleText()
        .transform((name) => name.trim())
        .pipe(z.string().min(1, 'must not be empty'))
        .describe('The setting: net.ipv4.ip_forward.'),
      value: ansibleText().transform(asSetting).optional().describe('Its value; yes and no are 1 and 0.'),
      state: choice(['present', 'absent']).default('present').describe('Whether it stands in the file.'),
      reload: ansibleBool()
        .default(true)
        .describe('Load the file after a change, or where the kernel has another value.'),
      sysctl_set: ansibleBool().default(false).describe('Set the value in the kernel too.'),
      ignoreerrors: ansibleBool().default(false).describe('Let settings pass that the kernel does not know.'),
      sysctl_file: ansibleText().default('/etc/sysctl.conf').describe('The file.'),
    })
    .refine(
      ({ state, value }) => state === 'absent' || (value !== undefined && value !== ''),
      'state present needs a value',
    ),
  async read({ name, sysctl_file }, host) {
    const [kernel, file] = await Promise.all([
      host.content({ path: kernelPath(name) }),
      host.content({ path: sysctl_file }),
    ]);
    const text = (content: Uint8Array | undefined) => content && Buffer.from(content).toString();
    return { kernel: text(kernel), before: text(file) ?? '' };
  },
  plan({ name, value = '', state, reload, sysctl_set, ignoreerrors, sysctl_file: path }, { kernel, before }) {
    const present = state === 'present';
    const old = settings(before).get(name);
    const after = rewritten(before, name, present ? value : undefined);
    const writes = present ? old !== value : old !== undefined;
    const differs = present && (kernel === undefined || words(kernel) !== words(value));
    const options = ignoreerrors ? ['-e'] : [];
    const list: SysctlChange[] = [];
    if (sysctl_set && differs) {
      const step: Step = {
        kind: 'run',
        argv: ['sysctl', ...options, '-w', `${name}=${value}`],
        touches: [kernelPath(name)],
      };
      list.push({
        summary: `set ${name} to ${value} (is ${kernel === undefined ? 'unknown' : words(kernel)})`,
        step,
      });
    }
    if (writes) {
      const summary = present ? `write ${name} = ${value} to ${path}` : `take ${name} out of ${path}`;
      const diff = { before, after, beforeHeader: path, afterHeader: path };
      list.push({ summary, diff, step: { kind: 'put', path, content: after } });
    }
    if (reload && (list.length > 0 || differs)) {
      const step: Step = { kind: 'run', argv: ['sysctl', ...options, '-p', path], touches: ['/proc/sys'] };
      list.push({ summary: `load ${path}`, step });
    }
    return changes(list);
  },
  steps: ({ step }) => [step],
});

function asSetting(value: string): string {
  const word = value.trim();
  if (/^(yes|on|true|y|t)$/i.test(word)) return '1';
  return /^(no|off|false|n|f)$/i.test(word) ? '0' : word;
}

/** Dots stand for slashes and slashes for dots, unless a slash comes first: sysctl(8). */
function kernelPath(name: string): string {
  const swapped = name.replace(/[./]/g, (char) => (char === '.' ? '/' : '.'));
  return `/proc/sys/${/^[^./]*\//.test(name) ? name : swapped}`;
}

function words(text: string): string {
  return text.trim().split(/\s+/).join(' ');
}

function setting(line: string): [string, string] | undefined {
  const at = line.indexOf('=');
  if (/^\s*([#;]|$)/.test(line) || at < 0) return undefined;
  return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}

function settings(text: string): Map<string, string> {
  return new Map(text.split('\n').flatMap((line) => (setting(line) ? [setting(line)!] : [])));
}

/** Each setting once, as name=value; other lines as they are. */
function rewritten(text: string, name: string, value: string | undefined): string {
  const seen = new Set<string>();
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const kept = lines.flatMap((line) => {
    const pair = setting(line);
    if (!pair) return [line.trim()];
    if (seen.has(pair[0])) return [];
    seen.add(pair[0]);
    if (pair[0] !== name) return [`${pair[0]}=${pair[1]}`];
    return value === undefined ? [] : [`${name}=${value}`];
  });
  if (!seen.has(name) && value !== undefined) kept.push(`${name}=${value}`);
  return kept.map((line) => `${line}\n`).join('');
}
