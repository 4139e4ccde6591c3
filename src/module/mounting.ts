import { z } from 'zod';
import { type FstabEntry, hasMount, withEntry, withoutEntry } from '../lib/fstab.ts';
import { shellWords } from '../lib/shell.ts';
import { tidyPath } from './hostPath.ts';
import { ansibleBool, ansibleText, choice } from './params.ts';
import type { Change } from './plan.ts';
import type { RunStep, Step } from './step.ts';

/** The parameters of mount. */
export const mountParams = z
  .strictObject({
    path: ansibleText().transform(tidyPath).pipe(z.string()).describe('Where it is mounted; none for swap.'),
    src: ansibleText().optional().describe('What is mounted: a device, UUID=..., host:/path, a directory.'),
    fstype: ansibleText().optional().describe('Type of the file system.'),
    opts: ansibleText().default('defaults').describe('Options, with commas between.'),
    dump: ansibleText().default('0').describe('Whether dump(8) saves it.'),
    passno: ansibleText().default('0').describe('When fsck(8) looks at it.'),
    state: choice([
      'absent',
      'absent_from_fstab',
      'ephemeral',
      'mounted',
      'present',
      'remounted',
      'unmounted',
    ]).describe(
      'What shall be in fstab and mounted: both (mounted), the first (present), the second (ephemeral), neither (absent).',
    ),
    fstab: ansibleText().default('/etc/fstab').describe('Another fstab.'),
    boot: ansibleBool().default(true).describe('Mount it at boot; else with the option noauto.'),
    backup: ansibleBool().default(false).describe('Keep what fstab was under a name with the date.'),
    opts_no_log: ansibleBool().default(false).describe('Taken for compatibility: say no_log on the task.'),
  })
  .refine(
    (of) =>
      !['mounted', 'present', 'ephemeral'].includes(of.state) ||
      (of.src !== undefined && of.fstype !== undefined),
    {
      error: 'states mounted, present and ephemeral need src and fstype',
    },
  );

export type MountParams = z.output<typeof mountParams>;

export interface MountChange extends Change {
  steps: Step[];
}

export interface MountNow {
  fstab: string;
  mounted: { src: string; fstype: string; root: string } | undefined;
  isThere: boolean;
}

/** The line of fstab that is asked for. */
export function entryOf({ src = '', path, fstype = '', opts, dump, passno, boot }: MountParams): FstabEntry {
  const all = opts.split(',');
  return {
    src,
    path,
    fstype,
    opts: boot || all.includes('noauto') ? opts : [...all, 'noauto'].join(','),
    dump,
    passno,
  };
}

/** The changes, or why it cannot be done. */
export function mountChanges(given: MountParams, entry: FstabEntry, now: MountNow): MountChange[] | string {
  const { state, path } = given;
  switch (state) {
    case 'present':
      return fstabChange(given, now, withEntry(now.fstab, entry));
    case 'absent_from_fstab':
      return fstabChange(given, now, withoutEntry(now.fstab, path, given.src));
    case 'absent':
      return removal(given, now);
    case 'unmounted':
      return now.mounted ? [{ summary: `unmount ${path}`, steps: [mountRun(['umount', path], path)] }] : [];
    case 'remounted':
      return [remount(given, entry)];
    case 'mounted': {
      const written = fstabChange(given, now, withEntry(now.fstab, entry));
      if (!now.mounted) return [...written, mountIt(given, entry, now)];
      return written.length > 0 ? [...written, remount(given, entry)] : [];
    }
    default: {
      if (!now.mounted) return [mountIt(given, entry, now)];
      if (now.mounted.src !== entry.src && now.mounted.root !== entry.src) {
        return `${path} is mounted from ${now.mounted.src} already: unmount it first`;
      }
      return [remount(given, entry)];
    }
  }
}

function fstabChange({ path, fstab, backup }: MountParams, now: MountNow, after: string): MountChange[] {
  if (after === now.fstab) return [];
  const summary = `${hasMount(after, path) ? 'write' : 'take'} ${path} ${hasMount(after, path) ? 'into' : 'out of'} ${fstab}`;
  const diff = { before: now.fstab, after, beforeHeader: fstab, afterHeader: fstab };
  return [
    { summary, diff, steps: [{ kind: 'put', path: fstab, content: after, ...(backup && { backup }) }] },
  ];
}

function removal(given: MountParams, now: MountNow): MountChange[] {
  const { path } = given;
  const written = fstabChange(given, now, withoutEntry(now.fstab, path, given.src));
  if (written.length === 0) return [];
  const unmount = now.mounted
    ? [{ summary: `unmount ${path}`, steps: [mountRun(['umount', path], path)] }]
    : [];
  const folder = now.isThere
    ? [{ summary: `remove directory ${path}`, steps: [mountRun(['rmdir', path], path)] }]
    : [];
  return [...written, ...unmount, ...folder];
}

function mountIt(given: MountParams, entry: FstabEntry, { isThere }: MountNow): MountChange {
  const { path } = given;
  const make: Step[] =
    isThere || path === 'none' ? [] : [{ kind: 'run', argv: ['mkdir', '-p', path], touches: [path] }];
  return { summary: `mount ${path}`, steps: [...make, mountRun(mountWords(given, entry), path)] };
}

function mountWords({ state, fstab, path }: MountParams, { src, fstype, opts }: FstabEntry): string[] {
  if (state === 'ephemeral') return ['mount', '-t', fstype, '-o', opts, src, path];
  return ['mount', ...(fstab === '/etc/fstab' ? [] : ['-T', fstab]), path];
}

// Not every file system can be remounted; then it goes and comes back.
function remount(given: MountParams, entry: FstabEntry): MountChange {
  const { path } = given;
  const again = mountWords(given, entry);
  const direct =
    given.state === 'ephemeral'
      ? ['mount', '-o', `remount,${entry.opts}`, path]
      : ['mount', '-o', 'remount', ...again.slice(1)];
  const script = `${shellWords(direct)} || { umount ${shellWords([path])} && ${shellWords(again)}; }`;
  return { summary: `remount ${path}`, steps: [{ kind: 'run', script, title: `remount ${path}` }] };
}

function mountRun(argv: string[], path: string): RunStep {
  return { kind: 'run', argv, touches: [path, '/proc'] };
}
